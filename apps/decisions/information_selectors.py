"""What the page "What to find out" and its API tell: each study with its worth at this workspace's costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.decisions import selectors
from apps.decisions.information_studies import STUDIES, TRAINING, WAITING, Study, studies
from apps.decisions.information_words import group_label
from apps.estimates.models import Estimate
from apps.planning.models import Scenario
from trimtab.economics.decision.sample_information import (
    Cost,
    StudyWorth,
    part_told,
    study_worth,
    value_of_more_options,
)
from trimtab.economics.draws import Array

INFORMATION, SENSITIVITY = "decisions.information", "decisions.sensitivity"


@dataclass(frozen=True)
class NextStudy:
    """``value`` EVPPI with its interval and ``share`` of everything; ``known`` observations it starts from.

    ``size`` is the best one, or where none pays the one that comes nearest; ``worth`` EVSI, ``cost`` and ``net`` ENBS
    of that size, ``per_cost`` worth for a unit of money, inf where it costs nothing.
    """

    study: Study
    value: float
    low: float
    high: float
    share: float
    known: float
    is_assumed: bool
    size: int
    pays: bool
    worth: float
    cost: float
    net: float
    per_cost: float
    curve: StudyWorth

    @property
    def code(self) -> str:
        return self.study.code

    @property
    def is_free(self) -> bool:
        return self.cost == 0


def result(scenario: Scenario) -> Estimate | None:
    return selectors.result(scenario, INFORMATION) if scenario.pk else None


def sensitivity_result(scenario: Scenario) -> Estimate | None:
    return selectors.result(scenario, SENSITIVITY) if scenario.pk else None


def next_studies(found: Estimate) -> list[NextStudy]:
    """All studies that could tell something here, those that net most first, then by what knowing is worth."""
    worths = {one["code"]: one for one in found.diagnostics["worths"]}
    made = []
    for study in studies(found.workspace):
        if study.code in worths:
            made.append(_of_worth(_priced(study, found), worths[study.code]))
        elif study.code == TRAINING and found.diagnostics["training"]:
            made.append(_of_training(study, found.diagnostics["training"]))
    return sorted(made, key=lambda one: (-one.net if one.pays else 0.0, -one.per_cost, -one.value, one.code))


def other_worths(found: Estimate) -> list[dict[str, Any]]:
    """What knowing is worth where no study is known that would tell."""
    return [one | {"label": group_label(one["code"])} for one in found.diagnostics["worths"]
            if one["code"] not in STUDIES]  # fmt: skip


def _priced(study: Study, found: Estimate) -> tuple[Study, float]:
    delay = found.diagnostics["delay"] if study.code == WAITING else 0.0
    return study, study.unit if study.unit is not None else delay


def _of_worth(priced: tuple[Study, float], worth: dict[str, Any]) -> NextStudy:
    study, unit = priced
    observed = worth["observations"]
    known = float(observed or study.assumed_worth)
    curve = np.asarray(worth["curve"])
    parts = np.linspace(0, 1, curve.size)

    def value(sizes: Array) -> Array:
        return np.interp(part_told(known, sizes), parts, curve)

    return _told(study, unit, value, worth, known, is_assumed=observed is None)


def _of_training(study: Study, tried: dict[str, Any]) -> NextStudy:
    def value(sizes: Array) -> Array:
        return np.array([value_of_more_options(tried["best"], tried["mean"], tried["sd"], int(n)) for n in sizes])

    most = float(value(np.array([study.most]))[0])
    worth = {"value": most, "low": most, "high": most, "share": 0.0}
    return _told(study, study.unit or 0.0, value, worth, tried["tried"], is_assumed=False)


def _told(
    study: Study, unit: float, value: Callable[[Array], Array], worth: dict[str, Any], known: float, *, is_assumed: bool
) -> NextStudy:
    cost = Cost(study.fixed, unit, study.decisions)
    found = study_worth(value, cost, study.most)
    size = np.array([float(found.nearest)])
    told, spent = float(value(size)[0]) * study.decisions, float(cost.of(size)[0])
    return NextStudy(
        study=study,
        value=worth["value"],
        low=worth["low"],
        high=worth["high"],
        share=worth["share"],
        known=known,
        is_assumed=is_assumed,
        size=found.nearest,
        pays=found.best_size > 0,
        worth=told,
        cost=spent,
        net=told - spent,
        per_cost=found.per_cost,
        curve=found,
    )
