from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.differentiation import (
    method_words,
    selectors,
    weighing,
    weight_answers,
    weight_forms,
    weight_services,
    weights_page,
)
from apps.differentiation.models import Criterion, WeightMethod
from apps.estimates import messages as estimate_messages
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate

JUDGE = "differentiation/judge.html"


@require_safe
@workspace_view(Role.VIEWER)
def weights(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, "differentiation/weights.html", weights_page.shown(request.workspace))


@require_POST
@workspace_view(Role.EDITOR)
def choose(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        weight_services.choose_method(
            workspace=request.workspace, method=request.POST.get("method", ""), actor=request.user
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The offers are scored by these weights now."))
    return redirect("differentiation:weights", slug)


@require_safe
@workspace_view(Role.VIEWER)
def judge(request: WorkspaceRequest, slug: str, method: str) -> HttpResponse:
    person = request.GET.get("person", "") or request.user.full_name or request.user.email
    kept = selectors.judgements(request.workspace).filter(method=method, person=person).first()
    return _form(request, method, person[: weight_services.LONGEST_NAME], kept.answers if kept else None)


@require_POST
@workspace_view(Role.EDITOR)
def keep(request: WorkspaceRequest, slug: str, method: str) -> HttpResponse:
    answers: dict[str, Any] | None = None
    person = request.POST.get("person", "")
    try:
        answers = weight_forms.posted(method, request.POST, selectors.compared(request.workspace))
        weight_services.judge(
            workspace=request.workspace, method=method, person=person, answers=answers, actor=request.user
        )
    except Refused as refusal:
        return _form(request, method, person, answers, refusal=str(refusal), status=422)
    messages.success(request, _("The judgement of %(person)s is kept.") % {"person": person})
    return redirect("differentiation:weights", slug)


def _form(
    request: WorkspaceRequest,
    method: str,
    person: str,
    answers: dict[str, Any] | None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    criteria = _heaviest_first(request)
    context = {
        "method": method,
        "method_name": method_words.weighing_name(method),
        "says": method_words.WEIGHING[WeightMethod(method)],
        "person": person,
        "refusal": refusal,
        "criteria": criteria,
        "best": answers.get("best") if answers else None,
        "worst": answers.get("worst") if answers else None,
        "urls": {"keep": f"differentiation:keep-{_slug(method)}", "check": f"differentiation:check-{_slug(method)}"},
    }
    if method == WeightMethod.AHP:
        context["pairs"] = weight_forms.pair_fields(criteria, answers)
    else:
        context["rows"] = weight_forms.rows(method, criteria, answers)
    return render(request, JUDGE, context | _found(request, method, answers), status=status)


def _heaviest_first(request: WorkspaceRequest) -> list[Criterion]:
    """Criteria by their weight in use, so that neighbours in the form are close enough to compare."""
    estimate = selectors.current(request.workspace)
    rows = estimate.diagnostics["criteria"] if estimate else []
    weight = {row["criterion_id"]: row["weight"]["median"] for row in rows}
    return sorted(selectors.compared(request.workspace), key=lambda one: -weight.get(one.pk, 0.0))


def _slug(method: str) -> str:
    return method.replace("_", "-")


@require_POST
@workspace_view(Role.VIEWER)
def check(request: WorkspaceRequest, slug: str, method: str) -> HttpResponse:
    """What the answers so far say; it writes nothing, so whoever may see the criteria may ask."""
    try:
        answers = weight_forms.posted(method, request.POST, selectors.compared(request.workspace))
    except Refused as refusal:
        return render(request, f"{JUDGE}#found", {"method": method, "waiting": str(refusal)})
    return render(request, f"{JUDGE}#found", {"method": method} | _found(request, method, answers))


def _found(request: WorkspaceRequest, method: str, answers: dict[str, Any] | None) -> dict[str, Any]:
    criteria = selectors.compared(request.workspace)
    attributes = [one.attribute for one in criteria]
    if answers is None:
        return {"waiting": _("Answer to see the weights and whether the answers agree with each other.")}
    try:
        found = weighing.consistency(method, weight_answers.checked(method, answers, attributes), attributes)
    except Refused as refusal:
        return {"waiting": str(refusal)}
    except CannotEstimate as error:
        return {"waiting": estimate_messages.reason(error)}
    return {"found": weights_page.named(found, {one.attribute: one.name for one in criteria})}


@require_POST
@workspace_view(Role.EDITOR)
def take_back(request: WorkspaceRequest, slug: str, judgement_id: int) -> HttpResponse:
    weight_services.take_back(judgement=selectors.judgement(request.workspace, judgement_id), actor=request.user)
    messages.success(request, _("The judgement is taken back."))
    return redirect("differentiation:weights", slug)
