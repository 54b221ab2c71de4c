"""Combinations of prices, models and menus as a person types or ticks them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.planning.world import World
from apps.workspaces.errors import Refused

MOST_PRICES = 40
Menu = tuple[dict[str, Any], ...]
MENUS: dict[str, str | Promise] = {
    "one_price": gettext_lazy("One price"),
    "two_plans": gettext_lazy("Two plans: half the price for the mean use, one and a half times it without limit"),
    "fee_and_use": gettext_lazy("Half the price with half the mean use, and the same rate for all beyond"),
}


def menus_for(world: World) -> dict[str, str | Promise]:
    """The menus that can be valued: those with limits need to know how much people use."""
    return MENUS if world.tokens is not None and world.usage is not None else {"one_price": MENUS["one_price"]}


def prices_of(text: str) -> list[float]:
    """Prices between commas, semicolons or blanks. Raises Refused for what is no number."""
    words = [word for word in re.split(r"[;,\s]+", text.strip()) if word]
    if len(words) > MOST_PRICES:
        raise Refused("too_many", _("At most %(most)s can be given.") % {"most": MOST_PRICES}, field="prices")
    try:
        return [float(word) for word in words]
    except ValueError as error:
        told = _("Prices are numbers with a comma or a blank between them, such as 29, 39.5, 49.")
        raise Refused("not_a_number", told, field="prices") from error


def menus_of(world: World, codes: list[str]) -> list[Menu]:
    """Fees and prices of use as parts of the price. Raises Refused for a menu that cannot be valued."""
    if any(code not in menus_for(world) for code in codes):
        raise Refused("unknown_kind", _("There is no such kind of plan."), field="menus")
    return [_menu(world, code) for code in codes]


def _menu(world: World, code: str) -> Menu:
    if code == "one_price" or world.tokens is None:
        return ()
    mean = float(f"{float(np.median(world.tokens)):.2g}")
    if code == "two_plans":
        unlimited = {"fee": 1.5, "included": None, "per_1000": None}
        return ({"fee": 0.5, "included": mean, "per_1000": None}, unlimited)
    return ({"fee": 0.5, "included": mean / 2, "per_1000": 1000 / mean},)
