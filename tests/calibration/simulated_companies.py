"""Companies whose truth is known, drawn from stated priors, and the evidence that each would bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from apps.planning.assumptions import ASSUMPTIONS
from trimtab.economics.draws import Array
from trimtab.economics.satisfaction.answer_noise import ANSWER_SPREAD
from trimtab.economics.satisfaction.families import predict
from trimtab.sample_company.subscriptions import Customers, draw_customers
from trimtab.sample_company.truth import Segment, TodaysModel, Truth

HISTORY, AHEAD, DAMPING = 24, 60, 0.9
AS_OF = date(2026, 10, 31)
CPU_HOUR = 3.0
LATENCY_SPREAD = 0.35
# How alike the models' mistakes are: the correlation of what makes a text hard for each of them.
SAME_TEXTS = 0.6
MANY = 20_000
ASSUMED_BY_PRIOR = (
    "quality_elasticity", "latency_elasticity", "preference_share", "requests_per_month",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What is true of a model: accuracy 0..1 on all texts, median milliseconds, currency per 1,000 requests."""

    accuracy: float
    latency_ms: float
    cpus: float

    @property
    def cost_per_1000(self) -> float:
        mean = self.latency_ms * np.exp(LATENCY_SPREAD**2 / 2)
        return float(1000 * mean * self.cpus * CPU_HOUR / 3_600_000)


@dataclass(frozen=True)
class CompanyTruth(Truth):
    """The truth of one company, in the terms of the sample company, with any family of satisfaction."""

    coef: tuple[float, ...] = (1.0, 0.5, 0.3, 0.2)

    def satisfaction(self, F: Any, I: Any, C: Any) -> Array:  # noqa: E741
        shape = np.shape(F)
        parts = (np.atleast_1d(np.asarray(part, dtype=float))[None] for part in (F, I, C))
        return predict(self.satisfaction_family, np.array([self.coef]), *parts)[0].reshape(shape)


@dataclass(frozen=True)
class Company:
    """``truth`` of customers and prices; ``models`` with today's first; ``assumed`` values that no data tells.

    New customers of a month have the mean ``level`` at the end of the history, a log slope ``growth`` that is
    damped from then on, and the variance ``over_dispersion`` times the mean. ``answer_noise`` is the standard deviation
    of an answer around what was meant, as a part of the scale. The rest says how much was asked.
    """

    truth: CompanyTruth
    models: tuple[Model, ...]
    assumed: dict[str, float]
    level: float
    growth: float
    over_dispersion: float
    answers: int
    prices: int
    texts: int
    answer_noise: float

    @cached_property
    def arrivals(self) -> Array:
        """Expected new customers in each month ahead, (AHEAD,)."""
        return self.level * np.exp(self.growth * np.cumsum(DAMPING ** np.arange(1, AHEAD + 1)))

    @cached_property
    def hazard(self) -> Array:
        """Monthly hazard of all customers by tenure, (AHEAD,): those who are satisfied less leave first."""
        people = draw_customers(self.truth, MANY, np.random.default_rng(1)).satisfaction
        power = np.exp(-self.truth.link(people))
        log_baseline = np.log(self.truth.baseline_survival(AHEAD))
        kept = np.exp(power[:, None] * log_baseline).mean(axis=0)
        return -np.diff(np.log(kept))

    def worth(self, prices: Array) -> Array:
        """C(p), (G,): one where it costs nothing."""
        return np.array([self.truth.worth(float(price)) if price > 0 else 1.0 for price in prices])


def draw_company(rng: np.random.Generator) -> Company:
    """From the stated priors; what the product takes on trust has the product's own prior."""
    truth = _truth(rng)
    assumed = {key: _from_prior(key, rng) for key in ASSUMED_BY_PRIOR}
    return Company(
        truth=truth,
        models=_models(rng),
        assumed=assumed,
        level=float(np.exp(rng.normal(np.log(120), 0.5))),
        growth=float(rng.normal(0, 0.02)),
        over_dispersion=float(1 + rng.exponential(1.0)),
        answers=int(rng.integers(200, 601)),
        prices=int(rng.integers(150, 501)),
        texts=int(rng.integers(400, 1501)),
        answer_noise=float(ANSWER_SPREAD * np.exp(0.3 * rng.standard_normal())),
    )


def _from_prior(key: str, rng: np.random.Generator) -> float:
    given = ASSUMPTIONS[key]
    noise = given.spread * rng.standard_normal()
    assert given.default is not None
    return float(expit(logit(given.default) + noise) if given.unit == "share" else given.default * np.exp(noise))


