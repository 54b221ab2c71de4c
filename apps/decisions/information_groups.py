"""What could be found out: the groups of uncertain links of a world, as draws and as single numbers in their unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.planning.chain import Choice, worth_at
from apps.planning.felt import points_of, worth_in_segments
from apps.planning.preference import share_of
from apps.planning.world import INPUT_GROUPS, World
from trimtab.economics.draws import Array
from trimtab.economics.price.plans import People

FEATURES = "features"
TESTS = "tests"
# Neighbouring months and prices say nearly the same; so many columns of an array are enough to know it.
MOST_COLUMNS = 60
YEAR = 12


@dataclass(frozen=True)
class Driver:
    """One number of a group as a person would say it: ``draws`` (D,) in ``unit``."""

    code: str
    group: str
    unit: str
    draws: Array


def groups(world: World, choices: tuple[Choice, ...]) -> dict[str, Array]:
    """The draws (D, k) of each group that is uncertain here; what features add is a group of its own."""
    found = {group: _columns(world, names) for group, names in INPUT_GROUPS.items()}
    found[FEATURES] = _together(world, _feature_points(world, choices))
    return {group: draws for group, draws in found.items() if draws.size and np.ptp(draws, axis=0).any()}


def observations(world: World, group: str) -> int | None:
    """How many independent observations stand behind a group; None where it is assumed."""
    known = {link.code: link.observations for link in world.links}
    if group == TESTS:
        return min((known.get(f"candidate:{name}") or 0 for name in world.names.values()), default=0) or None
    return known.get(group)


def drivers(world: World, choice: Choice) -> tuple[Driver, ...]:
    """Single numbers that sum the groups up, those that vary; ``choice`` is the one held against today."""
    price, today = choice.price, worth_in_segments(world, world.current_price)
    model = world.measured[choice.candidate]
    found = [
        Driver("tests", TESTS, "share", model.success),
        Driver("quality_elasticity", "quality_elasticity", "", world.quality_elasticity),
        Driver("latency_elasticity", "latency_elasticity", "", world.latency_elasticity),
        Driver("functional", "satisfaction", "share", _pooled(world.functional)),
        Driver("interaction", "satisfaction", "share", _pooled(world.interaction)),
        Driver("link", "link", "", world.slope),
        Driver("worth", "worth", "share", worth_at(world, price)),
        Driver("preference", "preference", "share", share_of(world, world.current_price, today).mean(axis=1)),
        Driver("arrivals", "arrivals", "people", world.arrivals[:, :YEAR].mean(axis=1)),
        Driver("hazard", "hazard", "share", -np.expm1(-world.hazard[:, :YEAR].mean(axis=1))),
        Driver("requests_per_month", "requests_per_month", "", world.requests),
        Driver("costs", "costs", world.currency, _spread(world, world.acquisition_cost)),
    ]
    if world.expansion is not None:
        found.append(Driver("expansion", "expansion", "share", _spread(world, world.expansion)))
    return tuple(driver for driver in found if np.ptp(driver.draws) > 0)


def _columns(world: World, names: tuple[str, ...]) -> Array:
    return _together(world, [array for name in names for array in _arrays(getattr(world, name))])


def _arrays(value: Any) -> Iterator[Array]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _arrays(one)
    elif isinstance(value, People):
        yield from (value.worth, value.tokens)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _arrays(getattr(value, name))


def _together(world: World, arrays: list[Array]) -> Array:
    flat = [_thinned(one.reshape(world.worlds, -1)) for one in arrays if one.shape[:1] == (world.worlds,)]
    return np.column_stack(flat) if flat else np.empty((world.worlds, 0))


def _thinned(columns: Array) -> Array:
    count = columns.shape[1]
    return columns if count <= MOST_COLUMNS else columns[:, np.linspace(0, count - 1, MOST_COLUMNS).astype(int)]


def _feature_points(world: World, choices: tuple[Choice, ...]) -> list[Array]:
    known = {feature.name: feature for choice in choices for feature in choice.features}
    return [points_of(one, part, world.worlds) for one in known.values() for part in ("functional", "interaction")]


def _pooled(values: Array) -> Array:
    return values.reshape(values.shape[0], -1).mean(axis=1)


def _spread(world: World, values: Array | float) -> Array:
    if np.ndim(values) == 0:
        return np.full(world.worlds, float(values))
    return _pooled(np.asarray(values))
