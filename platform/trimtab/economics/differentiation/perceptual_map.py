"""Perceptual map: correspondence analysis of offers by criteria, with the uncertainty of each place.

Notation: I offers (rows), J columns, F axes, D worlds.

Sources: Greenacre 2017, Correspondence Analysis in Practice, 3rd ed., Chapman & Hall, appendix A (computation), ch. 23
(doubling of ratings), ch. 29 (stability); Gower & Dijksterhuis 2004, Procrustes Problems, Oxford (alignment).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import LEVEL, Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

LEAST = 1e-12
MOST_AXES = 2


@dataclass(frozen=True)
class Correspondence:
    """Principal coordinates of ``rows`` (I, F) and ``columns`` (J, F), axes by falling inertia.

    ``inertia`` (F,) sums to ``total`` = chi squared / n over all axes; ``share`` (F,) is each axis' part of it.
    ``row_mass`` (I,) and ``column_mass`` (J,) sum to 1; a column without mass has nan coordinates.
    ``row_quality`` (I,) is the part of a row's distance from the centre that the first two axes show, 0..1.
    """

    rows: Array
    columns: Array
    inertia: Array
    total: float
    row_mass: Array
    column_mass: Array

    @property
    def share(self) -> Array:
        """Part of all inertia by axis."""
        return self.inertia / self.total

    @property
    def row_quality(self) -> Array:
        """Part of each row's squared distance from the centre that lies in the first two axes."""
        square = self.rows**2
        whole = square.sum(axis=1)
        return np.divide(square[:, :2].sum(axis=1), whole, out=np.ones_like(whole), where=whole > LEAST)

    def place(self, row: ArrayLike) -> Array:
        """Principal coordinates (F,) of a supplementary row (J,): it is placed without moving the others.

        f = sum over j of (r_j / r.) g_j / sqrt(inertia), g the principal coordinates of the columns.
        """
        given = shaped("The row", row, (self.column_mass.size,), low=0)
        counted = self.column_mass > LEAST
        total = given[counted].sum()
        if total <= 0:
            raise _empty()
        return np.asarray((given[counted] / total) @ (self.columns[counted] / np.sqrt(self.inertia)))


def correspondence(table: ArrayLike) -> Correspondence:
    """Correspondence analysis of a table (I, J) of amounts of zero or more, by the SVD of standardised residuals.

    P = N / n, S = D_r^(-1/2) (P - r c') D_c^(-1/2) = U s V', rows = D_r^(-1/2) U s, columns = D_c^(-1/2) V s,
    inertia = s^2. Axes without inertia are left out; the sign of an axis is fixed so that its longest column points up.

    Raises CannotEstimate: ``shape_does_not_fit``, ``out_of_range``, ``nothing_to_map`` for an empty row or table, or
    one whose rows are all alike.
    """
    counts = shaped("The table", table, (None, None), low=0)
    placed = _decomposed(counts[None])
    inertia = placed.inertia[0]
    kept = inertia > LEAST
    if not kept.any():
        raise CannotEstimate(
            "nothing_to_map", "All offers are alike, so that there is nothing to map.", "Rate them apart first."
        )
    rows, columns = placed.rows[0][:, kept], placed.columns[0][:, kept]
    longest = np.nanargmax(np.abs(columns), axis=0)
    sign = np.where(columns[longest, np.arange(columns.shape[1])] < 0, -1.0, 1.0)
    return Correspondence(
        rows * sign, columns * sign, inertia[kept], float(inertia.sum()), placed.row_mass[0], placed.column_mass[0]
    )


@dataclass(frozen=True)
class _Placed:
    """Many tables at once: each array has the worlds as its first axis."""

    rows: Array
    columns: Array
    inertia: Array
    row_mass: Array
    column_mass: Array


def _empty() -> CannotEstimate:
    return CannotEstimate("nothing_to_map", "An offer has nothing but zeros.", "Rate it on at least one criterion.")


def _decomposed(tables: Array) -> _Placed:
    row_total, column_total = tables.sum(axis=2), tables.sum(axis=1)
    if np.any(row_total <= 0):
        raise _empty()
    total = row_total.sum(axis=1)
    share = tables / total[:, None, None]
    r, c = row_total / total[:, None], column_total / total[:, None]
    present = c > LEAST
    root = np.sqrt(np.where(present, c, 1.0))
    residual = (share - r[:, :, None] * c[:, None, :]) / np.sqrt(r)[:, :, None] / root[:, None, :]
    left, singular, right = np.linalg.svd(residual, full_matrices=False)
    rows = left * singular[:, None, :] / np.sqrt(r)[:, :, None]
    columns = np.swapaxes(right, 1, 2) * singular[:, None, :] / root[:, :, None]
    columns = np.where(present[:, :, None], columns, np.nan)
    return _Placed(rows, columns, singular**2, r, c)


