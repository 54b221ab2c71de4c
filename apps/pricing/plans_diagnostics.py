"""What a study of plans says about each menu, about the usage behind it, and about one flat price."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from apps.pricing.selectors import DEMAND
from trimtab.economics.draws import Array, interval
from trimtab.economics.price.plan_search import BestMenu, MenuKind
from trimtab.economics.price.plans import Outcome, Plan, outcome
from trimtab.economics.price.token_usage import share_of_the_most

if TYPE_CHECKING:
    from apps.pricing.plans_study import Setting

OF_PEOPLE = 100
NEARLY = 0.99
SIMPLEST = (MenuKind.FLAT, MenuKind.USAGE, MenuKind.TWO_TIERS, MenuKind.HYBRID, MenuKind.THREE_TIERS)
FEES = 31
CHART_WORLDS = 400
DIGITS = 5


def advised(found: dict[MenuKind, BestMenu]) -> MenuKind:
    """The simplest kind of menu that earns nearly as much as the best."""
    most = max(best.outcome.margin.mean() for best in found.values())
    return next(kind for kind in SIMPLEST if found[kind].outcome.margin.mean() >= NEARLY * most)


def of_plans(setting: Setting, found: dict[MenuKind, BestMenu]) -> dict[str, Any]:
    flat = found[MenuKind.FLAT].outcome.margin
    best = np.argmax([found[kind].outcome.margin for kind in SIMPLEST], axis=0)
    menus = [_menu(setting, found[kind], flat) for kind in SIMPLEST]
    for place, menu in enumerate(menus):
        menu["p_best"] = float(np.mean(best == place))
    tokens = setting.tokens.tokens
    return {
        "customers": setting.tokens.customers,
        "asked": int(setting.worth.estimate.diagnostics["kept"]),
        "worth_from": "survey" if setting.worth.estimate.kind == DEMAND else "ladder",
        "segments": [{"name": name, "people": int(np.sum(setting.everyone.segment == place))}
                     for place, name in enumerate(setting.everyone.segments)],
        "menus": menus,
        "today": _today(setting, flat),
        "most_tenth": share_of_the_most(tokens, 0.1),
        "most_hundredth": share_of_the_most(tokens, 0.01),
        "median_tokens": float(np.median(tokens)),
        "mean_tokens": float(np.mean(tokens)),
        "tail": _tail(setting),
        "lorenz": _lorenz(setting.everyone.tokens),
        "by_flat_price": _by_flat_price(setting, found[MenuKind.FLAT].menu[0].fee),
    }  # fmt: skip


def _menu(setting: Setting, best: BestMenu, flat: Array) -> dict[str, Any]:
    highest = setting.worth.asked_to
    return {
        "kind": best.kind.value,
        "plans": [_plan(plan, best.outcome.takers[:, place]) for place, plan in enumerate(best.menu)],
        **_brings(best.outcome, flat),
        "converged": best.converged,
        "starts": best.starts,
        "agreeing": best.agreeing,
        "beyond_asked": any(plan.fee > highest for plan in best.menu),
    }


def _plan(plan: Plan, takers: Array) -> dict[str, Any]:
    included = None if np.isinf(plan.included) or (plan.per_1000 is None and plan.is_unlimited) else plan.included
    return {
        "fee": round(plan.fee, 2),
        "included": included,
        "per_1000": plan.per_1000,
        "takers": float(np.median(takers)),
    }


def _brings(brings: Outcome, flat: Array) -> dict[str, Any]:
    return {
        "margin": _spread(OF_PEOPLE * brings.margin),
        "revenue": _spread(OF_PEOPLE * brings.revenue),
        "cost": _spread(OF_PEOPLE * brings.cost),
        "customers": _spread(brings.customers),
        "at_a_loss": _spread(brings.at_a_loss),
        "cannibalised": _spread(brings.cannibalised),
        "gain": _spread(OF_PEOPLE * (brings.margin - flat)),
        "p_more_than_flat": float(np.mean(brings.margin > flat)),
    }


def _today(setting: Setting, flat: Array) -> dict[str, Any] | None:
    """Today's price for everyone and everything, held against the same people."""
    price = setting.today
    if price is None:
        return None
    brings = outcome(setting.everyone, [Plan(price.amount)], setting.cost.per_1000, setting.returns)
    return {"price": price.amount, "plan": price.plan, **_brings(brings, flat)}


def _tail(setting: Setting) -> float | None:
    """The tail's index of all customers: at 1 or below, the mean has no bound."""
    largest = max(setting.usage.values(), key=lambda usage: usage.customers)
    return float(np.median(largest.tail)) if largest.shape.value == "pareto_tail" else None


def _lorenz(tokens: Array) -> dict[str, list[float]]:
    """The share of all tokens that the customers up to each rank use, by world."""
    ordered = np.sort(tokens, axis=1)
    used = np.cumsum(ordered, axis=1) / np.maximum(ordered.sum(axis=1, keepdims=True), 1e-300)
    places = np.unique(np.linspace(0, tokens.shape[1] - 1, 51).astype(int))
    middle, low, high = interval(used[:, places])
    return {
        "customers": _rounded((places + 1) / tokens.shape[1]),
        "share": _rounded(middle),
        "low": _rounded(low),
        "high": _rounded(high),
    }


def _by_flat_price(setting: Setting, best: float) -> dict[str, list[float]]:
    fees = np.linspace(0.0, min(2.5 * best, float(setting.worth.everyone.grid[-1])), FEES)
    shown = slice(None, None, max(1, setting.everyone.worlds // CHART_WORLDS))
    some = replace(setting.everyone, worth=setting.everyone.worth[shown], tokens=setting.everyone.tokens[shown])
    cost = setting.cost.per_1000 if setting.cost.per_1000.size == 1 else setting.cost.per_1000[shown]
    brings = [outcome(some, [Plan(float(fee))], cost, setting.returns) for fee in fees]
    middle, low, high = interval(OF_PEOPLE * np.stack([one.margin for one in brings], axis=1))
    loss = np.median([one.at_a_loss for one in brings], axis=1)
    return {
        "price": _rounded(fees),
        "margin": _rounded(middle),
        "low": _rounded(low),
        "high": _rounded(high),
        "at_a_loss": _rounded(loss),
    }


def _spread(draws: Array) -> dict[str, float]:
    middle, low, high = interval(draws)
    return {"median": float(middle), "low": float(low), "high": float(high)}


def _rounded(values: Array) -> list[float]:
    rounded: list[float] = np.round(values, DIGITS).tolist()
    return rounded
