"""The charts of the plans, as specifications."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate
from apps.pricing.menu_names import MENU_NAMES


def margins(estimate: Estimate) -> charts.Spec:
    """What each kind of menu leaves a month after serving, by 100 people."""
    rows = [_margin(str(MENU_NAMES[menu["kind"]]), menu) for menu in estimate.diagnostics["menus"]]
    if today := estimate.diagnostics["today"]:
        rows.append(_margin(_("Today's price"), today))
    return charts.bars_with_intervals(
        rows,
        label="menu",
        value="margin",
        low="low",
        high="high",
        value_title=_("Margin a month for each 100 people (%(currency)s)") % {"currency": estimate.workspace.currency},
        value_format=",.0f",
        highlight=str(MENU_NAMES[estimate.parameters["advised"]]),
    )


def _margin(name: str, brings: dict[str, Any]) -> dict[str, Any]:
    margin = brings["margin"]
    return {"menu": name, "margin": margin["median"], "low": margin["low"], "high": margin["high"]}


def by_flat_price(estimate: Estimate) -> charts.Spec:
    """The margin of one flat price without limit, by the price."""
    found, names = estimate.diagnostics["by_flat_price"], ("price", "margin", "low", "high")
    flat = next(menu for menu in estimate.diagnostics["menus"] if menu["kind"] == "flat")
    return charts.curve_with_band(
        [dict(zip(names, row, strict=True)) for row in zip(*(found[name] for name in names), strict=True)],
        x="price",
        y="margin",
        low="low",
        high="high",
        x_title=_("Flat price a month (%(currency)s)") % {"currency": estimate.workspace.currency},
        y_title=_("Margin a month for each 100 people (%(currency)s)") % {"currency": estimate.workspace.currency},
        y_format=",.0f",
        markers=[{"x": flat["plans"][0]["fee"], "label": _("most margin")}],
    )


def heavy_users(estimate: Estimate) -> charts.Spec:
    """The share of all tokens that the customers up to each rank use: the lower it hangs, the heavier the tail."""
    found = estimate.diagnostics["lorenz"]
    names = ("customers", "share", "low", "high")
    return charts.interval_line(
        [dict(zip(names, row, strict=True)) for row in zip(*(found[name] for name in names), strict=True)],
        x="customers",
        y="share",
        low="low",
        high="high",
        x_title=_("Customers, from the least to the most use"),
        y_title=_("Their share of all tokens"),
        x_format=".0%",
        y_format=".0%",
        zero=True,
    )
