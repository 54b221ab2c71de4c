"""Runs a program that cannot outlive the one that started it, even when that one is killed with SIGKILL.

Started as ``python leash.py <parent's pid> <program> <arguments>``. Linux only tells a process of its parent's
death when the process asks (PR_SET_PDEATHSIG); asking after the fork, in a fresh interpreter, is safe beside threads.
Elsewhere the program simply runs.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def leashed(argv: list[str]) -> list[str]:
    """The command line that runs ``argv`` on a leash held by this process."""
    return [sys.executable, "-I", "-S", os.path.abspath(__file__), str(os.getpid()), *argv]


def main(parent: int, argv: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("The process that started this one is gone.")
    os.execvp(argv[0], argv)  # noqa: S606  no shell is meant


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
