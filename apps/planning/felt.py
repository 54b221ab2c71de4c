"""What customers get from a model and what is built around it: F, I and C by segment, satisfaction, and the link h."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from apps.planning.assumptions import stream
from apps.planning.choice import Choice, Feature
from apps.planning.upstream import TODAY
from apps.planning.world import World, interpolated
from trimtab.economics.decision.forecast_inputs import LINK_LIMIT
from trimtab.economics.decision.quality import Measured, functional_performance, interaction_experience
from trimtab.economics.draws import Array
from trimtab.economics.retention.link_families import link_value
from trimtab.economics.satisfaction.model import predict

MOST_SUCCESS, LEAST_LATENCY_MS = 1.0, 1e-3
# Half the width of a central 80 % interval of a normal law, in standard deviations.
HALF_WIDTH = 1.2815515655446004


def model_of(world: World, choice: Choice, measured: Measured | None = None) -> Measured:
    """The candidate's test with the points and the factor of latency that the choice puts on top of it."""
    model = measured or world.measured[choice.candidate]
    if choice.quality == 0 and choice.latency == 1:
        return model
    return replace(
        model,
        success=np.clip(model.success + choice.quality, 0.0, MOST_SUCCESS),
        latency_ms=np.maximum(model.latency_ms * choice.latency, LEAST_LATENCY_MS),
    )


def success_by_segment(world: World, candidate: str, model: Measured) -> Array:
    """Success (D, S): that of the whole test, moved in each segment by as much as the segment differs from it."""
    own = world.success_by_segment.get(candidate)
    if own is None:
        return np.broadcast_to(model.success[:, None], (world.worlds, len(world.segments)))
    return np.clip(own + (model.success - world.measured[candidate].success)[:, None], 0.0, MOST_SUCCESS)


def link_values(world: World, choice: Choice, model: Measured, worth: Array, worth_today: Array) -> Array:
    """h(U) (D, S, 1) or by months of tenure (D, S, 1, A): 0 for today's model at today's price, to the last bit.

    ``worth`` and ``worth_today`` (D, S) are C at the choice and at today's price.
    """
    functional, interaction = _by_segment(world, "functional"), _by_segment(world, "interaction")
    better = _performance(world, choice, model, functional)
    quicker = _experience(world, choice, model, interaction)
    reference = _satisfaction(world, functional, interaction, worth_today)
    satisfied = _satisfaction(world, better, quicker, worth)
    return np.clip(_linked(world, satisfied, reference), -LINK_LIMIT, LINK_LIMIT)


def worth_at(world: World, price: float) -> Array:
    """C(p) of everyone, (D,)."""
    return interpolated(world.grid, world.worth, price)


def worth_in_segments(world: World, price: float) -> Array:
    """C(p) by segment, (D, S)."""
    if world.worth_by_segment is None:
        return np.broadcast_to(worth_at(world, price)[:, None], (world.worlds, len(world.segments)))
    return interpolated(world.grid, world.worth_by_segment, price)


def _by_segment(world: World, name: str) -> Array:
    """A link's own numbers of each segment where they are known, else those of everyone for all, (D, S)."""
    own = getattr(world, f"{name}_by_segment")
    pooled = getattr(world, name)
    return np.asarray(own if own is not None else np.broadcast_to(pooled[:, None], (world.worlds, len(world.segments))))


def _performance(world: World, choice: Choice, model: Measured, start: Array) -> Array:
    today = success_by_segment(world, TODAY, world.measured[TODAY])
    found = functional_performance(
        start.ravel(),
        today.ravel(),
        success_by_segment(world, choice.candidate, model).ravel(),
        np.repeat(world.quality_elasticity, start.shape[1]),
    )
    return _with_features(choice, "functional", found.reshape(start.shape))


def _experience(world: World, choice: Choice, model: Measured, start: Array) -> Array:
    segments = start.shape[1]
    found = interaction_experience(
        start.ravel(),
        np.repeat(world.measured[TODAY].latency_ms, segments),
        np.repeat(model.latency_ms, segments),
        np.repeat(world.latency_elasticity, segments),
    )
    return _with_features(choice, "interaction", found.reshape(start.shape))


def _with_features(choice: Choice, part: str, values: Array) -> Array:
    for feature in choice.features:
        low, high = getattr(feature, part)
        if low or high:
            values = np.clip(values + points_of(feature, part, len(values))[:, None], 0.0, 1.0)
    return values


def points_of(feature: Feature, part: str, worlds: int) -> Array:
    """The points that a feature adds to F or I in each world, (D,): normal, with the stated 80 % interval."""
    low, high = getattr(feature, part)
    spread = (high - low) / (2 * HALF_WIDTH)
    return (low + high) / 2 + spread * stream(f"feature: {feature.name}: {part}").standard_normal(worlds)


def _satisfaction(world: World, functional: Array, interaction: Array, worth: Array) -> Array:
    if world.coef_by_segment is None:
        return predict(world.family, world.coef, functional, interaction, worth)
    parts = [
        predict(world.family, world.coef_by_segment[:, s], functional[:, s], interaction[:, s], worth[:, s])
        for s in range(len(world.segments))
    ]
    return np.stack(parts, axis=1)


def _linked(world: World, satisfied: Array, reference: Array) -> Array:
    """h at ``satisfied`` less h at ``reference``, both (D, S): (D, S, 1), or (D, S, 1, A) by months of tenure."""
    slope = world.slope[:, None, None] if world.slope_by_segment is None else world.slope_by_segment
    if world.link_family == "linear" or world.link_shape is None or world.link_reference is None:
        return _over_tenure(world, slope * (satisfied - reference)[:, :, None])
    told_at, shape = world.link_reference[:, None, None], world.link_shape[:, None, None, :]
    after, before = (
        link_value(world.link_family, slope, shape, level[:, :, None], told_at) for level in (satisfied, reference)
    )
    return _over_tenure(world, after - before)


def _over_tenure(world: World, by_band: Array) -> Array:
    """h by tenure band (D, S, B) as h by month of tenure (D, S, 1, A); bands end at the world's tenure edges."""
    if by_band.shape[2] == 1:
        return by_band
    months = np.arange(world.hazard.shape[-1])
    return by_band[:, :, None, np.searchsorted(world.tenure_edges, months, side="right")]
