"""One long-running program under the supervisor: started, watched, restarted with patience, stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.jobs.leash import leashed

LONGEST_PAUSE_SECONDS = 30.0
SETTLED_SECONDS = 60.0
LOG_MEGABYTES = 20


@dataclass
class Child:
    """``on_exit`` is called with the exit status whenever the program ends by itself."""

    name: str
    argv: list[str]
    log_path: Path
    env: Mapping[str, str]
    working_folder: Path
    on_exit: Callable[[int], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    quick_deaths: int = 0
    started_at: float = 0.0
    start_at: float = 0.0

    def start(self) -> None:
        self._turn_log_over()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own command lines
                leashed(self.argv),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=dict(self.env),
                cwd=self.working_folder,
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self) -> str | None:
        """Restart it when it died, waiting longer after each quick death; returns a line worth telling."""
        if self.is_alive:
            if self.quick_deaths and time.monotonic() - self.started_at > SETTLED_SECONDS:
                self.quick_deaths = 0
            return None
        if self.process is not None:
            return self._note_death()
        if time.monotonic() >= self.start_at:
            self.start()
        return None

    def _note_death(self) -> str:
        assert self.process is not None  # noqa: S101  for the type checker
        status = self.process.returncode
        self.kill_group()
        self.process = None
        pause = min(0.5 * 2**self.quick_deaths, LONGEST_PAUSE_SECONDS)
        self.quick_deaths += 1
        self.start_at = time.monotonic() + pause
        if self.on_exit is not None:
            self.on_exit(status)
        return f"{self.name} ended ({_how(status)}); starting it again. Its log: {self.log_path}"

    def ask_to_stop(self) -> None:
        if self.is_alive and self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def kill_group(self) -> None:
        """SIGKILL what is left of it and of its own children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def wait(self, seconds: float) -> bool:
        if self.process is None:
            return True
        try:
            self.process.wait(max(seconds, 0.01))
        except subprocess.TimeoutExpired:
            return False
        return True

    def last_lines(self, count: int = 5) -> list[str]:
        try:
            return self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
        except OSError:
            return []

    def _turn_log_over(self) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_MEGABYTES * 1024 * 1024:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))


def _how(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"status {status}"
