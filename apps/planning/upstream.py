"""The current results of the other apps that a forecast stands on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.choices.share_by_price import MarketOfToday, market_of_today
from apps.estimates.models import Estimate
from apps.modellab.models import Candidate, CandidateMethod
from apps.workspaces.models import Workspace

EVALUATION = "modellab.evaluation"
SINGLE = (
    "differentiation.position",
    "pricing.demand",
    "retention.satisfaction",
    "retention.survival",
    "retention.link",
    "retention.arrivals",
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
}


@dataclass(frozen=True)
class Tested:
    """A candidate with the estimate of its test."""

    key: str
    name: str
    run_id: int
    evaluation: Estimate


@dataclass(frozen=True)
class Upstream:
    """What there is: ``single`` by kind, the test of the ``incumbent``, the ``candidates`` to judge, newest run.

    ``market`` is that of today where choices were studied.
    """

    single: dict[str, Estimate]
    incumbent: Tested | None
    candidates: tuple[Tested, ...]
    market: MarketOfToday | None = None

    @property
    def estimates(self) -> list[Estimate]:
        incumbent = [self.incumbent.evaluation] if self.incumbent else []
        return [*self.single.values(), *incumbent, *(one.evaluation for one in self.candidates)]

    @property
    def key(self) -> tuple[str, ...]:
        """Changes whenever any of the results does."""
        market = [self.market.key] if self.market else []
        return tuple(sorted([*(str(estimate.pk) for estimate in self.estimates), *market]))


def upstream(workspace: Workspace, chosen: int | None = None) -> Upstream:
    """``chosen`` is a candidate that a scenario names: it is judged even when its run is not the newest."""
    found = Estimate.objects.filter(workspace=workspace, is_current=True, kind__in=[*SINGLE, EVALUATION])
    single = {}
    evaluations = {}
    for estimate in found:
        if estimate.kind == EVALUATION:
            evaluations[estimate.subject] = estimate
        elif estimate.subject == "":
            single[estimate.kind] = estimate
    rows = Candidate.objects.filter(workspace=workspace, pk__in=[key for key in evaluations if key.isdigit()])
    tested = [
        (row.method == CandidateMethod.TODAY, Tested(str(row.pk), row.name, row.run_id, evaluations[str(row.pk)]))
        for row in rows.order_by("-run_id", "pk")
    ]
    incumbents = [one for is_today, one in tested if is_today]
    incumbent = _beside(incumbents, next((one.run_id for is_today, one in tested if not is_today), None))
    to_judge = _to_judge([one for is_today, one in tested if not is_today], chosen)
    return Upstream(single, incumbent, to_judge, market_of_today(workspace))


def _beside(incumbents: Iterable[Tested], run_id: int | None) -> Tested | None:
    """Today's model as the newest run tested it, on the same texts as its candidates; else the latest test of it."""
    known = list(incumbents)
    return next((one for one in known if one.run_id == run_id), known[0] if known else None)


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
