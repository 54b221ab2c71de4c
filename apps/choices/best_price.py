"""The price of our offer that earns most against the market of the simulator, in a moment."""

from __future__ import annotations

from dataclasses import dataclass

from apps.choices.fitted_people import FittedPeople
from apps.choices.offer_search import fewer
from apps.choices.simulation import Asked
from apps.estimates.messages import reason
from apps.workspaces.errors import Refused
from trimtab.economics.choice.optimal_price import Contest, optimal_price
from trimtab.economics.draws import Figure, summarise
from trimtab.economics.errors import CannotEstimate


@dataclass(frozen=True)
class BestPrice:
    """``price`` is the one to set, ``by_world`` how uncertain it is; ``curve`` is money for each 100 people."""

    price: float
    by_world: Figure
    share: Figure
    money: Figure
    at_edge: bool
    curve: list[dict[str, float]]


def best_price(fitted: FittedPeople, wanted: Asked, unit_cost: float, currency: str) -> BestPrice:
    """Within the prices that people were asked about. Raises Refused where no price can be found."""
    price = fitted.settings.price
    market = fitted.market(wanted.offers, wanted.with_none)
    contest = Contest(fewer(fitted.population), fitted.coding, market, wanted.ours)
    low, high = (price.numbers[0], price.numbers[-1]) if price else (0.0, 0.0)
    try:
        found = optimal_price(contest, lowest=low, highest=high, unit_cost=unit_cost)
    except CannotEstimate as error:
        raise Refused(error.code, reason(error)) from error
    middle, lows, highs = found.money_curve
    return BestPrice(
        price=found.best,
        by_world=summarise(found.price, name="best_price", unit=currency),
        share=summarise(found.best_share, name="share", unit="share"),
        money=summarise(100 * found.best_money, name="money", unit=currency),
        at_edge=found.best_at_edge,
        curve=[
            {"price": float(p), "money": 100 * float(m), "low": 100 * float(lo), "high": 100 * float(hi)}
            for p, m, lo, hi in zip(found.prices, middle, lows, highs, strict=True)
        ],
    )
