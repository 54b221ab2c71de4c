"""What a loaded workspace holds, read inside the stack's own world and given back as JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Model
from django.test import Client

from apps.differentiation.models import Criterion
from apps.estimates.models import Estimate
from apps.jobs.models import Job
from apps.modellab.models import Candidate, Deployment, LabelledSet, TrainingRun
from apps.planning.models import LoopRun, Scenario
from apps.research.models import FeedbackItem, Need, NeedMention, QuarantinedRow, Source
from apps.workspaces.models import Workspace
from tests.routes import routes

ROWS: dict[str, type[Model]] = {
    "source_id": Source,
    "feedback_id": FeedbackItem,
    "refused_id": QuarantinedRow,
    "need_id": Need,
    "mention_id": NeedMention,
    "job_id": Job,
    "estimate_id": Estimate,
    "labelled_set_id": LabelledSet,
    "run_id": TrainingRun,
    "candidate_id": Candidate,
    "deployment_id": Deployment,
    "criterion_id": Criterion,
    "scenario_id": Scenario,
}


def loop_of(slug: str) -> dict[str, Any] | None:
    """How the newest round stands: each study's state and reason, and whether all have ended."""
    loop = LoopRun.objects.filter(workspace__slug=slug).first()
    if loop is None:
        return None
    return {
        "ended": loop.finished_at is not None,
        "seconds": (loop.finished_at - loop.started_at).total_seconds() if loop.finished_at else None,
        "states": {step["study"]: step["state"] for step in loop.steps},
        "why": {step["study"]: step["why"] for step in loop.steps if step["why"]},
        "failed": [
            [job.kind, job.error_code, job.error_message]
            for job in Job.objects.filter(workspace__slug=slug, state=Job.State.FAILED)
        ],
    }


def results_of(slug: str) -> dict[str, list[dict[str, Any]]]:
    """The current estimates by kind."""
    found = defaultdict(list)
    for estimate in Estimate.objects.filter(workspace__slug=slug, is_current=True):
        told = {name: getattr(estimate, name) for name in ("subject", "grade", "simulated", "figures", "diagnostics")}
        found[estimate.kind].append(told)
    return found


def needs_against(slug: str, truth: list[list[str]]) -> list[dict[str, Any]]:
    """Each found need, best first, with the true needs that its texts were written about and how often.

    ``truth`` are the true needs of each feedback row; row 2 of the sheet is the first.
    """
    (needs,) = results_of(slug)["research.needs"]
    order = sorted(needs["diagnostics"]["needs"], key=lambda need: -need["opportunity"]["median"])
    rows = NeedMention.objects.filter(workspace__slug=slug).values_list("need_id", "feedback__row_number")
    about: dict[int, Counter[str]] = defaultdict(Counter)
    for need_id, row_number in rows:
        about[need_id].update(truth[row_number - 2] or ["chatter"])
    return [{"name": need["name"], "about": about[need["need_id"]].most_common()} for need in order]


def pages_of(slug: str) -> dict[str, dict[str, Any]]:
    """Every page of a workspace, opened by its owner, with one of its rows for each place in an address."""
    workspace = Workspace.objects.get(slug=slug)
    rows: dict[str, Any] = {name: _first(model, workspace) for name, model in ROWS.items()}
    known = {name: value for name, value in rows.items() if value is not None}
    known |= {"slug": slug, "kind": "feedback", "format": "csv"}
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    owner = workspace.memberships.get().user
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    seen = {}
    for route in routes("w/"):
        if set(route.places) <= set(known):
            answer = client.get(route.address(known))
            content = b"" if answer.streaming else answer.content
            seen[route.template] = {
                "status": answer.status_code,
                "page": b"<html" in content,
                "simulated": b"Simulated" in content,
            }
    return seen


def _first(model: type[Model], workspace: Workspace) -> Any:
    mine = model._default_manager.filter(workspace=workspace)
    if model is Estimate:
        mine = mine.filter(is_current=True)
    return mine.values_list("pk", flat=True).first()
