"""The people of several worlds in one pool, on which a menu of plans is improved one plan at a time, exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.price.plans import DEFAULT_RETURNS, People, Plan, payment, use_of

POOLED = 6000
BELOW = 1e-9
GOLDEN = (np.sqrt(5) - 1) / 2


class Pool:
    """n people drawn from the worlds, and what plans earn from each of them on average."""

    def __init__(self, worth: Array, tokens: Array, cost_per_1000: float, returns: float = DEFAULT_RETURNS) -> None:
        self.worth, self.tokens = np.ravel(worth), np.ravel(tokens)
        self.cost, self.returns = cost_per_1000 / 1000, returns
        self._terms: dict[tuple[float, float | None], tuple[Array, Array]] = {}

    @classmethod
    def of(cls, everyone: People, cost_per_1000: float, returns: float, size: int = POOLED) -> Pool:
        """Each person from several worlds, others for each, until about ``size`` are in the pool."""
        worlds, count = everyone.worth.shape
        times = int(np.clip(size // max(1, count), 1, worlds))
        person = np.tile(np.arange(count), times)
        first = (np.arange(times * count) * GOLDEN % 1 * worlds).astype(int)
        return cls(everyone.worth[first, person], everyone.tokens[first, person], cost_per_1000, returns)

    def without_fee(self, plan: Plan) -> tuple[Array, Array]:
        """For a plan with no fee: the surplus of each person, and what they bring in less their cost; each (n,)."""
        key = (plan.included, plan.per_1000)
        if key not in self._terms:
            used, value = use_of(self.worth, self.tokens, plan, self.returns)
            pays = payment(Plan(0.0, plan.included, plan.per_1000), used)
            self._terms[key] = value - pays, pays - self.cost * used
        return self._terms[key]

    def choices(self, menu: Sequence[Plan]) -> tuple[Array, Array]:
        """Each person's surplus in what they take, and the margin that it brings; both 0 where they take nothing."""
        surplus, margin = np.zeros(self.worth.size), np.zeros(self.worth.size)
        first = np.full(self.worth.size, -BELOW)
        for plan in menu:
            own, brings = self.without_fee(plan)
            better = own - plan.fee > first
            first = np.where(better, own - plan.fee, first)
            surplus, margin = np.where(better, own - plan.fee, surplus), np.where(better, brings + plan.fee, margin)
        return surplus, margin

    def margin(self, menu: Sequence[Plan]) -> float:
        """The mean margin for each person in reach."""
        return float(self.choices(menu)[1].mean())

    def best_fee(self, plan: Plan, others: tuple[Array, Array]) -> tuple[float, float]:
        """The fee at which a plan beside ``others`` (their ``choices``) earns most, and that margin: exact.

        Person i takes the plan while its fee is not above t_i, their surplus in it without a fee less that of their
        other choice. Between two of these thresholds the margin rises with the fee, so that the best fee is one of
        them: they are sorted, and the margin of each follows from two running sums.
        """
        surplus, brings = self.without_fee(plan)
        threshold = surplus - np.maximum(others[0], 0.0)
        order = np.argsort(-threshold, kind="stable")
        fee = threshold[order]
        gained = np.cumsum(brings[order] - others[1][order])
        earns = fee * np.arange(1, fee.size + 1) + gained
        usable = (fee > 0) & np.append(fee[1:] < fee[:-1], True)
        if not usable.any():
            return float(np.max(self.worth)) + 1.0, float(others[1].mean())
        place = int(np.argmax(np.where(usable, earns, -np.inf)))
        if earns[place] <= 0:
            return float(np.max(self.worth)) + 1.0, float(others[1].mean())
        best = float(fee[place])
        return best - BELOW * max(1.0, best), float((earns[place] + others[1].sum()) / fee.size)
