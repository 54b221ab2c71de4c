"""The browser of feedback and the page of one text."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.research import selectors
from apps.research.forms import FeedbackFilter
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view


@require_safe
@workspace_view(Role.VIEWER)
def feedback(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = FeedbackFilter(request.GET)
    items = form.narrow(selectors.feedback(request.workspace)).order_by("-pk")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        items = items.filter(pk__lt=int(before))
    found = list(items.select_related("mention__need")[: selectors.PAGE])
    rest = request.GET.copy()
    rest.pop("before", None)
    context = {
        "form": form,
        "items": found,
        "before": before,
        "next": found[-1].pk if len(found) == selectors.PAGE else None,
        "query": rest.urlencode(),
        "choices": selectors.feedback_choices(request.workspace),
    }
    return render(request, "research/feedback.html#found" if request.htmx else "research/feedback.html", context)


@require_safe
@workspace_view(Role.VIEWER)
def feedback_item(request: WorkspaceRequest, slug: str, feedback_id: int) -> HttpResponse:
    item = selectors.feedback_item(request.workspace, feedback_id)
    context = {
        "item": item,
        "mention": selectors.mention_of(item),
        "moves": selectors.figures_moved_by_feedback(item),
    }
    return render(request, "research/feedback_item.html", context)
