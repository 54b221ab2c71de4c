"""The charts of the adoption page, as specifications."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate


def curve(estimate: Estimate) -> charts.Spec:
    """Adopters by period: counted, and as the curve has them."""
    found = estimate.diagnostics
    rows = [
        {"t": row["t"], "period": row["label"], "adopters": row["adopters"], "low": row["adopters"]}
        | {"high": row["adopters"], "line": _("Counted")}
        for row in found["series"]
    ]
    rows += [
        {"t": row["t"], "period": row["label"], "adopters": row["median"], "low": row["low"], "high": row["high"]}
        | {"line": _("Expected")}
        for row in found["curve"]
    ]
    return _lines(rows, found["periods"], _("Adopters in the period"))


def cumulative(estimate: Estimate) -> charts.Spec:
    """Adopters so far: counted, and with those expected."""
    found, total, rows = estimate.diagnostics, 0.0, []
    for row in found["series"]:
        total += row["adopters"]
        rows.append({"t": row["t"], "adopters": total, "low": total, "high": total, "line": _("Counted")})
    rows.append(rows[-1] | {"line": _("Expected")})
    rows += [
        {"t": row["t"], "adopters": row["median"], "low": row["low"], "high": row["high"], "line": _("Expected")}
        for row in found["cumulative"]
    ]
    return _lines(rows, found["periods"], _("Adopters so far"))


def _lines(rows: list[dict[str, object]], seen: int, title: str) -> charts.Spec:
    return charts.interval_line(
        rows,
        x="t",
        y="adopters",
        low="low",
        high="high",
        series="line",
        x_title=_("Period since the start"),
        y_title=title,
        x_format="d",
        y_format="~s",
        zero=True,
        height=320,
        markers=[{"x": seen, "label": _("last counted")}],
    )
