"""The loop: all studies that the data allows, each as soon as those before it have ended.

Its state is a row that a clock moves on, so that it outlives any process and holds no worker while it waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.modellab import selectors as modellab
from apps.modellab import services as modellab_services
from apps.planning import selectors
from apps.planning.models import LoopRun
from apps.research import selectors as research
from apps.research.models import SourceKind
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace

IMPORT = "research.import"
WAITING, RUNNING, SKIPPED = "waiting", "running", "skipped"
ENDED = (SKIPPED, *Job.ENDED)
Start = Callable[..., Job | None]


@dataclass(frozen=True)
class Study:
    """A study of the loop; ``start`` names the service that enqueues its job or refuses for want of data.

    One that is ``only_with`` a kind of source stands in a round only where there is such a source.
    """

    code: str
    label: str | Promise
    start: str
    after: tuple[str, ...] = ()
    only_with: str = ""


_LOG = SourceKind.SUBSCRIPTIONS
STUDIES = (
    Study("imports", _("Imports"), ""),
    Study("needs", _("Needs"), "apps.research.needs.start", ("imports",)),
    Study("price", _("Price study"), "apps.pricing.services.start", ("imports",)),
    Study("choices", _("Choice study"), "apps.choices.services.start", ("imports",), SourceKind.CHOICES),
    Study("retention", _("Satisfaction and retention"), "apps.retention.services.start", ("imports",)),
    Study("position", _("Position"), "apps.differentiation.services.start", ("needs",)),
    Study("models", _("Candidates"), "apps.planning.loop.train_first", ("imports",)),
    Study("forecast", _("Forecast"), "apps.planning.services.start", ("price", "choices", "retention", "position")),
    Study(
        "outcomes", _("What quality is worth"), "apps.modellab.quality_services.start", ("models",), SourceKind.OUTCOMES
    ),
    Study("verdict", _("Verdict"), "apps.planning.services.start", ("forecast", "models", "outcomes")),
    Study("options", _("Options"), "apps.decisions.comparison_services.start_base", ("forecast", "verdict")),
    # The verdict does not wait for what it does not stand on.
    Study("ladder", _("Price ladder"), "apps.pricing.services.start_ladder", ("forecast",), SourceKind.LADDER),
    Study("drivers", _("What goes with leaving"), "apps.retention.drivers_services.start", ("forecast",), _LOG),
    Study("revenue", _("Recurring revenue"), "apps.retention.revenue_services.start", ("forecast",), _LOG),
    Study("value", _("Lifetime value"), "apps.retention.lifetime_services.start", ("forecast",), SourceKind.PURCHASES),
    Study("adoption", _("Adoption"), "apps.adoption.services.start", ("forecast",), SourceKind.ADOPTION),
    Study(
        "best_worst", _("Best-worst study"), "apps.choices.best_worst_services.start", ("forecast",), SourceKind.MAXDIFF
    ),
    Study("kano", _("Kano study"), "apps.research.kano_services.start", ("forecast",), SourceKind.KANO),
    Study("plans", _("Plans"), "apps.pricing.services.start_plans", ("ladder", "models"), SourceKind.USAGE),
)
BY_CODE = {study.code: study for study in STUDIES}


def run_loop(*, workspace: Workspace, actor: User | None = None) -> LoopRun:
    """Begin a round; the one under way is given back."""
    try:
        with transaction.atomic():
            steps = [{"study": code, "state": WAITING, "job": None, "why": ""} for code in _studies_for(workspace)]
            loop = LoopRun.objects.create(workspace=workspace, steps=steps, started_by=actor)
            audit.note(workspace=workspace, actor=actor, action="loop.started", target=loop)
    except IntegrityError:
        under_way = selectors.loop_under_way(workspace)
        if under_way is None:
            raise
        return under_way
    return advance(loop)


def _studies_for(workspace: Workspace) -> list[str]:
    return [
        study.code for study in STUDIES if not study.only_with or research.sources(workspace, study.only_with).exists()
    ]


def advance_all(now: datetime) -> None:
    for loop in LoopRun.objects.filter(finished_at=None).select_related("workspace", "started_by"):
        advance(loop, now)


@transaction.atomic
def advance(loop: LoopRun, now: datetime | None = None) -> LoopRun:
    """See which studies have ended and start those that may begin; calling it twice starts nothing twice."""
    held = LoopRun.objects.select_for_update(of=("self",)).select_related("workspace", "started_by").get(pk=loop.pk)
    if held.finished_at is not None:
        return held
    for step in held.steps:
        _look_after(held, step)
    moved = True
    while moved:
        begun = [_begin(held, step) for step in held.steps if step["state"] == WAITING]
        moved = any(begun)
    if all(step["state"] in ENDED for step in held.steps):
        held.finished_at = now or timezone.now()
    held.save(update_fields=["steps", "finished_at"])
    return held


def _look_after(loop: LoopRun, step: dict[str, Any]) -> None:
    if step["state"] != RUNNING:
        return
    if step["study"] == "imports":
        step["state"] = RUNNING if _importing(loop.workspace) else Job.State.SUCCEEDED.value
        return
    job = Job.objects.filter(workspace=loop.workspace, pk=step["job"]).first()
    if job is None:
        step["state"] = SKIPPED
    elif job.is_ended:
        step["state"], step["why"] = job.state, job.error_code


def _begin(loop: LoopRun, step: dict[str, Any]) -> bool:
    """Whether the step has left the waiting line."""
    states = {other["study"]: other["state"] for other in loop.steps}
    if any(states.get(code, SKIPPED) not in ENDED for code in BY_CODE[step["study"]].after):
        return False
    if step["study"] == "imports":
        step["state"] = RUNNING if _importing(loop.workspace) else Job.State.SUCCEEDED.value
        return True
    if step["study"] == "verdict" and Job.State.SUCCEEDED not in (states["models"], states.get("outcomes")):
        step["state"] = SKIPPED  # The forecast just made has judged the candidates that there are.
        return True
    try:
        with transaction.atomic():
            job = _starter(step["study"])(workspace=loop.workspace, actor=loop.started_by)
    except Refused as refusal:
        step["state"], step["why"] = SKIPPED, refusal.code
        return True
    step["state"], step["job"] = (RUNNING, str(job.pk)) if job is not None else (SKIPPED, None)
    return True


def train_first(*, workspace: Workspace, actor: User | None = None) -> Job | None:
    """Train on the newest labelled set where nobody has trained yet; later runs are somebody's choice.

    A training that somebody has started already is given back, so that the verdict waits for it.
    """
    run = modellab.runs(workspace).first()
    if run is not None:
        under_way = modellab.job_of(run)
        return under_way if under_way is not None and not under_way.is_ended else None
    newest = modellab.sets(workspace).first()
    if newest is None:
        return None
    _run, job = modellab_services.start_run(workspace=workspace, labelled_set=newest, actor=actor)
    return job


def _importing(workspace: Workspace) -> bool:
    return jobs.unfinished(workspace).filter(kind=IMPORT).exists()


def _starter(code: str) -> Start:
    return import_string(BY_CODE[code].start)  # type: ignore[no-any-return]
