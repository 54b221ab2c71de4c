"""Duties that recur, each run by one scheduler per period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from apps.jobs.models import PeriodicRun

Duty = Callable[[datetime], None]


@dataclass(frozen=True)
class Periodic:
    name: str
    every: timedelta
    duty: Duty


_duties: dict[str, Periodic] = {}


def periodic(name: str, *, every: timedelta) -> Callable[[Duty], Duty]:
    """Register a short function of an app's tasks.py; longer work enqueues a job."""

    def register(duty: Duty) -> Duty:
        _duties[name] = Periodic(name=name, every=every, duty=duty)
        return duty

    return register


def due(*, now: datetime) -> list[Periodic]:
    """The duties this caller has won for the present period."""
    return [duty for duty in _duties.values() if _won(duty, now)]


def _won(duty: Periodic, now: datetime) -> bool:
    if PeriodicRun.objects.filter(name=duty.name, ran_at__lte=now - duty.every).update(ran_at=now):
        return True
    if PeriodicRun.objects.filter(name=duty.name).exists():
        return False
    try:
        with transaction.atomic():
            PeriodicRun.objects.create(name=duty.name, ran_at=now)
    except IntegrityError:
        return False
    return True
