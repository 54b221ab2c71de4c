"""The choice answers of a workspace as columns: what was shown, what was chosen, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from apps.choices.reading_guess import Column, as_number
from apps.choices.study_settings import ABSENT, NUMBER, OWN_COLUMN, ZEROS, StudySettings, coding_of
from apps.estimates.lineage import InputRef
from apps.research import selectors as research
from apps.research.models import ChoiceAnswer, SourceKind, SourceState
from apps.workspaces.models import Workspace
from trimtab.economics.choice.data import ChoiceData, choice_data
from trimtab.economics.choice.identification import spread_within_tasks
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

ChoiceRow = tuple[str, str, str, bool, bool, float, dict[str, Any], int, str]
FIELDS = ("customer", "segment", "task", "is_none", "chosen", "weight", "attributes", "source_id", "alternative")


@dataclass(frozen=True)
class ChoiceSurvey:
    """One row an alternative shown, all arrays (R,). ``columns`` hold the texts of each attribute, "" where none."""

    customer: NDArray[np.str_]
    segment: NDArray[np.str_]
    task: NDArray[np.str_]
    is_none: NDArray[np.bool_]
    chosen: NDArray[np.bool_]
    weight: Array
    alternative: NDArray[np.str_]
    columns: dict[str, NDArray[np.str_]]
    inputs: tuple[InputRef, ...]

    @property
    def rows(self) -> int:
        return int(self.customer.size)

    @property
    def has_none(self) -> bool:
        return bool(self.is_none.any())

    def summary(self) -> list[Column]:
        """The columns with their different values, as they first occur; what stands beside "none" does not count."""
        return [Column(name, _different(values[~self.is_none])) for name, values in self.columns.items()]

    def none_reading(self, settings: StudySettings) -> str:
        """How "none" enters: by a column of its own, unless attributes that are 0 there say the same already.

        Columns such as one for each brand add up to 1 for every offer: they tell an offer from none by themselves.
        """
        if not self.has_none:
            return ABSENT
        if any(one.kind != NUMBER for one in settings.used):
            return OWN_COLUMN
        try:
            spread_within_tasks(self.data(settings, none=OWN_COLUMN))
        except CannotEstimate as error:
            return ZEROS if error.code == "columns_collinear" else OWN_COLUMN
        return OWN_COLUMN

    def data(self, settings: StudySettings, *, none: str = "", price_as_levels: bool = False) -> ChoiceData:
        """The answers as the economics reads them. Raises CannotEstimate where they do not fit the settings."""
        own = (none or self.none_reading(settings)) == OWN_COLUMN
        coding = coding_of(settings, none=own, price_as_levels=price_as_levels)
        kinds = {attribute.name: attribute.kind for attribute in coding.attributes}
        columns = {name: self._values(name, kind) for name, kind in kinds.items()}
        return choice_data(
            self.customer,
            self.task,
            self.chosen,
            columns=columns,
            coding=coding,
            is_none=self.is_none if own else None,
            weights=self.weight,
            alternative=self.alternative,
        )

    def _values(self, name: str, kind: str) -> NDArray[Any]:
        texts = self.columns[name]
        if kind != NUMBER:
            return np.where(self.is_none, texts[~self.is_none][0], texts)
        known, place = np.unique(texts, return_inverse=True)
        numbers = np.array([_number(str(text)) for text in known])
        return np.where(self.is_none, 0.0, numbers[place.reshape(-1)])

    def segment_of(self, respondents: NDArray[Any]) -> NDArray[np.str_]:
        """The segment of each respondent, as the first of their rows names it."""
        names, first = np.unique(self.customer, return_index=True)
        known = dict(zip(names.tolist(), self.segment[first].tolist(), strict=True))
        return np.array([known.get(str(name), "") for name in respondents], dtype=str)


def choice_survey(workspace: Workspace, left_out: tuple[int, ...] = ()) -> ChoiceSurvey:
    """Raises CannotEstimate("no_answers") where there are none."""
    rows: list[ChoiceRow] = list(
        answers(workspace).exclude(source_id__in=left_out).order_by("pk").values_list(*FIELDS).iterator(2000)
    )
    if not rows:
        raise CannotEstimate("no_answers", "There are no choice answers yet.", "Import a choice survey first.")
    names = list(dict.fromkeys(name for row in rows for name in row[6]))
    sources = [found for found in research.imported(workspace, SourceKind.CHOICES) if found.pk not in left_out]
    return ChoiceSurvey(
        customer=np.array([row[0] for row in rows], dtype=str),
        segment=np.array([row[1] for row in rows], dtype=str),
        # Two surveys may number their tasks alike.
        task=np.array([f"{row[7]}:{row[2]}" for row in rows], dtype=str),
        is_none=np.array([row[3] for row in rows], dtype=bool),
        chosen=np.array([row[4] for row in rows], dtype=bool),
        weight=np.array([row[5] for row in rows], dtype=float),
        # Without labels two alike offers of a task are two offers: the import has kept a file from counting twice.
        alternative=np.array([row[8] or f"row {place}" for place, row in enumerate(rows)], dtype=str),
        columns={name: np.array([str(row[6].get(name, "")).strip() for row in rows], dtype=str) for name in names},
        inputs=tuple(research.source_ref(source) for source in sources),
    )


def columns_of(workspace: Workspace) -> tuple[Column, ...]:
    """The columns of all answers, read once for as long as no source changes. Raises CannotEstimate("no_answers")."""
    known = tuple(sorted((ref.object_id, ref.sha256) for ref in research.source_refs(workspace, SourceKind.CHOICES)))
    return _columns_of(workspace.pk, known)


@lru_cache(maxsize=16)
def _columns_of(workspace_id: int, known: tuple[tuple[str, str], ...]) -> tuple[Column, ...]:
    return tuple(choice_survey(Workspace.objects.get(pk=workspace_id)).summary())


def answers(workspace: Workspace) -> QuerySet[ChoiceAnswer]:
    return ChoiceAnswer.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.CHOICES
    )


def _different(values: NDArray[np.str_]) -> tuple[str, ...]:
    found, first = np.unique(values, return_index=True)
    return tuple(str(one) for one in found[np.argsort(first)])


def _number(text: str) -> float:
    found = as_number(text)
    return np.nan if found is None else found
