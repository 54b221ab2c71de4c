from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from apps.estimates.lineage import InputRef, sha256_of
from apps.estimates.models import Estimate
from apps.planning.models import LoopRun, Scenario
from apps.workspaces.models import Workspace

SCENARIO = "scenario"
FORECAST, VERDICT, PRICE = "planning.forecast", "planning.verdict", "planning.price"


def scenarios(workspace: Workspace) -> QuerySet[Scenario]:
    return Scenario.objects.filter(workspace=workspace).select_related("workspace")


def live(workspace: Workspace) -> QuerySet[Scenario]:
    """The scenarios that menus offer: those that are not archived."""
    return scenarios(workspace).filter(archived_at=None)


def scenario(workspace: Workspace, scenario_id: int) -> Scenario:
    found = scenarios(workspace).filter(pk=scenario_id).first()
    if found is None:
        raise Http404
    return found


def pair(
    workspace: Workspace, offered: list[Scenario], left: str | None, right: str | None
) -> tuple[Scenario | None, Scenario | None]:
    """The two scenarios that an address names; one left out is the first ``offered`` that is not the other."""
    one, other = (named(workspace, text) if text else None for text in (left, right))
    one = one or next((each for each in offered if each != other), None)
    other = other or next((each for each in offered if each != one), None)
    return one, other


def named(workspace: Workspace, text: str) -> Scenario:
    """The scenario whose number an address gives as text. Raises Http404."""
    if not text.isdecimal():
        raise Http404
    return scenario(workspace, int(text))


def base(workspace: Workspace) -> Scenario:
    """The first scenario of the loop; an unsaved one where nobody has made a forecast yet."""
    found = live(workspace).filter(kind=Scenario.Kind.LOOP).first()
    return found or Scenario(workspace=workspace, name=gettext("Base case"))


def results(scenario: Scenario) -> dict[str, Estimate]:
    """The current verdict, price and forecasts of a scenario, by kind; forecasts as kind and candidate."""
    if scenario.pk is None:
        return {}
    found = Estimate.objects.filter(workspace=scenario.workspace, is_current=True, kind__in=[FORECAST, VERDICT, PRICE])
    mine = [e for e in found.select_related("workspace") if e.subject.split(":")[0] == str(scenario.pk)]
    return {":".join([e.kind, *e.subject.split(":")[1:]]): e for e in mine}


def scenario_ref(scenario: Scenario) -> InputRef:
    return InputRef(SCENARIO, str(scenario.pk), scenario.name, content_sha256(scenario))


def content_sha256(scenario: Scenario) -> str:
    """What the forecast depends on: a renamed scenario is still the same."""
    content = [scenario.price, scenario.candidate_id, scenario.months, scenario.assumptions]
    return sha256_of([*content, scenario.levers] if scenario.levers else content)


def contents_of(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    found = Scenario.objects.filter(workspace=workspace, pk__in=object_ids)
    return {str(scenario.pk): content_sha256(scenario) for scenario in found}


def page_of(workspace: Workspace, object_id: str) -> str | None:
    return reverse("planning:scenario", args=[workspace.slug, object_id])


def loop_under_way(workspace: Workspace) -> LoopRun | None:
    return LoopRun.objects.filter(workspace=workspace, finished_at=None).first()


def latest_loop(workspace: Workspace) -> LoopRun | None:
    return LoopRun.objects.filter(workspace=workspace).first()


def by_kind(estimates: Iterable[Estimate]) -> dict[str, Estimate]:
    return {estimate.kind: estimate for estimate in estimates if not estimate.subject}
