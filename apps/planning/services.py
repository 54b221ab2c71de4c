from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.estimates import services as estimates
from apps.estimates.messages import reason
from apps.jobs import selectors as jobs
from apps.jobs import services as job_services
from apps.jobs.models import Job
from apps.planning import history, selectors
from apps.planning.answers import HIGHEST_PRICE, chosen, world_of
from apps.planning.assumptions import checked
from apps.planning.example import checked_values
from apps.planning.levers import LEVERS, checked_levers, moved, pulled_of
from apps.planning.models import Scenario
from apps.planning.upstream import TODAY
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace
from trimtab.economics.errors import CannotEstimate

FORECAST_JOB = "planning.forecast"
LONGEST_NAME = 120


def start(*, workspace: Workspace, actor: User | None = None, scenario: Scenario | None = None) -> Job:
    """Forecast a scenario in the background, without one the base case; a run under way is given back."""
    scenario = scenario or selectors.base(workspace)
    _editable(scenario)
    if scenario.is_example:
        raise Refused("example_has_no_forecast", _("The example is a formula of its own: there is nothing to run."))
    try:
        world_of(scenario)
    except CannotEstimate as error:
        raise Refused(error.code, reason(error)) from error
    with transaction.atomic():
        if scenario.pk is None:
            scenario = base_scenario(workspace=workspace, actor=actor)
        under_way = jobs.unfinished(workspace).filter(kind=FORECAST_JOB, subject=str(scenario.pk)).first()
        if under_way is not None:
            return under_way
        params = {"scenario_id": scenario.pk, "subject": str(scenario.pk)}
        job = job_services.enqueue(workspace=workspace, kind=FORECAST_JOB, params=params, created_by=actor)
        audit.note(workspace=workspace, actor=actor, action="forecast.started", target=scenario)
    return job


@transaction.atomic
def base_scenario(*, workspace: Workspace, actor: User | None = None) -> Scenario:
    """The first scenario of the workspace, made where there is none."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    found = selectors.base(workspace)
    return found if found.pk else create(workspace=workspace, actor=actor, name=found.name)


@transaction.atomic
def create(
    *,
    workspace: Workspace,
    name: str,
    actor: User | None = None,
    kind: str = Scenario.Kind.LOOP,
    values: dict[str, Any] | None = None,
) -> Scenario:
    """A new scenario, with the choice and assumptions in ``values`` as in ``change``."""
    scenario = Scenario.objects.create(workspace=workspace, name=_named(name), kind=kind, made_by=actor)
    audit.note(workspace=workspace, actor=actor, action="scenario.created", target=scenario, details={"name": name})
    if values:
        _set(scenario, values)
        scenario.save()
    return scenario


@transaction.atomic
def open_example(*, workspace: Workspace, actor: User | None = None) -> Scenario:
    """The source document's example as a scenario of this workspace; opened twice it is the same one."""
    known = selectors.live(workspace).filter(kind=Scenario.Kind.SOURCE_EXAMPLE).first()
    return known or create(
        workspace=workspace, actor=actor, name=_("Source document's example"), kind=Scenario.Kind.SOURCE_EXAMPLE
    )


@transaction.atomic
def rename(*, scenario: Scenario, name: str, actor: User | None = None) -> Scenario:
    _editable(scenario)
    before = history.state(scenario)
    scenario.name = _named(name)
    scenario.save(update_fields=["name", "updated_at"])
    history.keep(scenario=scenario, before=before, actor=actor)
    audit.note(workspace=scenario.workspace, actor=actor, action="scenario.renamed", target=scenario)
    return scenario


@transaction.atomic
def copy(*, scenario: Scenario, actor: User | None = None) -> Scenario:
    name = _("Copy of %(name)s") % {"name": scenario.name}
    twin = Scenario.objects.create(
        workspace=scenario.workspace,
        name=name[:LONGEST_NAME],
        kind=scenario.kind,
        price=scenario.price,
        candidate=scenario.candidate,
        months=scenario.months,
        levers=scenario.levers,
        assumptions=scenario.assumptions,
        made_by=actor,
    )
    audit.note(workspace=scenario.workspace, actor=actor, action="scenario.copied", target=twin)
    return twin


@transaction.atomic
def archive(*, scenario: Scenario, actor: User | None = None) -> Scenario:
    """Put a scenario away: it leaves the menus and its links stop opening, until it is restored."""
    if not scenario.is_archived:
        scenario.archived_at = timezone.now()
        scenario.save(update_fields=["archived_at", "updated_at"])
        audit.note(workspace=scenario.workspace, actor=actor, action="scenario.archived", target=scenario)
    return scenario


@transaction.atomic
def restore(*, scenario: Scenario, actor: User | None = None) -> Scenario:
    if scenario.is_archived:
        scenario.archived_at = None
        scenario.save(update_fields=["archived_at", "updated_at"])
        audit.note(workspace=scenario.workspace, actor=actor, action="scenario.restored", target=scenario)
    return scenario


@transaction.atomic
def delete(*, scenario: Scenario, actor: User | None = None) -> None:
    """The scenario goes for good; its results stay as evidence, no longer current."""
    for result in selectors.results(scenario).values():
        estimates.retire(estimate=result)
    audit.note(workspace=scenario.workspace, actor=actor, action="scenario.deleted", target=scenario)
    scenario.delete()


@transaction.atomic
def change(*, scenario: Scenario, values: dict[str, Any], actor: User | None = None) -> Scenario:
    """Set what ``values`` names of name, price, candidate, months, levers and assumptions. Raises Refused.

    ``levers`` replaces all levers; "quality", "latency" or "arrivals" sets that one.
    """
    _editable(scenario)
    before = history.state(scenario)
    _set(scenario, values)
    scenario.save()
    history.keep(scenario=scenario, before=before, actor=actor)
    audit.note(
        workspace=scenario.workspace, actor=actor, action="scenario.changed", target=scenario,
        details={"fields": sorted(values)},
    )  # fmt: skip
    return scenario


def _set(scenario: Scenario, values: dict[str, Any]) -> None:
    if "name" in values:
        scenario.name = _named(values["name"])
    if "assumptions" in values:
        given = values["assumptions"] or {}
        scenario.assumptions = checked_values(given) if scenario.is_example else checked(given)
    if "levers" in values and not scenario.is_example:
        scenario.levers = checked_levers(values["levers"])
    if {"price", "candidate", "months", *LEVERS} & set(values) and not scenario.is_example:
        _choose(scenario, values)


def _choose(scenario: Scenario, values: dict[str, Any]) -> None:
    """Keep a choice; a price that is today's is not kept, so that it follows the log."""
    try:
        world = world_of(scenario)
    except CannotEstimate as error:
        raise Refused(error.code, reason(error)) from error
    choice = chosen(scenario, world, values)
    if choice.price > HIGHEST_PRICE:
        raise Refused("price_out_of_range", _("The price must be above zero."), field="price")
    scenario.price = None if choice.price == world.current_price else choice.price
    scenario.candidate_id = None if choice.candidate == TODAY else int(choice.candidate)
    scenario.months = choice.months
    scenario.levers = moved(pulled_of(choice))


def _editable(scenario: Scenario) -> None:
    if scenario.is_archived:
        raise Refused("scenario_archived", _("The scenario is archived: restore it first."))


def _named(name: str) -> str:
    name = " ".join(str(name or "").split())
    if not name:
        raise Refused("name_missing", _("The scenario needs a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long", _("The name is longer than 120 characters."), field="name")
    return name
