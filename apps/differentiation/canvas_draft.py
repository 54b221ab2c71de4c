"""The strategy canvas as a result: value curves and how far ours is from each competitor's."""

from __future__ import annotations

import numpy as np

from apps.differentiation import selectors
from apps.differentiation.standing import Standing
from apps.differentiation.weights_draft import ends
from apps.estimates.models import Grade
from apps.research.models import SourceKind
from apps.research.studies import Draft
from trimtab.economics.differentiation.strategy_canvas import Canvas, strategy_canvas
from trimtab.economics.draws import Array, summarise


def canvas_draft(standing: Standing, drawn: Array, weights: Array, grade: Grade) -> Draft:
    """Raises CannotEstimate where there is no competitor."""
    found = strategy_canvas(drawn, weights, standing.read_error)
    mean = weights.mean(axis=0)
    heaviest_first = [int(at) for at in np.argsort(-mean, kind="stable") if mean[at] > 0]
    rivals = standing.offers[1:]
    return Draft(
        kind=selectors.CANVAS,
        grade=grade,
        draws={"divergence": found.divergence},
        figures=[summarise(found.nearest, name="divergence", unit="share")],
        parameters={"offers": standing.offers, "nearest": rivals[int(np.argmax(found.p_nearest))]},
        diagnostics={
            "rivals": [
                {"offer": rival, "divergence": ends(found.divergence)[at], "p_nearest": float(found.p_nearest[at])}
                for at, rival in enumerate(rivals)
            ],
            "criteria": [_criterion(standing, found, mean, at) for at in heaviest_first],
        },
        inputs=standing.inputs,
        sources=(SourceKind.COMPETITORS,),
    )


def _criterion(standing: Standing, found: Canvas, weights: Array, at: int) -> dict[str, object]:
    return {
        "criterion": standing.names[at],
        "criterion_id": standing.criteria[at].pk,
        "weight": float(weights[at]),
        "stale": any(cell.stale for cell in standing.rows[at].cells),
        "offers": [
            {
                "offer": offer,
                "median": float(found.median[j, at]),
                "low": float(found.low[j, at]),
                "high": float(found.high[j, at]),
                "we_are_ahead": None if j == 0 else float(found.ahead[j - 1, at]),
                "unknown": bool(np.isnan(standing.ratings[j, at])),
            }
            for j, offer in enumerate(standing.offers)
        ],
    }
