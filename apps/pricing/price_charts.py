"""The charts of the price page, as specifications."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate


def four_curves(estimate: Estimate) -> charts.Spec:
    """The four cumulative curves with their bands, and upright rules at the optimum and the ends of the range."""
    curves, points = estimate.diagnostics["curves"], estimate.diagnostics["points"]
    names = {"too_cheap": _("Too cheap"), "cheap": _("Cheap"), "expensive": _("Expensive")}
    names |= {"too_expensive": _("Too expensive")}
    rows = [
        {"price": price, "question": names[curve], "share": share, "low": low, "high": high}
        for curve in names
        for price, share, low, high in zip(curves["price"], *_band(curves[curve], "share"), strict=True)
    ]
    return charts.curve_with_band(
        rows,
        x="price",
        y="share",
        low="low",
        high="high",
        series="question",
        x_title=price_title(estimate),
        y_title=_("Share of respondents"),
        y_format=".0%",
        zero=True,
        height=340,
        markers=_crossings(points, float(curves["price"][-1])),
    )


def _crossings(points: dict[str, Any], highest: float) -> list[dict[str, Any]]:
    """Crossings that lie close together share one rule, so that their words do not overprint each other."""
    named = [(name, points[name]) for name in ("pmc", "opp", "pme")]
    merged: list[dict[str, Any]] = []
    for name, point in sorted(named, key=lambda item: item[1]["price"]):
        if merged and point["price"] - merged[-1]["x"] < 0.08 * highest:
            merged[-1]["label"] += f", {name.upper()}"
        else:
            merged.append({"x": point["price"], "label": name.upper()})
    return merged


def worth_curve(estimate: Estimate) -> charts.Spec:
    """C(p): the share for whom a price is worth it."""
    return charts.curve_with_band(
        [{"price": price, "share": m, "low": low, "high": high} for price, m, low, high in worth_by_price(estimate)],
        x="price",
        y="share",
        low="low",
        high="high",
        x_title=price_title(estimate),
        y_title=_("Worth it to"),
        y_format=".0%",
        zero=True,
        markers=today(estimate),
    )


def revenue_curve(estimate: Estimate) -> charts.Spec:
    """p C(p): revenue for each hundred people asked."""
    return charts.curve_with_band(
        [
            {"price": price, "revenue": 100 * price * m, "low": 100 * price * low, "high": 100 * price * high}
            for price, m, low, high in worth_by_price(estimate)
        ],
        x="price",
        y="revenue",
        low="low",
        high="high",
        x_title=price_title(estimate),
        y_title=_("Revenue a month for each 100 people (%(currency)s)") % {"currency": _currency(estimate)},
        y_format=",.0f",
        zero=True,
        markers=_best(estimate),
    )


def reach_curve(estimate: Estimate) -> charts.Spec:
    """The share who would buy, by their purchase intents."""
    found = estimate.diagnostics["acceptance"]
    return _by_intent(estimate, 1.0, _("Would buy"), ".0%", found["reach_price"], _("most buyers"))


def intent_revenue_curve(estimate: Estimate) -> charts.Spec:
    """Price times the share who would buy, for each hundred people asked."""
    found, money = estimate.diagnostics["acceptance"], {"currency": _currency(estimate)}
    title = _("Revenue a month for each 100 people (%(currency)s)") % money
    return _by_intent(estimate, found["price"], title, ",.0f", found["intent_price"], _("most revenue"))


def _by_intent(
    estimate: Estimate, times: float | list[float], title: str, y_format: str, best: float, word: str
) -> charts.Spec:
    """Reach, or reach times price for 100 people where ``times`` holds the prices."""
    found = estimate.diagnostics["acceptance"]
    prices = found["price"]
    by = [100 * price for price in times] if isinstance(times, list) else [times] * len(prices)
    rows = zip(prices, by, found["reach"], found["low"], found["high"], strict=True)
    return charts.curve_with_band(
        [{"price": p, "value": k * reach, "low": k * low, "high": k * high} for p, k, reach, low, high in rows],
        x="price",
        y="value",
        low="low",
        high="high",
        x_title=price_title(estimate),
        y_title=title,
        y_format=y_format,
        zero=True,
        markers=[{"x": best, "label": word}],
    )


def worth_by_price(estimate: Estimate) -> list[tuple[float, float, float, float]]:
    """Price, and the share for whom it is worth it: median, low and high."""
    worth, grid = estimate.diagnostics["worth"], estimate.parameters["grid"]
    return list(zip(grid, *_band(worth, "median"), strict=True))


def _band(values: dict[str, list[float]], middle: str) -> tuple[list[float], list[float], list[float]]:
    return values[middle], values["low"], values["high"]


def _best(estimate: Estimate) -> list[dict[str, Any]]:
    return [{"x": estimate.figures["best_price"]["median"], "label": _("most revenue")}]


def today(estimate: Estimate) -> list[dict[str, Any]]:
    """Each chart marks one price: two words side by side would overprint each other."""
    price = estimate.parameters.get("current_price")
    return [{"x": price, "label": _("today")}] if price else []


def _currency(estimate: Estimate) -> str:
    return str(estimate.workspace.currency)


def price_title(estimate: Estimate) -> str:
    return _("Price a month (%(currency)s)") % {"currency": _currency(estimate)}
