"""What the pages "What to find out" and "What matters" show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.decisions import information_charts, information_selectors, sensitivity_charts
from apps.decisions.information_options import require_something_to_compare
from apps.decisions.information_services import INFORMATION_JOB
from apps.decisions.information_words import driver_label, group_label
from apps.decisions.page import frame
from apps.estimates.messages import reason
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.planning.models import Scenario
from apps.planning.wording import VERDICTS
from trimtab.economics.errors import CannotEstimate

LEAST_EFFECT = 0.005


@dataclass(frozen=True)
class Study(jobs.WithLatestJob):
    """The result on show, the job that makes it, and why none can be made."""

    estimate: Estimate | None
    job: Job | None
    problem: str


def information_page(scenario: Scenario) -> dict[str, Any]:
    study = _study(scenario, information_selectors.result(scenario))
    context: dict[str, Any] = frame(scenario) | {"study": study}
    if study.estimate is None:
        return context
    found = information_selectors.next_studies(study.estimate)
    paying = [one for one in found if one.pays]
    return context | {
        "studies": found,
        "first": paying[0] if paying else None,
        "others": information_selectors.other_worths(study.estimate),
        "worth_chart": information_charts.worths(found),
        "money_chart": information_charts.by_money(found),
    }


def sensitivity_page(scenario: Scenario) -> dict[str, Any]:
    study = _study(scenario, information_selectors.sensitivity_result(scenario))
    context: dict[str, Any] = frame(scenario) | {"study": study}
    if study.estimate is None:
        return context
    found = study.estimate.diagnostics
    effects = [effect | {"label": group_label(effect["name"])} for effect in found["effects"]]
    shown = [effect for effect in effects if effect["total"] >= LEAST_EFFECT]
    swings = [swing | _named(swing, found) for swing in found["swings"]]
    return context | {
        "found": found,
        "effects": shown,
        "idle": [effect["label"] for effect in effects if effect["total"] < LEAST_EFFECT],
        "swings": [swing for swing in swings if swing["gain_low"] != swing["gain_high"]],
        "effects_chart": sensitivity_charts.effects(shown),
        "tornado_chart": sensitivity_charts.tornado(swings, study.estimate.figures["gain"]["unit"]),
        "option_flips": _flips(found["option_flips"], found),
        "option_steady": _steady(found["option_flips"]),
        "verdict_flips": [
            flip | {"becomes": VERDICTS[flip["becomes"]]} for flip in _flips(found["verdict_flips"], found)
        ],
        "verdict_steady": _steady(found["verdict_flips"]),
    }


def _study(scenario: Scenario, found: Estimate | None) -> Study:
    subject = str(scenario.pk) if scenario.pk else ""
    job = jobs.latest(scenario.workspace, INFORMATION_JOB, subject) if subject else None
    problem = ""
    if found is None:
        try:
            require_something_to_compare(scenario)
        except CannotEstimate as error:
            problem = reason(error)
    return Study(found, job, problem)


def _flips(flips: list[dict[str, Any]], found: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that turn the decision; an empty name is today's."""
    return [
        flip | _named(flip, found) | {"becomes": flip["becomes"] or _("Today")}
        for flip in flips
        if flip["at"] is not None
    ]


def _steady(flips: list[dict[str, Any]]) -> list[str]:
    """The inputs of which no value turns the decision."""
    return [driver_label(flip["name"]) for flip in flips if flip["at"] is None]


def _named(one: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    return {"label": driver_label(one["name"]), "unit": found["units"][one["name"]]}
