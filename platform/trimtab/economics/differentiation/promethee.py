"""PROMETHEE II: offers compared pair by pair on each criterion, and summed to a net flow.

Like TOPSIS it depends on the set of offers: adding one can reverse the order of two others.

Notation: J offers, K criteria, D worlds.

Source: Brans, Vincke & Mareschal 1986, How to select and how to rank projects: the PROMETHEE method, EJOR 24:228-238.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.differentiation.position import normalised_weights
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import world_chunks


class Shape(StrEnum):
    """How a lead d > 0 becomes a preference 0..1 (Brans et al., criteria I to VI)."""

    USUAL = "usual"
    U = "u"
    V = "v"
    LEVEL = "level"
    LINEAR = "linear"
    GAUSSIAN = "gaussian"


@dataclass(frozen=True)
class Preference:
    """A preference function in the criterion's unit: up to ``indifference`` a lead counts nothing, from ``strict`` on
    it counts fully; ``spread`` is the Gaussian's turning point."""

    shape: Shape = Shape.USUAL
    indifference: float = 0.0
    strict: float = 0.0
    spread: float = 0.0

    def of(self, lead: Array) -> Array:
        """Preference 0..1 of the same shape as ``lead``; 0 where the lead is not above 0.

        usual: 1;  U: 1 above q;  V: d / p up to p;  level: 1/2 above q, 1 above p;  linear: (d - q) / (p - q) between;
        Gaussian: 1 - exp(-d^2 / (2 s^2)).
        """
        ahead = np.maximum(lead, 0.0)
        if self.shape is Shape.USUAL:
            return (ahead > 0).astype(float)
        if self.shape is Shape.U:
            return (ahead > self.indifference).astype(float)
        if self.shape is Shape.LEVEL:
            return 0.5 * (ahead > self.indifference) + 0.5 * (ahead > self.strict)
        if self.shape is Shape.GAUSSIAN:
            return np.asarray(-np.expm1(-(ahead**2) / (2 * self.spread**2)))
        floor = self.indifference if self.shape is Shape.LINEAR else 0.0
        return np.clip((ahead - floor) / (self.strict - floor), 0.0, 1.0)

    def check(self) -> None:
        """Raises CannotEstimate (``preference_not_usable``) where the thresholds do not rise from 0."""
        needs_strict = self.shape in (Shape.V, Shape.LINEAR, Shape.LEVEL)
        rises = self.indifference >= 0 and (not needs_strict or self.strict > 0)
        if self.shape in (Shape.LINEAR, Shape.LEVEL):
            rises = rises and self.strict > self.indifference
        if not rises or (self.shape is Shape.GAUSSIAN and self.spread <= 0):
            raise CannotEstimate(
                "preference_not_usable",
                "The thresholds of a preference function do not rise.",
                "Indifference is zero or more, strict preference above it, a spread above zero.",
            )


def net_flows(
    values: ArrayLike, weights: ArrayLike, preferences: Sequence[Preference], is_cost: ArrayLike | None = None
) -> Array:
    """Net flow of each offer, (J,) or (D, J), -1..1 with more is better; the flows of a world sum to 0.

    phi_j = (1 / (J - 1)) sum over i of (pi_ji - pi_ij), pi_ji = sum over k of w_k P_k(x_jk - x_ik). ``values`` (J, K)
    or (D, J, K); ``weights`` (K,) or (D, K), zero or more; a cost's lead is turned round. A criterion of weight 0 is
    not looked at.

    Raises CannotEstimate: ``values_do_not_fit``, ``too_few_offers``, ``weights_not_usable``, ``preference_not_usable``.
    """
    given = np.asarray(values, dtype=float)
    worlds = given[None] if given.ndim == 2 else given
    shares = normalised_weights(weights)
    if worlds.ndim != 3 or worlds.shape[2] != shares.shape[1] or len(preferences) != shares.shape[1]:
        raise _does_not_fit()
    if not np.all(np.isfinite(worlds)) or len({len(worlds), len(shares)} - {1}) > 1:
        raise _does_not_fit()
    if worlds.shape[1] < 2:
        raise CannotEstimate(
            "too_few_offers", "There is only one offer, so there is nothing to compare.", "Add a competitor."
        )
    for preference in preferences:
        preference.check()
    sign = np.ones(shares.shape[1]) if is_cost is None else np.where(np.asarray(is_cost, dtype=bool), -1.0, 1.0)
    flows = _flows(worlds * sign, shares, preferences)
    return flows[0] if given.ndim == 2 and np.ndim(weights) == 1 else flows


def _does_not_fit() -> CannotEstimate:
    return CannotEstimate(
        "values_do_not_fit", "Offers and criteria do not form a full table.", "Fill every cell with a number."
    )


def _flows(values: Array, weights: Array, preferences: Sequence[Preference]) -> Array:
    count, offers = max(len(values), len(weights)), values.shape[1]
    flows = np.zeros((count, offers))
    for chunk in world_chunks(count, offers * offers):
        size = chunk.stop - chunk.start
        for k in map(int, np.flatnonzero(weights.any(axis=0))):
            one = values[:, :, k] if len(values) == 1 else values[chunk, :, k]
            weight = weights[:, k] if len(weights) == 1 else weights[chunk, k]
            preferred = preferences[k].of(one[:, :, None] - one[:, None, :])
            net = preferred.sum(axis=2) - preferred.sum(axis=1)
            flows[chunk] += np.broadcast_to(weight[:, None] * net, (size, offers))
    return flows / (offers - 1)
