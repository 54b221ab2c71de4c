"""The charts of the price ladder, as specifications."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate
from apps.pricing.price_charts import price_title, today, worth_by_price


def demand_curve(estimate: Estimate) -> charts.Spec:
    """The share who would buy: the fitted curve, and what the answers say without a family of curves."""
    fitted, free = _("Fitted curve"), _("Answers alone")
    rows = [
        {"price": price, "share": share, "low": low, "high": high, "curve": fitted}
        for price, share, low, high in worth_by_price(estimate)
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
        x_title=price_title(estimate),
        y_title=_("Would buy"),
        y_format=".0%",
        zero=True,
        markers=today(estimate),
    )
