"""What is true of the sample company's market: choices, needs compared, tokens used, credit packs, adoption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from trimtab.sample_company.truth import Array, Need, Segment

QUALITY, SPEED, PRIVACY, PRICE = "answer quality", "answer speed", "data privacy", "price"


@dataclass(frozen=True)
class Tastes:
    """What a segment's typical person gains over the first level, in utility; ``price`` is for one unit of currency.

    ``none`` is the utility of choosing none of the offers, where the first levels at no price have 0.
    """

    levels: Mapping[str, Mapping[str, float]]
    price: float
    none: float

    def worth(self, attribute: str, level: str) -> float:
        """Willingness to pay for the level over the first one, currency per month: -b_level / b_price."""
        return -self.levels[attribute].get(level, 0.0) / self.price


def _tastes(better: float, best: float, normal: float, fast: float, high: float, price: float, none: float) -> Tastes:
    levels = {
        QUALITY: {"today's": 0.0, "better": better, "best": best},
        SPEED: {"slow": 0.0, "normal": normal, "fast": fast},
        PRIVACY: {"basic": 0.0, "high": high},
    }
    return Tastes(levels, price, none)


@dataclass(frozen=True)
class MarketTruth:
    """The known truth behind the sheets on choices, tokens, purchases and adoption.

    Choices: utility is the segment's tastes plus a person's own normal deviation of ``taste_spread`` in each level and
    of ``price_spread``, relative, in the price, plus a Gumbel error (multinomial logit within the person).
    Best and worst: a person's utility of a need is ``importance_scale`` times the log of its weight in the segment,
    plus a normal deviation; the best is drawn by a logit, the worst by a logit of the negated rest.
    Tokens: a customer's month is lognormal, around the customer's own lognormal level.
    Credit packs: BG/NBD with Gamma-Gamma amounts (Fader, Hardie & Lee 2005), time in weeks.
    Adoption: Bass (1969), f(t) = (p + q)^2 / p e^-(p+q)t / (1 + (q/p) e^-(p+q)t)^2 with t in months, Poisson counts.
    """

    tastes: Mapping[str, Tastes] = field(
        default_factory=lambda: {
            "solo": _tastes(0.55, 0.95, 0.45, 0.70, 0.20, -0.046, -1.6),
            "small team": _tastes(0.75, 1.30, 0.45, 0.75, 0.35, -0.038, -1.6),
            "mid-size": _tastes(0.95, 1.70, 0.50, 0.75, 0.70, -0.031, -1.6),
            "enterprise": _tastes(1.10, 2.00, 0.40, 0.60, 1.30, -0.024, -1.6),
        }
    )
    prices: tuple[float, ...] = (29.0, 49.0, 69.0, 89.0)
    taste_spread: float = 0.35
    price_spread: float = 0.25
    accuracy_of_level: Mapping[str, float] = field(
        default_factory=lambda: {"today's": 0.80, "better": 0.88, "best": 0.95}
    )
    importance_scale: float = 1.0
    importance_spread: float = 0.5
    ladder: tuple[float, ...] = (29.0, 49.0, 65.0, 89.0, 119.0)
    tokens_per_request: float = 650.0
    tokens_sigma: float = 1.25
    month_sigma: float = 0.25
    bg_nbd: tuple[float, float, float, float] = (0.9, 6.0, 0.8, 2.6)
    gamma_gamma: tuple[float, float, float] = (6.0, 4.0, 22.0)
    weeks: int = 40
    first_weeks: int = 12
    adopted: str = "Inbox widget"
    bass: tuple[float, float, float] = (12_000.0, 0.008, 0.22)
    adoption_months: int = 30

    def worth(self, segments: tuple[Segment, ...], attribute: str, level: str) -> float:
        """What the level is worth over the first one to a person of the mean tastes of all, currency per month.

        It is the ratio of the mean utility to the mean utility of money, as an estimate from all answers finds it.
        """
        gain = sum(one.share * self.tastes[one.name].levels[attribute].get(level, 0.0) for one in segments)
        return -gain / sum(one.share * self.tastes[one.name].price for one in segments)

    def utilities(self, needs: tuple[Need, ...], segment: Segment) -> Array:
        """The typical person's utility of each need, (needs,), with mean 0."""
        found = self.importance_scale * np.log([need.prevalence[segment.name] for need in needs])
        return np.asarray(found - found.mean(), dtype=float)

    def mean_amount(self) -> float:
        """Of a purchase over all customers, p v / (q - 1), in currency."""
        p, q, v = self.gamma_gamma
        return p * v / (q - 1)

    def adopters(self) -> Array:
        """Expected new adopters of each month t = 1, 2, ..., (adoption_months,): m f(t)."""
        market, p, q = self.bass
        gone = np.exp(-(p + q) * np.arange(1, self.adoption_months + 1))
        return np.asarray(market * (p + q) ** 2 / p * gone / (1 + q / p * gone) ** 2, dtype=float)

    def log_tokens(self, requests: float) -> float:
        """The middle of a customer's log tokens a month, so that the mean over customers is ``requests`` of them."""
        return float(np.log(requests * self.tokens_per_request)) - self.tokens_sigma**2 / 2

    def heaviest_tenth(self) -> float:
        """Share of all tokens that the heaviest tenth of the customers uses: 1 - Phi(z_.9 - sigma) of the lognormal."""
        normal = NormalDist()
        return 1 - normal.cdf(normal.inv_cdf(0.9) - self.tokens_sigma)
