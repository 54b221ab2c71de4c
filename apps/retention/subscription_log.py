"""The subscription log of a workspace as unbroken stays, up to the day until which it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.research.models import SourceKind, SourceState, Subscription
from apps.research.selectors import imported, source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.spells import Dates, months_between, spells

FIELDS = ("customer", "started_on", "ended_on", "segment", "plan")
ROWS_AT_ONCE = 20_000
Told = tuple[Any, ...]


@dataclass(frozen=True)
class SubscriptionLog:
    """n stays: ``start`` and ``end`` (NaT while active), ``duration`` in months up to the end or ``as_of``, ``ended``.

    ``rows`` were read, ``later_start`` of them begin after ``as_of``, ``repeated`` tell again of a stay that a newer
    file knows, ``merged`` go on from another without a break.
    """

    customer: NDArray[np.str_]
    segment: NDArray[np.str_]
    plan: NDArray[np.str_]
    start: Dates
    end: Dates
    duration: Array
    ended: NDArray[np.bool_]
    as_of: date
    rows: int
    later_start: int
    repeated: int
    merged: int
    inputs: tuple[InputRef, ...]

    @property
    def start_month(self) -> NDArray[np.int64]:
        """Month indices, 12 * year + month - 1."""
        return month_index(self.start)

    @property
    def last_full_month(self) -> int:
        """The last month of which the log holds every day."""
        day = np.datetime64(self.as_of, "D")
        index = int(month_index(np.array([day]))[0])
        return index if int(month_index(np.array([day + 1]))[0]) > index else index - 1


def month_index(days: Dates) -> NDArray[np.int64]:
    return days.astype("datetime64[M]").astype(np.int64) + 1970 * 12


def subscriptions(workspace: Workspace) -> QuerySet[Subscription]:
    return Subscription.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.SUBSCRIPTIONS
    )


def subscription_log(workspace: Workspace) -> SubscriptionLog:
    """Raises CannotEstimate('no_customers') where there is no log."""
    told = list(subscriptions(workspace).values_list(*FIELDS, "source_id").iterator(chunk_size=ROWS_AT_ONCE))
    if not told:
        raise CannotEstimate("no_customers", "There are no subscriptions.", "Import a subscription log.")
    as_of = known_until(workspace, told)
    kept, later, repeated = _newest_word(told, as_of)
    customer, start, end = _columns(kept)
    stays = spells(np.unique(customer, return_inverse=True)[1].reshape(-1), start, end)
    until = np.datetime64(as_of, "D")
    ended = ~np.isnat(stays.end) & (stays.end <= until)
    return SubscriptionLog(
        customer=customer[stays.first],
        segment=np.array([row[3] for row in kept], dtype=str)[stays.last],
        plan=np.array([row[4] for row in kept], dtype=str)[stays.last],
        start=stays.start,
        end=np.where(ended, stays.end, np.datetime64("NaT")),
        duration=months_between(stays.start, np.where(ended, stays.end, until)),
        ended=ended,
        as_of=as_of,
        rows=len(told),
        later_start=later,
        repeated=repeated,
        merged=stays.merged,
        inputs=tuple(source_refs(workspace, SourceKind.SUBSCRIPTIONS)),
    )


def known_until(workspace: Workspace, told: list[Told]) -> date:
    """The latest as-of date that a source states, else the latest date in the log."""
    stated = [
        date.fromisoformat(source.parameters["as_of"])
        for source in imported(workspace, SourceKind.SUBSCRIPTIONS)
        if source.parameters.get("as_of")
    ]
    return max(stated) if stated else max(day for row in told for day in row[1:3] if day is not None)


def _newest_word(told: list[Told], as_of: date) -> tuple[list[Told], int, int]:
    """One row for each customer and start: a log that is exported anew tells the same stays again.

    The newest file wins, as it knows of ends that the earlier ones could not.
    """
    latest: dict[tuple[str, date], Told] = {}
    begun = [row for row in told if row[1] <= as_of]
    for row in sorted(begun, key=lambda row: row[5]):
        latest[row[0], row[1]] = row
    return list(latest.values()), len(told) - len(begun), len(begun) - len(latest)


def _columns(rows: list[Told]) -> tuple[NDArray[np.str_], Dates, Dates]:
    return (
        np.array([row[0] for row in rows], dtype=str),
        np.array([row[1] for row in rows], dtype="datetime64[D]"),
        np.array([row[2] for row in rows], dtype="datetime64[D]"),
    )
