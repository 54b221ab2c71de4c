"""Maximum likelihood and draws of parameters that are all above 0, on the scale of their logarithms.

What BG/NBD, Pareto/NBD and gamma-gamma have in common. Notation: q parameters, U rows of data, D worlds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.stats import multivariate_t

from trimtab.economics.draws import Array

LogLikelihood = Callable[[Array], float]
WithGradient = Callable[[Array], tuple[float, Array]]
# On these scales, time and money in units of their mean, no data that people have leads beyond.
WIDEST = 9.0
PRIOR_SPREAD = 2.0
# A direction that the data leaves open is proposed no wider than this.
OPEN_SPREAD = 2.0
FREEDOM = 7


@dataclass(frozen=True)
class Peak:
    """Where the likelihood is highest: ``point`` (q,) logs, its ``value``, ``curvature`` (q, q) = minus the Hessian.

    ``agreeing`` of ``starts`` came to it. ``at_edge`` (q,) marks parameters that ran off to 0 or infinity.
    """

    point: Array
    value: float
    curvature: Array
    starts: int
    agreeing: int
    at_edge: np.ndarray


def climb(likelihood: WithGradient, starts: Array, rough: WithGradient | None = None) -> Peak:
    """The highest point from several ``starts`` (S, q), by BFGS with the gradient and Newton steps at the end.

    ``rough`` is the same likelihood on a part of the data, to choose among the starts when there is much of it.
    """
    search = rough or likelihood
    found = [_search(search, start) for start in starts]
    best = max(found, key=lambda pair: pair[1])
    agreeing = sum(bool(best[1] - value < 1e-3 + 1e-6 * abs(best[1])) for _point, value in found)
    point, curvature, is_top = _newton(likelihood, best[0])
    if not is_top:
        point, curvature, _is_top = _newton(likelihood, _search(likelihood, point, steps=300)[0])
    return Peak(point, float(likelihood(point)[0]), curvature, len(starts), agreeing, np.abs(point) > WIDEST - 1)


def draws_around(likelihood: LogLikelihood, peak: Peak, worlds: int, rng: np.random.Generator, points: int) -> Array:
    """Posterior draws of the logs, (worlds, q), under independent normal(0, 2) priors of the logs.

    Proposed from a t with 7 degrees of freedom around the peak of the posterior and weighted by importance to it, with
    ``points`` proposals a world. With 0 the Laplace approximation itself: for so much data that it is exact.
    """
    precision = peak.curvature + np.eye(peak.point.size) / PRIOR_SPREAD**2
    centre = peak.point - np.linalg.solve(precision, peak.point / PRIOR_SPREAD**2)
    spread = _spread(precision)
    if points == 0:
        return np.clip(rng.multivariate_normal(centre, spread, worlds, method="eigh"), -WIDEST, WIDEST)
    proposal = multivariate_t(centre, spread, df=FREEDOM, seed=rng)
    tried = np.clip(np.asarray(proposal.rvs(worlds * points)).reshape(-1, centre.size), -WIDEST, WIDEST)
    value = np.array([likelihood(point) for point in tried]) - 0.5 * np.sum((tried / PRIOR_SPREAD) ** 2, axis=1)
    weight = value - np.asarray(proposal.logpdf(tried)).reshape(-1)
    weight = np.exp(weight - weight.max())
    # Systematic resampling: no more noise than the weights themselves bring.
    place = np.searchsorted(np.cumsum(weight) / weight.sum(), (np.arange(worlds) + rng.random()) / worlds)
    return np.asarray(tried[rng.permutation(np.minimum(place, len(tried) - 1))])


def dot(left: Array, right: Array) -> float:
    """Their scalar product, without the threads of linear algebra, which wait for each other on a busy machine."""
    return float(np.einsum("i,i->", left, right))


def _search(likelihood: WithGradient, start: Array, steps: int = 60) -> tuple[Array, float]:
    """BFGS in plain numpy: that of L-BFGS-B calls linear algebra whose threads wait for each other on a busy machine.

    Outside of WIDEST the likelihood goes on as at the edge, less a steep wall.
    """
    scale = max(abs(likelihood(start)[0]), 1.0)

    def loss(point: Array) -> tuple[float, Array]:
        inside = np.clip(point, -WIDEST, WIDEST)
        beyond = point - inside
        value, slope = likelihood(inside)
        slope = np.where(beyond == 0, slope, 0.0)
        return -value / scale + float(np.sum(beyond**2)), -slope / scale + 2 * beyond

    done = minimize(loss, start, jac=True, method="BFGS", options={"maxiter": steps, "gtol": 1e-5})
    point = np.clip(done.x, -WIDEST, WIDEST)
    return point, likelihood(point)[0]


def _newton(likelihood: WithGradient, point: Array, steps: int = 12) -> tuple[Array, Array, bool]:
    """The point after steps that climb, the curvature there, and whether a further step would lead nowhere."""
    value, slope = likelihood(point)
    curvature = _curvature(likelihood, point)
    move = _spread(curvature) @ slope
    for _step in range(steps):
        tried = np.clip(point + np.clip(move, -0.5, 0.5), -WIDEST, WIDEST)
        if np.max(np.abs(tried - point)) < 1e-7:
            break
        higher, steeper = likelihood(tried)
        if not higher > value:
            break
        point, value, slope = tried, higher, steeper
        move = _spread(curvature) @ slope
    curvature = _curvature(likelihood, point)
    # What is left to gain by the last step, in units of LL.
    return point, curvature, bool(abs(slope @ _spread(curvature) @ slope) < 1e-4)


def _curvature(likelihood: WithGradient, point: Array, step: float = 1e-4) -> Array:
    """Minus the second derivatives, (q, q), by central differences of the gradient."""
    sides = [(likelihood(point + shift)[1], likelihood(point - shift)[1]) for shift in np.eye(point.size) * step]
    second = np.array([(below - above) / (2 * step) for above, below in sides])
    return np.asarray((second + second.T) / 2)


def _spread(precision: Array) -> Array:
    """Inverse of the precision, kept positive definite and no wider than OPEN_SPREAD in any direction."""
    curve, axes = np.linalg.eigh(precision)
    return np.asarray((axes / np.maximum(curve, 1 / OPEN_SPREAD**2)) @ axes.T)
