"""First-time adopters by period: from imported counts, or from the starts of the subscription log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from django.db.models import Min, QuerySet

from apps.adoption.adoption_settings import AdoptionSettings
from apps.estimates.lineage import InputRef
from apps.research.models import AdoptionCount, SourceKind, SourceState, Subscription
from apps.research.selectors import imported, source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.adoption.arrivals import monthly_arrivals
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

MONTHS = {"year": 12, "quarter": 3, "month": 1}
FROM_SUBSCRIPTIONS = "arrivals"


@dataclass(frozen=True)
class AdoptionSeries:
    """``counts`` (n,) of consecutive periods, the first of which is ``first`` or, without dates, number 1.

    ``repeated`` rows tell again of a period that a newer file knows; ``products`` are all that there are.
    """

    counts: Array
    period: str
    first: date | None
    product: str
    products: tuple[str, ...]
    repeated: int
    inputs: tuple[InputRef, ...]
    source_kind: str

    def label(self, number: int) -> str:
        """The name of period ``number`` = 1, 2, ...: its year, quarter, month or first day."""
        if self.first is None:
            return str(number)
        if self.period == "week":
            return (self.first + timedelta(weeks=number - 1)).isoformat()
        months = self.first.year * 12 + self.first.month - 1 + (number - 1) * MONTHS[self.period]
        year, month = divmod(months, 12)
        if self.period == "year":
            return str(year)
        return f"{year}-Q{month // 3 + 1}" if self.period == "quarter" else f"{year}-{month + 1:02d}"


def adoption_counts(workspace: Workspace) -> QuerySet[AdoptionCount]:
    return AdoptionCount.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.ADOPTION
    )


def subscriptions(workspace: Workspace) -> QuerySet[Subscription]:
    return Subscription.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.SUBSCRIPTIONS
    )


def products(workspace: Workspace) -> list[str]:
    """Those with adopters, the one with the most periods first."""
    named = list(adoption_counts(workspace).values_list("product", flat=True))
    return sorted(set(named), key=lambda name: (-named.count(name), name))


def adoption_series(workspace: Workspace, settings: AdoptionSettings) -> AdoptionSeries:
    """Raises CannotEstimate: nobody_adopted, product_unknown, periods_mixed, period_missing, start_outside_log."""
    if settings.source == FROM_SUBSCRIPTIONS:
        return _of_subscriptions(workspace)
    return _of_counts(workspace, settings)


def _of_counts(workspace: Workspace, settings: AdoptionSettings) -> AdoptionSeries:
    known = products(workspace)
    if not known:
        raise CannotEstimate("nobody_adopted", "There are no adopters yet.", "Import the adopters of each period.")
    product = settings.product or known[0]
    if product not in known:
        raise CannotEstimate(
            "product_unknown",
            "There is no product “%(product)s” among the adopters.",
            "Choose one of the products.",
            product=product,
        )
    told = list(
        adoption_counts(workspace)
        .filter(product=product)
        .order_by("source_id", "row_number")
        .values_list("period", "period_number", "adopters")
    )
    dated = [row for row in told if row[0] is not None]
    if dated and len(dated) < len(told):
        raise CannotEstimate("periods_mixed", "Some periods have dates and some only numbers.", "Use one of the two.")
    latest: dict[Any, float] = {row[0] if dated else row[1]: row[2] for row in told}
    period, first, counts = _by_date(latest) if dated else (settings.period, None, _by_number(latest))
    return AdoptionSeries(
        counts=counts,
        period=period,
        first=first,
        product=product,
        products=tuple(known),
        repeated=len(told) - len(latest),
        inputs=tuple(source_refs(workspace, SourceKind.ADOPTION)),
        source_kind=SourceKind.ADOPTION,
    )


def _by_number(latest: dict[int, float]) -> Array:
    numbers = sorted(latest)
    for before, after in pairwise(numbers):
        if after != before + 1:
            raise _missing(str(before))
    return np.array([latest[number] for number in numbers])


def _by_date(latest: dict[date, float]) -> tuple[str, date, Array]:
    days = sorted(latest)
    period = _period_of(days)
    places = [_place(day, days[0], period) for day in days]
    for before, after, day in zip(places[:-1], places[1:], days[:-1], strict=True):
        if after != before + 1:
            raise _missing(day.isoformat())
    return period, days[0], np.array([latest[day] for day in days])


def _period_of(days: list[date]) -> str:
    """The longest period that keeps all days apart and on its grid; weeks where months cannot."""
    months = {day.year * 12 + day.month for day in days}
    if len(months) < len(days):
        return "week"
    apart = np.diff(sorted(months))
    for name in ("year", "quarter"):
        if apart.size and np.all(apart % MONTHS[name] == 0):
            return name
    return "month"


def _place(day: date, first: date, period: str) -> int:
    if period == "week":
        return round((day - first).days / 7)
    return ((day.year - first.year) * 12 + day.month - first.month) // MONTHS[period]


def _missing(after: str) -> CannotEstimate:
    return CannotEstimate(
        "period_missing",
        "There is a gap in the periods after %(period)s, or two rows in one.",
        "Give a row for every period, with 0 where nobody adopted.",
        period=after,
    )


def _of_subscriptions(workspace: Workspace) -> AdoptionSeries:
    """Customers by the month of their first start, up to the last full month of the log."""
    begun = list(
        subscriptions(workspace).values_list("customer").annotate(first=Min("started_on")).values_list("first")
    )
    if not begun:
        raise CannotEstimate("nobody_adopted", "There are no adopters yet.", "Import the adopters of each period.")
    starts = [row[0] for row in begun]
    stated = [source.parameters.get("as_of") for source in imported(workspace, SourceKind.SUBSCRIPTIONS)]
    until = max([date.fromisoformat(day) for day in stated if day], default=max(starts))
    index = np.array([day.year * 12 + day.month - 1 for day in starts if day <= until])
    tomorrow = until + timedelta(days=1)
    last = tomorrow.year * 12 + tomorrow.month - 2
    found = monthly_arrivals(index[index <= last], last=last)
    return AdoptionSeries(
        counts=found.counts.astype(float),
        period="month",
        first=date(found.first_month // 12, found.first_month % 12 + 1, 1),
        product="",
        products=(),
        repeated=0,
        inputs=tuple(source_refs(workspace, SourceKind.SUBSCRIPTIONS)),
        source_kind=SourceKind.SUBSCRIPTIONS,
    )
