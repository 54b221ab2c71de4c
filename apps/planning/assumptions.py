"""What a forecast takes on trust until data replaces it: each assumption with its default, its range and its spread."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from scipy.special import expit, logit

from apps.workspaces.errors import Refused
from trimtab.economics.decision.quality import LATENCY_ELASTICITY, QUALITY_ELASTICITY
from trimtab.economics.draws import Array

SEED = 20_260
WORLDS = 2000
MONEY, SHARE, PLAIN = "money", "share", ""


@dataclass(frozen=True)
class Assumption:
    """One number that somebody states. ``spread`` is the sd of its log, or of its log-odds for a share; 0 = exact.

    ``replaces`` names the link that data would fill; without one no kind of data in this product can replace it yet.
    Where there are ``choices`` the number stands for one of them.
    """

    key: str
    label: str | Promise
    help: str | Promise
    default: float | None
    low: float
    high: float
    unit: str = PLAIN
    spread: float = 0.0
    replaces: str = ""
    choices: tuple[tuple[float, str | Promise], ...] = ()

    def draw(self, value: float) -> Array:
        """``WORLDS`` draws around ``value`` as the median; the same in every forecast."""
        noise = self.spread * stream(self.key).standard_normal(WORLDS)
        if self.unit == SHARE and 0 < value < 1:
            return np.asarray(expit(logit(value) + noise))
        return value * np.exp(noise)


def stream(name: str) -> np.random.Generator:
    """A stream of chance of its own for each link, so that a change in one leaves the others alone."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


_ALL = (
    Assumption(
        "current_price", _("Price today"), _("What a customer pays now."), None, 0.01, 1e6, MONEY, replaces="price"
    ),
    Assumption(
        "arrivals_per_month", _("New customers a month"), _("At today's price, with today's product."),
        None, 0.1, 1e7, "people", 0.25, "arrivals",
    ),
    Assumption(
        "churn_per_month", _("Customers who leave in a month"), _("Of those who are there at its start."),
        0.05, 0.001, 0.9, SHARE, 0.4, "hazard",
    ),
    Assumption(
        "functional_today", _("Functional performance F today"), _("0 = nothing works, 1 = all of it."),
        0.7, 0.01, 0.999, SHARE, 0.25, "satisfaction",
    ),
    Assumption(
        "interaction_today", _("Interaction experience I today"), _("0 = a burden, 1 = a pleasure."),
        0.7, 0.01, 0.999, SHARE, 0.25, "satisfaction",
    ),
    Assumption(
        "link_slope", _("Slope of retention on satisfaction"),
        _("How much the log of the risk of leaving falls when U rises from 0 to 1."), 3.0, 0.01, 50.0, PLAIN,
        0.5, "link",
    ),
    Assumption(
        "worth_at_current", _("For whom today's price is worth it"), _("C at today's price, of all buyers in reach."),
        0.6, 0.01, 0.99, SHARE, 0.3, "worth",
    ),
    Assumption(
        "worth_spread", _("Spread of what people would pay"),
        _("Standard deviation of the log: .4 = two in three lie within a factor 1.5 of the middle."),
        0.4, 0.05, 2.0, PLAIN, 0.2, "worth",
    ),
    Assumption(
        "preference_share", _("Share of preference today"),
        _("Simulated: who would choose this offer if all were known."),
        0.3, 0.01, 0.95, SHARE, 0.3, "preference",
    ),
    Assumption(
        "gamma", _("Strength of preference γ"), _("How strongly the choice follows the score: 0 = not at all."),
        2.0, 0.01, 50.0, PLAIN, 0.5,
    ),
    Assumption(
        "none_weight", _("Weight of buying nothing"), _("1 = as attractive as a free offer with a score of 0."),
        1.0, 0.001, 1000.0, PLAIN, 0.5,
    ),
    Assumption(
        "quality_elasticity", _("Quality elasticity"),
        _("1 = half the test errors halve what the product gets wrong for its users."),
        QUALITY_ELASTICITY.median, 0.01, 5.0, PLAIN, QUALITY_ELASTICITY.log_sd,
    ),
    Assumption(
        "latency_elasticity", _("Latency elasticity"),
        _(".3 = twice the latency makes the shortfall in experience 23% larger."),
        LATENCY_ELASTICITY.median, 0.01, 5.0, PLAIN, LATENCY_ELASTICITY.log_sd,
    ),
    Assumption(
        "requests_per_month", _("Requests of a customer in a month"), _("What the model is asked."),
        400.0, 0.0, 1e7, PLAIN, 0.15,
    ),
    Assumption(
        "today_accuracy", _("Accuracy of today's model"), _("On texts like those that candidates are tested on."),
        0.8, 0.01, 0.999, SHARE, 0.3, "today",
    ),
    Assumption(
        "today_latency_ms", _("Latency of today's model"), _("Median of one answer."), 1000.0, 0.01, 1e6, "ms",
        0.2, "today"
    ),
    Assumption(
        "today_cost_per_1000", _("Cost of 1,000 requests to today's model"), _("What serving them costs."),
        2.0, 0.0, 1e5, MONEY, 0.2, "today",
    ),
    Assumption(
        "retries", _("Retries of a request"),
        _("How often more a request is sent on average: .1 = one in ten is sent twice."), 0.0, 0.0, 20.0,
    ),
    Assumption(
        "usage_spread", _("Spread of use among customers"),
        _("Standard deviation of the log of use: 1 = the heaviest tenth make 4 in 10 of all requests."),
        1.0, 0.0, 3.0, PLAIN, 0.15, "usage",
    ),
    Assumption(
        "expansion_per_month", _("Growth of a customer's spending a month"),
        _(".01 = who stays pays 1% more each month, by larger plans."), 0.0, -0.2, 0.2, PLAIN, 0.0, "expansion",
    ),
    Assumption(
        "arrivals_source", _("New customers come from"), _("The adoption curve counts on a market that fills up."),
        0.0, 0.0, 1.0, choices=((0.0, _("the subscription log")), (1.0, _("the adoption curve"))),
    ),
    Assumption(
        "quality_wins_buyers", _("A better model wins new customers"),
        _("By what people would pay for it in the choice study. Buyers seldom feel quality before they buy."),
        0.0, 0.0, 1.0, choices=((0.0, _("no, it only keeps them")), (1.0, _("yes, as far as they chose it"))),
    ),
    Assumption(
        "use_past_errors", _("Correct by past errors"), _("What scored decisions of the ledger say of forecasts."),
        1.0, 0.0, 1.0, choices=((1.0, _("yes, where decisions were scored")), (0.0, _("no"))),
    ),
    Assumption(
        "retention_form", _("Form of retention"),
        _("Satisfaction moves the risk of leaving, or all that is retained: R = R₀ exp(h), at most 1."),
        0.0, 0.0, 1.0, choices=((0.0, _("the risk of leaving")), (1.0, _("the source document's"))),
    ),
    Assumption(
        "acquisition_cost", _("Cost of a new customer"), _("Sales and onboarding, for each who comes."),
        0.0, 0.0, 1e7, MONEY, 0.2,
    ),
    Assumption(
        "marketing_per_month", _("Marketing a month"), _("The same whatever is decided here."), 0.0, 0.0, 1e9, MONEY,
    ),
    Assumption(
        "gpu_hour_price", _("Price of a GPU hour"), _("What an hour of training or testing costs."),
        2.5, 0.0, 1e4, MONEY,
    ),
    Assumption(
        "gpu_hours_per_candidate", _("GPU hours of a candidate"), _("To train and test it once."),
        1.0, 0.0, 1e6, PLAIN, 0.2, "training",
    ),
    Assumption(
        "trainings_per_year", _("Trainings a year"), _("How often a shipped candidate is trained and tested again."),
        4.0, 0.0, 1000.0,
    ),
    Assumption(
        "one_off_cost", _("Cost of shipping a candidate"), _("Once, when it goes live: engineering, moving, checks."),
        0.0, 0.0, 1e9, MONEY,
    ),
    Assumption("cash_today", _("Cash today"), _("What is in the bank."), 0.0, -1e9, 1e12, MONEY),
    Assumption("payment_fee", _("Payment fee"), _("Part of revenue."), 0.03, 0.0, 0.9, SHARE),
    Assumption("fixed_cost", _("Fixed cost a month"), _("The same whatever is decided here."), 0.0, 0.0, 1e9, MONEY),
    Assumption(
        "annual_discount", _("Discount a year"), _("A margin in a year counts less by this."), 0.1, 0.0, 2.0, SHARE,
    ),
    Assumption(
        "ship_at", _("Ship from this chance of a gain"), _("Above it the verdict is to ship."), 0.9, 0.5, 0.999, SHARE,
    ),
    Assumption(
        "hold_at", _("Hold up to this chance of a gain"), _("Below it the verdict is to hold."), 0.1, 0.001, 0.5, SHARE,
    ),
)  # fmt: skip
ASSUMPTIONS: dict[str, Assumption] = {one.key: one for one in _ALL}


