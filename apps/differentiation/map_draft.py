"""The perceptual map of the offers as a result."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.differentiation import selectors
from apps.differentiation.standing import Standing
from apps.estimates.models import Grade
from apps.research.models import SourceKind
from apps.research.studies import Draft
from trimtab.economics.differentiation.perceptual_map import MapDraws, doubled, ellipse, map_draws
from trimtab.economics.draws import Array, summarise

OUTLINE = 40
IDEAL = 1.0


def map_draft(standing: Standing, drawn: Array, weights: Array, grade: Grade) -> Draft:
    """Raises CannotEstimate where the offers are all alike."""
    mean = weights.mean(axis=0)
    found = map_draws(doubled(drawn, weights), doubled(standing.value, mean))
    return Draft(
        kind=selectors.MAP,
        grade=grade,
        draws={"offers": found.rows, "criteria": found.columns[:, : len(mean)], "share": found.share},
        figures=[summarise(found.share.sum(axis=1), name="map_shows", unit="share")],
        parameters={"offers": standing.offers, "criteria": standing.names},
        diagnostics={
            "offers": [_offer(found, standing.offers, at) for at in range(len(standing.offers))],
            "criteria": _criteria(found, standing.names, mean),
            "ideal": _pair(found.reference.place(doubled(np.full((1, len(mean)), IDEAL), mean)[0])),
            "share": _pair(found.reference.share),
        },
        inputs=standing.inputs,
        sources=(SourceKind.COMPETITORS,),
    )


def _pair(values: Array) -> list[float]:
    """The first two, 0 where the map has but one axis."""
    return [float(values[at]) if at < len(values) else 0.0 for at in range(2)]


def _offer(found: MapDraws, offers: list[str], at: int) -> dict[str, Any]:
    region = ellipse(found.rows[:, at])
    x, y = _pair(found.reference.rows[at])
    return {
        "offer": offers[at],
        "x": x,
        "y": y,
        "quality": float(found.reference.row_quality[at]),
        "ellipse": np.round(region.outline(OUTLINE), 5).tolist(),
        "radii": region.radii.tolist(),
    }


def _criteria(found: MapDraws, names: list[str], weights: Array) -> list[dict[str, Any]]:
    """The high end of each criterion that weighs something."""
    return [
        {"criterion": names[at], "x": _pair(found.reference.columns[at])[0], "y": _pair(found.reference.columns[at])[1]}
        for at in range(len(names))
        if weights[at] > 0 and not np.isnan(found.reference.columns[at]).any()
    ]
