"""What a scenario was before each change, so that a change can be taken back and made again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.modellab.models import Candidate
from apps.planning.models import Scenario, ScenarioChange
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User

MOST_STEPS = 50
FIELDS: dict[str, str | Promise] = {
    "name": _("name"),
    "price": _("price"),
    "candidate": _("model"),
    "months": _("months ahead"),
    "levers": _("levers"),
    "assumptions": _("assumptions"),
}


@dataclass(frozen=True)
class Steps:
    """What undo and redo would do, in words; empty where there is nothing."""

    undo: str = ""
    redo: str = ""


def state(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "price": scenario.price,
        "candidate": scenario.candidate_id,
        "months": scenario.months,
        "levers": scenario.levers,
        "assumptions": scenario.assumptions,
    }


def keep(*, scenario: Scenario, before: dict[str, Any], actor: User | None) -> None:
    """Remember a change that was just made; what had been undone can't be made again any more."""
    after = state(scenario)
    if after == before:
        return
    known = ScenarioChange.objects.filter(scenario=scenario)
    known.filter(undone_at__isnull=False).delete()
    ScenarioChange.objects.create(
        workspace=scenario.workspace, scenario=scenario, before=before, after=after, made_by=actor
    )
    kept = known.order_by("-pk").values_list("pk", flat=True)[:MOST_STEPS]
    known.exclude(pk__in=list(kept)).delete()


def changes(scenario: Scenario) -> QuerySet[ScenarioChange]:
    return ScenarioChange.objects.filter(workspace=scenario.workspace, scenario=scenario)


def steps(scenario: Scenario) -> Steps:
    if scenario.pk is None:
        return Steps()
    known = list(changes(scenario))
    done = [one for one in known if one.undone_at is None]
    undone = [one for one in known if one.undone_at is not None]
    return Steps(_words(done[-1]) if done else "", _words(undone[0]) if undone else "")


@transaction.atomic
def undo(*, scenario: Scenario, actor: User | None = None) -> Scenario:
    """Put the scenario back to what it was before its last change. Raises Refused where there is none."""
    _locked(scenario)
    change = ScenarioChange.objects.filter(scenario=scenario, undone_at=None).last()
    if change is None:
        raise Refused("nothing_to_undo", gettext("There is nothing to undo."))
    change.undone_at = timezone.now()
    return _put(scenario, change, change.before, actor, "scenario.undone")


@transaction.atomic
def redo(*, scenario: Scenario, actor: User | None = None) -> Scenario:
    """Make the change again that was undone last. Raises Refused where there is none."""
    _locked(scenario)
    change = ScenarioChange.objects.filter(scenario=scenario, undone_at__isnull=False).first()
    if change is None:
        raise Refused("nothing_to_redo", gettext("There is nothing to make again."))
    change.undone_at = None
    return _put(scenario, change, change.after, actor, "scenario.redone")


def _locked(scenario: Scenario) -> None:
    Scenario.objects.select_for_update().get(pk=scenario.pk)
    if scenario.is_archived:
        raise Refused("scenario_archived", gettext("The scenario is archived: restore it first."))


def _put(
    scenario: Scenario, change: ScenarioChange, content: dict[str, Any], actor: User | None, action: str
) -> Scenario:
    change.save(update_fields=["undone_at"])
    for name, value in content.items():
        setattr(scenario, "candidate_id" if name == "candidate" else name, value)
    known = Candidate.objects.filter(workspace=scenario.workspace)
    if scenario.candidate_id is not None and not known.filter(pk=scenario.candidate_id).exists():
        scenario.candidate_id = None
    scenario.save()
    audit.note(
        workspace=scenario.workspace, actor=actor, action=action, target=scenario, details={"fields": change.fields}
    )
    return scenario


def _words(change: ScenarioChange) -> str:
    return ", ".join(str(FIELDS[name]) for name in change.fields)
