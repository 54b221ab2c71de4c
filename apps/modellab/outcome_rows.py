"""The outcomes of answered requests as arrays, N rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.research.models import AnswerOutcome, SourceKind, SourceState
from apps.research.selectors import source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array

FIELDS = ("customer", "segment", "label", "model", "latency_ms", "resolved", "thumbs_up", "answered_on", "pk")
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Outcomes:
    """Texts are stripped; ``resolved`` and ``liked`` 1, 0 or NaN where nothing is known; ``day`` NaT where it is not.

    ``asker`` numbers the customers; a row without one is a customer of its own.
    """

    customer: NDArray[np.str_]
    segment: NDArray[np.str_]
    label: NDArray[np.str_]
    model: NDArray[np.str_]
    latency_ms: Array
    resolved: Array
    liked: Array
    day: NDArray[np.datetime64]
    asker: NDArray[np.int64]
    inputs: tuple[InputRef, ...]

    @property
    def models(self) -> list[str]:
        """Those that are named, most rows first."""
        names, counts = np.unique(self.model[self.model != ""], return_counts=True)
        return [str(name) for name in names[np.argsort(-counts, kind="stable")]]


def outcome_rows(workspace: Workspace) -> QuerySet[AnswerOutcome]:
    return AnswerOutcome.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.OUTCOMES
    )


def model_names(workspace: Workspace) -> list[str]:
    found = outcome_rows(workspace).exclude(model="").values_list("model", flat=True).distinct().order_by("model")
    return list(found[:50])


def outcomes(workspace: Workspace) -> Outcomes:
    told = list(outcome_rows(workspace).order_by("pk").values_list(*FIELDS).iterator(chunk_size=ROWS_AT_ONCE))
    columns = list(zip(*told, strict=True)) if told else [()] * len(FIELDS)
    customer, segment, label, model = (np.array([str(one).strip() for one in column], str) for column in columns[:4])
    latency, resolved, liked = (
        np.array([np.nan if one is None else float(one) for one in column], dtype=float) for column in columns[4:7]
    )
    day = np.array([np.datetime64("NaT") if one is None else np.datetime64(one) for one in columns[7]], "datetime64[D]")
    named = np.array([who or f"\0{place}" for place, who in enumerate(customer)], dtype=str)
    asker = np.unique(named, return_inverse=True)[1].reshape(-1) if named.size else np.zeros(0, dtype=np.int64)
    refs = tuple(source_refs(workspace, SourceKind.OUTCOMES))
    return Outcomes(customer, segment, label, model, latency, resolved, liked, day, asker.astype(np.int64), refs)


def places_of(labels: NDArray[np.str_], known: list[str]) -> NDArray[np.int64]:
    """The place of each label among those of a test, without regard to case; -1 for others."""
    place = {name.strip().casefold(): index for index, name in enumerate(known)}
    found, back = np.unique(labels, return_inverse=True)
    by_name = np.array([place.get(str(name).casefold(), -1) for name in found], dtype=np.int64)
    return by_name[back.reshape(-1)] if labels.size else np.zeros(0, dtype=np.int64)
