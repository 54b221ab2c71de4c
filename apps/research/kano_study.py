"""The Kano study: what each feature is to people, for all of them and by segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.models import KanoAnswer, SourceKind, SourceState
from apps.research.selectors import source_refs
from apps.research.studies import WORLDS, Draft, keep
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.needs.kano import CATEGORIES, KanoFeature, categories, kano

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

KANO = "research.kano"
FIELDS = ("customer", "feature", "functional", "dysfunctional", "segment", "weight")
LEAST_SEGMENT = 20
DOUBTFUL_SHARE = 0.1


@dataclass(frozen=True)
class KanoSurvey:
    """One row a person and feature, all arrays (n,); ``repeated`` earlier answers of a person to the same are left."""

    customer: NDArray[np.str_]
    feature: NDArray[np.str_]
    category: NDArray[np.int64]
    segment: NDArray[np.str_]
    weight: Array
    repeated: int
    inputs: tuple[InputRef, ...]

    @property
    def people(self) -> int:
        return int(np.unique(self.customer).size)

    @property
    def segments(self) -> list[str]:
        """Those with people enough, by name."""
        names = sorted({str(name) for name in self.segment} - {""})
        sizes = {name: np.unique(self.customer[self.segment == name]).size for name in names}
        return [name for name in names if LEAST_SEGMENT <= sizes[name] < self.people]


def kano_rows(workspace: Workspace) -> QuerySet[KanoAnswer]:
    return KanoAnswer.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.KANO
    )


def kano_survey(workspace: Workspace) -> KanoSurvey:
    """The newest answer of each person to each feature. Raises CannotEstimate("no_answers") where there are none."""
    rows = list(kano_rows(workspace).order_by("source__uploaded_at", "pk").values_list(*FIELDS).iterator(2000))
    newest = {(row[0], row[1]): row for row in rows}
    if not newest:
        raise CannotEstimate("no_answers", "There are no answers.", "Import the two questions of a Kano survey.")
    columns = list(zip(*newest.values(), strict=True))
    return KanoSurvey(
        customer=np.array(columns[0], dtype=str),
        feature=np.array(columns[1], dtype=str),
        category=categories(np.array(columns[2]), np.array(columns[3])),
        segment=np.array(columns[4], dtype=str),
        weight=np.array(columns[5], dtype=float),
        repeated=len(rows) - len(newest),
        inputs=tuple(source_refs(workspace, SourceKind.KANO)),
    )


def run_kano(run: JobRun) -> None:
    """Raises CannotEstimate as ``kano``."""
    run.progress(0, 3, _("Reading the answers"))
    survey = kano_survey(run.workspace)
    seed = seed_from(survey.inputs)
    run.progress(1, 3, _("Counting what people feel"))
    features = _of(survey, np.ones(survey.customer.size, dtype=bool), [seed, 0])
    run.progress(2, 3, _("Comparing segments"))
    by_segment = {
        name: _of(survey, survey.segment == name, [seed, place]) for place, name in enumerate(survey.segments, start=1)
    }
    keep(run, [_draft(survey, features, by_segment, seed)])


def _of(survey: KanoSurvey, rows: NDArray[np.bool_], seed: list[int]) -> tuple[KanoFeature, ...]:
    return kano(
        survey.customer[rows],
        survey.feature[rows],
        survey.category[rows],
        np.random.default_rng(seed),
        weight=survey.weight[rows],
        worlds=WORLDS,
    )


def _draft(
    survey: KanoSurvey, features: tuple[KanoFeature, ...], by_segment: dict[str, tuple[KanoFeature, ...]], seed: int
) -> Draft:
    rows = sorted((_told(one) for one in features), key=lambda row: -row["total_strength"])
    for row in rows:
        row["by_segment"] = [
            {"segment": name} | _told(one) for name, found in by_segment.items() for one in found
            if one.name == row["feature"]
        ]  # fmt: skip
    leading = max(features, key=lambda one: one.total_strength)
    return Draft(
        kind=KANO,
        grade=Grade.OBSERVED,
        draws={
            "better": np.column_stack([one.better for one in features]),
            "worse": np.column_stack([one.worse for one in features]),
        },
        figures=[
            summarise(leading.better, name="kano_better", unit="share"),
            summarise(leading.worse, name="kano_worse", unit="share"),
        ],
        parameters={"seed": seed, "features": [one.name for one in features], "leading": leading.name},
        diagnostics={
            "people": survey.people,
            "answers": int(survey.customer.size),
            "repeated": survey.repeated,
            "features": rows,
            "segments": list(by_segment),
        },
        inputs=survey.inputs,
        sources=(SourceKind.KANO,),
    )


def _told(one: KanoFeature) -> dict[str, Any]:
    share = one.counts / one.answers
    return {
        "feature": one.name,
        "answers": one.answers,
        "shares": {name: float(part) for name, part in zip(CATEGORIES, share, strict=True)},
        "most": one.most,
        "category": one.category,
        "is_significant": one.is_significant,
        "difference": one.difference,
        "least_difference": one.least_difference,
        "p_category": float(one.p_category[CATEGORIES.index(one.category)]),
        "total_strength": one.total_strength,
        "p_even": one.p_even,
        "doubtful": float(share[CATEGORIES.index("Q")]) > DOUBTFUL_SHARE,
        "better": summarise(one.better, name="better", unit="share").as_dict(),
        "worse": summarise(one.worse, name="worse", unit="share").as_dict(),
    }
