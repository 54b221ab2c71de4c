"""Which model to ship and what to charge, in the same worlds as the forecast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import floor, log10

import numpy as np

from apps.planning.assumptions import Assumed
from apps.planning.chain import Choice, Outcome, baseline, outcome, worth_at
from apps.planning.upstream import TODAY
from apps.planning.world import World
from trimtab.economics.decision.verdict import Decision, Input, Thresholds, decide
from trimtab.economics.draws import Array, Figure, interval, summarise

MOST_PRICES = 61
LOWEST_PRICE, HIGHEST_PRICE = 0.4, 2.5
NEAR_BEST = 0.01
LEAST_ACCEPTED = 0.02
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class BestPrice:
    """The price of the highest expected margin, with what is uncertain about it.

    ``best`` (D,) is the best price of each world; ``figure`` has the recommended price with the central 80 % of
    those; ``p_better`` the chance that it earns more than today's price, ``p_near_best`` that no price of the grid
    earns 1 % more; ``curve`` rows of price and the margin's interval.
    """

    figure: Figure
    best: Array
    gain: Figure
    p_better: float
    p_near_best: float
    curve: list[dict[str, float]]


def with_model(choice: Choice, candidate: str) -> Choice:
    """The same choice with another model, whose test nobody moved: levers of quality and latency belong to a model."""
    if candidate == choice.candidate:
        return choice
    return replace(choice, candidate=candidate, quality=0.0, latency=1.0)


def judge(
    world: World, price: float, months: int, assumed: Assumed, kept: Choice | None = None
) -> tuple[Decision, dict[str, Outcome]]:
    """The verdicts on all candidates at ``price``, and the forecast of each with today's under "today".

    ``kept`` is the choice of a scenario, for its levers.
    """
    choice = replace(kept or Choice(price), price=price, months=months)
    found = {key: outcome(world, with_model(choice, key)) for key in world.measured}
    decision = decide(
        found[TODAY].npv_margin,
        {key: found[key].npv_margin for key in world.candidates},
        uncertain_inputs(world, price),
        Thresholds(assumed.number("ship_at"), assumed.number("hold_at")),
        unit=world.currency,
    )
    return decision, found


def uncertain_inputs(world: World, price: float) -> tuple[Input, ...]:
    """What could be found out, each with the number of observations behind it."""
    known = {link.code: link.observations for link in world.links}
    models = [measured.success for measured in world.measured.values()]
    tests = min((known.get(f"candidate:{name}") or 0 for name in world.names.values()), default=0)
    inputs = [
        Input("tests", np.column_stack(models), tests or None),
        Input("quality_elasticity", world.quality_elasticity),
        Input("latency_elasticity", world.latency_elasticity),
        Input("link", world.slope, known.get("link")),
        Input("satisfaction", np.column_stack([world.functional, world.interaction]), known.get("satisfaction")),
        Input("worth", worth_at(world, price), known.get("worth")),
        Input("arrivals", world.arrivals[:, :24].mean(axis=1), known.get("arrivals")),
        Input("hazard", world.hazard[:, :12].mean(axis=1), known.get("hazard")),
        Input("requests_per_month", world.requests, known.get("requests_per_month")),
    ]
    if world.expansion is not None:
        inputs.append(Input("expansion", world.expansion, known.get("expansion")))
    return tuple(given for given in inputs if np.ptp(given.draws) > 0)


def best_price(world: World, months: int, tell: Tell = lambda _done, _of: None) -> BestPrice:
    """The price on a grid that makes the expected discounted margin of today's model largest."""
    prices = price_grid(world)
    margins = np.empty((len(prices), world.arrivals.shape[0]))
    for place, price in enumerate(prices):
        tell(place, len(prices))
        margins[place] = outcome(world, Choice(price, TODAY, months)).npv_margin
    chosen = int(np.argmax(margins.mean(axis=1)))
    best = np.asarray(prices)[np.argmax(margins, axis=0)]
    _middle, low, high = interval(best)
    price, top = prices[chosen], margins.max(axis=0)
    gain = margins[chosen] - baseline(world, months).npv_margin
    middles, lows, highs = interval(margins.T)
    return BestPrice(
        figure=Figure(
            "best_margin_price", price, min(float(low), price), max(float(high), price), f"{world.currency}/month"
        ),
        best=best,
        gain=summarise(gain, name="gain", unit=world.currency),
        p_better=float(np.mean(gain > 0)),
        p_near_best=float(np.mean(top - margins[chosen] <= NEAR_BEST * np.abs(top))),
        curve=[
            {"price": p, "median": float(m), "low": float(a), "high": float(b)}
            for p, m, a, b in zip(prices, middles, lows, highs, strict=True)
        ],
    )


def price_grid(world: World) -> list[float]:
    """Round prices around today's, as far as the survey reaches and somebody finds them worth it; today's included."""
    accepted = world.worth.mean(axis=0) >= LEAST_ACCEPTED
    reach = float(world.grid[accepted].max()) if accepted.any() else world.current_price
    low = max(LOWEST_PRICE * world.current_price, float(world.grid[world.grid > 0].min()))
    high = max(min(HIGHEST_PRICE * world.current_price, reach), world.current_price)
    step = _round_step((high - low) / (MOST_PRICES - 1))
    rounded = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    return sorted({round(float(price), 10) for price in (*rounded, world.current_price)})


def _round_step(step: float) -> float:
    """The next of 1, 2, 5, 10, ... times a power of ten."""
    if step <= 0:
        return 1.0
    size = 10.0 ** floor(log10(step))
    return next(size * part for part in (1, 2, 5, 10) if size * part >= step * 0.999)
