"""Would the model have been right? Repeat purchases over the calendar, as counted and as expected, past the fit's end.

Notation: K times since the first customer came, D worlds, N customers of the fit. All times in the unit of the data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.lifetime_value import MODELS, Progress
from trimtab.economics.retention.purchase_models import Model
from trimtab.economics.retention.purchases import DAYS, Calibration, PurchaseLog

FINE = 4
POINTS = 60


@dataclass(frozen=True)
class Tracking:
    """Cumulative repeat purchases at ``times`` (K,): ``actual`` (K,) and ``expected`` (D, K); ``fit_end`` a time."""

    times: Array
    actual: Array
    expected: Array
    fit_end: float


@dataclass(frozen=True)
class HoldoutScore:
    """One model in the holdout: purchases ``actual`` and ``predicted`` (D,) with the chance of the people in it.

    ``root_mean_square`` is the typical miss per customer in purchases, ``expected`` the sum of the expectations.
    """

    model: Model
    actual: float
    expected: float
    predicted: Array
    root_mean_square: float


def tracking(model: Model, parameters: Array, log: PurchaseLog, known: Calibration) -> Tracking:
    """The customers of ``known`` from the first one's first purchase to the end of the holdout, by up to 60 steps.

    E[cumulative repeats at t] = sum over customers of E[X(t - born)], at ``parameters`` (D, 4); days of birth are
    rounded to a quarter of a step.
    """
    span = DAYS[known.customers.unit]
    first = known.born.min()
    end = float((known.until - first).astype(float)) / span + known.horizon
    if end <= 0:
        raise CannotEstimate("no_time_observed", "The log covers a single day.", "Import a longer list of purchases.")
    fine = np.linspace(0, end, POINTS * FINE + 1)
    step = float(fine[1])
    born = np.rint((known.born - first).astype(float) / span / step).astype(int)
    births = np.bincount(born, minlength=fine.size).astype(float)
    by_age = np.concatenate(
        [np.zeros((len(parameters), 1)), MODELS[model].expected_since_first(parameters, fine[1:])], 1
    )
    places = np.arange(0, fine.size, FINE)
    # Of those born in cell j, the age at place k is cell k - j.
    expected = np.stack([by_age[:, : place + 1] @ births[: place + 1][::-1] for place in places], axis=1)
    return Tracking(fine[places], _counted(log, known, fine[places], first, span), expected, end - known.horizon)


def holdout_score(
    model: Model,
    parameters: Array,
    draws: Array,
    known: Calibration,
    rng: np.random.Generator,
    on_progress: Progress | None = None,
) -> HoldoutScore:
    """Purchases in the holdout against those predicted before it, at the fit and in the worlds of ``draws`` (D, 4).

    Raises CannotEstimate('no_holdout') where nothing was held out.
    """
    if known.later is None or known.horizon <= 0:
        raise CannotEstimate("no_holdout", "Nothing was held out.", "End the fit before the last day of the log.")
    rules, who = MODELS[model], known.customers
    expected = rules.expected_purchases(parameters, who, known.horizon)
    predicted = np.empty(len(draws))
    for world, point in enumerate(draws):
        predicted[world] = rules.future_buyers(point, who, rng).purchases(known.horizon, rng).sum()
        if on_progress is not None and world % 20 == 0:
            on_progress(world, len(draws))
    miss = float(np.sqrt(np.mean((expected - known.later) ** 2)))
    return HoldoutScore(model, float(known.later.sum()), float(expected.sum()), predicted, miss)


def _counted(log: PurchaseLog, known: Calibration, times: Array, first: np.datetime64, span: float) -> Array:
    """Repeat purchases by each time, of the customers of the fit alone."""
    repeat = np.isin(log.labels, known.labels)[log.customer]
    repeat[log.first] = False
    since = np.sort((log.day[repeat] - first).astype(float) / span)
    return np.searchsorted(since, times + 1e-9, side="right").astype(float)