def doubled(ratings: ArrayLike, weights: ArrayLike) -> Array:
    """Both ends of each criterion as columns: w_k v and w_k (1 - v), shape (..., J, 2K), first all high ends.

    Ratings are no counts: with one column each, an offer weak on everything would look like one strong on everything.
    Doubled, all offers weigh the same and each criterion as much as its weight; weight 0 leaves no trace.
    ``ratings`` (..., J, K) in 0..1, ``weights`` (..., K).
    """
    value, share = np.asarray(ratings, dtype=float), np.asarray(weights, dtype=float)[..., None, :]
    return np.concatenate([share * value, share * (1 - value)], axis=-1)


@dataclass(frozen=True)
class MapDraws:
    """A reference map and the same offers in D worlds turned onto it: ``rows`` (D, I, 2), ``columns`` (D, J, 2).

    ``share`` (D, 2): part of the inertia on the first two axes of each world's own map.
    """

    reference: Correspondence
    rows: Array
    columns: Array
    share: Array


def map_draws(tables: ArrayLike, reference: ArrayLike) -> MapDraws:
    """Map D tables (D, I, J) and turn each map onto that of the ``reference`` table (I, J).

    Axes have no natural sign or order, so that worlds can only be laid over each other after an orthogonal Procrustes
    rotation Q = argmin |X_d Q - X|, found from the rows in all axes: X_d' X = U s V', Q = U V'. No scaling.
    Errors as ``correspondence``.
    """
    given = shaped("The tables", tables, (None, None, None), low=0)
    base = correspondence(reference)
    placed = _decomposed(given)
    axes = min(base.rows.shape[1], MOST_AXES)
    target = np.zeros((base.rows.shape[0], placed.rows.shape[2]))
    width = min(base.rows.shape[1], target.shape[1])
    target[:, :width] = base.rows[:, :width]
    left, _singular, right = np.linalg.svd(np.swapaxes(placed.rows, 1, 2) @ target)
    turn = left @ right
    rows, columns = placed.rows @ turn, placed.columns @ turn
    total = placed.inertia.sum(axis=1, keepdims=True)
    share = np.divide(placed.inertia, total, out=np.zeros_like(placed.inertia), where=total > 0)
    return MapDraws(base, _two(rows, axes), _two(columns, axes), _two(share, axes))


def _two(values: Array, axes: int) -> Array:
    """The first two along the last axis; a map of one axis gets a second of zeros."""
    kept = values[..., :axes]
    return kept if axes == MOST_AXES else np.concatenate([kept, np.zeros_like(kept)], axis=-1)


@dataclass(frozen=True)
class Ellipse:
    """The smallest-looking region of a point: ``centre`` (2,), half axes ``radii`` (2,) longest first, and ``angle`` of
    the long one in radians from the first axis."""

    centre: Array
    radii: Array
    angle: float

    def outline(self, points: int = 48) -> Array:
        """Points around it, closed, shape (points + 1, 2)."""
        turn = np.linspace(0, 2 * np.pi, points + 1)
        x, y = self.radii[0] * np.cos(turn), self.radii[1] * np.sin(turn)
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        return np.asarray(self.centre + np.column_stack([x * cosine - y * sine, x * sine + y * cosine]))


def ellipse(points: ArrayLike, level: float = LEVEL) -> Ellipse:
    """The ellipse around draws (D, 2) that holds ``level`` of them: mean and covariance, scaled by the quantile of the
    draws' own Mahalanobis distance, so that it holds its share without a normal being assumed.

    Raises CannotEstimate (``shape_does_not_fit``, ``not_finite``).
    """
    drawn = shaped("The points", points, (None, MOST_AXES))
    centre = drawn.mean(axis=0)
    away = drawn - centre
    covariance = away.T @ away / max(1, len(drawn))
    variance, axes = np.linalg.eigh(covariance)
    sd = np.sqrt(np.maximum(variance, 0.0))
    usable = sd > LEAST
    standard = (away @ axes)[:, usable] / sd[usable]
    radius = float(np.sqrt(np.quantile((standard**2).sum(axis=1), level))) if usable.any() else 0.0
    return Ellipse(centre, radius * sd[::-1], float(np.arctan2(axes[1, 1], axes[0, 1])))
