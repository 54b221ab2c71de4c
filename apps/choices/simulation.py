"""The simulator's answer: shares of preference of some offers, and what ours is worth against the others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from apps.choices.fitted_people import FittedPeople
from apps.choices.models import Market as MarketRow
from apps.choices.study_settings import NUMBER, AttributeSetting
from apps.estimates.messages import reason
from apps.workspaces.errors import Refused
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.simulator import Market, simulate
from trimtab.economics.choice.willingness_to_pay import against_competition
from trimtab.economics.draws import Figure
from trimtab.economics.errors import CannotEstimate

MOST_OFFERS = 10
LONGEST_NAME = 80
HIGHEST_NUMBER = 1e9
# Randomised first choice repeats every choice for each draw of noise: fewer worlds keep it as quick as the others.
RANDOMISED_WORLDS, RANDOMISED_PEOPLE, POINTS = 100, 100, 64

OfferValues = dict[str, str | float]


@dataclass(frozen=True)
class Asked:
    """What is simulated: named offers in their order, ours first."""

    offers: dict[str, OfferValues]
    rule: str = MarketRow.Rule.PREFERENCE
    with_none: bool = False

    @property
    def ours(self) -> str:
        return next(iter(self.offers))


@dataclass(frozen=True)
class Worth:
    """What a step of one attribute of our offer to its best level would let us charge more, at the same share."""

    attribute: str
    now: str
    best: str
    figure: Figure
    beyond: bool


@dataclass(frozen=True)
class Answer:
    """``shares`` in the order of the offers, "none" last; ``worth`` against the competitors; ``beyond`` names what was
    never asked."""

    shares: list[Figure]
    worth: list[Worth]
    beyond: list[str]
    why_no_worth: str = ""

    @property
    def ours(self) -> Figure:
        return self.shares[0]


def asked(given: Mapping[str, Any], fitted: FittedPeople) -> Asked:
    """Offers as a form or a program gives them. Raises Refused with the offer and attribute at fault as the field."""
    rows = given.get("offers")
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        raise Refused("no_offers", _("There is no offer to choose from."), field="offers")
    if len(rows) > MOST_OFFERS:
        raise Refused(
            "too_many_offers", _("At most %(most)d offers can be compared.") % {"most": MOST_OFFERS}, field="offers"
        )
    rule = str(given.get("rule") or MarketRow.Rule.PREFERENCE)
    if rule not in MarketRow.Rule.values:
        raise Refused("rule_unknown", _("There is no rule named %(rule)s.") % {"rule": rule}, field="rule")
    offers: dict[str, OfferValues] = {}
    for place, row in enumerate(rows):
        name, values = _offer(row, place, fitted)
        if name in offers or name == "none":
            raise Refused(
                "name_twice", _("Two offers are named %(name)s.") % {"name": name}, field=f"offers.{place}.name"
            )
        offers[name] = values
    with_none = bool(given.get("with_none", fitted.knows_none))
    if with_none and not fitted.knows_none:
        raise Refused("none_not_asked", _("Nobody was offered the choice of none, so its appeal is not known."),
                      field="with_none")  # fmt: skip
    return Asked(offers, rule, with_none)


def _offer(row: Any, place: int, fitted: FittedPeople) -> tuple[str, OfferValues]:
    if not isinstance(row, Mapping) or not isinstance(row.get("values", {}), Mapping):
        raise Refused("offer_not_usable", _("An offer needs a name and values."), field=f"offers.{place}")
    name = str(row.get("name", "")).strip()[:LONGEST_NAME] or _("Offer %(number)d") % {"number": place + 1}
    given = row.get("values", {})
    return name, {one.name: _value(given.get(one.name), one, place) for one in fitted.settings.used}


def _value(given: Any, one: AttributeSetting, place: int) -> str | float:
    field = f"offers.{place}.{one.name}"
    if one.kind != NUMBER:
        if str(given) not in one.levels:
            words = {"attribute": one.name, "levels": ", ".join(one.levels)}
            raise Refused("level_unknown", _("%(attribute)s must be one of: %(levels)s.") % words, field=field)
        return str(given)
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or abs(number) > HIGHEST_NUMBER or (one.is_price and number < 0):
        raise Refused(
            "number_not_usable", _("%(attribute)s must be a usable number.") % {"attribute": one.name}, field=field
        )
    return number


def answer(fitted: FittedPeople, wanted: Asked) -> Answer:
    market = fitted.market(wanted.offers, wanted.with_none)
    people = fitted.population
    options: dict[str, Any] = {}
    if wanted.rule == MarketRow.Rule.RANDOMISED:
        people, options = _fewer(people), {"points": POINTS, "rng": np.random.default_rng(0)}
    rule: Any = wanted.rule
    shares = simulate(people, fitted.coding, market, rule, **options).figures()
    worth, why = _worth(fitted, wanted, market)
    return Answer(shares, worth, _beyond(fitted, wanted), why)


def _fewer(people: Population) -> Population:
    worlds, kinds = (np.unique(np.linspace(0, most - 1, min(most, kept)).astype(int)) for most, kept in
                     ((people.worlds, RANDOMISED_WORLDS), (people.kinds, RANDOMISED_PEOPLE)))  # fmt: skip
    return Population(people.partworths[np.ix_(worlds, kinds)], np.asarray(people.shares)[np.ix_(worlds, kinds)],
                      people.names)  # fmt: skip


def _worth(fitted: FittedPeople, wanted: Asked, market: Market) -> tuple[list[Worth], str]:
    price = fitted.settings.price
    if price is None:
        return [], _("No attribute is marked as the price, so nothing can be said in money.")
    if len(market.names) < 2:
        return [], _("There is no other offer to compete with.")
    people = _fewer(fitted.population)
    try:
        found = [_of_attribute(fitted, people, wanted, market, one) for one in fitted.settings.used if not one.is_price]
    except CannotEstimate as error:
        return [], reason(error)
    return [one for one in found if one is not None], ""


def _of_attribute(
    fitted: FittedPeople, people: Population, wanted: Asked, market: Market, one: AttributeSetting
) -> Worth | None:
    """None where our offer has the level that most people like best already."""
    price = fitted.settings.price
    now = wanted.offers[wanted.ours]
    best = _best(fitted, now, one)
    if price is None or best == now[one.name]:
        return None
    value = against_competition(
        people, fitted.coding, market, wanted.ours, {**now, one.name: best}, highest_price=price.numbers[-1]
    )
    beyond = bool(value.beyond.mean() > 0.1)
    return Worth(one.name, _shown(now[one.name]), _shown(best), value.figure(one.name, fitted.currency), beyond)


def _best(fitted: FittedPeople, now: OfferValues, one: AttributeSetting) -> str | float:
    """The level with the highest mean part-worth, over people and worlds."""
    options: list[str | float] = list(one.numbers if one.kind == NUMBER else one.levels)
    rows = fitted.coding.code([{**now, one.name: option} for option in options])
    return options[int(np.argmax(rows @ fitted.population.mean().mean(axis=0)))]


def _shown(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _beyond(fitted: FittedPeople, wanted: Asked) -> list[str]:
    """The attributes at which some offer lies outside what people were asked about."""
    found = []
    for one in fitted.settings.used:
        if one.kind == NUMBER:
            low, high = one.numbers[0], one.numbers[-1]
            if any(not low <= float(offer[one.name]) <= high for offer in wanted.offers.values()):
                found.append(one.name)
    return found
