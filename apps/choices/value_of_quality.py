"""What a model's measured quality is worth to customers, in money per user and month, by what they chose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.choices.fitted_people import fitted_people
from apps.choices.study_settings import MONTH
from apps.estimates import selectors as estimates
from apps.estimates.messages import reason
from apps.estimates.models import Estimate
from apps.workspaces.models import Workspace
from trimtab.economics.choice.willingness_to_pay import value_of_quality as worth_of
from trimtab.economics.draws import Array, Figure, align, summarise
from trimtab.economics.errors import CannotEstimate

MODEL, EVALUATION, TODAY = "choices.model", "modellab.evaluation", "today"
WORLDS = 2000


@dataclass(frozen=True)
class CandidateWorth:
    """A candidate of the model lab: its quality beside today's, and what the difference is worth.

    ``beyond`` is the share of worlds in which a quality lay outside the levels that people were asked about.
    """

    name: str
    candidate_id: str
    quality: Figure
    today: Figure
    worth: Figure
    p_worth_more: float
    beyond: float
    evaluation: Estimate


def value_of_quality(workspace: Workspace, quality_today: Array, quality_candidate: Array) -> Array | None:
    """Money per user and month that the candidate's quality is worth over today's, shape (WORLDS,).

    The qualities are shares of right results, 0..1, as draws in the same worlds. None where there is no choice study,
    or none with a price a month and a quality. Raises CannotEstimate where money has no value in the answers.
    """
    model = estimates.current(workspace, MODEL)
    found = _worth(model, quality_today, quality_candidate) if model else None
    return None if found is None else found[0]


def values_of_candidates(workspace: Workspace, model: Estimate) -> tuple[list[CandidateWorth], str]:
    """The candidates of the newest run against today's model; the text says why there are none."""
    found = list(estimates.current_of_kind(workspace, EVALUATION).select_related("workspace"))
    today = _newest([one for one in found if one.parameters.get("method") == TODAY])
    rest = [one for one in found if one.parameters.get("method") != TODAY]
    newest = _newest(rest)
    if today is None or newest is None:
        return [], ""
    judged = [one for one in rest if one.parameters.get("run_id") == newest.parameters.get("run_id")]
    try:
        values = [_candidate(model, today, one) for one in judged]
    except CannotEstimate as error:
        return [], reason(error)
    return sorted((one for one in values if one is not None), key=lambda one: -one.worth.median), ""


def _newest(found: list[Estimate]) -> Estimate | None:
    return max(found, key=lambda one: (one.parameters.get("run_id", 0), one.created_at), default=None)


def _candidate(model: Estimate, today: Estimate, candidate: Estimate) -> CandidateWorth | None:
    was, will = (np.clip(estimates.draws(one)["accuracy"], 0, 1) for one in (today, candidate))
    found = _worth(model, was, will)
    if found is None:
        return None
    money, beyond, unit = found
    return CandidateWorth(
        name=candidate.parameters.get("subject_label") or candidate.subject,
        candidate_id=candidate.subject,
        quality=summarise(will, name="accuracy", unit="share"),
        today=summarise(was, name="accuracy", unit="share"),
        worth=summarise(money, name="value_of_quality", unit=unit),
        p_worth_more=float(np.mean(money > 0)),
        beyond=float(np.mean(beyond)),
        evaluation=candidate,
    )


def _worth(model: Estimate, today: Array, candidate: Array) -> tuple[Array, NDArray[np.bool_], str] | None:
    """The same pairs of worlds at every call: a pair of qualities stays a pair, and so does a world of part-worths."""
    fitted = fitted_people(model)
    quality = fitted.settings.quality
    if quality is None or fitted.settings.price is None or fitted.settings.period != MONTH:
        return None
    rng = np.random.default_rng(0)
    was, will = (align(values, WORLDS, np.random.default_rng(1)) for values in (today, candidate))
    found = worth_of(
        fitted.mean_people(WORLDS),
        fitted.coding,
        fitted.typical_offer,
        quality.name,
        dict(quality.quality or {}),
        candidate=will,
        today=was,
        rng=rng,
    )
    return found.money, found.beyond, f"{model.workspace.currency}/month"
