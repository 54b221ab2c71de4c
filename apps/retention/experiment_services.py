from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.estimates.messages import reason
from apps.retention.experiment_evidence import staying_lift
from apps.retention.models import Experiment
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace
from trimtab.economics.errors import CannotEstimate

SATISFACTION = ("satisfaction_lift", "satisfaction_error")
ARMS = ("control_customers", "control_left", "treated_customers", "treated_left")
SHARES = ("retained_control", "retained_lift", "retained_error")
MOST_EXPERIMENTS = 200


@transaction.atomic
def add(*, workspace: Workspace, values: dict[str, Any], actor: User | None = None) -> Experiment:
    """Keep a tested change; the link takes it in with the next study. Raises Refused."""
    if Experiment.objects.filter(workspace=workspace).count() >= MOST_EXPERIMENTS:
        raise Refused("too_many_experiments", _("Two hundred experiments are kept; delete one first."))
    experiment = Experiment(workspace=workspace, made_by=actor, **values)
    _check(experiment)
    experiment.save()
    audit.note(
        workspace=workspace,
        actor=actor,
        action="experiment.added",
        target=experiment,
        details={"name": experiment.name},
    )
    return experiment


@transaction.atomic
def remove(*, experiment: Experiment, actor: User | None = None) -> None:
    audit.note(
        workspace=experiment.workspace,
        actor=actor,
        action="experiment.removed",
        target=experiment,
        details={"name": experiment.name},
    )
    experiment.delete()


def _check(experiment: Experiment) -> None:
    for group in (SATISFACTION, ARMS, SHARES):
        given = [getattr(experiment, name) is not None for name in group]
        if any(given) and not all(given):
            field = group[given.index(False)]
            raise Refused("lift_incomplete", _("A lift needs all of its numbers."), field=field)
    if not (experiment.moved_satisfaction or experiment.measured_staying):
        raise Refused(
            "nothing_measured",
            _("Say what the experiment moved: satisfaction, staying or both."),
            field="satisfaction_lift",
        )
    if experiment.control_customers is not None and experiment.retained_lift is not None:
        raise Refused("staying_twice", _("Give staying as counts or as shares, not both."), field="retained_lift")
    if experiment.moved_satisfaction and not (experiment.satisfaction_error or 0) > 0:
        raise Refused("error_not_positive", _("A standard error is above zero."), field="satisfaction_error")
    try:
        staying_lift(experiment)
    except CannotEstimate as error:
        field = "control_left" if experiment.control_customers is not None else "retained_control"
        raise Refused(error.code, reason(error), field=field) from error
