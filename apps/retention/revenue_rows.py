"""The subscriptions of a workspace with what they cost, up to the last full month that the log knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from apps.estimates.lineage import InputRef
from apps.research.models import SourceKind
from apps.research.selectors import source_refs
from apps.retention.subscription_log import ROWS_AT_ONCE, Told, known_until, month_index, subscriptions
from apps.workspaces.models import Workspace
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.recurring_revenue import RevenueLog, revenue_log

FIELDS = ("customer", "started_on", "ended_on", "plan", "monthly_price")


@dataclass(frozen=True)
class RevenueBook:
    """``log`` of ``rows`` rows, known until ``as_of``. Left out are ``later`` rows, which begin after that day,
    ``repeated`` ones, which a newer file tells again, and ``unpriced`` ones; ``mixed`` customers have rows with and
    without a price."""

    log: RevenueLog
    as_of: date
    rows: int
    later: int
    repeated: int
    unpriced: int
    mixed: int
    inputs: tuple[InputRef, ...]


def revenue_book(workspace: Workspace) -> RevenueBook:
    """Raises CannotEstimate: no_customers, no_prices, and as ``revenue_log``."""
    told = list(subscriptions(workspace).values_list(*FIELDS, "source_id").iterator(chunk_size=ROWS_AT_ONCE))
    if not told:
        raise CannotEstimate("no_customers", "There are no subscriptions.", "Import a subscription log.")
    as_of = known_until(workspace, told)
    begun = [row for row in told if row[1] <= as_of]
    kept = _newest_word(begun)
    priced = [row for row in kept if row[4] is not None]
    if not priced:
        raise CannotEstimate(
            "no_prices",
            "None of the %(rows)d subscriptions has a monthly price.",
            "Import the log with a column of monthly prices.",
            rows=len(told),
        )
    free = {row[0] for row in kept if row[4] is None}
    return RevenueBook(
        log=_log(priced, as_of),
        as_of=as_of,
        rows=len(told),
        later=len(told) - len(begun),
        repeated=len(begun) - len(kept),
        unpriced=len(kept) - len(priced),
        mixed=len(free & {row[0] for row in priced}),
        inputs=tuple(source_refs(workspace, SourceKind.SUBSCRIPTIONS)),
    )


def last_full_month(as_of: date) -> int:
    """The last month of which every day is known, 12 * year + month - 1."""
    tomorrow = np.array([as_of], dtype="datetime64[D]") + 1
    return int(month_index(tomorrow)[0]) - 1


def _newest_word(told: list[Told]) -> list[Told]:
    """All rows of the newest file for each customer and start: two plans that begin together are two subscriptions."""
    newest: dict[tuple[str, date], int] = {}
    for row in told:
        newest[row[0], row[1]] = max(row[5], newest.get((row[0], row[1]), row[5]))
    return [row for row in told if newest[row[0], row[1]] == row[5]]


def _log(rows: list[Told], as_of: date) -> RevenueLog:
    return revenue_log(
        np.array([row[0] for row in rows], dtype=str),
        np.array([row[1] for row in rows], dtype="datetime64[D]"),
        np.array([row[2] for row in rows], dtype="datetime64[D]"),
        np.array([row[4] for row in rows], dtype=float),
        last_month=last_full_month(as_of),
    )
