from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from apps.differentiation.facts import Fact, plain_share
from apps.differentiation.models import Criterion, Rating, Weighing, WeightJudgement, WeightMethod
from apps.estimates import selectors as estimates
from apps.estimates.lineage import InputRef, sha256_of
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research import selectors as research
from apps.research.models import CompetitorFact, Need, SourceKind
from apps.workspaces.models import Workspace

KIND = "differentiation.position"
WEIGHTS = "differentiation.weights"
MAP = "differentiation.map"
CANVAS = "differentiation.canvas"
SPACES = "differentiation.white_spaces"
CRITERION = "criterion"
WEIGHING = "weighing"


@dataclass(frozen=True)
class Sheet:
    """The newest word on each offer and attribute; ``offers`` ours first, then by name."""

    offers: list[str]
    attributes: list[str]
    cells: dict[tuple[str, str], Fact]
    ours: str | None

    def of(self, attribute: str) -> list[Fact]:
        return [fact for (_offer, name), fact in self.cells.items() if name == attribute]


@dataclass(frozen=True)
class Cell:
    """A rating as the table shows it: 0..1, None where nothing is known, with the fact or the person behind it."""

    offer: str
    rating: float | None
    fact: Fact | None
    by_person: bool
    stale: bool


@dataclass(frozen=True)
class CriterionRow:
    criterion: Criterion
    cells: list[Cell]
    weight: dict[str, float] | None


def criteria(workspace: Workspace) -> QuerySet[Criterion]:
    return Criterion.objects.filter(workspace=workspace).select_related("need", "need__merged_into")


def compared(workspace: Workspace) -> list[Criterion]:
    """The criteria that take part: those that a person left out do not."""
    return [one for one in criteria(workspace) if one.assumed_weight > 0 or need_behind(one) is not None]


def criterion(workspace: Workspace, criterion_id: int) -> Criterion:
    found = criteria(workspace).filter(pk=criterion_id).first()
    if found is None:
        raise Http404
    return found


def sheet(workspace: Workspace) -> Sheet:
    rows = CompetitorFact.objects.filter(workspace=workspace).select_related("source").order_by("said_on", "pk")
    cells: dict[tuple[str, str], Fact] = {}
    ours: str | None = None
    # Undated facts sort first in some databases and last in others: a dated one always wins.
    for row in sorted(rows, key=lambda row: (row.said_on or date.min, row.pk)):
        cells[row.offer, row.attribute] = Fact(
            row.offer, row.attribute, row.value, row.number, row.said_by, row.said_on, row.source.expires_on,
            row.source_id,
        )  # fmt: skip
        ours = row.offer if row.is_ours else ours
    offers = sorted({offer for offer, _attribute in cells}, key=lambda offer: (offer != ours, offer))
    return Sheet(offers, sorted({attribute for _offer, attribute in cells}), cells, ours)


def needs_of(workspace: Workspace) -> QuerySet[Need]:
    return Need.objects.filter(workspace=workspace, merged_into=None, retired_at=None).order_by("name")


def need_behind(criterion: Criterion) -> Need | None:
    """The need as it counts today: what it was merged into, nothing where it was set aside."""
    need = criterion.need
    while need is not None and need.merged_into is not None:
        need = need.merged_into
    return need if need is not None and need.retired_at is None else None


def rows(workspace: Workspace, found: Sheet, estimate: Estimate | None = None) -> list[CriterionRow]:
    """Criteria by weight, with a cell for each offer."""
    today = timezone.localdate()
    typed: dict[int, dict[str, float]] = defaultdict(dict)
    for rating in Rating.objects.filter(workspace=workspace):
        typed[rating.criterion_id][rating.offer] = rating.value
    weights = {row["criterion_id"]: row["weight"] for row in estimate.diagnostics["criteria"]} if estimate else {}
    shown = [
        CriterionRow(
            criterion,
            [_cell(criterion, offer, found, typed[criterion.pk], today) for offer in found.offers],
            weights.get(criterion.pk),
        )
        for criterion in criteria(workspace)
    ]
    return sorted(shown, key=lambda row: -(row.weight["median"] if row.weight else 0.0))


