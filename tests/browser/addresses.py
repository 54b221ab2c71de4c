"""The address of every kind of page of a furnished workspace."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from apps.choices.models import Market
from apps.decisions.models import Decision, Option
from apps.differentiation.models import Criterion
from apps.estimates.models import Estimate
from apps.jobs.models import Job
from apps.modellab.models import Candidate, LabelledSet, TrainingRun
from apps.planning.models import Scenario
from apps.research.models import FeedbackItem, QuarantinedRow, Source
from apps.workspaces.models import Workspace

PLAIN = {
    "overview": "dashboards:overview",
    "research": "research:home",
    "upload": "research:upload",
    "feedback": "research:feedback",
    "needs": "research:needs",
    "kano": "research:needs-kano",
    "needs-compared": "research:needs-compared",
    "position": "differentiation:home",
    "weights": "differentiation:weights",
    "weights-pairs": "differentiation:judge-ahp",
    "weights-best-worst": "differentiation:judge-best-worst",
    "weights-swing": "differentiation:judge-swing",
    "position-map": "differentiation:map",
    "position-canvas": "differentiation:canvas",
    "white-spaces": "differentiation:white-spaces",
    "price": "pricing:home",
    "price-ladder": "pricing:ladder",
    "plans": "pricing:plans",
    "choices": "choices:home",
    "choices-settings": "choices:settings",
    "simulator": "choices:simulator",
    "best-worst": "choices:best-worst",
    "designs": "choices:designs",
    "retention": "retention:home",
    "drivers": "retention:drivers",
    "experiments": "retention:experiments",
    "revenue": "retention:revenue",
    "lifetime-value": "retention:lifetime-value",
    "adoption": "adoption:home",
    "model-lab": "modellab:home",
    "outcomes": "modellab:outcomes",
    "forecast": "planning:home",
    "scenarios": "planning:scenarios",
    "compare": "planning:compare",
    "options": "decisions:home",
    "ledger": "decisions:ledger",
    "evidence": "estimates:list",
    "jobs": "jobs:list",
    "settings": "workspaces:settings",
    "audit": "workspaces:audit",
}


def addresses(workspace: Workspace) -> dict[str, str]:
    """Path by name of page, in the order in which a customer would walk."""
    found = {name: reverse(to, args=[workspace.slug]) for name, to in PLAIN.items()}
    return found | {name: reverse(to, args=[workspace.slug, row]) for name, (to, row) in _rows(workspace).items()}


def _rows(workspace: Workspace) -> dict[str, tuple[str, Any]]:
    sources, estimates = Source.objects.filter(workspace=workspace), Estimate.objects.filter(workspace=workspace)
    current = estimates.filter(is_current=True)
    candidates = Candidate.objects.filter(workspace=workspace)
    needs = current.get(kind="research.needs").diagnostics["needs"]
    refused = QuarantinedRow.objects.filter(workspace=workspace)
    # The first scenario is the one that the forecast page opens by itself.
    example = Scenario.objects.filter(workspace=workspace).order_by("-pk").first()
    levers = Scenario.objects.filter(workspace=workspace, archived_at=None).exclude(levers={}).first()
    return {
        "source": ("research:source", refused.first().source_id),
        "source-prices": ("research:source", sources.get(kind="prices").pk),
        "columns": ("research:columns", sources.exclude(state="imported").first().pk),
        "refused": ("research:refused", refused.first().pk),
        "feedback-item": ("research:feedback-item", FeedbackItem.objects.filter(workspace=workspace).first().pk),
        "need": ("research:need", needs[0]["need_id"]),
        "criterion": ("differentiation:criterion", Criterion.objects.filter(workspace=workspace).first().pk),
        "market": ("choices:market", Market.objects.get(workspace=workspace).pk),
        "set": ("modellab:set", LabelledSet.objects.get(workspace=workspace).pk),
        "run": ("modellab:run", TrainingRun.objects.get(workspace=workspace).pk),
        "candidate": ("modellab:candidate", candidates.get(method="full").pk),
        "errors": ("modellab:errors", candidates.get(method="full").pk),
        "candidate-today": ("modellab:candidate", candidates.get(method="today").pk),
        "deployment": ("modellab:deployment", "tickets"),
        "scenario-levers": ("planning:scenario", levers.pk),
        "links": ("planning:links", levers.pk),
        "scenario-example": ("planning:scenario", example.pk),
        "evidence-price": ("estimates:detail", current.get(kind="pricing.demand").pk),
        "evidence-forecast": ("estimates:detail", current.filter(kind="planning.forecast").first().pk),
        "evidence-needs": ("estimates:detail", current.get(kind="research.needs").pk),
        "option": ("decisions:option", Option.objects.filter(workspace=workspace).first().pk),
        "decision": ("decisions:decision", Decision.objects.filter(workspace=workspace).first().pk),
        "job": ("jobs:detail", Job.objects.filter(workspace=workspace, state="succeeded").first().pk),
        "job-failed": ("jobs:detail", Job.objects.filter(workspace=workspace, state="failed").first().pk),
    }
