"""A real stack for tests: supervisor, broker, workers and scheduler on a data folder that is thrown away.

Effects are read with plain SQL from the stack's own SQLite file: a test sees what was committed and nothing else.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import psutil

ROOT = Path(__file__).resolve().parents[1]
T = TypeVar("T")

QUICK = {
    "TRIMTAB_JOB_LEASE_SECONDS": "3",
    "TRIMTAB_JOB_HEARTBEAT_SECONDS": "1",
    "TRIMTAB_JOB_REAP_SECONDS": "1",
    "TRIMTAB_JOB_MAX_ATTEMPTS": "20",
}


def wait_for(what: str, check: Callable[[], T], seconds: float = 60.0) -> T:
    """The first truthy answer of ``check``; the limit only guards against waiting for ever."""
    limit = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > limit:
            raise AssertionError(f"Waited {seconds:.0f} s in vain for: {what}")
        time.sleep(0.05)


class Stack:
    """``extra_tasks`` names modules with job kinds of the test's own."""

    def __init__(self, data: Path, *, extra_tasks: str = "", env: dict[str, str] | None = None) -> None:
        self.data = data
        self.database = data / "trimtab.sqlite3"
        self.env = {
            **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")},
            **QUICK,
            "DJANGO_SETTINGS_MODULE": "trimtab.config.settings",
            "TRIMTAB_DATA": str(data),
            "TRIMTAB_EXTRA_TASKS": extra_tasks,
            "TRIMTAB_LOG_LEVEL": "INFO",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
            **(env or {}),
        }
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.output = data / "serve.txt"

    def manage(self, *arguments: str) -> str:
        """A management command in the stack's world; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise AssertionError(f"manage.py {arguments[0]} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def ask(self, code: str, **env: str) -> Any:
        """Run Python with Django set up in the stack's world; the code calls ``answer(value)`` once."""
        prologue = (
            "import django, json, sys; django.setup()\n"
            "def answer(value): sys.stdout.write('\\x1e' + json.dumps(value, default=str))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", prologue + code],
            cwd=ROOT,
            env=self.env | env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode or "\x1e" not in done.stdout:
            raise AssertionError(f"The code failed:\n{done.stdout}\n{done.stderr}")
        return json.loads(done.stdout.split("\x1e", 1)[1])

    def start(self, *arguments: str) -> Stack:
        """Start the supervisor and wait until broker, workers and scheduler are up; no web unless asked for."""
        arguments = arguments or ("--web-processes", "0")
        with self.output.open("ab") as output:
            self.supervisor = subprocess.Popen(
                [sys.executable, "manage.py", "serve", *arguments],
                cwd=ROOT,
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        own_broker = () if self.env.get("REDIS_URL") else ("broker",)
        for part in (*own_broker, "analysis", "training", "scheduler"):
            wait_for(f"the {part} to start\n{self.said()}", lambda part=part: self.find(part))
        for queue in ("analysis", "training"):
            wait_for(f"the children of the {queue} worker", lambda queue=queue: self.children(queue))
        return self

    def said(self) -> str:
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def log(self, part: str) -> str:
        path = self.data / "logs" / f"{part}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def find(self, part: str) -> psutil.Process | None:
        """The process of a part: broker, web, analysis, training or scheduler."""
        if self.supervisor is None or self.supervisor.poll() is not None:
            return None
        marks = {"broker": "broker.sock", "web": "gunicorn", "scheduler": "scheduler"}
        for process in _children(self.supervisor.pid):
            line = _command_line(process)
            wanted = f"--queue {part}" if part in ("analysis", "training") else marks[part]
            if wanted in line and "leash.py" not in line:
                return process
        return None

    def children(self, queue: str) -> list[psutil.Process]:
        """The forked processes in which a worker runs its jobs."""
        worker = self.find(queue)
        return _children(worker.pid, recursive=False) if worker else []

    def kill(self, part: str) -> None:
        """SIGKILL one part; the supervisor starts it again."""
        wait_for(f"the {part} to kill", lambda: self.find(part)).kill()

    def kill_child(self, queue: str) -> None:
        """SIGKILL a process in which a job of this queue runs."""
        wait_for(f"a child of the {queue} worker", lambda: self.children(queue))[0].kill()

    def everything(self) -> list[psutil.Process]:
        """All processes of this stack, whoever their parent is: they carry its data folder in their environment."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("TRIMTAB_DATA") == str(self.data) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def stop(self, how: int = signal.SIGTERM, seconds: float = 30.0) -> None:
        if self.supervisor is None:
            return
        if self.supervisor.poll() is None:
            self.supervisor.send_signal(how)
        self.supervisor.wait(seconds)
        self.supervisor = None

    def close(self) -> None:
        """Leave nothing behind, however the test went."""
        if self.supervisor is not None and self.supervisor.poll() is None:
            self.supervisor.terminate()
            try:
                self.supervisor.wait(20)
            except subprocess.TimeoutExpired:
                self.supervisor.kill()
                self.supervisor.wait()
        for process in self.everything():
            process.kill()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database, timeout=20)) as connection:
            return connection.execute(sql, values).fetchall()

    def write(self, sql: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.database, timeout=20)) as connection, connection:
            connection.execute(sql, values)

    def job(self, job_id: str) -> dict[str, Any]:
        """A job's row as it is committed now."""
        with closing(sqlite3.connect(self.database, timeout=20)) as connection:
            connection.row_factory = sqlite3.Row
            row = connection.execute("SELECT * FROM jobs_job WHERE id = ?", (job_id.replace("-", ""),)).fetchone()
        return dict(row)


def _children(pid: int, *, recursive: bool = False) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=recursive)
    except psutil.NoSuchProcess:
        return []


def _command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
