"""Run a learning module in a process of its own, hear its events, and never leave it behind."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

Event = dict[str, Any]

STOPPED_EXIT_CODE = 3
PARENT_GONE_EXIT_CODE = 4
SOURCES = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a child ended: ``state`` is succeeded, cancelled or failed; ``exit_code`` is negative for a signal."""

    state: str
    exit_code: int
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


def run_subprocess(
    module: str,
    folder: Path | str,
    *,
    on_event: Callable[[Event], None],
    should_stop: Callable[[], bool],
    poll_seconds: float = 0.5,
    grace_seconds: float = 30.0,
    threads: int | None = None,
    environment: dict[str, str] | None = None,
) -> Outcome:
    """``python -m module folder``, until it is gone.

    Both callbacks run in the calling thread. ``should_stop`` is asked at least every ``poll_seconds``; once it says
    yes the child gets SIGTERM, then ``grace_seconds`` to write a checkpoint, then its whole group gets SIGKILL. An
    exception from either callback kills the group at once and is raised again.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "stderr.txt").open("ab") as stderr:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and a module that the caller names
            [sys.executable, "-m", module, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=_environment(threads, environment),
            start_new_session=True,
        )
    watch = _Watch(child, on_event, should_stop, poll_seconds, grace_seconds)
    try:
        watch.until_gone()
    finally:
        _end_group(child)
    return _outcome(child.returncode, watch, folder)


class _Watch:
    """What the parent knows about one running child."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        on_event: Callable[[Event], None],
        should_stop: Callable[[], bool],
        poll_seconds: float,
        grace_seconds: float,
    ) -> None:
        self.child = child
        self.on_event = on_event
        self.should_stop = should_stop
        self.poll_seconds = poll_seconds
        self.grace_seconds = grace_seconds
        self.result: dict[str, Any] | None = None
        self.error: dict[str, Any] | None = None
        self.stop_asked_at: float | None = None
        self.lines: queue.Queue[bytes | None] = queue.Queue()

    def until_gone(self) -> None:
        assert self.child.stdout is not None  # noqa: S101 - opened as a pipe above
        threading.Thread(target=_read_lines, args=(self.child.stdout, self.lines), daemon=True).start()
        asked_at = 0.0
        while True:
            if time.monotonic() - asked_at >= self.poll_seconds:
                self._ask()
                asked_at = time.monotonic()
            try:
                line = self.lines.get(timeout=self.poll_seconds)
            except queue.Empty:
                # A grandchild may hold the pipe open after the child itself has gone.
                if self.child.poll() is not None:
                    return
                continue
            if line is None:
                if self._closed_and_gone():
                    return
                continue
            self._hear(line)

    def _closed_and_gone(self) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(self.poll_seconds)
        if self.child.returncode is None:
            self.lines.put(None)
        return self.child.returncode is not None

    def _ask(self) -> None:
        if self.stop_asked_at is None:
            if self.should_stop():
                self.stop_asked_at = time.monotonic()
                self.child.terminate()
            return
        # The heartbeat goes on while the child writes its last checkpoint.
        self.should_stop()
        if time.monotonic() - self.stop_asked_at > self.grace_seconds:
            _end_group(self.child)

    def _hear(self, line: bytes) -> None:
        event = _event(line)
        if event is None:
            return
        if event["event"] == "result":
            self.result = event.get("result")
        elif event["event"] == "error":
            self.error = {key: event.get(key, "") for key in ("code", "message", "remedy")}
        self.on_event(event)


def _read_lines(stream: IO[bytes], lines: queue.Queue[bytes | None]) -> None:
    with contextlib.suppress(ValueError, OSError):
        for line in stream:
            lines.put(line)
    lines.put(None)


def _event(line: bytes) -> Event | None:
    """An event, or a library's stray print as a log event; blank lines are nothing."""
    text = line.decode("utf-8", "replace").strip()
    if not text:
        return None
    with contextlib.suppress(ValueError):
        event = json.loads(text)
        if isinstance(event, dict) and isinstance(event.get("event"), str):
            return event
    return {"event": "log", "message": text[:2000]}


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the child's group and wait until the child itself is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _environment(threads: int | None, extra: dict[str, str] | None) -> dict[str, str]:
    environment = dict(os.environ)
    paths = [str(SOURCES), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    environment |= {"PYTHONUNBUFFERED": "1", "TOKENIZERS_PARALLELISM": "false", "TRIMTAB_LEAVE_AT_EOF": "1"}
    environment.setdefault("HF_HUB_OFFLINE", "1")
    # Threads that spin while they wait for each other stall a machine that is shared.
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if threads:
        environment |= {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    return environment | (extra or {})


def _outcome(exit_code: int, watch: _Watch, folder: Path) -> Outcome:
    if exit_code == 0 and watch.error is None:
        return Outcome("succeeded", exit_code, result=watch.result)
    if watch.stop_asked_at is not None and watch.error is None:
        return Outcome("cancelled", exit_code)
    if exit_code == STOPPED_EXIT_CODE and watch.error is None:
        error = {
            "code": "stopped_from_outside",
            "message": "The process was told to stop by someone else.",
            "remedy": "Start it again; it goes on from its last checkpoint.",
        }
        return Outcome("failed", exit_code, error=error)
    return Outcome("failed", exit_code, error=watch.error or _died(exit_code, folder))


def _died(exit_code: int, folder: Path) -> dict[str, Any]:
    with (folder / "stderr.txt").open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 2000))
        tail = file.read().decode("utf-8", "replace").strip()
    killed = exit_code == -signal.SIGKILL
    return {
        "code": "out_of_memory_or_killed" if killed else "process_died",
        "message": "The process was killed, most likely for want of memory."
        if killed
        else tail or f"Exit code {exit_code}.",
        "remedy": "Use a smaller batch or a smaller encoder, then start it again."
        if killed
        else "See the log, then start it again.",
    }
