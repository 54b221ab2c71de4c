"""The charts of the lifetime value page, as specifications."""

from __future__ import annotations

from itertools import pairwise

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate
from apps.retention.words import PURCHASE_MODELS


def tracking_curve(estimate: Estimate) -> charts.Spec:
    """Repeat purchases so far, counted and as each model expects them, past the end of the fit."""
    found = estimate.diagnostics
    paths = found["tracking"]
    counted = next(iter(paths.values()))
    rows = [
        {"day": day, "count": count, "low": count, "high": count, "line": _("Counted")}
        for day, count in zip(counted["days"], counted["actual"], strict=True)
    ]
    for model, path in paths.items():
        rows += [
            {"day": day, "count": middle, "low": low, "high": high, "line": str(PURCHASE_MODELS[model])}
            for day, middle, low, high in zip(path["days"], path["median"], path["low"], path["high"], strict=True)
        ]
    return charts.interval_line(
        rows,
        x="day",
        y="count",
        low="low",
        high="high",
        series="line",
        x_title=_("Day"),
        y_title=_("Repeat purchases so far"),
        x_type="temporal",
        zero=True,
        height=320,
        markers=[{"x": found["fit_ends"], "label": _("end of the fit")}],
    )


def alive_bars(estimate: Estimate) -> charts.Spec:
    """How many customers have which chance of still being customers."""
    return _bars(estimate.diagnostics["alive_histogram"], _("Chance of being a customer still"), ".0%")


def value_bars(estimate: Estimate) -> charts.Spec:
    """How many customers have which expected value; the last bar holds the rest."""
    title = _("Expected value, %(currency)s") % {"currency": estimate.parameters["currency"]}
    title = title if "residual_value" in estimate.figures else _("Expected purchases, discounted")
    return _bars(estimate.diagnostics["value_histogram"], title, "~s")


def by_repeats(estimate: Estimate) -> charts.Spec:
    """Purchases a head in the holdout by how often people had bought again before it."""
    rows = []
    for row in estimate.diagnostics["by_repeats"]:
        label = f"{row['repeats']}+" if row["repeats"] == 7 else str(row["repeats"])
        lines = {"actual": _("Counted")} | {model: str(name) for model, name in PURCHASE_MODELS.items() if model in row}
        rows += [{"repeats": label, "purchases": row[key], "line": name} for key, name in lines.items()]
    return charts.bars_with_intervals(
        rows,
        label="repeats",
        value="purchases",
        series="line",
        label_title=_("Repeat purchases before"),
        value_title=_("Purchases a customer after the end of the fit"),
        in_order=True,
    )


def _bars(histogram: dict[str, list[float]], title: str, x_format: str) -> charts.Spec:
    """From the counts that the study kept."""
    edges = histogram["edges"]
    middles = [(left + right) / 2 for left, right in pairwise(edges)]
    return charts.histogram(
        middles,
        bins=edges,
        weights=histogram["counts"],
        x_title=title,
        y_title=_("Share of customers"),
        x_format=x_format,
    )
