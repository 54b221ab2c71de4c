"""The charts of the best-worst study, as specifications."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate


def item_shares(estimate: Estimate) -> charts.Spec:
    """Each item's share with its interval, the one that matters most first; the shares add up to 100 %."""
    return charts.bars_with_intervals(
        [{"item": row["item"]} | row["share"] for row in estimate.diagnostics["items"]],
        label="item",
        value="median",
        low="low",
        high="high",
        label_title=_("Item"),
        value_title=_("Share of preference among these items"),
        value_format=".0%",
    )
