"""The charts of the choice study, as specifications."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate


def partworths(model: Estimate) -> charts.Spec:
    """Each level's utility in the order of the attributes, worst level first."""
    rows = [row | {"label": _label(row)} for row in model.diagnostics["partworths"]]
    return charts.bars_with_intervals(
        rows,
        label="label",
        value="median",
        low="low",
        high="high",
        label_title=_("Level"),
        value_title=_("Utility"),
        in_order=True,
        bar_height=22,
    )


def _label(row: dict[str, Any]) -> str:
    if not row["attribute"]:
        return _("None of them")
    return f"{row['attribute']}: {row['level']}"


def importance(model: Estimate) -> charts.Spec:
    return charts.bars_with_intervals(
        model.diagnostics["importance"],
        label="attribute",
        value="median",
        low="low",
        high="high",
        label_title=_("Attribute"),
        value_title=_("Share of the decision"),
        value_format=".0%",
    )


def money_curve(rows: list[dict[str, float]], best: float, currency: str) -> charts.Spec:
    """Money for each hundred people in the market, by our price."""
    return charts.curve_with_band(
        rows,
        x="price",
        y="money",
        low="low",
        high="high",
        x_title=_("Our price (%(currency)s)") % {"currency": currency},
        y_title=_("Money for each 100 people (%(currency)s)") % {"currency": currency},
        y_format=",.0f",
        markers=[{"x": best, "label": _("most money")}],
    )
