"""The loop at a glance, and all of it run in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.errors import StillRunning
from trimtab.client.estimates import Figure
from trimtab.client.records import Record

POLL_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Stage(Record):
    """``state`` is ready, stale, waiting (rows are there, no result yet) or empty."""

    code: str
    label: str
    state: str
    says: str = ""
    word: str = ""
    figure: dict[str, Any] | None = None
    rows: int | None = None
    grade: str | None = None
    estimate: str | None = None
    stale_because: tuple[str, ...]
    simulated: bool = False
    action: str = ""
    action_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer(Record):
    """What to charge and which model to ship; None where nothing says it yet."""

    price: Figure | None = None
    price_gain: Figure | None = None
    candidate: str | None = None
    verdict: str | None = None
    p_better: float | None = None
    gain: Figure | None = None
    stale: bool = False
    simulated: bool = False


@dataclass(frozen=True)
class UnderWay:
    jobs: tuple[str, ...]
    loop: int | None


@dataclass(frozen=True, kw_only=True)
class Overview(Record):
    """``next`` is the code of the stage to see to next."""

    answer: Answer
    stages: tuple[Stage, ...]
    next: str | None = None
    under_way: UnderWay

    def stage(self, code: str) -> Stage:
        return next(stage for stage in self.stages if stage.code == code)


def overview(connection: Connection) -> Overview:
    return Overview.of(connection, connection.get("overview/"))


@dataclass(frozen=True, kw_only=True)
class Loop(Record):
    """One round of all studies that the data allows."""

    id: int
    steps: tuple[dict[str, Any], ...]
    started_at: datetime | None = None
    finished_at: datetime | None = None

    def wait(self, progress: Callable[[Overview], None] | None = None, timeout_s: float | None = None) -> Overview:
        """The overview when the round has ended; ``progress`` is called with it each time that it is looked at."""
        began = time.monotonic()
        while True:
            seen = overview(self.connection)
            if progress is not None:
                progress(seen)
            if seen.under_way.loop != self.id:
                return seen
            if timeout_s is not None and time.monotonic() - began >= timeout_s:
                raise StillRunning("The loop", timeout_s)
            time.sleep(POLL_S)
