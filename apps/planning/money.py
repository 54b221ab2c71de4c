"""The money of an outcome: recurring revenue, gross margin, cash, and what a customer costs and brings, with parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext

from apps.planning.choice import Choice
from apps.planning.outcomes import Outcome
from apps.planning.segment_links import OTHER
from apps.planning.world import World
from trimtab.economics.decision.forecast import Breakdown
from trimtab.economics.decision.unit_economics import (
    acquisition_cost,
    gross_margin_share,
    lifetime_value,
    lowest_cash,
    ltv_to_cac,
    payback_months,
    runway_months,
)
from trimtab.economics.draws import Array, Figure, summarise

YEAR = 12
LONGEST_PAYBACK = 120.0


@dataclass(frozen=True)
class Part:
    """A segment or a plan in the twelfth month: its customers, revenue and gross margin, and today's revenue."""

    name: str
    customers: Figure
    revenue: Figure
    gross_margin: Figure
    revenue_today: Figure | None


@dataclass(frozen=True)
class Money:
    """``figures`` of the choice and of today by name; the parts by segment and plan, empty where there is but one.

    ``capped`` 0..1 is the part of the retained shares that the document form had to cap; ``lasting`` whether the cash
    lasts to the end in the median world, ``unpaid`` whether a customer's cost is not paid back in ten years in it.
    """

    figures: dict[str, Figure]
    today: dict[str, Figure]
    segments: tuple[Part, ...]
    plans: tuple[Part, ...]
    capped: float
    lasting: bool
    unpaid: bool

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "own": figure.as_dict(), "today": self.today[name].as_dict() if name in self.today else None}
            for name, figure in self.figures.items()
        ]


def money_of(world: World, choice: Choice, found: Outcome, before: Outcome) -> Money:
    own = figures_of(world, found)
    return Money(
        figures=own,
        today=own if found is before else figures_of(world, before),
        segments=_segments(world, found, before),
        plans=_plans(world, choice, found),
        capped=found.capped,
        lasting="runway" in own and own["runway"].median >= choice.months,
        unpaid="payback" in own and own["payback"].median >= LONGEST_PAYBACK,
    )


def parts_of(world: World, choice: Choice, found: Outcome) -> dict[str, list[dict[str, Any]]]:
    """The segments and plans of an outcome as plain JSON."""
    parts = {"segments": _segments(world, found, found), "plans": _plans(world, choice, found)}
    return {
        kind: [
            {"name": one.name}
            | {name: getattr(one, name).as_dict() for name in ("customers", "revenue", "gross_margin")}
            for one in own
        ]
        for kind, own in parts.items()
    }


def figures_of(world: World, found: Outcome) -> dict[str, Figure]:
    """The runway is told only where cash is known, payback and LTV/CAC only where a customer costs something to win.

    Beyond the months ahead the runway, beyond ten years the payback stands at that many months: "at least".
    """
    currency, cash, months = world.currency, found.cash, found.cash.shape[1]
    earned = found.revenue[:, :YEAR].sum(axis=1)
    each = _margin_of_new(found)
    value = lifetime_value(each, found.retained, world.annual_discount)
    told: list[tuple[str, Array, str]] = [
        ("mrr_12", found.revenue[:, YEAR - 1], f"{currency}/month"),
        ("gross_margin_12", gross_margin_share(found.gross_margin[:, :YEAR].sum(axis=1), earned), "share"),
        ("sold_at_a_loss", found.at_a_loss, "share"),
        ("cash_low", lowest_cash(cash, world.cash_today - found.one_off), currency),
    ]
    if world.cash_today > 0:
        told.append(("runway", np.minimum(runway_months(cash), months), "months"))
    told.append(("ltv", value, currency))
    if np.any(found.acquisition_cost > 0):
        cost = acquisition_cost(found.acquisition_cost, found.new_customers)
        paid_back = np.minimum(payback_months(cost, each, found.retained), LONGEST_PAYBACK)
        told += [("cac", cost, currency), ("payback", paid_back, "months"), ("ltv_to_cac", ltv_to_cac(value, cost), "")]
    return {name: summarise(values, name=name, unit=unit) for name, values, unit in told if np.all(np.isfinite(values))}


def _margin_of_new(found: Outcome) -> Array:
    """Gross margin of an average customer and month in the first year, (D,)."""
    customers = found.customers[:, :YEAR].sum(axis=1)
    margin = found.gross_margin[:, :YEAR].sum(axis=1)
    return np.where(customers > 0, margin / np.where(customers > 0, customers, 1.0), 0.0)


def _segments(world: World, found: Outcome, before: Outcome) -> tuple[Part, ...]:
    if len(world.segments) < 2:
        return ()
    own, today = found.by_segment(), before.by_segment()
    return tuple(
        _part(world, segment_label(name), own, place, None if found is before else today.revenue[:, place, YEAR - 1])
        for place, name in enumerate(world.segments)
    )


def _plans(world: World, choice: Choice, found: Outcome) -> tuple[Part, ...]:
    if len(choice.plans) < 2:
        return ()
    own = found.by_plan()
    return tuple(
        _part(world, gettext("Plan %(number)s") % {"number": place + 1}, own, place, None)
        for place in range(len(choice.plans))
    )


def segment_label(name: str) -> str:
    return gettext("Other segments") if name == OTHER else name or gettext("Everyone")


def _part(world: World, name: str, own: Breakdown, place: int, today: Array | None) -> Part:
    def figure(code: str, values: Array, unit: str) -> Figure:
        return summarise(values, name=code, unit=unit)

    month, money = (slice(None), place, YEAR - 1), f"{world.currency}/month"
    return Part(
        name=name,
        customers=figure("customers_12", own.customers[month], "customers"),
        revenue=figure("mrr_12", own.revenue[month], money),
        gross_margin=figure("gross_margin_12", own.margin[month], money),
        revenue_today=None if today is None else figure("mrr_12", today, money),
    )
