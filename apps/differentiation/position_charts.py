from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate


def score_chart(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    rows = [{"offer": offer["offer"], **offer["score"]} for offer in estimate.diagnostics["offers"]]
    return charts.bars_with_intervals(
        rows,
        label="offer",
        value="median",
        low="low",
        high="high",
        label_title=_("Offer"),
        value_title=_("Score, 0 to 1"),
        value_format=".2f",
        highlight=estimate.parameters["offers"][0],
    )