def _cell(criterion: Criterion, offer: str, found: Sheet, typed: dict[str, float], today: date) -> Cell:
    fact = found.cells.get((offer, criterion.attribute))
    stale = fact is not None and fact.is_stale(today)
    if offer in typed:
        return Cell(offer, typed[offer], fact, True, False)
    return Cell(offer, rating_of(criterion, fact) if fact else None, fact, False, stale)


def rating_of(criterion: Criterion, fact: Fact) -> float | None:
    """The sheet's value on the criterion's scale, 0..1; None where the value says nothing that can be rated."""
    share = plain_share(fact.value)
    if share is not None:
        return 1 - share if criterion.less_is_better else share
    if fact.number is None or criterion.worst is None or criterion.best is None:
        return None
    if criterion.worst == criterion.best:
        return 0.5
    return min(1.0, max(0.0, (fact.number - criterion.worst) / (criterion.best - criterion.worst)))


def current(workspace: Workspace, kind: str = KIND) -> Estimate | None:
    return estimates.current(workspace, kind)


def weight_method(workspace: Workspace) -> str:
    found = Weighing.objects.filter(workspace=workspace).first()
    return found.method if found else WeightMethod.NEEDS.value


def judgements(workspace: Workspace) -> QuerySet[WeightJudgement]:
    return WeightJudgement.objects.filter(workspace=workspace)


def judgement(workspace: Workspace, judgement_id: int) -> WeightJudgement:
    found = judgements(workspace).filter(pk=judgement_id).first()
    if found is None:
        raise Http404
    return found


def latest_job(workspace: Workspace) -> Job | None:
    return jobs.latest(workspace, KIND)


def waiting_job(workspace: Workspace) -> Job | None:
    return jobs.unfinished(workspace).filter(kind=KIND, state=Job.State.QUEUED).first()


def needs_estimate(workspace: Workspace) -> Estimate | None:
    return estimates.current(workspace, "research.needs")


def inputs(workspace: Workspace, used: Iterable[Criterion]) -> list[InputRef]:
    sources = research.source_refs(workspace, SourceKind.COMPETITORS)
    needs = needs_estimate(workspace)
    weighing = [weighing_ref(workspace)] if is_weighed_by_people(workspace) else []
    return [*sources, *([InputRef.of(needs)] if needs else []), *weighing, *(criterion_ref(one) for one in used)]


def is_weighed_by_people(workspace: Workspace) -> bool:
    return Weighing.objects.filter(workspace=workspace).exists() or judgements(workspace).exists()


def weighing_ref(workspace: Workspace) -> InputRef:
    """The choice of the method together with all that people judged: one input, whose contents change with either."""
    simulated = any(one.simulated for one in judgements(workspace))
    return InputRef(WEIGHING, WEIGHING, gettext("Weights by people"), weighing_sha256(workspace), simulated)


def weighing_sha256(workspace: Workspace) -> str:
    said = [[one.method, one.person, one.answers] for one in judgements(workspace)]
    return sha256_of([weight_method(workspace), said])


def weighing_contents(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(object_ids, weighing_sha256(workspace))


def weighing_page(workspace: Workspace, object_id: str) -> str | None:
    return reverse("differentiation:weights", args=[workspace.slug])


def expires_at(workspace: Workspace) -> datetime | None:
    return research.expires_at(workspace, [SourceKind.COMPETITORS])


def criterion_ref(criterion: Criterion) -> InputRef:
    return InputRef(CRITERION, str(criterion.pk), criterion.name, criterion_sha256(criterion))


def criterion_sha256(criterion: Criterion) -> str:
    return hashlib.sha256(f"{criterion.pk}:{criterion.revision}".encode()).hexdigest()


def criterion_contents(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    found = Criterion.objects.filter(workspace=workspace, pk__in=object_ids)
    return {str(criterion.pk): criterion_sha256(criterion) for criterion in found}


def criterion_page(workspace: Workspace, object_id: str) -> str | None:
    if not criteria(workspace).filter(pk=object_id).exists():
        return None
    return reverse("differentiation:criterion", args=[workspace.slug, object_id])


def smallest_changes(estimate: Estimate | None) -> dict[str, Any]:
    return estimate.diagnostics["tips"] if estimate else {"weights": [], "ratings": []}
