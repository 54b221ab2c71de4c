"""The satisfaction answers of a workspace on 0 to 1, whatever scale each survey used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.research.models import SatisfactionAnswer, Source, SourceKind, SourceState
from apps.research.selectors import imported, source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.spells import Dates
from trimtab.economics.satisfaction.model import normalise

PARTS = ("functionality", "interaction", "cost", "overall")


@dataclass(frozen=True)
class SatisfactionSurvey:
    """``answers`` (n, 4) in the order of PARTS, 0..1; ``said_on`` (n,) NaT where no date was given.

    ``points`` is the number of steps of the one scale that everybody answered on, None where there is no such.
    """

    answers: Array
    customer: NDArray[np.str_]
    segment: NDArray[np.str_]
    said_on: Dates
    inputs: tuple[InputRef, ...]
    points: int | None = None

    @property
    def latest(self) -> NDArray[np.intp]:
        """The rows that hold the last word of each customer: nobody counts twice."""
        days = np.where(np.isnat(self.said_on), np.datetime64("0001-01-01"), self.said_on)
        order = np.lexsort((days, self.customer))
        last = np.append(self.customer[order][1:] != self.customer[order][:-1], True)
        return np.sort(order[last])


def satisfaction_answers(workspace: Workspace) -> QuerySet[SatisfactionAnswer]:
    return SatisfactionAnswer.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.SATISFACTION
    )


def satisfaction_survey(workspace: Workspace) -> SatisfactionSurvey:
    """Raises CannotEstimate: no_answers, scale_unknown, and as ``normalise``."""
    fields = (*PARTS, "customer", "said_on", "source_id", "segment")
    rows = list(satisfaction_answers(workspace).order_by("pk").values_list(*fields))
    if not rows:
        raise CannotEstimate("no_answers", "There are no satisfaction answers.", "Import a satisfaction survey.")
    raw = np.array([row[:4] for row in rows], dtype=float)
    told_by = np.array([row[6] for row in rows])
    answers = np.empty_like(raw)
    scales = set()
    for source in imported(workspace, SourceKind.SATISFACTION):
        own = told_by == source.pk
        answers[own] = normalise(raw[own], *_scale(source))
        scales.add(_scale(source))
    return SatisfactionSurvey(
        answers=answers,
        customer=np.array([row[4] for row in rows], dtype=str),
        segment=np.array([row[7] for row in rows], dtype=str),
        said_on=np.array([row[5] or "NaT" for row in rows], dtype="datetime64[D]"),
        inputs=tuple(source_refs(workspace, SourceKind.SATISFACTION)),
        points=_points(scales),
    )


def _points(scales: set[tuple[float, float]]) -> int | None:
    if len(scales) != 1:
        return None
    steps = next(iter(scales))[1] - next(iter(scales))[0]
    return int(steps) + 1 if steps == int(steps) else None


def _scale(source: Source) -> tuple[float, float]:
    try:
        return float(source.parameters["scale_min"]), float(source.parameters["scale_max"])
    except (KeyError, TypeError, ValueError):
        raise CannotEstimate(
            "scale_unknown",
            "The survey “%(name)s” does not say on which scale people answered.",
            "Import it again and state the two ends of the scale.",
            name=source.name,
        ) from None
