from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.adoption import adoption_charts, selectors, services
from apps.adoption.forms import AdoptionForm, PriorForm
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

PAGE = "adoption/adoption.html"


@require_safe
@workspace_view(Role.VIEWER)
def home(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, PAGE, _context(request))


@require_POST
@workspace_view(Role.EDITOR)
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = AdoptionForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, _context(request, form), status=422)
    try:
        services.start(workspace=request.workspace, settings=form.settings(), actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("adoption:home", slug)


@require_safe
@workspace_view(Role.VIEWER)
def what_if(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """The answer to the sliders of m, p and q."""
    form = PriorForm(request.GET)
    if not form.is_valid():
        context: dict[str, Any] = {"sliders_form": form}
        return render(request, f"{PAGE}#what_if", context, status=422)
    try:
        found = selectors.tried_prior(request.workspace, **form.cleaned_data)
    except Refused as refusal:
        return render(request, f"{PAGE}#what_if", {"refusal": str(refusal)}, status=422)
    return render(request, f"{PAGE}#what_if", {"tried": found})


def _context(request: WorkspaceRequest, form: AdoptionForm | None = None) -> dict[str, Any]:
    study = selectors.adoption_study(request.workspace)
    initial = study.settings.as_json()
    initial |= {"market": initial["market"] or None, "ahead": initial["ahead"] or None}
    context: dict[str, Any] = {"study": study, "form": form or AdoptionForm(initial=initial)}
    if study.estimate is None:
        return context
    context |= {
        "enough": selectors.enough(study.estimate),
        "curve_chart": adoption_charts.curve(study.estimate),
        "cumulative_chart": adoption_charts.cumulative(study.estimate),
    }
    if study.estimate.parameters["method"] == "priors":
        context["sliders"] = _sliders(study.estimate.parameters)
        context["tried"] = _kept(study.estimate.figures)
    return context


def _sliders(found: dict[str, Any]) -> list[dict[str, Any]]:
    market = float(found["market"])
    return [
        {"name": "market", "low": market / 5, "high": market * 5, "step": market / 100, "value": market},
        {"name": "p", "low": 0.001, "high": 0.2, "step": 0.001, "value": found["p"]},
        {"name": "q", "low": 0.05, "high": 1.5, "step": 0.01, "value": found["q"]},
    ]


def _kept(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures of the result, under the names of those that the sliders give."""
    names = {"market": "market", "peak": "peak_period", "next": "adopters_next", "to_come": "adopters_still_to_come"}
    return {name: figures[key] for name, key in names.items()}
