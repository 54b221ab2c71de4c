"""The simulator's form: offers side by side, and the states before, so that every change can be taken back.

A state is {"offers": [{"name", "values"}], "rule", "with_none"}, as a stored market and the API have it.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.choices.fitted_people import FittedPeople
from apps.choices.models import Market
from apps.choices.simulation import MOST_OFFERS
from apps.choices.study_settings import NUMBER

State = dict[str, Any]
MOST_STEPS, LONGEST_HISTORY = 20, 200_000


def first_state(fitted: FittedPeople) -> State:
    """Two offers to begin with: ours with the best quality that was asked, and a competitor without it."""
    typical, quality = fitted.typical_offer, fitted.settings.quality
    ours = dict(typical)
    if quality is not None and quality.kind != NUMBER:
        ours[quality.name] = max(quality.quality or {}, key=lambda level: (quality.quality or {})[level])
    offers = [{"name": _("Our offer"), "values": ours}, {"name": _("Competitor"), "values": typical}]
    return {"offers": offers, "rule": Market.Rule.PREFERENCE.value, "with_none": fitted.knows_none}


def state_of(market: Market, fitted: FittedPeople) -> State:
    """A stored market as far as it fits the attributes that the model knows now."""
    typical = fitted.typical_offer
    offers = [
        {"name": offer["name"], "values": {name: offer["values"].get(name, start) for name, start in typical.items()}}
        for offer in market.offers
    ]
    return {"offers": offers, "rule": market.rule, "with_none": market.with_none and fitted.knows_none}


def posted_state(posted: QueryDict, fitted: FittedPeople) -> State:
    """Fields are known by the places of offer and attribute: names may hold anything."""
    used = fitted.settings.used
    offers = [
        {
            "name": posted.get(f"offer-{place}-name", ""),
            "values": {one.name: _plain(posted.get(f"offer-{place}-{at}", ""), one) for at, one in enumerate(used)},
        }
        for place in range(MOST_OFFERS)
        if f"offer-{place}-name" in posted
    ]
    return {"offers": offers, "rule": posted.get("rule", ""), "with_none": "with_none" in posted}


def _plain(text: str, one: Any) -> str | float:
    if one.kind != NUMBER:
        return text
    try:
        return float(text)
    except ValueError:
        return text


def history(posted: QueryDict) -> list[State]:
    """The states before, the last of them as it was at the last answer; nonsense counts as none."""
    text = posted.get("history", "")
    try:
        found = json.loads(text) if len(text) <= LONGEST_HISTORY else []
    except (ValueError, RecursionError):
        return []
    usable = isinstance(found, list) and all(isinstance(one, dict) and _is_state(one) for one in found)
    return found[-MOST_STEPS:] if usable else []


def _is_state(state: State) -> bool:
    offers, rule, with_none = state.get("offers"), state.get("rule"), state.get("with_none")
    return (
        isinstance(rule, str)
        and isinstance(with_none, bool)
        and isinstance(offers, list)
        and 0 < len(offers) <= MOST_OFFERS
        and all(isinstance(offer, dict) and _is_offer(offer) for offer in offers)
    )


def _is_offer(offer: State) -> bool:
    values = offer.get("values")
    known = isinstance(offer.get("name"), str) and isinstance(values, dict)
    return known and all(isinstance(value, str | int | float) for value in (values or {}).values())


def with_step(past: list[State], state: State) -> list[State]:
    return past if past and past[-1] == state else [*past, state][-MOST_STEPS:]


def acted(state: State, past: list[State], action: str) -> tuple[State, list[State]]:
    """After "add", "copy-1", "remove-1" or "undo": the state and the history that ends with it."""
    past = with_step(past, state)
    if action == "undo":
        kept = past[:-1] or past
        return kept[-1], kept
    name, _dash, place = action.partition("-")
    offers = [dict(offer) for offer in state["offers"]]
    at = int(place) if place.isdecimal() else len(offers) - 1
    if name == "remove" and len(offers) > 1 and 0 <= at < len(offers):
        del offers[at]
    elif name in ("add", "copy") and offers and len(offers) < MOST_OFFERS:
        model = offers[at] if name == "copy" and 0 <= at < len(offers) else offers[-1]
        offers.append({"name": _free_name(model["name"], offers, name), "values": dict(model["values"])})
    changed = state | {"offers": offers}
    return changed, with_step(past, changed)


def _free_name(name: str, offers: list[State], action: str) -> str:
    taken = {str(offer.get("name", "")) for offer in offers}
    wanted = _("Copy of %(name)s") % {"name": name} if action == "copy" else _("Competitor")
    numbered = (wanted if number == 1 else f"{wanted} {number}" for number in range(1, MOST_OFFERS + 2))
    return next(one for one in numbered if one not in taken)


def as_json(past: list[State]) -> str:
    return json.dumps(past, ensure_ascii=False, separators=(",", ":"))
