from __future__ import annotations

import math
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.choices import choice_charts, market_form, market_services, selectors
from apps.choices.best_price import best_price
from apps.choices.fitted_people import FittedPeople, fitted_people
from apps.choices.market_form import State
from apps.choices.model_reading import told
from apps.choices.models import Market
from apps.choices.simulation import MOST_OFFERS, answer, asked
from apps.estimates import selectors as estimates
from apps.jobs import selectors as jobs
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

PAGE = "choices/simulator.html"


@require_safe
@workspace_view(Role.VIEWER)
def simulator(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return _page(request, selectors.market_of_today(request.workspace))


@require_safe
@workspace_view(Role.VIEWER)
def market(request: WorkspaceRequest, slug: str, market_id: int) -> HttpResponse:
    return _page(request, selectors.market(request.workspace, market_id))


def _page(request: WorkspaceRequest, kept: Market | None) -> HttpResponse:
    model = estimates.current(request.workspace, selectors.MODEL)
    if model is None:
        return render(request, PAGE, {"model": None})
    fitted = fitted_people(model)
    state = market_form.state_of(kept, fitted) if kept else market_form.first_state(fitted)
    found = estimates.current(request.workspace, selectors.BEST_OFFER)
    shown = {
        "model": model,
        "markets": selectors.markets(request.workspace),
        "market": kept,
        "best": found,
        "best_rows": _best_rows(found, fitted),
        "search": _unsuccessful(jobs.latest(request.workspace, selectors.BEST_OFFER)),
    }
    return render(request, PAGE, shown | _form(request, fitted, state, [state]) | _answered(fitted, state))


def _best_rows(found: Any, fitted: FittedPeople) -> list[dict[str, Any]]:
    """The offers of the last search with their values in the order of the columns."""
    names = [one.name for one in fitted.settings.used if not one.is_price]
    rows = found.diagnostics["offers"] if found else []
    unit = {"unit": found.workspace.currency} if found else {}
    return [
        row | {"values": [row["values"].get(name, "") for name in names], "money": row["money"] | unit} for row in rows
    ]


def _unsuccessful(job: Any) -> Any:
    return job if job is not None and job.state != "succeeded" else None


@require_POST
@workspace_view(Role.VIEWER)
def shares(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """The answer to a change of any field; it writes nothing, so whoever may see the study may ask."""
    fitted = fitted_people(selectors.model(request.workspace))
    state = market_form.posted_state(request.POST, fitted)
    past = market_form.with_step(market_form.history(request.POST), state)
    shown = _answered(fitted, state) | {
        "history": market_form.as_json(past),
        "swapped": True,
        "can_undo": len(past) > 1,
    }
    return render(request, f"{PAGE}#answer", shown)


@require_POST
@workspace_view(Role.VIEWER)
def offers(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """An offer more or less, or the last change taken back: form and answer anew. It writes nothing either."""
    fitted = fitted_people(selectors.model(request.workspace))
    posted = market_form.posted_state(request.POST, fitted)
    state, past = market_form.acted(posted, market_form.history(request.POST), request.POST.get("action", ""))
    return render(request, f"{PAGE}#bench", _form(request, fitted, state, past) | _answered(fitted, state))


@require_POST
@workspace_view(Role.VIEWER)
def price(request: WorkspaceRequest, slug: str) -> HttpResponse:
    fitted = fitted_people(selectors.model(request.workspace))
    try:
        wanted = asked(market_form.posted_state(request.POST, fitted), fitted)
        found = best_price(fitted, wanted, _cost(request), request.workspace.currency)
    except Refused as refusal:
        return render(request, f"{PAGE}#price", {"price_refusal": str(refusal)})
    chart = choice_charts.money_curve(found.curve, found.price, request.workspace.currency)
    return render(request, f"{PAGE}#price", {"best_price": found, "curve": chart, "ours": wanted.ours})


@require_POST
@workspace_view(Role.EDITOR)
def search(request: WorkspaceRequest, slug: str) -> HttpResponse:
    fitted = fitted_people(selectors.model(request.workspace))
    state = market_form.posted_state(request.POST, fitted)
    try:
        job = market_services.start_search(
            workspace=request.workspace, state=state, unit_cost=_cost(request), actor=request.user
        )
    except Refused as refusal:
        return render(request, f"{PAGE}#search", {"search_refusal": str(refusal)})
    return render(request, f"{PAGE}#search", {"search": job, "can_edit": True})


@require_POST
@workspace_view(Role.EDITOR)
def keep(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Keep the offers as a new market."""
    return _kept(request, None)


@require_POST
@workspace_view(Role.EDITOR)
def keep_market(request: WorkspaceRequest, slug: str, market_id: int) -> HttpResponse:
    return _kept(request, selectors.market(request.workspace, market_id))


def _kept(request: WorkspaceRequest, kept: Market | None) -> HttpResponse:
    fitted = fitted_people(selectors.model(request.workspace))
    state = market_form.posted_state(request.POST, fitted)
    try:
        done = market_services.keep(
            workspace=request.workspace,
            name=request.POST.get("market_name", ""),
            state=state,
            actor=request.user,
            market=kept,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("choices:simulator", request.workspace.slug)
    messages.success(request, _("The offers are kept."))
    return redirect("choices:market", request.workspace.slug, done.pk)


@require_POST
@workspace_view(Role.EDITOR)
def today(request: WorkspaceRequest, slug: str, market_id: int) -> HttpResponse:
    market_services.mark_today(market=selectors.market(request.workspace, market_id), actor=request.user)
    return redirect("choices:market", slug, market_id)


@require_POST
@workspace_view(Role.EDITOR)
def delete(request: WorkspaceRequest, slug: str, market_id: int) -> HttpResponse:
    market_services.delete(market=selectors.market(request.workspace, market_id), actor=request.user)
    messages.success(request, _("The offers are deleted."))
    return redirect("choices:simulator", slug)


def _cost(request: WorkspaceRequest) -> float:
    try:
        found = float(request.POST.get("unit_cost") or 0)
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or found < 0:
        raise Refused("cost_not_usable", _("The cost must be a number of zero or more."), field="unit_cost")
    return found


def _form(request: WorkspaceRequest, fitted: FittedPeople, state: State, past: list[State]) -> dict[str, Any]:
    attributes = [
        {
            "place": at,
            "name": one.name,
            "is_number": one.kind == "number",
            "is_price": one.is_price,
            "levels": one.levels,
            "low": told(one.numbers[0]) if one.numbers else "",
            "high": told(one.numbers[-1]) if one.numbers else "",
            "values": [told(offer["values"].get(one.name, "")) for offer in state["offers"]],
        }
        for at, one in enumerate(fitted.settings.used)
    ]
    return {
        "attributes": attributes,
        "offers": state["offers"],
        "rule": state["rule"],
        "rules": Market.Rule.choices,
        "with_none": state["with_none"],
        "knows_none": fitted.knows_none,
        "history": market_form.as_json(past),
        "can_undo": len(past) > 1,
        "can_add": len(state["offers"]) < MOST_OFFERS,
        "alone": len(state["offers"]) == 1,
    }


def _answered(fitted: FittedPeople, state: State) -> dict[str, Any]:
    try:
        found = answer(fitted, asked(state, fitted))
    except Refused as refusal:
        return {"refusal": str(refusal)}
    unit = fitted.settings.price.name if fitted.settings.price else ""
    return {"answer": found, "price_name": unit, "rows": [_bar(one) for one in found.shares]}


def _bar(share: Any) -> dict[str, Any]:
    """Widths for the drawing, in hundredths: plain text, whatever the language of the page."""
    ends = {name: f"{100 * getattr(share, name):.2f}%" for name in ("median", "low", "high")}
    return {"figure": share.as_dict(), "name": share.name, "is_none": share.name == "none", "ends": ends}
