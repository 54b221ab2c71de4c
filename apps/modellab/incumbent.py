"""What people state of the model in service, where no file says it."""

from __future__ import annotations

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.estimates import selectors as estimates
from apps.estimates.models import Grade
from apps.modellab import selectors, today
from apps.modellab.models import Candidate, CandidateMethod, LabelledSet, TrainingRun
from apps.modellab.naming import candidate_name
from apps.modellab.plans import DRAWS
from apps.modellab.quality_recording import record_again
from apps.modellab.results import KIND, estimate
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User

LIMITS = {
    "accuracy": (0.0, 1.0),
    "latency_p50_ms": (0.01, 3_600_000.0),
    "latency_p95_ms": (0.01, 3_600_000.0),
    "cost_per_1000": (0.0, 1e9),
}


@transaction.atomic
def set_today(
    *,
    labelled_set: LabelledSet,
    actor: User | None,
    accuracy: float | None = None,
    latency_p50_ms: float | None = None,
    latency_p95_ms: float | None = None,
    cost_per_1000: float | None = None,
) -> LabelledSet:
    """State today's accuracy (used only without a column of its answers), latency and cost; None forgets one.

    The newest finished run of the set is compared with it at once, later runs when they finish.
    """
    given = {
        "accuracy": accuracy,
        "latency_p50_ms": latency_p50_ms,
        "latency_p95_ms": latency_p95_ms,
        "cost_per_1000": cost_per_1000,
    }
    facts = {name: float(value) for name, value in given.items() if value is not None}
    _check(facts)
    labelled_set.parameters["today"] = facts
    labelled_set.save(update_fields=["parameters"])
    audit.note(workspace=labelled_set.workspace, actor=actor, action="today.stated", target=labelled_set, details=facts)
    run = selectors.newest_finished_run(labelled_set)
    if run is not None:
        _record_again(run, labelled_set, facts)
    return labelled_set


def _check(facts: dict[str, float]) -> None:
    for name, value in facts.items():
        low, high = LIMITS[name]
        if not low <= value <= high:
            message = _("This must lie between %(low)s and %(high)s.") % {"low": low, "high": high}
            raise Refused("out_of_range", message, field=name)
    if facts.get("latency_p95_ms", 1e12) < facts.get("latency_p50_ms", 0.0):
        raise Refused(
            "latencies_reversed", _("The slow end must not be quicker than the median."), field="latency_p95_ms"
        )


def _record_again(run: TrainingRun, labelled_set: LabelledSet, facts: dict[str, float]) -> None:
    candidate = Candidate.objects.filter(run=run, method=CandidateMethod.TODAY).first()
    rng = np.random.default_rng([run.seed, 3])
    if labelled_set.tests_today:
        known = estimates.current(run.workspace, KIND, str(candidate.pk)) if candidate else None
        if candidate is None or known is None:
            return
        found = today.restated(estimates.draws(known), candidate.report, facts, rng)
        grade = Grade.TESTED
    elif "accuracy" in facts:
        found, grade = today.typed(facts, DRAWS, rng), Grade.ASSUMED
    else:
        return
    if candidate is None:
        name = candidate_name(run, CandidateMethod.TODAY)
        candidate = Candidate(workspace=run.workspace, run=run, method=CandidateMethod.TODAY, name=name)
    candidate.report, candidate.evaluated_at = found.report, timezone.now()
    candidate.save()
    estimate(candidate, found.draws, grade)
    record_again(run)