def _truth(rng: np.random.Generator) -> CompanyTruth:
    price = float(round(49 * np.exp(0.5 * rng.standard_normal())))
    segment = _segment(price, rng)
    family, coef = _satisfaction(rng)
    first, alike = 0.05 * np.exp(0.4 * rng.standard_normal()), rng.uniform(0.02, 0.2)
    made = CompanyTruth(
        segments=(segment,),
        current_price=price,
        founding_months=0,
        months=HISTORY,
        as_of=AS_OF,
        satisfaction_family=family,
        coef=coef,
        link_slope=_from_prior("link_slope", rng),
        sbg_alpha=float(first / alike),
        sbg_beta=float((1 - first) / alike),
        todays_model=TodaysModel("today", 0.8, 800.0, 1900.0, 2.0),
    )
    C = made.worth(price)
    return replace(made, u_reference=float(made.satisfaction(segment.functionality, segment.interaction, C)))


def _segment(price: float, rng: np.random.Generator) -> Segment:
    """Between half and nine tenths of the buyers find today's price worth it."""
    spread = rng.uniform(0.3, 0.55)
    middle = price * np.exp(spread * norm.ppf(rng.uniform(0.5, 0.9)))
    return Segment(
        "", 1.0, float(middle), float(spread), float(rng.uniform(0.55, 0.85)), float(rng.uniform(0.55, 0.85))
    )


def _satisfaction(rng: np.random.Generator) -> tuple[str, tuple[float, ...]]:
    family = str(rng.choice(["product", "additive", "cobb_douglas", "ces"]))
    weights = rng.dirichlet([4.0, 3.0, 2.0])
    if family == "product":
        return family, (1.0,)
    if family == "additive":
        return family, (float(rng.uniform(0, 0.1)), *(0.9 * weights))
    scale = float(rng.uniform(0.9, 1.0))
    if family == "cobb_douglas":
        return family, (scale, *(weights * rng.uniform(0.8, 1.4)))
    return family, (scale, *weights, float(rng.uniform(-3, 0.5)))


def _models(rng: np.random.Generator) -> tuple[Model, ...]:
    today = Model(float(rng.uniform(0.7, 0.88)), float(800 * np.exp(0.3 * rng.standard_normal())), 3.0)
    candidates = [
        Model(
            float(expit(logit(today.accuracy) + rng.normal(0.25, 0.3))),
            float(today.latency_ms * np.exp(rng.normal(0.1, 0.5))),
            float(3.0 * np.exp(rng.normal(0.6, 0.9))),
        )
        for _ in range(int(rng.integers(2, 4)))
    ]
    return (today, *candidates)


def customers_of(company: Company, rng: np.random.Generator) -> Customers:
    """Everybody who came in the history, with an overdispersed number in each month."""
    mean = company.level * np.exp(company.growth * np.arange(1 - HISTORY, 1))
    counts = monthly_counts(mean, company.over_dispersion, rng)
    people = draw_customers(company.truth, int(counts.sum()), rng)
    month = np.repeat(np.arange(HISTORY), counts)
    started = tuple(_day_in(int(m), float(part)) for m, part in zip(month, rng.random(month.size), strict=True))
    return replace(people, started_on=started)


def monthly_counts(mean: Array, over_dispersion: float, rng: np.random.Generator) -> Array:
    """Whole numbers with this mean and variance over_dispersion times the mean."""
    extra = over_dispersion - 1
    return rng.poisson(rng.gamma(mean / extra, extra))


def _day_in(month: int, part: float) -> date:
    index = AS_OF.year * 12 + AS_OF.month - HISTORY + month
    first, after = date(index // 12, index % 12 + 1, 1), date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first + timedelta(days=int(part * (after - first).days))


def right_answers(company: Company, rng: np.random.Generator) -> Array:
    """Which of the tested texts each model gets right, (models, texts): all of them find the same texts hard."""
    hard = np.sqrt(SAME_TEXTS) * rng.standard_normal(company.texts)
    own = np.sqrt(1 - SAME_TEXTS) * rng.standard_normal((len(company.models), company.texts))
    limits = norm.ppf([model.accuracy for model in company.models])
    return hard + own < limits[:, None]


def latencies(model: Model, rng: np.random.Generator, requests: int = 200) -> Array:
    return model.latency_ms * np.exp(LATENCY_SPREAD * rng.standard_normal(requests))
