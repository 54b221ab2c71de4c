"""The charts of the price ladder, as specifications."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate


def demand_curve(estimate: Estimate) -> charts.Spec:
    """The share who would buy: the fitted curve, and what the answers say without a family of curves."""
    fitted, free = _("Fitted curve"), _("Answers alone")
    rows = [
        {"price": price, "share": share, "low": low, "high": high, "curve": fitted}
        for price, share, low, high in _worth(estimate)
    ]
    stairs = estimate.diagnostics["stairs"]
    rows += [
        {"price": price, "share": share, "low": low, "high": high, "curve": free}
        for price, share, low, high in zip(*(stairs[name] for name in ("price", "share", "low", "high")), strict=True)
    ]
    return charts.curve_with_band(
        rows,
        x="price",
        y="share",
        low="low",
        high="high",
        series="curve",
        x_title=_price_title(estimate),
        y_title=_("Would buy"),
        y_format=".0%",
        zero=True,
        markers=_today(estimate),
    )


def revenue_curve(estimate: Estimate) -> charts.Spec:
    """p q(p): revenue for each hundred people asked."""
    return charts.curve_with_band(
        [
            {"price": price, "revenue": 100 * price * m, "low": 100 * price * low, "high": 100 * price * high}
            for price, m, low, high in _worth(estimate)
        ],
        x="price",
        y="revenue",
        low="low",
        high="high",
        x_title=_price_title(estimate),
        y_title=_("Revenue a month for each 100 people (%(currency)s)") % {"currency": estimate.workspace.currency},
        y_format=",.0f",
        zero=True,
        markers=[{"x": estimate.figures["best_price"]["median"], "label": _("most revenue")}],
    )


def _worth(estimate: Estimate) -> list[tuple[float, float, float, float]]:
    worth = estimate.diagnostics["worth"]
    return list(zip(estimate.parameters["grid"], worth["median"], worth["low"], worth["high"], strict=True))


def _today(estimate: Estimate) -> list[dict[str, Any]]:
    price = estimate.parameters.get("current_price")
    return [{"x": price, "label": _("today")}] if price else []


def _price_title(estimate: Estimate) -> str:
    return _("Price a month (%(currency)s)") % {"currency": estimate.workspace.currency}
