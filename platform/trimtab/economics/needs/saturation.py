"""Whether more interviews still bring new needs: the accumulation curve and the chance of something new."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.needs.opportunity import Mentions
from trimtab.economics.resampling import dense_index


@dataclass(frozen=True)
class Saturation:
    """How much the last customers added.

    ``customers`` and ``needs_found`` (each (G,)) are the expected accumulation curve; ``added_by_last`` the share
    of all needs found that the last ``last`` customers are expected to have added; ``chance_of_new`` the
    estimated share of what the next customer raises that nobody has raised yet.
    """

    customers: Array
    needs_found: Array
    last: int
    added_by_last: float
    chance_of_new: float


def expected_needs(customers_per_need: ArrayLike, customers: int, sample: ArrayLike) -> Array:
    """Needs that a random sample of m out of N customers is expected to raise, for each m of ``sample``; (G,).

    sum over k of 1 - C(N - n_k, m) / C(N, m), where n_k of the N customers raised need k. It is the mean over all
    orders of asking, so that the order of the rows cannot matter.

    Source: Colwell, Mao & Chang 2004, Interpolating, extrapolating, and comparing incidence-based species
    accumulation curves, Ecology 85(10):2717-2727, equation 5.
    """
    raised = np.asarray(customers_per_need, dtype=float)
    raised = raised[raised > 0]
    size = np.atleast_1d(np.asarray(sample, dtype=float))[:, None]
    possible = size <= customers - raised
    left = np.where(possible, customers - raised - size, 0.0)
    log_missed = (
        gammaln(customers - raised + 1) - gammaln(left + 1) + gammaln(customers - size + 1) - gammaln(customers + 1)
    )
    return np.asarray((1 - np.where(possible, np.exp(log_missed), 0.0)).sum(axis=1))


def saturation(said: Mentions, *, needs: int, last: int, chart_points: int = 60) -> Saturation:
    """How much the last ``last`` of N customers added to the needs found, whatever order they were asked in.

    ``added_by_last`` = 1 - expected_needs(N - last) / needs found, 0..1. ``chance_of_new`` is Good and Turing's
    estimate q / (sum of n_k), q the needs raised by exactly one customer (Good 1953, Biometrika 40:237-264).

    Raises CannotEstimate: ``no_needs``, ``too_few_customers`` where ``last`` is not below N.
    """
    who = dense_index(said.customer, said.customer.shape[0])
    total = int(who.max()) + 1
    named = (said.need >= 0) & (said.need < needs)
    pairs = np.unique(who[named] * needs + said.need[named])
    raised = np.bincount(pairs % needs, minlength=needs)
    if not raised.any():
        raise CannotEstimate("no_needs", "No feedback belongs to a need.", "Group the feedback into needs first.")
    if not 0 < last < total:
        raise CannotEstimate(
            "too_few_customers",
            "There are %(customers)d customers, so the last %(last)d cannot be set against the rest.",
            "Ask more customers or look at fewer of them.",
            customers=total,
            last=last,
        )
    sample = np.unique(np.linspace(0, total, chart_points).round())
    found = expected_needs(raised, total, sample)
    before = expected_needs(raised, total, [total - last])[0]
    added = max(0.0, 1 - float(before) / float(np.count_nonzero(raised)))
    return Saturation(sample, found, last, added, float(np.sum(raised == 1) / raised.sum()))
