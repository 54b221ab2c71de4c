"""What people state of a task's errors and of experiments; each change weighs or studies again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.modellab.models import (
    Candidate,
    CostSource,
    FrequencySource,
    LabelledSet,
    OutcomeExperiment,
    QualityMapping,
    WhatChanged,
)
from apps.modellab.outcome_kinds import STUDY, WEIGHING
from apps.modellab.outcome_rows import model_names, outcome_rows
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace

KEPT_EARLIER = 20
LIMITS = {
    "threshold": (0.0, 1.0),
    "escalation_success": (0.0, 1.0),
    "escalation_cost": (0.0, 1e6),
    "escalation_latency_ms": (0.0, 1e9),
}
MOST_COST = 1e9


@transaction.atomic
def set_mapping(
    *, labelled_set: LabelledSet, given: Mapping[str, Any], actor: User | None
) -> tuple[QualityMapping, Job | None]:
    """Change what is given, keep the rest, and weigh all candidates of the set again. Raises Refused."""
    mapping = _held(labelled_set)
    before = mapping.settings()
    for name, value in _checked(labelled_set, given).items():
        setattr(mapping, name, value)
    if mapping.settings() == before and mapping.pk:
        return mapping, None
    mapping.earlier = [*mapping.earlier, before][-KEPT_EARLIER:]
    return _keep(mapping, actor, "quality.changed")


@transaction.atomic
def undo_mapping(*, labelled_set: LabelledSet, actor: User | None) -> tuple[QualityMapping, Job | None]:
    """Back to what was set before the last change. Raises Refused where nothing was changed."""
    mapping = _held(labelled_set)
    if not mapping.earlier:
        raise Refused("nothing_to_undo", _("There is nothing to undo."))
    *mapping.earlier, last = mapping.earlier
    for name, value in last.items():
        setattr(mapping, name, value)
    return _keep(mapping, actor, "quality.undone")


def _held(labelled_set: LabelledSet) -> QualityMapping:
    known = QualityMapping.objects.select_for_update().filter(labelled_set=labelled_set).first()
    return known or QualityMapping(workspace=labelled_set.workspace, labelled_set=labelled_set)


def _keep(mapping: QualityMapping, actor: User | None, action: str) -> tuple[QualityMapping, Job]:
    mapping.updated_by = actor
    mapping.save()
    audit.note(workspace=mapping.workspace, actor=actor, action=action, target=mapping, details=mapping.settings())
    return mapping, start_weighing(labelled_set=mapping.labelled_set, actor=actor)


def start_weighing(*, labelled_set: LabelledSet, actor: User | None = None) -> Job:
    """Weigh the set's candidates as its mapping stands when the job runs."""
    params = {"set_id": labelled_set.pk, "subject": str(labelled_set.pk)}
    return jobs.enqueue(workspace=labelled_set.workspace, kind=WEIGHING, params=params, created_by=actor)


def _checked(labelled_set: LabelledSet, given: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in given.items():
        if name in LIMITS:
            kept[name] = _number(name, value, *LIMITS[name])
        elif name == "error_cost":
            kept[name] = _costs(labelled_set, value)
        elif name in ("frequency", "costs"):
            known = FrequencySource.values if name == "frequency" else CostSource.values
            if value not in known:
                raise Refused("choice_unknown", _("Choose one of those listed."), field=name, remedy=", ".join(known))
            kept[name] = value
        else:
            raise Refused("setting_unknown", _("There is no setting “%(name)s”.") % {"name": name}, field=name)
    return kept


def _number(field: str, value: Any, low: float, high: float) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not usable or not low <= value <= high:
        message = _("This must lie between %(low)s and %(high)s.") % {"low": f"{low:g}", "high": f"{high:g}"}
        raise Refused("out_of_range", message, field=field)
    return float(value)


def _costs(labelled_set: LabelledSet, given: Any) -> dict[str, float]:
    """Costs other than 1 by label; at least one label must cost something."""
    if not isinstance(given, Mapping):
        raise Refused("costs_not_usable", _("Give a cost by label."), field="error_cost")
    unknown = [label for label in given if label not in labelled_set.labels]
    if unknown:
        message = _("The set has no label “%(label)s”.") % {"label": str(unknown[0])[:80]}
        raise Refused("label_unknown", message, field="error_cost")
    costs = {str(label): _number("error_cost", cost, 0.0, MOST_COST) for label, cost in given.items()}
    if costs and not any(costs.get(label, 1.0) > 0 for label in labelled_set.labels):
        raise Refused("no_class_matters", _("At least one class must cost something."), field="error_cost")
    return {label: cost for label, cost in costs.items() if cost != 1.0}


def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study the outcomes in the background; a study under way is given back."""
    refusal = None
    if not outcome_rows(workspace).exists():
        refusal = Refused(
            "no_outcomes",
            _("There are no outcomes of answers yet."),
            remedy=_("Import one row a request: its class, and whether it was resolved or liked."),
        )
    return jobs.start_study(workspace=workspace, kind=STUDY, actor=actor, refusal=refusal)


@transaction.atomic
def state_experiment(
    *,
    workspace: Workspace,
    changed: str,
    first_model: str,
    second_model: str,
    actor: User | None,
    first_candidate: Candidate | None = None,
    second_candidate: Candidate | None = None,
    first_right: int | None = None,
    first_texts: int | None = None,
    second_right: int | None = None,
    second_texts: int | None = None,
    foreseen: bool = False,
) -> OutcomeExperiment:
    """Say that requests were divided between two models by chance; it stands for the one stated before.

    ``foreseen``: the outcomes that name them are still to come.
    """
    if changed not in WhatChanged.values:
        raise Refused("choice_unknown", _("Choose one of those listed."), field="changed")
    known = model_names(workspace)
    for field, name in (("first_model", first_model), ("second_model", second_model)):
        if name not in known and not foreseen:
            raise Refused("model_unknown", _("No outcome names this model."), field=field, remedy=", ".join(known[:10]))
    if first_model == second_model:
        raise Refused("models_alike", _("An experiment needs two models."), field="second_model")
    for field, right, texts in (
        ("first_right", first_right, first_texts),
        ("second_right", second_right, second_texts),
    ):
        if right is not None and not (texts and 0 <= right <= texts):
            raise Refused("right_of_texts", _("Right answers are some of the texts of the test."), field=field)
    experiment, _created = OutcomeExperiment.objects.update_or_create(
        workspace=workspace,
        changed=changed,
        defaults={
            "first_model": first_model,
            "second_model": second_model,
            "first_candidate": first_candidate,
            "second_candidate": second_candidate,
            "first_right": first_right,
            "first_texts": first_texts,
            "second_right": second_right,
            "second_texts": second_texts,
            "stated_by": actor,
        },
    )
    audit.note(workspace=workspace, actor=actor, action="experiment.stated", target=experiment)
    return experiment


@transaction.atomic
def forget_experiment(*, experiment: OutcomeExperiment, actor: User | None) -> None:
    audit.note(workspace=experiment.workspace, actor=actor, action="experiment.forgotten", target=experiment)
    experiment.delete()
