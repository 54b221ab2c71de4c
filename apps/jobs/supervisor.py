"""One command that runs the whole product: broker, web, workers and scheduler, together or not at all."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from apps.jobs import broker, leases
from apps.jobs.address import HOST, answers, free_port, greeting
from apps.jobs.child import Child
from apps.jobs.errors import CannotServe
from apps.jobs.registry import QUEUES

GRACE_SECONDS = 8.0
DEATHS_BEFORE_RESCUE = 4


@dataclass(frozen=True)
class Plan:
    """What to run. ``web_processes`` 0 leaves the web out, as tests of the workers do."""

    port: int = 8000
    web_processes: int = 2
    analysis_children: int = 2


class Supervisor:
    def __init__(self, plan: Plan, say: Callable[[str], None] = print) -> None:
        self.plan = plan
        self.say = say
        self.root = Path(settings.ROOT)
        self.data = Path(settings.TRIMTAB_DATA)
        self.run_name = uuid.uuid4().hex[:8]
        self.port = plan.port
        self.children: list[Child] = []
        self._stopping = False
        self._lock: int | None = None

    def run(self) -> None:
        """Start everything, keep it running, return after SIGINT or SIGTERM when all of it is gone."""
        self._hold_lock()
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._start()
            self._watch()
        finally:
            self._stop()
            for number, handler in previous.items():
                signal.signal(number, handler)
            if self._lock is not None:
                os.close(self._lock)

    def _hold_lock(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.data / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._lock, 32, 0).decode(errors="replace").strip()
            os.close(self._lock)
            raise CannotServe(
                f"Trimtab already runs on {self.data} (process {holder or 'unknown'}). "
                "Stop that one first, or set TRIMTAB_DATA to another folder."
            ) from error
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(os.getpid()).encode(), 0)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start(self) -> None:
        if broker.is_embedded():
            self._start_broker()
        elif not broker.is_reachable():
            raise CannotServe("The broker that REDIS_URL names does not answer. Start it, or unset REDIS_URL.")
        self._give_up_on_former_workers()
        rest = [self._worker("analysis", self.plan.analysis_children), self._worker("training", 1), self._scheduler()]
        if self.plan.web_processes:
            rest.insert(0, self._web())
        for child in rest:
            self.children.append(child)
            child.start()

    def _start_broker(self) -> None:
        configuration = broker.write_configuration()
        child = self._child("broker", [broker.server_binary(), str(configuration)])
        child.on_exit = lambda _status: self._rescue_broker(child)
        self.children.append(child)
        child.start()
        if self._await_broker(child):
            return
        if not self._stopping and broker.set_aside_unreadable_log():
            self.say("The broker could not read its own log; it was set aside. Waiting jobs are sent again.")
            child.kill_group()
            child.start()
            if self._await_broker(child):
                return
        if not self._stopping:
            raise CannotServe("The broker does not start:\n  " + "\n  ".join(child.last_lines()))

    def _rescue_broker(self, child: Child) -> None:
        if child.quick_deaths == DEATHS_BEFORE_RESCUE and broker.set_aside_unreadable_log():
            self.say("The broker keeps dying; its log was set aside. Waiting jobs are sent again.")

    def _await_broker(self, child: Child) -> bool:
        limit = time.monotonic() + 10
        while time.monotonic() < limit and child.is_alive and not self._stopping:
            if broker.is_reachable():
                return True
            time.sleep(0.02)
        return False

    def _web(self) -> Child:
        self.port = free_port(self.plan.port)
        if self.port != self.plan.port:
            self.say(f"Port {self.plan.port} is taken; using {self.port}.")
        return self._child(
            "web",
            [
                *[sys.executable, "-m", "gunicorn", "trimtab.config.wsgi:application"],
                *["--config", "python:trimtab.config.gunicorn", "--bind", f"{HOST}:{self.port}"],
                *["--workers", str(self.plan.web_processes)],
            ],
        )

    def _worker(self, queue: str, children: int) -> Child:
        name = f"{queue}-{self.run_name}"
        argv = self._manage("worker", "--queue", queue, "--name", name, "--children", str(children))
        return self._child(queue, argv, on_exit=lambda _status: self._give_up_on(f"{name}@"))

    def _scheduler(self) -> Child:
        return self._child("scheduler", self._manage("scheduler"))

    def _manage(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.root / "manage.py"), *arguments]

    def _child(self, name: str, argv: list[str], on_exit: Callable[[int], None] | None = None) -> Child:
        paths = [str(self.root), str(self.root / "platform"), os.environ.get("PYTHONPATH", "")]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONUNBUFFERED": "1"}
        return Child(
            name=name,
            argv=argv,
            log_path=self.data / "logs" / f"{name}.log",
            env=env,
            working_folder=self.root,
            on_exit=on_exit,
        )

    def _give_up_on(self, worker: str) -> None:
        self._settle(leases.give_up_on_worker, worker)

    def _settle(self, verb: Callable[..., int], worker: str) -> None:
        try:
            verb(worker=worker, now=timezone.now())
        except DatabaseError:
            self.say("The database does not answer; lost jobs wait for their lease to run out.")
        finally:
            connection.close()

    def _give_up_on_former_workers(self) -> None:
        """The lock says that no other supervisor runs here, so workers of an earlier one are gone."""
        former = self.data / "workers.txt"
        for name in former.read_text(encoding="utf-8").split() if former.exists() else []:
            self._give_up_on(name)
        former.write_text("\n".join(self._worker_names()), encoding="utf-8")

    def _worker_names(self) -> list[str]:
        return [f"{queue}-{self.run_name}@" for queue in QUEUES]

    def _watch(self) -> None:
        announced = not self.plan.web_processes
        while not self._stopping:
            for child in self.children:
                if line := child.watch():
                    self.say(line)
            if not announced and answers(f"http://{HOST}:{self.port}/livez"):
                announced = True
                self._greet()
            time.sleep(0.2)

    def _greet(self) -> None:
        self.say(f"Trimtab answers at http://{HOST}:{self.port}/")
        for line in greeting(self.port):
            self.say(line)
        self.say("Ctrl-C stops everything.")

    def _stop(self) -> None:
        """Workers first, broker last; whoever is not gone in time is killed with all that it started."""
        limit = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            if child.name != "broker":
                child.ask_to_stop()
        for child in sorted(self.children, key=lambda child: child.name == "broker"):
            if child.name == "broker":
                child.ask_to_stop()
            child.wait(limit - time.monotonic())
            child.kill_group()
        if self.children:
            for name in self._worker_names():
                self._settle(leases.take_back_from_worker, name)
