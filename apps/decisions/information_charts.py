from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from apps.decisions.information_selectors import NextStudy
from apps.decisions.information_studies import TRAINING, WAITING
from apps.estimates import charts
from apps.estimates.charts import Spec

SHOWN = 4
STEPS = 40
BEYOND = 2.5
MONEY = "~s"


def worths(studies: list[NextStudy]) -> Spec:
    """What knowing for certain is worth, by study."""
    rows = [
        {"study": str(one.study.label), "worth": one.value, "low": one.low, "high": one.high}
        for one in studies
        if one.value > 0 and one.code != TRAINING
    ]
    return charts.bars_with_intervals(
        rows, label="study", value="worth", low="low", high="high", label_title=_("Study"),
        value_title=_("Worth of knowing it for certain"), value_format=MONEY,
    ) if rows else {}  # fmt: skip


def by_money(studies: list[NextStudy]) -> Spec:
    """What is learned for how much money, of the studies that are worth most, up to a few times the best size."""
    bought = [one for one in studies if one.worth > 0 and one.cost > 0 and one.code != WAITING]
    shown = sorted(bought, key=lambda one: -one.worth)[:SHOWN]
    if not shown:
        return {}
    budget = BEYOND * max(one.cost for one in shown if one.worth >= shown[0].worth / 10)
    rows = [
        {"study": str(one.study.label), "spent": float(spent), "worth": float(worth)}
        for one in shown
        for spent, worth in _line(one, budget)
    ]
    return charts.interval_line(
        rows, x="spent", y="worth", series="study", x_title=_("Spent"), y_title=_("Expected worth of what is learned"),
        x_format=MONEY, y_format=MONEY, zero=True,
    )  # fmt: skip


def _line(one: NextStudy, budget: float) -> list[tuple[float, float]]:
    spent = one.curve.sizes * ((one.cost - one.study.fixed) / one.size) + one.study.fixed
    worth = one.curve.value * one.study.decisions
    reach = np.linspace(spent[0], min(budget, float(spent[-1])), STEPS)
    return list(zip(reach, np.interp(reach, spent, worth), strict=True))