@dataclass(frozen=True)
class Assumed:
    """The assumptions of one scenario: what it overrides, and the defaults for the rest."""

    overrides: Mapping[str, float]

    def value(self, key: str) -> float | None:
        return self.overrides.get(key, ASSUMPTIONS[key].default)

    def number(self, key: str) -> float:
        value = self.value(key)
        if value is None:
            raise KeyError(key)
        return value

    def is_stated(self, *keys: str) -> bool:
        """Whether somebody typed one of them: a typed number goes before the data, and is graded as typed."""
        return any(key in self.overrides for key in keys)

    def draw(self, key: str) -> Array:
        return ASSUMPTIONS[key].draw(self.number(key))


def checked(given: Mapping[str, Any]) -> dict[str, float]:
    """The overrides as numbers in their ranges; an empty one goes back to the default. Raises Refused."""
    kept: dict[str, float] = {}
    for key, raw in given.items():
        if key not in ASSUMPTIONS:
            raise Refused("unknown_assumption", gettext("There is no assumption “%(key)s”.") % {"key": key}, field=key)
        if raw is None or raw == "":
            continue
        kept[key] = _in_range(ASSUMPTIONS[key], raw)
    if kept.get("hold_at", 0.1) >= kept.get("ship_at", 0.9):
        raise Refused("thresholds_cross", gettext("Hold must lie below ship."), field="hold_at")
    return kept


def _in_range(assumption: Assumption, raw: Any) -> float:
    try:
        value = float(raw)
    except (TypeError, ValueError):
        value = float("nan")
    known = [choice for choice, _label in assumption.choices]
    if isinstance(raw, bool) or not assumption.low <= value <= assumption.high or (known and value not in known):
        message = gettext("%(name)s must be a number from %(low)s to %(high)s.")
        words = {"name": assumption.label, "low": f"{assumption.low:g}", "high": f"{assumption.high:g}"}
        raise Refused("assumption_out_of_range", message % words, field=assumption.key)
    return value
