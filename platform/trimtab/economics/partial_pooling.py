"""Partial pooling: estimates of several groups, each drawn towards their common mean as far as the groups look alike.

    y_g ~ N(theta_g, se_g^2),   theta_g = mu + band effect + own effect,   own ~ N(0, tau^2),   band ~ N(0, omega^2)

tau and omega, the spreads between groups, are not known: each has a half-normal prior and is integrated over a grid, mu
is flat. A group without an estimate of its own (``standard_error`` infinite) has the common mean and its full spread.

Notation: G groups, D worlds. Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

CELLS = 16
FURTHEST = 3.0


@dataclass(frozen=True)
class Pooled:
    """``draws`` (D, G) of the groups, ``mean`` (D,) of what is common, ``spread`` (D,) between groups (tau)."""

    draws: Array
    mean: Array
    spread: Array


def pool(
    estimate: ArrayLike,
    standard_error: ArrayLike,
    rng: np.random.Generator,
    *,
    scale: float,
    worlds: int = 2000,
    bands: ArrayLike | None = None,
    band_scale: float = 0.0,
) -> Pooled:
    """Draws of each group's value given all groups.

    ``estimate`` and ``standard_error`` (G,) in one unit; ``scale`` > 0 is the half-normal prior's sd of tau, likewise
    ``band_scale`` of omega; ``bands`` (G,) says which groups share a band. With one group the draws are its own normal
    ones. Raises CannotEstimate('no_groups') where no group has an estimate.
    """
    value, error = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (estimate, standard_error))
    seen = np.isfinite(value) & np.isfinite(error) & (error > 0)
    if not seen.any():
        raise CannotEstimate("no_groups", "No group has an estimate of its own.", "Bring more rows.")
    band = np.zeros(value.size, dtype=int) if bands is None else np.unique(bands, return_inverse=True)[1].reshape(-1)
    together = (band[:, None] == band[None, :]).astype(float)
    own, shared = _grid(scale, value.size), _grid(band_scale, band.max() + 1)
    points = [(tau, omega) for tau in own for omega in shared]
    own_part = np.eye(value.size)
    models = [_Kriged.of(value, error, seen, tau**2 * own_part + omega**2 * together) for tau, omega in points]
    prior = [
        -(tau**2 / (2 * scale**2) if tau else 0.0) - (omega**2 / (2 * band_scale**2) if omega else 0.0)
        for tau, omega in points
    ]
    weight = np.array([model.log_evidence for model in models]) + np.array(prior)
    weight = np.where(np.isfinite(weight), weight, -np.inf)
    weight = np.exp(weight - weight.max())
    chosen = np.sort(rng.choice(len(points), size=worlds, p=weight / weight.sum()))
    draws, mean = np.empty((worlds, value.size)), np.empty(worlds)
    for place in np.unique(chosen):
        rows = chosen == place
        draws[rows], mean[rows] = models[place].sample(int(rows.sum()), rng)
    mixed = rng.permutation(worlds)
    return Pooled(draws[mixed], mean[mixed], np.array([points[place][0] for place in chosen])[mixed])


def _grid(scale: float, groups: int) -> Array:
    """Spreads to consider: middles of equal cells up to three prior sds; none where there is nothing to spread."""
    if groups < 2 or scale <= 0:
        return np.zeros(1)
    return np.asarray((np.arange(CELLS) + 0.5) * FURTHEST * scale / CELLS)


@dataclass(frozen=True)
class _Kriged:
    """The groups given the spreads: theta | mu, y ~ N(mu + gain (y - mu), cov), mu ~ N(centre, 1 / precision)."""

    log_evidence: float
    centre: float
    precision: float
    gain: Array
    value: Array
    root: Array

    @classmethod
    def of(cls, value: Array, error: Array, seen: NDArray[np.bool_], between: Array) -> _Kriged:
        y = value[seen]
        total = between[np.ix_(seen, seen)] + np.diag(error[seen] ** 2)
        inverse = np.linalg.inv(total)
        precision = float(inverse.sum())
        centre = float(inverse.sum(axis=0) @ y) / precision
        gain = between[:, seen] @ inverse
        cov = between - gain @ between[seen]
        values, vectors = np.linalg.eigh((cov + cov.T) / 2)
        miss = y - centre
        evidence = -0.5 * (np.linalg.slogdet(total)[1] + np.log(precision) + miss @ inverse @ miss)
        return cls(float(evidence), centre, precision, gain, y, vectors * np.sqrt(np.maximum(values, 0.0)))

    def sample(self, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
        mean = self.centre + rng.standard_normal(count) / np.sqrt(self.precision)
        around = (self.value - mean[:, None]) @ self.gain.T
        return mean[:, None] + around + rng.standard_normal((count, self.root.shape[1])) @ self.root.T, mean
