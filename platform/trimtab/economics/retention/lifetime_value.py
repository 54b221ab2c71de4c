"""What customers are still worth: purchases ahead times what each brings, discounted, with its uncertainty.

Without a contract (BG/NBD or Pareto/NBD with gamma-gamma):

    value = margin * E[mean spend | spend so far] * E[discounted purchases ahead | x, t_x, T]

With a contract (shifted beta-geometric):  value = margin a period * DERL, see ``residual_lifetime``.

A yearly rate d means that money due in t years is worth (1 + d)^-t today; per unit of time of the purchases it is the
continuous rate log(1 + d) * unit / year. N customers, D worlds.
Sources: Fader, Hardie & Lee 2005, J. Marketing Research 42:415-430; Fader & Hardie 2010, Marketing Science 29(1):85-93.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import bg_nbd, gamma_gamma, pareto_nbd, sbg
from trimtab.economics.retention.discounting import Discount
from trimtab.economics.retention.purchase_models import Model
from trimtab.economics.retention.purchases import DAYS, Calibration, Customers, TimeUnit

MODELS: dict[Model, ModuleType] = {"bg_nbd": bg_nbd, "pareto_nbd": pareto_nbd}
# More customers than this are represented by every k-th of them, in the order of their histories.
SIMULATED_CUSTOMERS = 20_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Ahead:
    """What N customers together do after T, each (D,): ``alive`` customers, ``purchases`` in the horizon.

    ``residual`` discounted purchases without an end, and their ``value`` in money (None without amounts).
    """

    alive: Array
    purchases: Array
    residual: Array
    value: Array | None


@dataclass(frozen=True)
class CustomerValue:
    """For each customer (N,): P(alive), purchases in the horizon, discounted residual purchases, spend and value."""

    p_alive: Array
    purchases: Array
    residual: Array
    spend: Array | None
    value: Array | None


def continuous_rate(discount: Discount, unit: TimeUnit) -> float:
    """The discount as a continuous rate per ``unit`` of time: log(1 + yearly rate) * unit / year.

    >>> round(continuous_rate(Discount.yearly(0.10), "week"), 6)
    0.001827
    """
    return float(np.log1p(discount.per_year) * DAYS[unit] / DAYS["year"])


def per_period(discount: Discount, period: TimeUnit) -> float:
    """The same discount stated per ``period``: (1 + yearly rate)^(period / year) - 1.

    >>> rate = Discount.yearly(0.10)
    >>> [round(per_period(rate, unit), 6) for unit in ("year", "month", "week")]
    [0.1, 0.007974, 0.001828]
    """
    return float(np.expm1(continuous_rate(discount, period)))


def residual_lifetime(parameters: Array, renewals: int, discount: Discount, period: Literal["month", "year"]) -> Array:
    """DERL of a subscriber before the ``renewals``-th renewal, in discounted periods, (D,).

    ``parameters`` (D, 2) are alpha and beta of the shifted beta-geometric, fitted on contracts of one ``period``; the
    discount is taken per that period. Times the margin of a period it is the residual lifetime value.
    Raises CannotEstimate('derl_out_of_range') for ``renewals`` below 1.

    >>> one = np.array([[0.7637, 1.2958]])
    >>> [round(float(residual_lifetime(one, n, Discount.yearly(0.1), "year")[0]), 2) for n in (1, 2, 3)]
    [2.88, 3.94, 4.68]
    """
    values = np.atleast_2d(np.asarray(parameters, dtype=float))
    return np.asarray(sbg.derl(values[:, 0], values[:, 1], renewals, per_period(discount, period)))


def customer_values(
    model: Model,
    parameters: Array,
    data: Calibration,
    *,
    horizon: float,
    discount: Discount,
    spend: Array | None = None,
    margin: float = 1.0,
) -> CustomerValue:
    """Expectations for each customer at one set of ``parameters`` (4,) and, where given, of ``spend`` (3,).

    ``margin`` is the share of the spend that is earned, 0..1; ``horizon`` is in the unit of the data.
    """
    _check_margin(margin)
    rules, who = MODELS[model], data.customers
    residual = rules.residual_purchases(parameters, who, continuous_rate(discount, who.unit))
    money = None if spend is None else gamma_gamma.expected_spend(spend, who.frequency, data.spend)
    return CustomerValue(
        p_alive=rules.p_alive(parameters, who),
        purchases=rules.expected_purchases(parameters, who, horizon),
        residual=residual,
        spend=money,
        value=None if money is None else margin * money * residual,
    )


def ahead(
    model: Model,
    parameters: Array,
    data: Calibration,
    *,
    horizon: float,
    discount: Discount,
    rng: np.random.Generator,
    spend: Array | None = None,
    margin: float = 1.0,
    on_progress: Progress | None = None,
) -> Ahead:
    """The sums over all customers in D possible worlds, with the uncertainty of the parameters and of the people.

    ``parameters`` (D, 4) and ``spend`` (D, 3) are draws. In each world every customer is alive or not, and has a rate
    of buying, of leaving and a mean spend drawn from what their history allows. Purchases in the horizon are counts;
    residual purchases and value are what these rates make one expect. Of more than 20,000 customers every k-th
    stands for its neighbours, and the spread of the sums is then brought to that of all.
    """
    _check_margin(margin)
    rows, factor = _represented(data.customers)
    who = data.customers.of(rows)
    delta = continuous_rate(discount, who.unit)
    sums, spread = np.empty((4, len(parameters))), np.zeros((4, len(parameters)))
    for world, point in enumerate(np.asarray(parameters, dtype=float)):
        buyers = MODELS[model].future_buyers(point, who, rng)
        residual = buyers.residual(delta)
        money = (
            np.zeros(1)
            if spend is None
            else gamma_gamma.future_spend(spend[world], who.frequency, data.spend[rows], rng)
        )
        each: tuple[Array, ...] = (
            buyers.alive.astype(float),
            buyers.purchases(horizon, rng),
            residual,
            margin * money * residual,
        )
        for place, values in enumerate(each):
            sums[place, world] = factor * float(values @ who.weight)
            # Neighbours have like histories: by how much they differ is chance, not that people differ.
            spread[place, world] = who.count * float(np.mean(np.diff(values) ** 2)) / 2 if factor > 1 else 0
        if on_progress is not None and world % 20 == 0:
            on_progress(world, len(parameters))
    sums = np.array([_as_of_all(total, noise.mean(), factor) for total, noise in zip(sums, spread, strict=True)])
    return Ahead(sums[0], sums[1], sums[2], None if spend is None else sums[3])


def value_draws(
    model: Model,
    parameters: Array,
    data: Calibration,
    rows: np.ndarray,
    *,
    discount: Discount,
    rng: np.random.Generator,
    spend: Array | None = None,
    margin: float = 1.0,
) -> Array:
    """What each of some customers may be worth, (D, n), in money, or in discounted purchases without ``spend``.

    ``rows`` (n,) name them. Each world draws whether the customer is alive, and the rates and the mean spend.
    """
    _check_margin(margin)
    who, delta = data.customers.of(rows), continuous_rate(discount, data.customers.unit)
    found = np.empty((len(parameters), len(rows)))
    for world, point in enumerate(np.asarray(parameters, dtype=float)):
        found[world] = MODELS[model].future_buyers(point, who, rng).residual(delta)
        if spend is not None:
            money = gamma_gamma.future_spend(spend[world], who.frequency, data.spend[rows], rng)
            found[world] *= margin * money
    return found


def _represented(data: Customers) -> tuple[np.ndarray, float]:
    size = data.frequency.size
    if size <= SIMULATED_CUSTOMERS:
        return np.arange(size), 1.0
    order = np.lexsort((data.age, data.recency, data.frequency))
    middle = (np.arange(SIMULATED_CUSTOMERS) + 0.5) * size / SIMULATED_CUSTOMERS
    rows = order[middle.astype(int)]
    return rows, float(data.weight.sum() / data.weight[rows].sum())


def _as_of_all(total: Array, noise: float, factor: float) -> Array:
    """A sum of n people times k has k^2 n their variance, that of all k n people only k n: shrink what is too much."""
    variance = float(np.var(total))
    too_much = (factor**2 - factor) * noise
    if variance <= 0 or too_much <= 0:
        return total
    keep = np.sqrt(max(variance - too_much, factor * noise, 0.0) / variance)
    return np.asarray(total.mean() + min(keep, 1.0) * (total - total.mean()))


def _check_margin(margin: float) -> None:
    if not 0 < margin <= 1:
        raise CannotEstimate(
            "margin_out_of_range",
            "A margin of %(margin)s is not a share above 0 and up to 1.",
            "Write thirty per cent as 0.30.",
            margin=margin,
        )
