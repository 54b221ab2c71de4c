"""What is true of the sample company: every parameter that its simulated sheets are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import erf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

COMPANY_NAME = "Pellowmere"
AS_OF = date(2026, 10, 31)
MONTHS = 24


@dataclass(frozen=True)
class Segment:
    """A kind of customer. ``share`` of all buyers 0..1; willingness to pay is lognormal, currency per month.

    ``functionality`` and ``interaction`` are the segment's mean F and I, 0..1.
    """

    name: str
    share: float
    worth_median: float
    worth_sigma: float
    functionality: float
    interaction: float


@dataclass(frozen=True)
class Need:
    """A need: its weight among the mentions of each segment (they sum to 1 over needs) and how well it is met, 0..1."""

    key: str
    name: str
    prevalence: dict[str, float]
    satisfaction: float


@dataclass(frozen=True)
class Offer:
    """A product on the market: true score per need 0..1, price in currency per month."""

    name: str
    scores: dict[str, float]
    price: float
    is_ours: bool = False


@dataclass(frozen=True)
class TodaysModel:
    """The model in production: accuracy 0..1, latency in ms, serving cost in currency per 1000 requests."""

    name: str
    accuracy: float
    latency_p50_ms: float
    latency_p95_ms: float
    cost_per_1000: float


SEGMENTS = (
    Segment("solo", 0.40, 70.0, 0.36, 0.72, 0.70),
    Segment("small team", 0.32, 87.0, 0.33, 0.72, 0.67),
    Segment("mid-size", 0.20, 108.0, 0.30, 0.70, 0.64),
    Segment("enterprise", 0.08, 134.0, 0.30, 0.68, 0.60),
)


def _by_segment(*weights: float) -> dict[str, float]:
    return {segment.name: weight for segment, weight in zip(SEGMENTS, weights, strict=True)}


NEEDS = (
    Need("accuracy", "Accurate answers", _by_segment(0.27, 0.28, 0.28, 0.25), 0.24),
    Need("handover", "Handover to a person", _by_segment(0.18, 0.23, 0.22, 0.20), 0.30),
    Need("billing", "Predictable bills", _by_segment(0.21, 0.15, 0.11, 0.08), 0.34),
    Need("setup", "Easy set-up", _by_segment(0.13, 0.09, 0.06, 0.04), 0.82),
    Need("speed", "Fast replies", _by_segment(0.07, 0.07, 0.07, 0.06), 0.60),
    Need("integrations", "Integrations", _by_segment(0.03, 0.06, 0.09, 0.12), 0.55),
    Need("languages", "More languages", _by_segment(0.06, 0.06, 0.06, 0.05), 0.58),
    Need("reports", "Clear reports", _by_segment(0.03, 0.04, 0.06, 0.06), 0.62),
    Need("privacy", "Data privacy", _by_segment(0.02, 0.02, 0.05, 0.14), 0.66),
)


def _scores(*values: float) -> dict[str, float]:
    return {need.key: value for need, value in zip(NEEDS, values, strict=True)}


OFFERS = (
    Offer(COMPANY_NAME, _scores(0.52, 0.48, 0.50, 0.86, 0.66, 0.58, 0.60, 0.62, 0.68), 49.0, is_ours=True),
    Offer("Brindlecast", _scores(0.74, 0.62, 0.46, 0.55, 0.60, 0.78, 0.64, 0.74, 0.80), 89.0),
    Offer("Quorvane", _scores(0.46, 0.40, 0.78, 0.80, 0.72, 0.42, 0.50, 0.44, 0.52), 35.0),
    Offer("Tessamill", _scores(0.60, 0.70, 0.58, 0.48, 0.50, 0.66, 0.44, 0.58, 0.62), 69.0),
)

TODAYS_MODEL = TodaysModel("pellow-reply-1", 0.80, 820.0, 1900.0, 1.9)


@dataclass(frozen=True)
class Truth:
    """The known truth behind the sheets. Symbols as everywhere: F, I, C, U in 0..1, h real, tenure in months.

    Satisfaction: U = F^a I^b C^c with a + b + c = 1 (Cobb-Douglas).
    Retention: a customer with U survives month t with S(t | U) = S_0(t)^exp(-h(U)), h(U) = slope (U - U_ref), where S_0
    is the shifted beta-geometric survival S_0(t) = B(alpha, beta + t) / B(alpha, beta)
    (Fader & Hardie 2007, J. Interactive Marketing 21(1), eq. 6). So a customer at U_ref follows the sBG exactly,
    and small monthly hazards are multiplied by exp(-h(U)).
    """

    company: str = COMPANY_NAME
    currency: str = "USD"
    as_of: date = AS_OF
    months: int = MONTHS
    segments: tuple[Segment, ...] = SEGMENTS
    needs: tuple[Need, ...] = NEEDS
    offers: tuple[Offer, ...] = OFFERS
    todays_model: TodaysModel = TODAYS_MODEL
    plan: str = "Standard"
    current_price: float = 49.0
    founding_plan: str = "Founding"
    founding_price: float = 39.0
    founding_months: int = 4
    price_grid: tuple[float, ...] = field(default_factory=lambda: tuple(float(p) for p in range(20, 161, 5)))
    best_price: float = 65.0
    satisfaction_family: str = "cobb_douglas"
    satisfaction_weights: tuple[float, float, float] = (0.5, 0.3, 0.2)
    link_family: str = "linear"
    link_slope: float = 3.5
    u_reference: float = 0.726
    sbg_alpha: float = 1.1
    sbg_beta: float = 15.0
    first_month_arrivals: float = 249.0
    arrivals_growth_per_month: float = 0.0245
    requests_per_customer_month: float = 420.0
    candidate_accuracy: float = 0.91
    candidate_verdict: str = "ship"

    @property
    def our_offer(self) -> Offer:
        """The offer of the sample company."""
        return next(offer for offer in self.offers if offer.is_ours)

    def need_importance(self) -> dict[str, float]:
        """Weight of each need among all mentions: sum over segments of share times prevalence; sums to 1."""
        return {need.key: sum(s.share * need.prevalence[s.name] for s in self.segments) for need in self.needs}

    def need_ranking(self) -> tuple[str, ...]:
        """Keys of the needs by opportunity, best first.

        Opportunity = i + max(i - s, 0), Ulwick's score, with importance i relative to the largest and s both in 0..1.
        """
        weights = self.need_importance()
        top = max(weights.values())
        score = {n.key: weights[n.key] / top + max(weights[n.key] / top - n.satisfaction, 0.0) for n in self.needs}
        return tuple(sorted(score, key=lambda key: -score[key]))

    def worth(self, price: float) -> float:
        """Share of buyers, 0..1, for whom ``price`` (currency per month) is worth it: a mixture of lognormals."""
        return sum(segment.share * worth_in(segment, price) for segment in self.segments)

    def best_price_on(self, grid: Sequence[float]) -> float:
        """The price of ``grid`` with the largest price x worth(price)."""
        return max(grid, key=lambda price: price * self.worth(price))

    def satisfaction(self, F: ArrayLike, I: ArrayLike, C: ArrayLike) -> Array:  # noqa: E741
        """U = F^a I^b C^c, element by element, 0..1."""
        a, b, c = self.satisfaction_weights
        return np.asarray(np.power(F, a) * np.power(I, b) * np.power(C, c), dtype=float)

    def link(self, U: ArrayLike) -> Array:
        """h(U) = slope (U - U_ref)."""
        return self.link_slope * (np.asarray(U, dtype=float) - self.u_reference)

    def baseline_survival(self, months: int) -> Array:
        """S_0(0..months), shape (months + 1,): the product of (beta + k - 1)/(alpha + beta + k - 1) over k = 1..t."""
        k = np.arange(1, months + 1)
        stay = (self.sbg_beta + k - 1) / (self.sbg_alpha + self.sbg_beta + k - 1)
        return np.concatenate([[1.0], np.cumprod(stay)])

    def survival(self, U: ArrayLike, months: int) -> Array:
        """S(t | U) = S_0(t)^exp(-h(U)); U of shape (n,) gives (n, months + 1)."""
        power = np.exp(-self.link(U))
        return np.power(self.baseline_survival(months), power[..., None])

    def margin_per_arrival(self, F: float, cost_per_1000: float, months: int = 12) -> float:
        """Expected margin of one arrival over ``months`` at the current price, with this F and the mean I and C."""
        interaction = sum(s.share * s.interaction for s in self.segments)
        U = self.satisfaction(F, interaction, self.worth(self.current_price))
        paid_months = float(self.survival(U, months)[:months].sum())
        return paid_months * (self.current_price - cost_per_1000 * self.requests_per_customer_month / 1000)

    def verdict(self, accuracy: float, cost_per_1000: float) -> str:
        """ "ship" where a model of this ``accuracy`` 0..1 and serving cost earns more than today's, else "hold".

        Functional shortfall moves with the errors: 1 - F_new = (1 - F) (1 - accuracy) / (1 - today's accuracy).
        """
        F = sum(s.share * s.functionality for s in self.segments)
        errors = (1 - accuracy) / (1 - self.todays_model.accuracy)
        better = self.margin_per_arrival(1 - (1 - F) * errors, cost_per_1000)
        return "ship" if better > self.margin_per_arrival(F, self.todays_model.cost_per_1000) else "hold"


def worth_in(segment: Segment, price: float) -> float:
    """Share of the segment, 0..1, whose willingness to pay is at least ``price``."""
    z = (log(price) - log(segment.worth_median)) / segment.worth_sigma
    return 0.5 * (1.0 - erf(z / sqrt(2.0)))
