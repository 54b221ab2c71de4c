"""How a decision's frozen forecast turned out, and what all of them together say of the next one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

import numpy as np

from apps.decisions.ledger_facts import Fact, Facts, month_name
from apps.decisions.ledger_models import Actual, Decision
from apps.estimates import selectors as estimates
from trimtab.economics.decision.forecast_scores import Score, score, skill
from trimtab.economics.decision.past_errors import Correction, correction, standardised_error
from trimtab.economics.draws import Array, interval

# Fewer months say more of the weather than of the forecast.
LEAST_MONTHS = 3
CORRECTED_BY = Actual.Measure.REVENUE


@dataclass(frozen=True)
class MonthScored:
    """One month of one measure: the forecast and, where it is known, what came."""

    name: str
    median: float
    low: float
    high: float
    value: float | None
    origin: str
    held: bool | None
    crps: float | None


@dataclass(frozen=True)
class MeasureScored:
    """One measure of a decision. ``error`` (z) counts in spreads of the forecast's log, None where too little is known;
    ``skill`` is against "it stays as in the month before", None where that month is unknown."""

    measure: str
    unit: str
    months: list[MonthScored]
    score: Score | None
    skill: float | None
    error: float | None

    @property
    def label(self) -> str:
        return str(Actual.Measure(self.measure).label)

    @property
    def known(self) -> int:
        return sum(month.value is not None for month in self.months)

    @property
    def held(self) -> int:
        return sum(month.held is True for month in self.months)

    @property
    def mean_crps(self) -> float | None:
        return float(self.score.crps.mean()) if self.score else None

    @property
    def bias(self) -> float | None:
        """What came was so much more (.1 = 10 %) or less than foretold."""
        return float(np.expm1(self.score.bias)) if self.score and isfinite(self.score.bias) else None


def scored(decision: Decision, known: Facts) -> list[MeasureScored]:
    """Each measure of the frozen forecast, month by month."""
    draws = estimates.draws(decision.estimate)
    return [_measure(decision, measure, draws[measure], draws, known[measure]) for measure in Actual.Measure.values]


def _measure(
    decision: Decision, measure: str, ahead: Array, draws: dict[str, Array], known: dict[int, Fact]
) -> MeasureScored:
    first = decision.first_month
    facts = {place: known[first + place] for place in range(ahead.shape[1]) if first + place in known}
    places = sorted(facts)
    values = np.array([facts[place].value for place in places], dtype=float)
    found = score(ahead[:, places], values) if places else None
    before = known.get(first - 1)
    against = skill(ahead[:, places], values, np.full(values.size, before.value)) if places and before else None
    return MeasureScored(
        measure=measure,
        unit="people" if measure == Actual.Measure.CUSTOMERS else decision.workspace.currency,
        months=_months(first, ahead, facts, found),
        score=found,
        skill=against if against is not None and isfinite(against) else None,
        error=_error(ahead / draws["correction"][:, None], places, values) if len(places) >= LEAST_MONTHS else None,
    )


def _error(raw: Array, places: list[int], values: Array) -> float | None:
    """Of the sum over the known months, before any earlier correction, so that corrections do not pile up."""
    ahead, seen = raw[:, places].sum(axis=1), float(values.sum())
    return standardised_error(ahead, seen) if seen > 0 and ahead.min() > 0 else None


def _months(first: int, ahead: Array, facts: dict[int, Fact], found: Score | None) -> list[MonthScored]:
    middle, low, high = interval(ahead)
    order = {place: position for position, place in enumerate(sorted(facts))}
    rows = []
    for place in range(ahead.shape[1]):
        fact = facts.get(place)
        at = order.get(place)
        rows.append(
            MonthScored(
                name=month_name(first + place),
                median=float(middle[place]),
                low=float(low[place]),
                high=float(high[place]),
                value=fact.value if fact else None,
                origin=fact.origin if fact else "",
                held=bool(found.held[at]) if found and at is not None else None,
                crps=float(found.crps[at]) if found and at is not None else None,
            )
        )
    return rows


def correction_of(decisions: Iterable[Decision], known: Facts) -> tuple[Correction, list[Decision]]:
    """From the decisions that can be scored, one a first month: two forecasts of the same months err together."""
    errors: dict[int, tuple[Decision, float]] = {}
    for decision in decisions:
        found = next(one for one in scored(decision, known) if one.measure == CORRECTED_BY)
        if found.error is not None:
            errors.setdefault(decision.first_month, (decision, found.error))
    return correction([error for _, error in errors.values()]), [decision for decision, _ in errors.values()]
