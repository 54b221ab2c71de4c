"""What a row's cells say together, by kind of source: missing values filled in, contradictions named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.research import cells
from apps.research.cell_parsers import Reading
from apps.research.models import SourceKind
from apps.research.refusals import BadCell

INTENTS = (1, 2, 3, 4, 5)
Values = dict[str, Any]


def complete(kind: SourceKind, found: Values, reading: Reading) -> Values:
    """The values of the kind's table. Raises BadCell."""
    return _COMPLETE[kind](found, reading)


def _feedback(found: Values, reading: Reading) -> Values:
    return found | {"language": cells.language(found["text"])}


def _competitors(found: Values, reading: Reading) -> Values:
    try:
        number = cells.number(found["value"], reading.decimal)
    except BadCell:
        number = None
    ours = found.get("is_ours") or found["offer"].casefold() == reading.our_offer.casefold()
    return found | {"number": number, "is_ours": bool(ours)}


def _prices(found: Values, reading: Reading) -> Values:
    for name in ("intent_cheap", "intent_expensive"):
        step = found.get(name)
        if step is not None and step not in INTENTS:
            raise BadCell("out_of_scale", name, cell=f"{step:g}", low="1", high="5")
    return _weighted(found, reading)


def _weighted(found: Values, reading: Reading) -> Values:
    return found | {"weight": 1.0 if found.get("weight") is None else found["weight"]}


def _as_it_is(found: Values, reading: Reading) -> Values:
    return found


def _subscriptions(found: Values, reading: Reading) -> Values:
    started, ended = found.get("started_on"), found.get("ended_on")
    months, left = found.pop("tenure_months", None), found.pop("churned", None)
    active = found.pop("active", None)
    if active is None and left is not None:
        active = not left
    if started is None and months is None:
        raise BadCell("start_missing", "started_on")
    if ended is not None and active:
        raise BadCell("active_and_ended", "ended_on", ended=ended.isoformat())
    if started is None:
        seen_until = ended or reading.as_of or reading.today
        started = cells.months_before(seen_until, round(months))
        ended = ended if active is None or active else seen_until
    elif ended is None and active is False:
        if months is None:
            raise BadCell("end_missing", "ended_on")
        ended = cells.months_before(started, -round(months))
    if ended is not None and ended < started:
        raise BadCell("ended_before_start", "ended_on", started=started.isoformat(), ended=ended.isoformat())
    return found | {"started_on": started, "ended_on": ended}


def _choices(found: Values, reading: Reading) -> Values:
    attributes = found.get("attributes") or {}
    is_none = found.get("is_none")
    if is_none is None:
        named = cells.names_none(found.get("alternative") or "")
        is_none = named or (bool(attributes) and all(map(cells.is_empty_or_zero, attributes.values())))
    return _weighted(found, reading) | {"is_none": is_none, "attributes": attributes}


def _maxdiff(found: Values, reading: Reading) -> Values:
    best, worst = found.pop("best", None), found.pop("worst", None)
    if best and worst:
        raise BadCell("best_and_worst", "worst")
    marked = int(bool(best)) - int(bool(worst))
    answer = found.get("answer") or 0
    if answer and marked and answer != marked:
        raise BadCell("marks_contradict", "answer")
    return _weighted(found, reading) | {"answer": answer or marked}


def _adoption(found: Values, reading: Reading) -> Values:
    if found.get("period") is None and found.get("period_number") is None:
        raise BadCell("period_missing", "period")
    return found


def _outcomes(found: Values, reading: Reading) -> Values:
    if found.get("resolved") is None and found.get("thumbs_up") is None:
        raise BadCell("outcome_missing", "resolved" if "resolved" in found else "thumbs_up")
    return found


_COMPLETE: dict[SourceKind, Callable[[Values, Reading], Values]] = {
    SourceKind.FEEDBACK: _feedback,
    SourceKind.COMPETITORS: _competitors,
    SourceKind.PRICES: _prices,
    SourceKind.SATISFACTION: _as_it_is,
    SourceKind.SUBSCRIPTIONS: _subscriptions,
    SourceKind.CHOICES: _choices,
    SourceKind.MAXDIFF: _maxdiff,
    SourceKind.LADDER: _weighted,
    SourceKind.PURCHASES: _as_it_is,
    SourceKind.USAGE: _as_it_is,
    SourceKind.ADOPTION: _adoption,
    SourceKind.OUTCOMES: _outcomes,
    SourceKind.KANO: _weighted,
}
