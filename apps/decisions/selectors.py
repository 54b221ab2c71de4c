from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from apps.decisions.models import Option
from apps.estimates.lineage import InputRef, sha256_of
from apps.estimates.models import Estimate
from apps.planning import selectors as planning
from apps.planning.models import Scenario
from apps.workspaces.models import Workspace

OPTIONS, SEARCH = "decisions.options", "decisions.search"
OPTION_SET = "options"
CONTENT = (
    "price", "candidate_id", "plans", "quality", "latency", "arrivals", "features", "one_off_cost", "monthly_cost",
)  # fmt: skip


def scenario(workspace: Workspace, scenario_id: str | int | None) -> Scenario:
    """The scenario named, else the base one, which may not be saved yet. A formula of its own has no options."""
    if scenario_id in (None, ""):
        found = planning.base(workspace)
        found.workspace = workspace
        return found
    if not str(scenario_id).isdigit():
        raise Http404
    found = planning.scenario(workspace, int(scenario_id))
    if found.is_example:
        raise Http404
    return found


def scenarios(workspace: Workspace) -> QuerySet[Scenario]:
    """Those that can have options."""
    return planning.scenarios(workspace).filter(kind=Scenario.Kind.LOOP)


def options(workspace: Workspace) -> QuerySet[Option]:
    found = Option.objects.filter(workspace=workspace, deleted_at=None)
    return found.select_related("workspace", "scenario", "candidate")


def option(workspace: Workspace, option_id: int) -> Option:
    found = options(workspace).filter(pk=option_id).first()
    if found is None:
        raise Http404
    return found


def deleted_option(workspace: Workspace, option_id: int) -> Option:
    found = Option.objects.filter(workspace=workspace, pk=option_id).exclude(deleted_at=None).first()
    if found is None:
        raise Http404
    return found


def options_of(scenario: Scenario) -> tuple[Option, ...]:
    """Those to compare, oldest first."""
    return _of(scenario, archived=False)


def archived_options(scenario: Scenario) -> tuple[Option, ...]:
    return _of(scenario, archived=True)


def ever_with_model(scenario: Scenario) -> bool:
    """Whether an option with a model of its own was ever made, put aside and deleted ones too."""
    named = Option.objects.filter(workspace=scenario.workspace, scenario_id=scenario.pk).exclude(candidate=None)
    return scenario.pk is not None and named.exists()


def deleted_options(scenario: Scenario) -> tuple[Option, ...]:
    """Those that can still be brought back, last deleted first."""
    gone = Option.objects.filter(workspace=scenario.workspace, scenario_id=scenario.pk).exclude(deleted_at=None)
    return tuple(gone.order_by("-deleted_at")) if scenario.pk else ()


def _of(scenario: Scenario, *, archived: bool) -> tuple[Option, ...]:
    if scenario.pk is None:
        return ()
    return tuple(options(scenario.workspace).filter(scenario=scenario, archived_at__isnull=not archived))


def result(scenario: Scenario, kind: str) -> Estimate | None:
    """The current result of this kind for the scenario."""
    found = Estimate.objects.filter(workspace=scenario.workspace, kind=kind, subject=str(scenario.pk), is_current=True)
    return found.select_related("workspace").first()


def results_of(scenario: Scenario) -> QuerySet[Estimate]:
    """All current results of this app for the scenario."""
    return Estimate.objects.filter(
        workspace=scenario.workspace, kind__startswith="decisions.", subject=str(scenario.pk), is_current=True
    )


def option_set_ref(scenario: Scenario, name: str) -> InputRef:
    return InputRef(OPTION_SET, str(scenario.pk), name, content_sha256(options_of(scenario)))


def content_sha256(compared: Iterable[Option]) -> str:
    """What a comparison depends on: an option that is only renamed is still the same."""
    return sha256_of([[option.pk, *(getattr(option, name) for name in CONTENT)] for option in compared])


def contents_of(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    by_scenario: dict[str, list[Option]] = {str(key): [] for key in object_ids}
    for one in options(workspace).filter(scenario_id__in=list(by_scenario), archived_at=None):
        by_scenario[str(one.scenario_id)].append(one)
    return {key: content_sha256(compared) for key, compared in by_scenario.items()}


def page_of(workspace: Workspace, object_id: str) -> str | None:
    return reverse("decisions:home", args=[workspace.slug]) + f"?scenario={object_id}"
