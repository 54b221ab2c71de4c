"""What BG/NBD and Pareto/NBD share: the fitted result, when the data refuses, and a possible world ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.positive_parameters import Peak
from trimtab.economics.retention.purchases import Customers, TimeUnit

Model = Literal["bg_nbd", "pareto_nbd"]
START_STEPS = ((0.0, 0.0, 0.0, 0.0), (-1, -1, -1, -1), (1, 1, 1, 1), (-1, 0.5, 1, 2), (0.5, 1, -2, -1), (0, 2, 0, 2))


@dataclass(frozen=True)
class PurchaseFit:
    """A fitted model: ``parameters`` (4,) in the order of ``names``, times in ``unit``; LL of ``customers`` people.

    ``at_edge`` names parameters that ran off to 0 or infinity: there the data shows no difference between customers,
    and the projection stands although the parameter means nothing. ``agreeing`` of ``starts`` found this peak.
    """

    model: Model
    names: tuple[str, ...]
    parameters: Array
    log_likelihood: float
    unit: TimeUnit
    customers: float
    repeaters: float
    at_edge: tuple[str, ...]
    starts: int
    agreeing: int
    peak: Peak

    @classmethod
    def of(
        cls, model: Model, names: tuple[str, ...], peak: Peak, data: Customers, shift: float, scales: Array
    ) -> PurchaseFit:
        """From the peak on the log scale, whose time counts in ``scales`` (4,) of the unit."""
        return cls(
            model=model,
            names=names,
            parameters=np.exp(peak.point) * scales,
            log_likelihood=peak.value + shift,
            unit=data.unit,
            customers=data.count,
            repeaters=data.repeaters,
            at_edge=tuple(name for name, edge in zip(names, peak.at_edge, strict=True) if edge),
            starts=peak.starts,
            agreeing=peak.agreeing,
            peak=peak,
        )


@dataclass(frozen=True)
class FutureBuyers:
    """One possible world of N customers: ``alive`` at T and the ``rate`` at which they buy, (N,).

    ``leaving`` (N,) is the chance to leave after a purchase (BG/NBD, ``at_purchases``), or the rate per unit of time at
    which they leave (Pareto/NBD).
    """

    alive: np.ndarray
    rate: Array
    leaving: Array
    at_purchases: bool

    def purchases(self, horizon: float, rng: np.random.Generator) -> Array:
        """How many each buys in the ``horizon`` after T, (N,) whole numbers."""
        if self.at_purchases:
            until_leaving = rng.geometric(np.clip(self.leaving, 1e-12, 1))
            bought = np.minimum(rng.poisson(self.rate * horizon), until_leaving)
        else:
            stay = rng.standard_exponential(self.rate.size) / np.maximum(self.leaving, 1e-300)
            bought = rng.poisson(self.rate * np.minimum(stay, horizon))
        return np.asarray(bought * self.alive, dtype=float)

    def residual(self, discount: float) -> Array:
        """Expected purchases without an end, discounted continuously at ``discount`` per unit of time, (N,).

        rate / (leaving + discount), where leaving is the rate times the chance, or the rate of leaving.
        """
        leaving = self.rate * self.leaving if self.at_purchases else self.leaving
        return np.asarray(self.alive * self.rate / (leaving + discount))


def refuse_without_repeats(data: Customers) -> None:
    """Raise CannotEstimate where no model of repeat buying has anything to go by."""
    if data.repeaters <= 0:
        raise CannotEstimate(
            "nobody_bought_again",
            "None of the %(customers)d customers bought on a second day, so nothing is known of repeat buying.",
            "Wait until some return, or take an earlier start of the log.",
            customers=int(data.count),
        )
    if data.age.max() <= 0:
        raise CannotEstimate("no_time_observed", "The log covers a single day.", "Import a longer list of purchases.")
    alike = all(np.ptp(column) == 0 for column in (data.frequency, data.recency, data.age))
    if alike:
        raise CannotEstimate(
            "everybody_alike",
            "All %(customers)d customers bought equally often and at the same times: how they differ cannot be seen.",
            "Import customers with different histories.",
            customers=int(data.count),
        )


def spread_starts(centre: Array) -> Array:
    """Six starts around ``centre`` (4,) on the log scale, (6, 4)."""
    return centre + np.array(START_STEPS)
