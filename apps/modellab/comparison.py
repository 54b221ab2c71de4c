"""The candidates of a run side by side, and each against today's model in the same worlds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.modellab import selectors
from apps.modellab.models import Candidate, CandidateMethod, TrainingRun
from trimtab.economics.draws import Array, Figure, summarise

COMPARED = ("accuracy", "macro_f1")


@dataclass(frozen=True)
class Difference:
    """Candidate less today's model: a share, and the share of worlds in which it is above zero."""

    figure: Figure
    p_better: float


@dataclass(frozen=True)
class Line:
    """One candidate; ``against_today`` by score, empty for today's own line or where nothing is known of it."""

    candidate: Candidate
    estimate: Estimate | None
    against_today: dict[str, Difference]
    is_best: bool = False

    @property
    def is_today(self) -> bool:
        return self.candidate.method == CandidateMethod.TODAY

    @property
    def without_error(self) -> float | None:
        """Where no text was answered wrong: what the true accuracy may still be (Hanley & Lippman-Hand 1983, 3/n)."""
        report = self.candidate.report
        if report.get("accuracy") != 1.0 or not report.get("items"):
            return None
        return max(0.0, 1.0 - 3.0 / report["items"])


def compare(run: TrainingRun) -> list[Line]:
    """Today's model first, then the candidates; the best accuracy is marked among those that are not today's."""
    found = {estimate.subject: estimate for estimate in selectors.evaluations(run)}
    members = sorted(run.candidates.all(), key=lambda one: (one.method != CandidateMethod.TODAY, one.pk))
    draws = {key: estimates.draws(estimate) for key, estimate in found.items()}
    today = next((str(one.pk) for one in members if one.method == CandidateMethod.TODAY), "")
    tested = [one for one in members if one.method != CandidateMethod.TODAY and str(one.pk) in found]
    best = max(tested, key=lambda one: (one.report["accuracy"], one.report["macro_f1"]), default=None)
    return [
        Line(
            candidate=one,
            estimate=found.get(str(one.pk)),
            against_today=_differences(draws.get(str(one.pk)), draws.get(today)) if str(one.pk) != today else {},
            is_best=one is best and len(tested) > 1,
        )
        for one in members
    ]


def _differences(ours: dict[str, Array] | None, today: dict[str, Array] | None) -> dict[str, Difference]:
    if ours is None or today is None:
        return {}
    return {name: difference(ours[name], today[name], name) for name in COMPARED}


def difference(ours: Array, today: Array, name: str) -> Difference:
    """Paired draw by draw: ``ours`` and ``today`` (D,); ties count half."""
    gap = np.asarray(ours, dtype=float) - np.asarray(today, dtype=float)
    p_better = float((gap > 0).mean() + 0.5 * (gap == 0).mean())
    return Difference(summarise(gap, name=name, unit="share"), p_better)
