from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.decisions import ledger_page, ledger_selectors, ledger_services, selectors
from apps.decisions.ledger_forms import ActualForm, ActualsForm, DecisionForm
from apps.decisions.models import Option
from apps.planning.models import Scenario
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

PAGE = "decisions/ledger.html"


@require_safe
@workspace_view(Role.VIEWER)
def ledger(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return _page(request)


@require_safe
@workspace_view(Role.VIEWER)
def decision(request: WorkspaceRequest, slug: str, decision_id: int) -> HttpResponse:
    found = ledger_selectors.decision(request.workspace, decision_id)
    return render(request, "decisions/decision.html", ledger_page.decision_page(found))


@require_POST
@workspace_view(Role.EDITOR)
def decide(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, decision_form=form)
    scenario, option = _choice(request, form.cleaned_data["scenario"], form.cleaned_data["option"])
    given = {name: form.cleaned_data[name] for name in ("title", "reasons", "starts_on")}
    try:
        made = ledger_services.decide(scenario=scenario, option=option, actor=request.user, **given)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, status=422, decision_form=form)
    messages.success(request, _("The decision is in the ledger, with its forecast as it stands today."))
    return redirect("decisions:decision", slug, made.pk)


@require_POST
@workspace_view(Role.EDITOR)
def withdraw(request: WorkspaceRequest, slug: str, decision_id: int) -> HttpResponse:
    ledger_services.withdraw(decision=ledger_selectors.decision(request.workspace, decision_id), actor=request.user)
    messages.success(request, _("The decision is withdrawn. It can be restored below."))
    return redirect("decisions:ledger", slug)


@require_POST
@workspace_view(Role.EDITOR)
def restore(request: WorkspaceRequest, slug: str, decision_id: int) -> HttpResponse:
    ledger_services.restore(decision=ledger_selectors.decision(request.workspace, decision_id), actor=request.user)
    return redirect("decisions:ledger", slug)


@require_POST
@workspace_view(Role.EDITOR)
def note_actual(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = ActualForm(request.POST)
    if form.is_valid():
        try:
            ledger_services.note_actual(workspace=request.workspace, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    if form.errors:
        return _page(request, status=422, actual_form=form)
    return redirect("decisions:ledger", slug)


@require_POST
@workspace_view(Role.EDITOR)
def import_actuals(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Good lines are kept; bad ones stay in the field, to be corrected there."""
    form = ActualsForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, actuals_form=form)
    noted = ledger_services.import_actuals(
        workspace=request.workspace, text=form.cleaned_data["rows"], actor=request.user
    )
    if noted.kept:
        said = ngettext("%(count)s figure is noted.", "%(count)s figures are noted.", noted.kept)
        messages.success(request, said % {"count": noted.kept})
    if not noted.refused:
        return redirect("decisions:ledger", slug)
    left = ActualsForm(initial={"rows": "\n".join(one["text"] for one in noted.refused)})
    return _page(request, status=422, actuals_form=left, refused_rows=noted.refused)


@require_POST
@workspace_view(Role.EDITOR)
def remove_actual(request: WorkspaceRequest, slug: str, actual_id: int) -> HttpResponse:
    ledger_services.remove_actual(actual=ledger_selectors.actual(request.workspace, actual_id), actor=request.user)
    return redirect("decisions:ledger", slug)


def _choice(
    request: WorkspaceRequest, scenario_id: str | None, option_id: str | None
) -> tuple[Scenario, Option | None]:
    if option_id and not str(option_id).isdigit():
        raise Http404
    option = selectors.option(request.workspace, int(option_id)) if option_id else None
    return (option.scenario if option else selectors.scenario(request.workspace, scenario_id)), option


def _page(request: WorkspaceRequest, status: int = 200, **forms: Any) -> HttpResponse:
    scenario, option = _choice(request, request.GET.get("scenario"), request.GET.get("option"))
    context = ledger_page.ledger_page(request.workspace, scenario, option)
    title = option.name if option else scenario.title
    initial = {"scenario": scenario.pk, "option": option.pk if option else "", "title": title}
    context |= {
        "decision_form": DecisionForm(initial=initial | {"starts_on": context["first_month"]}),
        "actual_form": ActualForm(),
        "actuals_form": ActualsForm(),
    }
    return render(request, PAGE, context | forms, status=status)
