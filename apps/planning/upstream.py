"""The current results of the other apps that a forecast stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from apps.choices.share_by_price import MarketOfToday, market_of_today
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.modellab.models import Candidate, CandidateMethod
from apps.research.models import SourceKind
from apps.research.selectors import source_refs
from apps.workspaces.models import Workspace

EVALUATION, QUALITY, SURVIVAL = "modellab.evaluation", "modellab.quality", "retention.survival"
SINGLE = (
    "adoption.bass",
    "decisions.correction",
    "differentiation.position",
    "pricing.demand",
    "pricing.plans",
    "retention.satisfaction",
    SURVIVAL,
    "retention.link",
    "retention.arrivals",
    "retention.revenue",
    "modellab.quality_to_function",
    "modellab.latency_to_interaction",
)
TODAY = "today"
MOST_CANDIDATES = 8
_COUNTED = {
    EVALUATION: ("held_out_texts",),
    "pricing.demand": ("customers",),
    "choices.model": ("respondents",),
    "retention.satisfaction": ("respondents",),
    "retention.survival": ("customers",),
    "retention.link": ("joined", "endings"),
    "retention.arrivals": ("months",),
    "retention.revenue": ("base_customers",),
    "adoption.bass": ("periods",),
    "decisions.correction": ("scored",),
    QUALITY: ("held_out_texts",),
    "modellab.quality_to_function": ("observations",),
    "modellab.latency_to_interaction": ("observations",),
}


@dataclass(frozen=True)
class Tested:
    """A candidate with the estimate of its test, that of its quality in use where there is one, and how long its
    training and testing took, in seconds, where that was measured."""

    key: str
    name: str
    run_id: int
    evaluation: Estimate
    quality: Estimate | None = None
    seconds: float | None = None

    @property
    def estimates(self) -> list[Estimate]:
        return [self.evaluation, self.quality] if self.quality else [self.evaluation]


@dataclass(frozen=True)
class Upstream:
    """What there is: ``single`` by kind, the test of the ``incumbent``, the ``candidates`` to judge, newest run.

    ``market`` is that of today where choices were studied; ``survival`` by segment; ``usage`` the sheets that say how
    much customers use, of which the rows are read when they are needed.
    """

    workspace: Workspace
    single: dict[str, Estimate]
    incumbent: Tested | None
    candidates: tuple[Tested, ...]
    market: MarketOfToday | None = None
    survival: Mapping[str, Estimate] = field(default_factory=dict)
    usage: tuple[InputRef, ...] = ()

    @property
    def estimates(self) -> list[Estimate]:
        tested = [self.incumbent, *self.candidates] if self.incumbent else list(self.candidates)
        return [*self.single.values(), *self.survival.values(), *(kept for one in tested for kept in one.estimates)]

    @property
    def key(self) -> tuple[str, ...]:
        """Changes whenever any of the results does."""
        market = [self.market.key] if self.market else []
        usage = [f"{ref.object_id}:{ref.sha256}" for ref in self.usage]
        return tuple(sorted([*(str(estimate.pk) for estimate in self.estimates), *market, *usage]))


def upstream(workspace: Workspace, chosen: int | None = None) -> Upstream:
    """``chosen`` is a candidate that a scenario names: it is judged even when its run is not the newest."""
    found = Estimate.objects.filter(workspace=workspace, is_current=True, kind__in=[*SINGLE, EVALUATION, QUALITY])
    single: dict[str, Estimate] = {}
    by_subject: dict[str, dict[str, Estimate]] = {EVALUATION: {}, QUALITY: {}, SURVIVAL: {}}
    for estimate in found:
        if estimate.subject:
            by_subject.get(estimate.kind, {})[estimate.subject] = estimate
        elif estimate.kind in SINGLE:
            single[estimate.kind] = estimate
    tested = _tested(workspace, by_subject[EVALUATION], by_subject[QUALITY])
    incumbents = [one for is_today, one in tested if is_today]
    incumbent = _beside(incumbents, next((one.run_id for is_today, one in tested if not is_today), None))
    to_judge = _to_judge([one for is_today, one in tested if not is_today], chosen)
    incumbent, to_judge = _alike(incumbent, to_judge)
    usage = tuple(source_refs(workspace, SourceKind.USAGE))
    return Upstream(workspace, single, incumbent, to_judge, market_of_today(workspace), by_subject[SURVIVAL], usage)


def _tested(
    workspace: Workspace, evaluations: Mapping[str, Estimate], qualities: Mapping[str, Estimate]
) -> list[tuple[bool, Tested]]:
    rows = Candidate.objects.filter(workspace=workspace, pk__in=[key for key in evaluations if key.isdigit()])
    return [
        (row.method == CandidateMethod.TODAY, _of_row(row, evaluations[str(row.pk)], qualities.get(str(row.pk))))
        for row in rows.order_by("-run_id", "pk")
    ]


def _of_row(row: Candidate, evaluation: Estimate, quality: Estimate | None) -> Tested:
    seconds = (row.report or {}).get("seconds")
    known = float(seconds) if isinstance(seconds, int | float) and seconds > 0 else None
    return Tested(str(row.pk), row.name, row.run_id, evaluation, quality, known)


def _beside(incumbents: Iterable[Tested], run_id: int | None) -> Tested | None:
    """Today's model as the newest run tested it, on the same texts as its candidates; else the latest test of it."""
    known = list(incumbents)
    return next((one for one in known if one.run_id == run_id), known[0] if known else None)


def _alike(incumbent: Tested | None, to_judge: tuple[Tested, ...]) -> tuple[Tested | None, tuple[Tested, ...]]:
    """Quality in use of all, or the plain test of all: one against the other would compare what is not alike."""
    if all(one.quality for one in ([incumbent, *to_judge] if incumbent else to_judge)):
        return incumbent, to_judge
    plain = tuple(replace(one, quality=None) for one in to_judge)
    return replace(incumbent, quality=None) if incumbent else None, plain


def _to_judge(candidates: list[Tested], chosen: int | None) -> tuple[Tested, ...]:
    newest = candidates[0].run_id if candidates else None
    kept = [one for one in candidates if one.run_id == newest or one.key == str(chosen)]
    return tuple(kept[:MOST_CANDIDATES])


def observations(estimate: Estimate) -> int | None:
    """How many independent answers, customers or texts stand behind an estimate, where it says so."""
    told: Any = estimate.diagnostics
    for name in _COUNTED.get(estimate.kind, ("",)):
        told = told.get(name) if isinstance(told, dict) else None
    count = len(told) if isinstance(told, list) else told
    return int(count) if isinstance(count, int | float) and count >= 1 else None
