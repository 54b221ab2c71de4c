"""The best-worst answers of a workspace as tasks: which items were shown to whom, and which were picked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.research.models import MaxDiffAnswer, SourceKind, SourceState
from apps.research.selectors import source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.choice.maxdiff import MaxDiffData, maxdiff_data
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

FIELDS = ("customer", "segment", "task", "item", "answer", "weight", "source_id")


@dataclass(frozen=True)
class BestWorstSurvey:
    """One row an item shown, all arrays (R,); ``answer`` is 1 for the best, -1 for the worst and 0 for the others."""

    customer: NDArray[np.str_]
    segment: NDArray[np.str_]
    task: NDArray[np.str_]
    item: NDArray[np.str_]
    answer: NDArray[np.int64]
    weight: Array
    inputs: tuple[InputRef, ...]

    @property
    def is_weighted(self) -> bool:
        return bool(np.ptp(self.weight) > 0)

    def data(self) -> MaxDiffData:
        """Raises CannotEstimate where the answers make no tasks on one scale."""
        return maxdiff_data(self.customer, self.task, self.item, self.answer, weights=self.weight)

    def segment_of(self, respondents: NDArray[np.str_]) -> NDArray[np.str_]:
        """The segment of each respondent, as the first of their rows names it."""
        names, first = np.unique(self.customer, return_index=True)
        return self.segment[first][np.searchsorted(names, respondents)]


def best_worst_survey(workspace: Workspace) -> BestWorstSurvey:
    """Raises CannotEstimate("no_answers") where there are none."""
    rows = list(best_worst_rows(workspace).order_by("pk").values_list(*FIELDS).iterator(2000))
    if not rows:
        raise CannotEstimate("no_answers", "There are no best-worst answers yet.", "Import a best-worst survey first.")
    return BestWorstSurvey(
        customer=np.array([row[0] for row in rows], dtype=str),
        segment=np.array([row[1] for row in rows], dtype=str),
        # Two surveys may number their tasks alike.
        task=np.array([f"{row[6]}:{row[2]}" for row in rows], dtype=str),
        item=np.array([row[3] for row in rows], dtype=str),
        answer=np.array([row[4] for row in rows], dtype=np.int64),
        weight=np.array([row[5] for row in rows], dtype=float),
        inputs=tuple(source_refs(workspace, SourceKind.MAXDIFF)),
    )


def best_worst_rows(workspace: Workspace) -> QuerySet[MaxDiffAnswer]:
    return MaxDiffAnswer.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.MAXDIFF
    )
