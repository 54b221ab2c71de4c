"""Cox's partial likelihood of one covariate: Efron's ties, late entry, and the sums over those at risk that it needs.

Notation: n customers, J distinct months with an ending. Sources: Cox 1972, JRSS B 34:187-220; Efron 1977, JASA
72:557-565.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import truncnorm

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.survival import Tenures

FEWEST_EVENTS = 10
STEEPEST = 100.0
STEPS = 50


@dataclass(frozen=True)
class PartialLikelihoodFit:
    """Coefficient b of hazard_0(t) exp(b x), its standard error, the log partial likelihood at b, and the endings."""

    coefficient: float
    standard_error: float
    log_likelihood: float
    events: int


def truncated_slope(estimate: float, standard_error: float, worlds: int, rng: np.random.Generator) -> Array:
    """Normal draws given that they are not negative, (worlds,)."""
    lowest = (0 - estimate) / standard_error
    return truncnorm.rvs(lowest, np.inf, loc=estimate, scale=standard_error, size=worlds, random_state=rng)


def partial_likelihood(x: Array, data: Tenures) -> PartialLikelihoodFit:
    """Newton's method for one covariate ``x`` (n,), ties by Efron, late entry allowed.

    Raises CannotEstimate: too_few_events, no_variation, slope_not_finite (the endings are ordered perfectly by x).
    """
    _refuse_thin(x, data)
    spread = float(x.std())
    scaled = (x - x.mean()) / spread
    risk = RiskSets.of(scaled, data)
    b = 0.0
    value, slope, curve = risk.likelihood(b)
    for _ in range(STEPS):
        move = slope / curve if curve > 0 else np.sign(slope)
        move = float(np.clip(move, -2, 2))
        trial = risk.likelihood(b + move)
        while trial[0] < value - 1e-12 and abs(move) > 1e-12:
            move /= 2
            trial = risk.likelihood(b + move)
        b, (value, slope, curve) = b + move, trial
        if abs(move) < 1e-10 or abs(b) > STEEPEST:
            break
    if abs(b) > STEEPEST / 5 or curve <= 1e-9:
        message = "Satisfaction separates those who left from those who stayed completely, so the slope has no limit."
        raise CannotEstimate("slope_not_finite", message, "Bring more customers, or assume the slope.")
    return PartialLikelihoodFit(b / spread, float(1 / np.sqrt(curve)) / spread, value, int(data.event.sum()))


def _refuse_thin(x: Array, data: Tenures) -> None:
    events = int(np.sum(data.event))
    if events < FEWEST_EVENTS:
        raise CannotEstimate(
            "too_few_events",
            "Only %(events)d customers with a known satisfaction have left; at least %(needed)d are needed.",
            "Wait for %(missing)d more endings, join more surveys to subscriptions, or assume the slope.",
            events=events,
            needed=FEWEST_EVENTS,
            missing=FEWEST_EVENTS - events,
        )
    if np.ptp(x) < 1e-9:
        raise CannotEstimate("no_variation", "All are equally satisfied.", "Survey customers of more kinds.")


@dataclass(frozen=True)
class RiskSets:
    """Customers sorted for sums over those at risk: at each ending, durations not before it less entries not before it.

    ``tie`` is Efron's l / d of each ending within its month, ``month`` its place among the J distinct months.
    """

    x: Array
    by_duration: NDArray[np.int64]
    by_entry: NDArray[np.int64]
    first_duration: NDArray[np.int64]
    first_entry: NDArray[np.int64]
    ended: NDArray[np.int64]
    starts: NDArray[np.int64]
    month: NDArray[np.int64]
    tie: Array

    @classmethod
    def of(cls, x: Array, data: Tenures) -> RiskSets:
        times, counts = np.unique(data.duration[data.event], return_counts=True)
        # Someone who enters at month 0, or ends where he enters, is at risk at that very moment.
        entry = np.where((data.entry == 0) | (data.entry >= data.duration), -1.0, data.entry)
        by_duration, by_entry = np.argsort(data.duration), np.argsort(entry)
        ended = np.flatnonzero(data.event)
        ended = ended[np.argsort(data.duration[ended])]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        month = np.repeat(np.arange(times.size), counts)
        return cls(
            x=x,
            by_duration=by_duration,
            by_entry=by_entry,
            first_duration=np.searchsorted(data.duration[by_duration], times, side="left"),
            first_entry=np.searchsorted(entry[by_entry], times, side="left"),
            ended=ended,
            starts=starts,
            month=month,
            tie=(np.arange(ended.size) - starts[month]) / counts[month],
        )

    def likelihood(self, b: float) -> tuple[float, float, float]:
        """Log partial likelihood at b, its slope, and minus its second derivative."""
        weight = np.exp(b * self.x)
        zero, one, two = (self._at_risk_less_ties(weight * self.x**k) for k in range(3))
        mean = one / zero
        value = b * self.x[self.ended].sum() - np.log(zero).sum()
        return float(value), float(self.x[self.ended].sum() - mean.sum()), float(np.sum(two / zero - mean**2))

    def _at_risk_less_ties(self, terms: Array) -> Array:
        """Sum of ``terms`` over the risk set of each ending, less its share l / d of those ending in the same month."""
        at_risk = _tail(terms[self.by_duration])[self.first_duration] - _tail(terms[self.by_entry])[self.first_entry]
        tied = np.add.reduceat(terms[self.ended], self.starts)
        return at_risk[self.month] - self.tie * tied[self.month]


def _tail(values: Array) -> Array:
    """Sums from each place to the end, with a 0 after the last: (n + 1,)."""
    return np.concatenate([np.cumsum(values[::-1])[::-1], [0.0]])
