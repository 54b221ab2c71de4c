"""One table of needs from every kind of evidence: what is said, what is chosen between, what would be felt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apps.estimates import selectors as estimates
from apps.estimates.formulas import title_of
from apps.estimates.models import Estimate
from apps.research import needs_selectors
from apps.research.kano_page import CATEGORY_WORDS, sure
from apps.research.kano_study import KANO
from apps.research.need_matching import NeedWords, matched
from apps.workspaces.models import Workspace

BEST_WORST = "choices.maxdiff"


@dataclass
class ComparedNeed:
    """A need with what each kind of evidence says of it; ``also`` are the other names that it goes by."""

    name: str
    need_id: int | None = None
    also: list[str] = field(default_factory=list)
    opportunity: dict[str, Any] | None = None
    customers: int | None = None
    money: float | None = None
    share: dict[str, Any] | None = None
    kano: dict[str, Any] | None = None

    def goes_by(self, name: str) -> bool:
        return name.casefold() in (self.name.casefold(), *(other.casefold() for other in self.also))


@dataclass(frozen=True)
class Comparison:
    rows: list[ComparedNeed]
    behind: list[Estimate]


def comparison(workspace: Workspace) -> Comparison:
    """Needs by opportunity first, then what only a survey names."""
    scored, chosen, felt = (estimates.current(workspace, kind) for kind in (needs_selectors.KIND, BEST_WORST, KANO))
    rows = [_of_need(row) for row in (scored.diagnostics["needs"] if scored else [])]
    words = [needs_selectors.words_of(need) for need in needs_selectors.needs(workspace)] if rows else []
    items = {row["item"]: row["share"] for row in chosen.diagnostics["items"]} if chosen else {}
    features = {row["feature"]: row for row in felt.diagnostics["features"]} if felt else {}
    _join(rows, words, items, lambda row, share: setattr(row, "share", share))
    _join(rows, words, features, lambda row, found: setattr(row, "kano", _felt(found)))
    behind = [estimate for estimate in (scored, chosen, felt) if estimate is not None]
    for estimate in behind:
        estimate.shown_title = title_of(estimate.kind, "")  # type: ignore[attr-defined]
    return Comparison(rows, behind)


def _of_need(row: dict[str, Any]) -> ComparedNeed:
    return ComparedNeed(row["name"], row["need_id"], [], row["opportunity"], row["customers"], row.get("money") or None)


def _felt(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"word": CATEGORY_WORDS[found["category"]], "sure": sure(found["p_category"])}


def _join(
    rows: list[ComparedNeed], words: list[NeedWords], told: dict[str, Any], give: Callable[[ComparedNeed, Any], None]
) -> None:
    """Each name to the need of its words, else to a row that already goes by it, else to a row of its own."""
    needs = matched(told, words) if words else {}
    by_need = {row.need_id: row for row in rows if row.need_id is not None}
    taken: set[int] = set()
    for name, found in told.items():
        row = by_need.get(needs.get(name, -1))
        if row is None or id(row) in taken:
            row = next((one for one in rows if one.goes_by(name)), None)
        if row is None or id(row) in taken:
            row = ComparedNeed(name)
            rows.append(row)
        elif name.casefold() != row.name.casefold() and name not in row.also:
            row.also.append(name)
        taken.add(id(row))
        give(row, found)
