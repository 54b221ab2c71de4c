"""The charts of the recurring revenue page, as specifications."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.chart_parts import PALETTE
from apps.estimates.models import Estimate
from apps.estimates.stacked_bars import stacked_bars
from apps.retention.words import MOVEMENTS

SHOWN_MONTHS = 36
TEAL, ORANGE, VIOLET, PINK, GREEN = PALETTE[:5]
COLOURS = {"new": TEAL, "expansion": GREEN, "reactivation": VIOLET, "contraction": ORANGE, "churned": PINK}
DOWNWARDS = ("contraction", "churned")


def movement_bars(estimate: Estimate) -> charts.Spec:
    """What came above zero and what went below it, month by month."""
    names: dict[str, str | Promise] = MOVEMENTS
    rows = [
        {"month": row["month"], "amount": 0 - row[kind] if kind in DOWNWARDS else row[kind], "kind": str(name)}
        for row in estimate.diagnostics["months"][-SHOWN_MONTHS:]
        for kind, name in names.items()
    ]
    return stacked_bars(
        rows,
        x="month",
        y="amount",
        series="kind",
        x_title=_("Month"),
        y_title=_("Change of revenue a month, %(currency)s") % {"currency": estimate.parameters["currency"]},
        series_title=_("Movement"),
        y_format="~s",
        colours=[COLOURS[kind] for kind in names],
    )


def revenue_line(estimate: Estimate) -> charts.Spec:
    rows = [{"month": f"{row['month']}-01", "closing": row["closing"]} for row in estimate.diagnostics["months"]]
    return charts.interval_line(
        rows,
        x="month",
        y="closing",
        x_title=_("Month"),
        y_title=_("Revenue a month, %(currency)s") % {"currency": estimate.parameters["currency"]},
        x_type="temporal",
        y_format="~s",
        zero=True,
    )
