"""What the demand curve says at one price, read from its stored draws in a blink."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext as _

from apps.estimates import draws as draw_files
from apps.estimates.models import Estimate
from apps.workspaces.errors import Refused
from trimtab.economics.draws import Array, Figure, summarise

HIGHEST_PRICE = 1e9


@dataclass(frozen=True)
class PriceReading:
    """At ``price``: the share for whom it is worth it, and revenue against the best price and against today's."""

    price: float
    worth: Figure
    revenue_index: Figure
    against_today: Figure | None
    p_more_than_today: float | None
    beyond_answers: bool


@dataclass(frozen=True)
class _Curve:
    grid: Array
    worth: Array
    best_revenue: Array

    def worth_at(self, price: float) -> Array:
        spot = float(np.clip(price, self.grid[0], self.grid[-1]))
        right = int(np.clip(np.searchsorted(self.grid, spot), 1, self.grid.size - 1))
        share = (spot - self.grid[right - 1]) / (self.grid[right] - self.grid[right - 1])
        return self.worth[:, right - 1] * (1 - share) + self.worth[:, right] * share


def read_price(demand: Estimate, price: float) -> PriceReading:
    """Raises Refused for a price that is no amount of money."""
    if not math.isfinite(price) or not 0 <= price <= HIGHEST_PRICE:
        raise Refused("price_not_usable", _("The price must be a number of zero or more."), field="price")
    curve = _curve(demand.draws_file.name, demand.draws_sha256, tuple(demand.parameters["grid"]))
    worth = curve.worth_at(price)
    today, revenue = demand.parameters.get("current_price"), price * worth
    against = _against(curve, revenue, today) if today else None
    return PriceReading(
        price=price,
        worth=summarise(worth, name="worth", unit="share"),
        revenue_index=summarise(revenue / curve.best_revenue, name="revenue_index", unit="share"),
        against_today=summarise(against, name="against_today", unit="share") if against is not None else None,
        p_more_than_today=float(np.mean(against > 1)) if against is not None else None,
        beyond_answers=price > float(curve.grid[-1]),
    )


def _against(curve: _Curve, revenue: Array, today: float) -> Array | None:
    """Revenue as a multiple of today's in each world; None where today's price sells nothing in some world."""
    base = today * curve.worth_at(today)
    return revenue / base if np.all(base > 0) else None


@lru_cache(maxsize=8)
def _curve(name: str, sha256: str, grid: tuple[float, ...]) -> _Curve:
    """Kept by the hash of the draws, which never change under it."""
    prices, worth = np.array(grid), draw_files.read(name)["worth"]
    return _Curve(prices, worth, np.max(prices * worth, axis=1))
