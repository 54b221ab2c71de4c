from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.decisions import selectors
from apps.decisions.models import Option
from apps.decisions.option_fields import LONGEST_NAME, checked, named
from apps.estimates import services as estimates
from apps.planning import services as planning
from apps.planning.models import Scenario
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User

MOST_OPTIONS = 200
BROUGHT_BACK_WITHIN = timedelta(days=7)


@transaction.atomic
def add(*, scenario: Scenario, values: Mapping[str, Any], actor: User | None = None) -> Option:
    """A new option of the scenario, which is saved where it was not yet. Raises Refused."""
    scenario = kept_scenario(scenario, actor)
    _require_room(scenario, 1)
    fields = checked(scenario.workspace, {"name": None, **values})
    option = Option.objects.create(workspace=scenario.workspace, scenario=scenario, made_by=actor, **fields)
    _note(option, actor, "option.added")
    return option


@transaction.atomic
def change(*, option: Option, values: Mapping[str, Any], actor: User | None = None) -> Option:
    """Set what ``values`` names; what it leaves out stays. Raises Refused."""
    set_fields(option=option, values=values)
    option.save()
    _note(option, actor, "option.changed", {"fields": sorted(values)})
    return option


def set_fields(*, option: Option, values: Mapping[str, Any]) -> Option:
    """As ``change``, in memory only: to see what would come of it."""
    for name, value in checked(option.workspace, values).items():
        setattr(option, name, value)
    return option


@transaction.atomic
def copy(*, option: Option, actor: User | None = None) -> Option:
    _require_room(option.scenario, 1)
    fields = {name: getattr(option, name) for name in selectors.CONTENT}
    twin = Option.objects.create(
        workspace=option.workspace,
        scenario=option.scenario,
        name=named((_("Copy of %(name)s") % {"name": option.name})[:LONGEST_NAME]),
        made_by=actor,
        **fields,
    )
    _note(twin, actor, "option.copied")
    return twin


@transaction.atomic
def archive(*, option: Option, actor: User | None = None) -> Option:
    """Put it aside: it is no longer compared, and can be taken up again."""
    option.archived_at = option.archived_at or timezone.now()
    option.save(update_fields=["archived_at", "updated_at"])
    _note(option, actor, "option.archived")
    return option


@transaction.atomic
def restore(*, option: Option, actor: User | None = None) -> Option:
    """Take up what was put aside or deleted."""
    _require_room(option.scenario, 1)
    option.archived_at = option.deleted_at = None
    option.save(update_fields=["archived_at", "deleted_at", "updated_at"])
    _note(option, actor, "option.restored")
    return option


@transaction.atomic
def delete(*, option: Option, actor: User | None = None) -> Option:
    """It is gone from all pages; ``restore`` brings it back until the row is cleared away."""
    option.deleted_at = timezone.now()
    option.save(update_fields=["deleted_at", "updated_at"])
    _note(option, actor, "option.deleted")
    return option


def clear_away(now: datetime) -> None:
    """The rows that were deleted too long ago to be brought back."""
    Option.objects.filter(deleted_at__lt=now - BROUGHT_BACK_WITHIN).delete()


def kept_scenario(scenario: Scenario, actor: User | None) -> Scenario:
    if scenario.pk is None:
        return planning.base_scenario(workspace=scenario.workspace, actor=actor)
    return scenario


def scenario_goes(*, instance: Scenario, **_sent: Any) -> None:
    """A scenario is being deleted: the results about its options stay as evidence, no longer current."""
    for result in selectors.results_of(instance):
        estimates.retire(estimate=result)


def _require_room(scenario: Scenario, more: int) -> None:
    if len(selectors.options_of(scenario)) + more > MOST_OPTIONS:
        told = _("A scenario holds at most %(most)s options. Archive some first.") % {"most": MOST_OPTIONS}
        raise Refused("too_many_options", told)


def _note(option: Option, actor: User | None, action: str, details: dict[str, Any] | None = None) -> None:
    audit.note(workspace=option.workspace, actor=actor, action=action, target=option, details=details or {})
