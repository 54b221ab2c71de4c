"""Forecast: arrivals, preference, price and retention to recurring revenue and margin, month by month, in draws.

Symbols: D worlds, S segments, P plans, T months, A months of tenure. All money is in one currency.

    T_t       = sum_{s,p} P_p S_sp N_st                          revenue of the month's new customers (T = P*S*N)
    active_t  = sum_{a<=t} R_a S N_{t-a}  + existing customers   see cohorts.py
    revenue_t = sum P_sp (1 + g)^tenure active_t                 recurring revenue, MRR
    gross_t   = revenue_t (1 - fee) - sum cost_sp active_t       gross margin
    margin_t  = gross_t - fixed cost - marketing - cost of a new customer * new customers
    npv       = sum_{t=1..T} margin_t (1 + annual discount)^(-t/12) - one-off cost
    cash_t    = cash today - one-off cost + sum_{u<=t} margin_u

The same world index means the same world in every input, so two forecasts that share their inputs can be subtracted
world by world.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from trimtab.economics.decision.forecast_inputs import Checked, ForecastInputs, check
from trimtab.economics.draws import Array
from trimtab.economics.retention.cohorts import (
    RetentionForm,
    active_customers,
    capped_share,
    retained_share,
    survivors_of_existing,
)

MONTHS_PER_YEAR = 12
# Worlds are worked on in blocks whose band matrices (a third of T x T floats each) stay in the processor's cache.
BLOCK_BYTES = 2_000_000
# Two threads share the blocks of large forecasts; a block's figures do not depend on who works on it.
THREADS, LARGE = 2, 100_000_000

__all__ = ["Breakdown", "Forecast", "ForecastInputs", "RetentionForm", "forecast"]


@dataclass(frozen=True)
class Breakdown:
    """Months of each part (segment or plan), shape (D, parts, T); ``margin`` is the gross margin, before costs that no
    part has of its own."""

    new_customers: Array
    customers: Array
    revenue: Array
    serving_cost: Array
    margin: Array


@dataclass(frozen=True)
class Forecast:
    """What comes of the inputs, in draws.

    ``active`` (D, S, P, T) customers in the month; ``retention`` R (D, S, P, T + 1) by tenure; ``retained`` (D, T + 1)
    the same for the average new customer; ``document_revenue`` T = P*S*N, ``new_customers``, ``customers``,
    ``revenue``, ``serving_cost``, ``gross_margin``, ``acquisition_cost`` with marketing and ``margin`` (D, T) a month;
    ``cash`` (D, T) at the end of the month; ``npv_margin`` (D,); ``capped_share`` 0..1, the part of all R_t, t >= 1,
    that the document form had to cap at 1.
    """

    inputs: Checked
    active: Array
    paying: Array
    retention: Array
    retained: Array
    document_revenue: Array
    new_customers: Array
    customers: Array
    revenue: Array
    serving_cost: Array
    gross_margin: Array
    acquisition_cost: Array
    margin: Array
    cash: Array
    npv_margin: Array
    capped_share: float

    @cached_property
    def cumulated_margin(self) -> Array:
        """Margin from the first month up to each month, shape (D, T), not discounted."""
        return np.cumsum(self.margin, axis=1)

    def by_segment(self) -> Breakdown:
        """The months of each segment, over all plans: shape (D, S, T)."""
        return self._broken_down("s")

    def by_plan(self) -> Breakdown:
        """The months of each plan, over all segments: shape (D, P, T)."""
        return self._broken_down("p")

    def _broken_down(self, part: Literal["s", "p"]) -> Breakdown:
        given = self.inputs
        revenue = np.einsum(f"dspt,dsp->d{part}t", self.paying, given.price)
        cost = np.einsum(f"dspt,dsp->d{part}t", self.active, given.serving_cost)
        return Breakdown(
            new_customers=np.einsum(f"dst,dsp->d{part}t", given.buyers, given.share),
            customers=self.active.sum(axis=2 if part == "s" else 1),
            revenue=revenue,
            serving_cost=cost,
            margin=revenue * (1 - given.payment_fee) - cost,
        )


def forecast(inputs: ForecastInputs) -> Forecast:
    """The forecast of ``inputs``, every month and world. Raises CannotEstimate for inputs that do not fit together."""
    given = check(inputs)
    made = _cohorts(given)
    customers, cost, revenue = np.moveaxis(made.totals, 1, 0)
    new_customers = _summed(given, given.share)
    gross = revenue * (1 - given.payment_fee) - cost
    acquisition = given.acquisition_cost[:, None] * new_customers + given.marketing[:, None]
    margin = gross - acquisition - given.fixed_cost[:, None]
    start = (given.cash_today - given.one_off_cost)[:, None]
    return Forecast(
        inputs=given,
        active=made.active,
        paying=made.paying,
        retention=made.retention,
        retained=made.retained,
        document_revenue=_summed(given, given.share * given.price),
        new_customers=new_customers,
        customers=customers,
        revenue=revenue,
        serving_cost=cost,
        gross_margin=gross,
        acquisition_cost=acquisition,
        margin=margin,
        cash=start + np.cumsum(margin, axis=1),
        npv_margin=margin @ discount_factors(margin.shape[1], given.annual_discount) - given.one_off_cost,
        capped_share=0.0 if given.form == "hazard" else capped_share(made.retention, given.link),
    )


def discount_factors(months: int, annual_discount: float) -> Array:
    """Present value of 1 at the end of month t = 1..T: (1 + annual discount)^(-t/12), shape (T,)."""
    return np.asarray((1 + annual_discount) ** (-np.arange(1, months + 1) / MONTHS_PER_YEAR))


@dataclass(frozen=True)
class _Cohorts:
    """As in ``Forecast``; ``totals`` (D, 3, T) are customers, serving cost and revenue of all segments and plans."""

    active: Array
    paying: Array
    retention: Array
    retained: Array
    totals: Array


def _cohorts(given: Checked) -> _Cohorts:
    worlds, segments, months = given.buyers.shape
    plans = given.share.shape[2]
    active = np.empty((worlds, segments, plans, months))
    paying = active if given.expansion is None else np.empty_like(active)
    retention = np.empty((worlds, segments, plans, months + 1))
    made = _Cohorts(active, paying, retention, np.empty((worlds, months + 1)), np.empty((worlds, 3, months)))
    each = np.stack([np.ones_like(given.share), given.serving_cost, given.price], axis=1).reshape(worlds, 3, -1)
    new = _parts_of_new(given)

    def work(block: slice) -> None:
        retained = retained_share(given.hazard[block], given.link[block], given.form)
        retention[block] = retained[..., : months + 1]
        active[block], grown = _customers(given, block, retained)
        if given.expansion is not None:
            paying[block] = grown
        # Summed up while the block is still in the processor's cache.
        flat = (-1, segments * plans, months)
        made.totals[block] = each[block] @ active[block].reshape(flat)
        if given.expansion is not None:
            made.totals[block, 2:] = each[block, 2:] @ paying[block].reshape(flat)
        average = new[block] @ retention[block].reshape(-1, segments * plans, months + 1)
        # The parts sum to one but for rounding.
        np.minimum(average[:, 0], 1.0, out=made.retained[block])

    blocks = _blocks(worlds, 8 * segments * max(plans, 3) * months * months // 9)
    if worlds * segments * plans * months * months < LARGE:
        for block in blocks:
            work(block)
    else:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, blocks))
    return made


def _customers(given: Checked, block: slice, retained: Array) -> tuple[Array, Array]:
    """Customers of each month in a block of worlds, and the same weighed by how much their spending has grown."""
    months = given.buyers.shape[2]
    kept = retained[..., :months]
    existing: Array | float = 0.0
    if given.existing is not None:
        existing = survivors_of_existing(given.existing, retained, months) * given.existing_kept[block, ..., None]
    if given.expansion is None:
        active = _new_customers(given, block, kept)
        active += existing
        return active, active
    growth = ((1 + given.expansion[block, None]) ** np.arange(months + 1))[:, None, None]
    plans = kept.shape[2]
    both = _new_customers(given, block, np.concatenate([kept, kept * growth[..., :-1]], axis=2))
    return both[:, :, :plans] + existing, both[:, :, plans:] + existing * growth[..., 1:]


def _new_customers(given: Checked, block: slice, kept: Array) -> Array:
    """Those who came since the forecast began; buyers given together need one band matrix for all segments.

    ``kept`` (D, S, k P, T): the plans once or several times over.
    """
    times = kept.shape[2] // given.share.shape[2]
    share = np.tile(given.share[block], (1, 1, times)) if times > 1 else given.share[block]
    if given.mix is None:
        active = active_customers(given.buyers[block], kept)
    else:
        worlds, segments, plans, months = kept.shape
        flat = kept.reshape(worlds, 1, segments * plans, months)
        active = active_customers(given.together[block], flat).reshape(kept.shape)
        share = share * given.mix[block, :, None]
    active *= share[..., None]
    return active


def _parts_of_new(given: Checked) -> Array:
    """The part of all new customers in each segment and plan, (D, 1, S P); all alike where nobody comes."""
    new = (given.share * given.buyers.sum(axis=2)[:, :, None]).reshape(given.share.shape[0], 1, -1)
    total = new.sum(axis=2, keepdims=True)
    return np.where(total > 0, new, 1.0) / np.where(total > 0, total, new.shape[2])


def _summed(given: Checked, per_buyer: Array) -> Array:
    return (per_buyer.sum(axis=2)[:, None, :] @ given.buyers)[:, 0]


def _blocks(worlds: int, bytes_per_world: int) -> list[slice]:
    size = max(1, BLOCK_BYTES // max(1, bytes_per_world))
    return [slice(start, start + size) for start in range(0, worlds, size)]
