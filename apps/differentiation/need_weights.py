"""Weights of the criteria from the needs behind them, for everyone and for each segment.

Notation: K criteria, D worlds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from apps.differentiation.models import Criterion
from apps.differentiation.standing import Standing
from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from trimtab.economics.draws import Array

WORLDS = 2000
SEGMENT_SEED = 31
MOST_SEGMENTS, LEAST_CUSTOMERS = 8, 5
# A normal lies above this many standard deviations in one of ten worlds.
TENTH = 1.2815515655446004


def opportunity_weights(criteria: Sequence[Criterion], need_ids: Sequence[int | None], by_need: Mapping[int, Array],
                        mean: Array) -> Array:  # fmt: skip
    """Weights (D, K) in units of opportunity: criteria that answer one need share it; an assumed weight is that many
    mean needs (D,)."""
    shared = Counter(need_ids)
    weights = np.empty((len(mean), len(criteria)))
    for place, (criterion, need_id) in enumerate(zip(criteria, need_ids, strict=True)):
        if need_id is None:
            weights[:, place] = criterion.assumed_weight * mean
        else:
            weights[:, place] = by_need[need_id] / shared[need_id]
    return weights


def overall_weights(standing: Standing) -> Array:
    """Weights (D, K) from the opportunity of the needs over all customers; all alike before needs were found."""
    by_need, mean = _overall(standing.needs)
    return opportunity_weights(standing.criteria, standing.need_ids, by_need, mean)


def _overall(needs: Estimate | None) -> tuple[dict[int, Array], Array]:
    if needs is None:
        return {}, np.ones(WORLDS)
    drawn = estimates.draws(needs)["opportunity"]
    return dict(zip(needs.parameters["need_ids"], drawn.T, strict=True)), drawn.mean(axis=1)


def assumed(standing: Standing) -> list[int]:
    """Keys of the criteria that weigh by a number that a person typed, or by the one that stands in for it."""
    pairs = zip(standing.criteria, standing.need_ids, strict=True)
    return [one.pk for one, need_id in pairs if need_id is None and one.assumed_weight]


def segment_weights(standing: Standing) -> dict[str, tuple[int, Array]]:
    """For each segment of at least LEAST_CUSTOMERS its customers and weights (D, K), the largest first.

    The result of the needs holds a segment's opportunity as a median with its interval: it is drawn as two half normals
    that have these, need by need.
    """
    if standing.needs is None or not any(standing.need_ids):
        return {}
    rows = standing.needs.diagnostics["needs"]
    sizes = {part["segment"]: int(part.get("group", 0)) for row in rows for part in row.get("by_segment", [])}
    largest = sorted(sizes, key=lambda name: -sizes[name])[:MOST_SEGMENTS]
    chosen = [name for name in largest if name and sizes[name] >= LEAST_CUSTOMERS]
    if len(chosen) < 2:
        return {}
    rng = np.random.default_rng(SEGMENT_SEED)
    found = {}
    for name in chosen:
        drawn = {row["need_id"]: _segment_draws(row, name, rng) for row in rows}
        mean = np.mean(list(drawn.values()), axis=0)
        found[name] = (sizes[name], opportunity_weights(standing.criteria, standing.need_ids, drawn, mean))
    return found


def _segment_draws(row: Mapping[str, Any], segment: str, rng: np.random.Generator) -> Array:
    figure = next((part["opportunity"] for part in row.get("by_segment", []) if part["segment"] == segment), None)
    return interval_draws(figure, WORLDS, rng) if figure else np.zeros(WORLDS)


def interval_draws(figure: Mapping[str, float], worlds: int, rng: np.random.Generator) -> Array:
    """Draws (D,) of zero or more with this median and 80 % interval: half normals of two widths."""
    normal = rng.standard_normal(worlds)
    up, down = figure["high"] - figure["median"], figure["median"] - figure["low"]
    return np.maximum(figure["median"] + normal * np.where(normal > 0, up, down) / TENTH, 0.0)
