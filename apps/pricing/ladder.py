"""The price-ladder answers of a workspace as arrays, each row known by its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.research.models import LadderAnswer, SourceKind, SourceState
from apps.research.selectors import source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array
from trimtab.economics.price.ladder_answers import LadderAnswers, ladder_answers


@dataclass(frozen=True)
class LadderSurvey:
    """All (R,), one an answer; ``places`` (R, 2) holds source id and row number."""

    price: Array
    would_buy: NDArray[np.bool_]
    customer: NDArray[np.str_]
    segment: NDArray[np.str_]
    weight: Array
    places: NDArray[np.int64]
    inputs: tuple[InputRef, ...]

    @property
    def rows(self) -> int:
        return int(self.price.size)

    @property
    def segments(self) -> list[str]:
        return [str(name) for name in np.unique(self.segment) if name]

    def answers(self, own: NDArray[np.bool_] | slice = slice(None)) -> LadderAnswers:
        return ladder_answers(self.price[own], self.would_buy[own], self.customer[own], weights=self.weight[own])


def ladder_survey(workspace: Workspace) -> LadderSurvey:
    rows = list(
        ladder_rows(workspace)
        .order_by("pk")
        .values_list("price", "would_buy", "customer", "segment", "weight", "source_id", "row_number")
    )
    return LadderSurvey(
        price=np.array([row[0] for row in rows], dtype=float),
        would_buy=np.array([row[1] for row in rows], dtype=bool),
        customer=np.array([row[2] for row in rows], dtype=str),
        segment=np.array([row[3] for row in rows], dtype=str),
        weight=np.array([row[4] for row in rows], dtype=float),
        places=np.array([row[5:7] for row in rows], dtype=np.int64).reshape(-1, 2),
        inputs=tuple(source_refs(workspace, SourceKind.LADDER)),
    )


def ladder_rows(workspace: Workspace) -> QuerySet[LadderAnswer]:
    return LadderAnswer.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.LADDER
    )
