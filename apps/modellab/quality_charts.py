"""Charts of errors and outcomes, as specifications."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate

SHOWN = 12


def losses(estimate: Estimate) -> charts.Spec:
    """What the classes that cost most take from success."""
    rows = [
        {"label": row["label"], "value": row["loss"]["median"], "low": row["loss"]["low"], "high": row["loss"]["high"]}
        for row in estimate.diagnostics["classes"][:SHOWN]
    ]
    return charts.bars_with_intervals(
        rows, label="label", value="value", low="low", high="high", value_title=_("Taken from success"),
        label_title=_("Class"), value_format=".1%",
    )  # fmt: skip


def failing_by_error(estimate: Estimate) -> charts.Spec:
    """Unresolved requests against test errors: each class, and the fitted line in its band."""
    found = estimate.diagnostics
    rows = [
        {"error": row["error"], "share": row["median"], "low": row["low"], "high": row["high"], "line": _("Fitted")}
        for row in found["curve"]
    ]
    rows += [
        {"error": row["error"], "share": row["unresolved"], "low": row["unresolved"], "high": row["unresolved"]}
        | {"line": _("Classes")}
        for row in sorted(found["rows"], key=lambda one: one["error"])
    ]
    return charts.curve_with_band(
        rows, x="error", y="share", low="low", high="high", series="line", x_title=_("Test errors of the class"),
        y_title=_("Unresolved requests"), x_format=".0%", y_format=".0%", zero=True,
    )  # fmt: skip


def unhappy_by_latency(estimate: Estimate) -> charts.Spec:
    """Thumbs down against latency: bins of requests, and the fitted line in its band."""
    found = estimate.diagnostics
    rows = [
        {"ms": row["latency"], "share": row["median"], "low": row["low"], "high": row["high"], "line": _("Fitted")}
        for row in found["curve"]
    ]
    rows += [
        {"ms": row["latency"], "share": row["unhappy"], "low": row["unhappy"], "high": row["unhappy"]}
        | {"line": _("Requests")}
        for row in found["rows"]
    ]
    return charts.curve_with_band(
        rows, x="ms", y="share", low="low", high="high", series="line", x_title=_("Latency, ms"),
        y_title=_("Thumbs down"), x_format="~s", y_format=".0%", zero=True,
    )  # fmt: skip
