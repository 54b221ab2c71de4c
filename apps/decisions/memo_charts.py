"""The charts of the memo, as the specifications that pages use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.decisions.comparison import Row
from apps.estimates import charts
from apps.planning.answers import Answer

LONGEST_LABEL = 34


def gains(rows: Sequence[Row]) -> charts.Spec | None:
    """The gain over today of each option, best first."""
    drawn = [
        {"option": _short(row.name), "gain": row.standing.expected_gain, "low": row.standing.gain.low}
        | {"high": row.standing.gain.high}
        for row in rows
        if row.option is not None
    ]
    if not drawn:
        return None
    return charts.bars_with_intervals(
        drawn,
        label="option",
        value="gain",
        low="low",
        high="high",
        label_title=_("Option"),
        value_title=_("Gain over today"),
        value_format="~s",
        in_order=True,
    )


def months(found: Answer, name: str, key: str, currency: str) -> charts.Spec:
    """Today's band, and that of the choice of this name where it is another."""
    series: list[tuple[str, list[dict[str, float]]]] = [(_("Today"), found.today_months[key])]
    if not found.is_today:
        series.append((_short(name), found.months[key]))
    rows: list[dict[str, Any]] = [row | {"line": label} for label, told in series for row in told]
    return charts.interval_line(
        rows,
        x="month",
        y="median",
        low="low",
        high="high",
        series="line",
        x_title=_("Month"),
        y_title=currency,
        x_format="d",
        y_format="~s",
        zero=True,
        height=190,
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
