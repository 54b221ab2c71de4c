from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from apps.dashboards.stages import PLANS, Stage, best_verdict, evidence, stage
from apps.estimates.freshness import Freshness
from apps.estimates.models import Estimate
from apps.estimates.selectors import Staleness
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.modellab import selectors as modellab
from apps.planning import selectors as planning
from apps.planning.models import LoopRun
from apps.research import selectors as research
from apps.workspaces.models import Workspace

EVALUATION = "modellab.evaluation"
OF_SCENARIO = (planning.FORECAST, planning.VERDICT, planning.PRICE)
# Curves and confusion matrices stay in the database: of these kinds the page needs the figures alone.
LIGHT = ("differentiation.position", "retention.satisfaction", "retention.survival", EVALUATION, planning.FORECAST)
HEAVY = ("research.needs", planning.PRICE, planning.VERDICT)


@dataclass(frozen=True)
class Answer:
    """What to charge and which model to ship, as far as both are known."""

    price: Estimate | None
    verdict: Estimate | None
    best: dict[str, Any] | None
    stale: bool
    simulated: bool


@dataclass(frozen=True)
class Overview:
    stages: list[Stage]
    answer: Answer
    next: Stage | None
    is_empty: bool
    can_run: bool


def overview(workspace: Workspace) -> Overview:
    """From the figures of current results and the counts that sources keep: no draws, no rows."""
    rows, sources = _rows(workspace)
    found = _results(workspace)
    fresh = Freshness(workspace, found.values(), timezone.now())
    fresh.mark(found.values())
    first = evidence(
        workspace.slug, rows.get("all", 0), sources["files"], sources["expired"], bool(sources["simulated"])
    )
    stages = [first]
    for plan in PLANS:
        estimate = found.get(plan.kind)
        staleness = fresh.of(estimate) if estimate else Staleness()
        stages.append(stage(plan, workspace.slug, estimate, staleness, rows))
    price, verdict = found.get(planning.PRICE), found.get(planning.VERDICT)
    shown = [estimate for estimate in (price, verdict) if estimate is not None]
    answer = Answer(
        price=price,
        verdict=verdict,
        best=best_verdict(verdict),
        stale=any(fresh.of(estimate).stale for estimate in shown),
        simulated=any(estimate.simulated for estimate in shown),
    )
    return Overview(stages, answer, _next(stages), not found and not sources["files"], bool(rows))


def running(workspace: Workspace) -> tuple[list[Job], LoopRun | None]:
    """The work under way, oldest first, and the loop that asked for it."""
    return list(reversed(jobs.unfinished(workspace)[:12])), planning.loop_under_way(workspace)


def _next(stages: list[Stage]) -> Stage | None:
    """The first stage whose rows wait to be studied, else the first that has none, else the first stale one."""
    for state in ("waiting", "empty", "stale"):
        for one in stages:
            if one.state == state:
                return one
    return None


def _rows(workspace: Workspace) -> tuple[dict[str, int], dict[str, Any]]:
    """Rows by kind of source, from the counts that imports leave: counting them again would read them all."""
    by_kind = list(
        research.imported(workspace, "")
        .order_by()
        .values("kind")
        .annotate(
            rows=Sum("rows_imported"),
            files=Count("pk"),
            expiry=Min("expires_on"),
            made_up=Count("pk", filter=Q(simulated=True)),
        )
    )
    rows = {one["kind"]: one["rows"] or 0 for one in by_kind if one["rows"]}
    rows |= {"all": sum(rows.values())} if rows else {}
    if modellab.sets(workspace).exists():
        rows["labelled"] = 1
    today = timezone.localdate()
    return rows, {
        "files": sum(one["files"] for one in by_kind),
        "expired": any(one["expiry"] is not None and one["expiry"] < today for one in by_kind),
        "simulated": any(one["made_up"] for one in by_kind),
    }


def _results(workspace: Workspace) -> dict[str, Estimate]:
    """One result for each kind: of the base case, and the candidate with the best test."""
    scenario = planning.base(workspace).pk
    current = Estimate.objects.filter(workspace=workspace, is_current=True)
    found = [
        *current.filter(kind__in=LIGHT).defer("diagnostics", "parameters"),
        *current.filter(kind__in=HEAVY),
    ]
    own = {planning.FORECAST: f"{scenario}:today", planning.VERDICT: str(scenario), planning.PRICE: str(scenario)}
    chosen: dict[str, Estimate] = {}
    incumbents = set(modellab.candidates(workspace).filter(method="today").values_list("pk", flat=True))
    for estimate in found:
        if estimate.kind == EVALUATION:
            rival = chosen.get(EVALUATION)
            if estimate.subject not in map(str, incumbents) and _accuracy(estimate) > (
                _accuracy(rival) if rival else -1
            ):
                chosen[EVALUATION] = estimate
        elif estimate.subject == own.get(estimate.kind, ""):
            chosen[estimate.kind] = estimate
    return chosen


def _accuracy(estimate: Estimate) -> float:
    return float(estimate.figures.get("accuracy", {}).get("median", 0.0))
