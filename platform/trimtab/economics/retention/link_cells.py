"""The slope of h(U) in each cell of segment and tenure, the cells drawn towards each other.

Tenure is cut in bands (new: under three months, established: after); a customer counts in each band for the time spent
there. Every cell has a partial likelihood of its own, so that cells may differ in their hazard. The slopes of the
segments vary around that of their band, the bands around the common slope; how much they vary is estimated, and a cell
with few endings goes to its band's mean.

Notation: n answers, S segments, B bands, D worlds. On why tenure matters: Bolton 1998, Marketing Science 17(1):45-65.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.partial_pooling import pool
from trimtab.economics.retention.link import RetentionLink
from trimtab.economics.retention.link_choice import covariate, peak
from trimtab.economics.retention.partial_likelihood import RiskSets
from trimtab.economics.retention.survival import Tenures, check_tenures

NEW_MONTHS = 3.0
OWN_ENDINGS = 10
SEGMENT_SPREAD, BAND_SPREAD = 0.5, 0.75
LEAST_SCALE = 1.0


@dataclass(frozen=True)
class SlopeCells:
    """``draws`` (D, S, B) >= 0 of the slope at the reference; what each cell says for itself, (S, B).

    ``standard_error`` is infinite where a cell cannot say anything; ``between`` (D,) the spread between segments.
    """

    segments: tuple[str, ...]
    draws: Array
    estimate: Array
    standard_error: Array
    answers: NDArray[np.int64]
    endings: NDArray[np.int64]
    between: Array


def slope_cells(
    link: RetentionLink,
    satisfaction: ArrayLike,
    duration: ArrayLike,
    event: ArrayLike,
    segment: ArrayLike,
    rng: np.random.Generator,
    *,
    segments: tuple[str, ...],
    entry: ArrayLike | None = None,
    edges: tuple[float, ...] = (NEW_MONTHS,),
) -> SlopeCells:
    """Slopes by segment and band under the family and best shape of ``link``, at the mean of U.

    ``satisfaction``, ``duration``, ``event``, ``segment`` (n,) as in ``fit_link``; ``segments`` are the names wanted,
    ``edges`` the tenures in months between the B = len(edges) + 1 bands. With ``segments`` ("",) everyone is in one.
    Raises CannotEstimate as ``check_tenures``, and no_groups where no cell holds an ending.
    """
    data = check_tenures(duration, event, entry)
    level = np.asarray(satisfaction, dtype=float)
    names = np.asarray(segment, dtype=str)
    x = covariate(link.family, link.best_shape, level, float(level.mean()))
    shape = (len(segments), len(edges) + 1)
    estimate, error = np.zeros(shape), np.full(shape, np.inf)
    answers, endings = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for s, name in enumerate(segments):
        own = np.ones(level.size, dtype=bool) if segments == ("",) else names == name
        for b, (low, high) in enumerate(pairwise((0.0, *edges, np.inf))):
            part, seen = _band(data, own, low, high)
            answers[s, b], endings[s, b] = seen.sum(), part.event.sum()
            if endings[s, b]:
                estimate[s, b], error[s, b] = _slope(x[seen], part, link.estimate)
    typical = max(abs(link.estimate), LEAST_SCALE)
    found = pool(
        estimate.ravel(),
        error.ravel(),
        rng,
        scale=SEGMENT_SPREAD * typical if len(segments) > 1 else 0.0,
        band_scale=BAND_SPREAD * typical,
        bands=np.tile(np.arange(shape[1]), shape[0]),
        worlds=link.slope.size,
    )
    cells = np.maximum(found.draws, 0.0).reshape(-1, *shape)
    return SlopeCells(segments, cells, estimate, error, answers, endings, found.spread)


def _band(data: Tenures, own: NDArray[np.bool_], low: float, high: float) -> tuple[Tenures, NDArray[np.bool_]]:
    """What was seen of one's own between two tenures, and the mask (n,) of whom."""
    seen = own & (data.entry < high) & (data.duration > low)
    clipped = Tenures(
        np.minimum(data.duration, high), data.event & (data.duration <= high), np.maximum(data.entry, low)
    )
    return clipped.rows(seen), seen


def _slope(x: Array, data: Tenures, typical: float) -> tuple[float, float]:
    """Slope and standard error: the peak, or with few endings one Newton step from the slope of all."""
    if np.ptp(x) < 1e-9:
        return 0.0, np.inf
    risk = RiskSets.of(x, data)
    if data.event.sum() >= OWN_ENDINGS:
        slope, error, _value = peak(risk, x, typical)
        if np.isfinite(error) and abs(slope) < 50 * max(abs(typical), LEAST_SCALE):
            return slope, error
    _value, gradient, curve = risk.likelihood(typical)
    return (typical + gradient / curve, float(1 / np.sqrt(curve))) if curve > 1e-9 else (0.0, np.inf)
