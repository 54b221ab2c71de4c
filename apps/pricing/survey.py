"""The price answers of a workspace as arrays, each row known by its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.research.models import PriceAnswer, SourceKind, SourceState
from apps.research.selectors import source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array
from trimtab.economics.price.answers import better_columns

FIELDS = ("too_cheap", "cheap", "expensive", "too_expensive")
INTENTS = ("intent_cheap", "intent_expensive")


@dataclass(frozen=True)
class PriceSurvey:
    """``prices`` (n, 4) in the order of FIELDS; the others (n,). ``places`` holds row id, source id and row number.

    ``intents`` (n, 2) are the purchase intents at cheap and at expensive, 1 to 5, NaN where they were not asked.
    """

    prices: Array
    intents: Array
    weights: Array
    customer: NDArray[np.str_]
    segment: NDArray[np.str_]
    places: NDArray[np.int64]
    inputs: tuple[InputRef, ...]

    @property
    def rows(self) -> int:
        return int(self.prices.shape[0])

    @property
    def segments(self) -> list[str]:
        return [str(name) for name in np.unique(self.segment) if name]


def price_survey(workspace: Workspace) -> PriceSurvey:
    rows = list(
        answers(workspace)
        .order_by("pk")
        .values_list(*FIELDS, "weight", "customer", "segment", "pk", "source_id", "row_number", *INTENTS)
    )
    return PriceSurvey(
        prices=np.array([row[:4] for row in rows], dtype=float).reshape(-1, len(FIELDS)),
        intents=np.array([row[10:12] for row in rows], dtype=float).reshape(-1, len(INTENTS)),
        weights=np.array([row[4] for row in rows], dtype=float),
        customer=np.array([row[5] for row in rows], dtype=str),
        segment=np.array([row[6] for row in rows], dtype=str),
        places=np.array([row[7:10] for row in rows], dtype=np.int64).reshape(-1, 3),
        inputs=tuple(source_refs(workspace, SourceKind.PRICES)),
    )


def swapped_sources(workspace: Workspace) -> list[int]:
    """The imported price surveys whose answers rise far more often in another order of the columns."""
    survey = price_survey(workspace)
    source = survey.places[:, 1]
    return [int(own) for own in np.unique(source) if better_columns(survey.prices[source == own]) is not None]


def answers(workspace: Workspace) -> QuerySet[PriceAnswer]:
    return PriceAnswer.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.PRICES
    )
