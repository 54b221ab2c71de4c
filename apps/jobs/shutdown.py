"""One byte shared by a worker and its forked children: set when the worker has begun to stop."""

from __future__ import annotations

import mmap

# Anonymous shared memory is inherited through fork, needs no lock and may be set inside a signal handler.
_flag = mmap.mmap(-1, 1)


def begin() -> None:
    _flag[0] = 1


def begun() -> bool:
    return _flag[0] == 1
