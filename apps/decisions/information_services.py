from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.decisions.information_models import StudyCost
from apps.decisions.information_options import require_something_to_compare
from apps.decisions.information_studies import STUDIES, TYPED
from apps.decisions.services import kept_scenario
from apps.estimates.messages import reason
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.planning.models import Scenario
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace
from trimtab.economics.errors import CannotEstimate

INFORMATION_JOB = "decisions.information"
HIGHEST = 1e9


@transaction.atomic
def start(*, scenario: Scenario, actor: User | None = None) -> Job:
    """Look in the background into what to find out and what matters; one under way is given back. Raises Refused."""
    refusal = None
    try:
        require_something_to_compare(scenario)
    except CannotEstimate as error:
        refusal = Refused(error.code, reason(error))
    if refusal is None:
        scenario = kept_scenario(scenario, actor)
    params = {"scenario_id": scenario.pk, "subject": str(scenario.pk)}
    return jobs.start_study(
        workspace=scenario.workspace, kind=INFORMATION_JOB, actor=actor, refusal=refusal, params=params
    )


@transaction.atomic
def set_costs(*, workspace: Workspace, values: Mapping[str, Mapping[str, Any]], actor: User | None = None) -> None:
    """Keep what studies cost: {study: {"fixed", "unit", "decisions", "assumed_worth"}}; None or "" takes the default.

    A study or number that is left out stays as it is. Raises Refused for an unknown study or a number out of range.
    """
    for code, given in values.items():
        if code not in STUDIES:
            raise Refused("unknown_study", _("There is no study “%(code)s”.") % {"code": code}, field=code)
        fields = {name: _number(code, name, given[name]) for name in TYPED if name in given}
        StudyCost.objects.update_or_create(workspace=workspace, study=code, defaults=fields)
    audit.note(workspace=workspace, actor=actor, action="study_costs.changed", details={"studies": sorted(values)})


def _number(code: str, name: str, given: Any) -> float | None:
    if given is None or given == "":
        return None
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = float("nan")
    least = 0.0 if name in ("fixed", "unit") else 0.01
    if isinstance(given, bool) or not (isfinite(value) and least <= value <= HIGHEST):
        told = _("A cost is a number of 0 or more; decisions and observations are more than 0.")
        raise Refused("cost_out_of_range", told, field=f"{code}.{name}")
    return value
