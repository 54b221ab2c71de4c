"""What comes of a choice, month by month, as a whole and by segment and plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from trimtab.economics.decision.forecast import Breakdown, Forecast
from trimtab.economics.draws import Array


@dataclass(frozen=True)
class Outcome:
    """What comes of a choice in D worlds and T months. A month each, (D, T): ``revenue``, ``serving_cost``,
    ``gross_margin``, ``acquisition_cost`` with marketing, ``margin`` after all but one-off costs, ``customers``,
    ``new_customers``, and ``cash`` at its end, from cash today on.

    ``retained`` (D, T + 1) of the average new customer by tenure; ``npv_margin`` (D,) less the ``one_off`` cost (D,);
    ``at_a_loss`` (D,) share of the customers who cost more than they pay; ``capped`` 0..1, the part of what the
    document form retains that it had to cap. ``plan_mix`` (D, S, P) is the share of each segment's customers on each
    plan, ``plan_payment`` and ``plan_cost`` (D, S, P) what one of them pays and costs.
    """

    revenue: Array
    margin: Array
    customers: Array
    new_customers: Array
    retained: Array
    npv_margin: Array
    gross_margin: Array
    serving_cost: Array
    acquisition_cost: Array
    cash: Array
    one_off: Array
    at_a_loss: Array
    payment_fee: float
    capped: float
    forecast: Forecast = field(repr=False)
    plan_mix: Array = field(repr=False)
    plan_payment: Array = field(repr=False)
    plan_cost: Array = field(repr=False)

    def by_segment(self) -> Breakdown:
        """Months of each segment, in the order of the world's segments, (D, S, T); they sum to the whole."""
        return self._parts

    def by_plan(self) -> Breakdown:
        """Months of each plan of the menu, (D, P, T); one where there is a single price."""
        return self._by_plan

    @cached_property
    def _parts(self) -> Breakdown:
        return self.forecast.by_segment()

    @cached_property
    def _by_plan(self) -> Breakdown:
        def split(values: Array, weights: Array) -> Array:
            return np.asarray(np.einsum("dst,dsp->dpt", values, weights))

        revenue = split(self._parts.revenue, self._share_of(self.plan_payment))
        cost = split(self._parts.serving_cost, self._share_of(self.plan_cost))
        return Breakdown(
            new_customers=split(self._parts.new_customers, self.plan_mix),
            customers=split(self._parts.customers, self.plan_mix),
            revenue=revenue,
            serving_cost=cost,
            margin=revenue * (1 - self.payment_fee) - cost,
        )

    def _share_of(self, each: Array) -> Array:
        """Each plan's part of a segment's money, (D, S, P); the segment's customers are on the plans in one mix."""
        money = self.plan_mix * each
        total = money.sum(axis=2, keepdims=True)
        return np.where(total > 0, money / np.where(total > 0, total, 1.0), self.plan_mix)
