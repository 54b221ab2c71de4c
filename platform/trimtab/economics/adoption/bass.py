"""Bass: how many adopt in each period when some come by themselves and others follow those who came before.

With m people who will ever adopt, p the coefficient of innovation and q that of imitation, both per period:

    F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t)            share that has adopted by t
    f(t) = ((p+q)^2 / p) e^-(p+q)t / (1 + (q/p) e^-(p+q)t)^2   its density
    peak at t* = log(q/p) / (p+q)

Two forms are in use and give different numbers: ``density`` sets the adopters of period t to m f(t), ``increment``
to m (F(t) - F(t - 1)). Both are fitted by nonlinear least squares, t = 1 being the first period of the product.
Before the peak is behind, m is not identified: the fit then refuses, and ``bass_prior`` forecasts from what
is known of other products.

Notation: n periods, D worlds, K times; parameters (m, p, q), shape (3,) or (D, 3).
Sources: Bass 1969, Management Science 15(5):215-227; Srinivasan & Mason 1986, Marketing Science 5(2):169-178
(nonlinear least squares, increment form); Van den Bulte & Lilien 1997, Marketing Science 16(4):338-353 (bias of m).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import leastsq
from scipy.stats import multivariate_t

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

Form = Literal["density", "increment"]
FORMS: tuple[Form, ...] = ("density", "increment")
NAMES = ("m", "p", "q")
FEWEST = 5
# Where the search looks before it climbs down: from weeks of a slow product to years of a fast one.
GRID = np.array([(p, q) for p in np.geomspace(1e-5, 0.6, 16) for q in np.geomspace(0.002, 2.0, 16)])
APART = 1.0
OPEN_LOG = 4.0
PROPOSALS = 20
# Beyond this standard error of log m, the market could as well be half or twice as large.
OPEN_MARKET = 0.35


@dataclass(frozen=True)
class BassFit:
    """``parameters`` (3,) in the order of NAMES, p and q per period, of n ``periods``; ``sigma`` sqrt(SSE / (n - 3)).

    ``spread`` (3, 3) is the covariance of their logs; ``peak`` the time of most adopters, ``sse`` in adopters squared.
    """

    form: Form
    parameters: Array
    sigma: float
    sse: float
    spread: Array
    periods: int
    starts: int
    agreeing: int

    @property
    def peak(self) -> float:
        """Time of the peak; below 0 where adopters fall from the first period on."""
        return float(peak_time(self.parameters))

    @property
    def just_past_peak(self) -> bool:
        """The peak lies in the last two periods: m is then usually estimated too low."""
        return self.peak > self.periods - 2

    @property
    def standard_errors(self) -> Array:
        """Of m, p and q by the delta method, (3,)."""
        return np.asarray(self.parameters * np.sqrt(np.diag(self.spread)))


@dataclass(frozen=True)
class BassDraws:
    """Posterior draws: ``parameters`` (D, 3) and ``sigma`` (D,), the scatter of a period around the curve."""

    parameters: Array
    sigma: Array
    form: Form


def curve(parameters: ArrayLike, t: ArrayLike, form: Form = "density") -> Array:
    """Expected adopters in the periods ending at ``t`` (K,) > 0: (K,) or (D, K).

    >>> np.round(curve([67981, 0.006594, 0.63809], [1, 7, 10]))
    array([  839., 11060.,  5107.])
    """
    return _expected(_columns(parameters), np.asarray(t, dtype=float), form)


def adopted(parameters: ArrayLike, t: ArrayLike) -> Array:
    """Adopters up to ``t`` (K,), m F(t): (K,) or (D, K), never above m."""
    m, p, q = _columns(parameters)
    return np.asarray(m * _share(p, q, np.asarray(t, dtype=float)))


def peak_time(parameters: ArrayLike) -> Array:
    """log(q / p) / (p + q), shape () or (D,)."""
    values = np.asarray(parameters, dtype=float)
    p, q = values[..., 1], values[..., 2]
    return np.asarray(np.log(q / p) / (p + q))


def series(adopters: ArrayLike) -> Array:
    """First-time adopters of consecutive periods from the first one on, checked, (n,).

    Raises CannotEstimate: nobody_adopted, adopters_missing, adopters_negative.
    """
    counts = np.atleast_1d(np.asarray(adopters, dtype=float))
    if counts.size == 0 or (np.all(np.isfinite(counts)) and not np.any(counts)):
        raise CannotEstimate("nobody_adopted", "There are no adopters yet.", "Import the adopters of each period.")
    if (period := _first(~np.isfinite(counts))) is not None:
        raise CannotEstimate(
            "adopters_missing",
            "Period %(period)d has no number.",
            "Fill in the gap; a period without adopters is 0.",
            period=period,
        )
    if (period := _first(counts < 0)) is not None:
        raise CannotEstimate(
            "adopters_negative",
            "Period %(period)d has adopters below zero.",
            "Give first purchases, not net changes.",
            period=period,
        )
    return counts


def fit(adopters: ArrayLike, form: Form = "density") -> BassFit:
    """Nonlinear least squares on the logs of m, p and q, from the two best of 256 cells of p and q.

    Raises CannotEstimate as ``series`` and: too_few_periods (fewer than five), inflection_not_reached (the peak of
    the fit lies after the last period, or the data leave m open by more than half), adopters_all_alike.

    >>> found = fit([840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890])
    >>> [round(float(value), digits) for value, digits in zip(found.parameters, (0, 6, 5))], round(found.sigma, 2)
    ([67981.0, 0.006594, 0.63809], 727.19)
    """
    counts = series(adopters)
    _refuse_shape(counts)
    found = [_least_squares(counts, start, form) for start in _starts(counts, form)]
    best = min(found, key=lambda pair: pair[1])
    parameters = np.exp(best[0])
    _refuse_open(counts, parameters)
    freedom = counts.size - 3
    spread = _spread(_jacobian(best[0], counts, form), best[1] / freedom)
    fitted = BassFit(
        form=form,
        parameters=parameters,
        sigma=float(np.sqrt(best[1] / freedom)),
        sse=float(best[1]),
        spread=spread,
        periods=int(counts.size),
        starts=len(found),
        agreeing=sum(bool(sse <= best[1] * (1 + 1e-6) + 1e-12) for _point, sse in found),
    )
    if not np.sqrt(spread[0, 0]) <= OPEN_MARKET:
        raise _not_reached(counts, float(peak_time(parameters)))
    return fitted


def parameter_draws(fitted: BassFit, adopters: ArrayLike, worlds: int, rng: np.random.Generator) -> BassDraws:
    """Posterior draws under independent normal errors of unknown size, flat in log m, log p, log q and log sigma.

    The density of the logs is SSE^(-n/2); proposed from a t around the fit, weighted by importance.
    Neighbouring periods of real series err alike, so real intervals should be wider than these.
    """
    counts = series(adopters)
    centre = np.log(fitted.parameters)
    freedom = max(counts.size - 3, 2)
    proposal = multivariate_t(centre, fitted.spread * 1.3, df=freedom, seed=rng, allow_singular=True)
    tried = np.asarray(proposal.rvs(worlds * PROPOSALS)).reshape(-1, 3)
    tried = tried[np.all((tried > -30) & (tried < 60), axis=1)]
    sse = squares(tried, counts, fitted.form)
    weight = -counts.size / 2 * np.log(sse) - np.asarray(proposal.logpdf(tried))
    weight = np.exp(weight - weight.max())
    chosen = rng.choice(len(tried), worlds, p=weight / weight.sum())
    sigma = np.sqrt(sse[chosen] / rng.chisquare(counts.size, worlds))
    return BassDraws(np.exp(tried[chosen]), sigma, fitted.form)


def forecast(draws: BassDraws, after: int, periods: int, rng: np.random.Generator) -> Array:
    """Adopters in each of the ``periods`` after period ``after``, (D, periods), >= 0, with the scatter of a period."""
    expected = curve(draws.parameters, after + np.arange(1, periods + 1), draws.form)
    return np.asarray(np.maximum(expected + draws.sigma[:, None] * rng.standard_normal(expected.shape), 0.0))


def squares(logs: Array, counts: Array, form: Form) -> Array:
    """Sum of squared errors at each row of ``logs`` (B, 3): (B,)."""
    expected = curve(np.exp(logs), np.arange(1, counts.size + 1), form)
    return np.asarray(np.maximum(np.sum((counts - expected) ** 2, axis=1), 1e-12))


def _first(wrong: NDArray[np.bool_]) -> int | None:
    """The number of the first period at fault."""
    return int(np.flatnonzero(wrong)[0]) + 1 if np.any(wrong) else None


def _refuse_shape(counts: Array) -> None:
    if counts.size < FEWEST:
        raise CannotEstimate(
            "too_few_periods",
            "%(periods)d periods are not enough for three parameters; %(needed)d are needed.",
            "Type how many could adopt at most, and forecast from other products until there are more.",
            periods=int(counts.size),
            needed=FEWEST,
        )
    if np.ptp(counts) == 0:
        raise CannotEstimate(
            "adopters_all_alike",
            "Every period has the same number of adopters: there is no curve.",
            "Check the import, or type how many could adopt and forecast from other products.",
        )


def _refuse_open(counts: Array, parameters: Array) -> None:
    peak = float(peak_time(parameters))
    if peak > counts.size or parameters[0] > 50 * counts.sum():
        raise _not_reached(counts, peak)


def _not_reached(counts: Array, peak: float) -> CannotEstimate:
    return CannotEstimate(
        "inflection_not_reached",
        "After %(periods)d periods the adopters have not turned down clearly, so the size of the market cannot be told "
        "from them: any large number fits.",
        "Type how many could adopt at most, and forecast from other products until the peak is behind.",
        periods=int(counts.size),
        peak=round(peak, 1),
    )


def _starts(counts: Array, form: Form) -> list[Array]:
    """Logs of (m, p, q) at the two best cells of a grid of p and q, apart from each other, each with its best m."""
    times = np.arange(1, counts.size + 1)
    shape = curve(np.column_stack([np.ones(len(GRID)), GRID]), times, form)
    along, size = shape @ counts, np.einsum("gn,gn->g", shape, shape)
    # m is linear in the curve: at a given p and q its least squares are along / size.
    m = np.maximum(along, 0) / np.maximum(size, 1e-300)
    order = np.argsort(-(np.maximum(along, 0) ** 2) / np.maximum(size, 1e-300))
    cells = np.log(np.column_stack([np.maximum(m, counts.max()), GRID]))[order]
    far = np.flatnonzero(np.max(np.abs(cells[:, 1:] - cells[0, 1:]), axis=1) > APART)
    return [cells[0], cells[far[0]]]


def _spread(slopes: Array, variance: float) -> Array:
    """Covariance of the logs, (3, 3); a direction that the data leaves open is taken to be known to a factor of e^4."""
    curvature, axes = np.linalg.eigh(slopes.T @ slopes / max(variance, 1e-300))
    return np.asarray((axes / np.maximum(curvature, 1 / OPEN_LOG**2)) @ axes.T)


def _least_squares(counts: Array, start: Array, form: Form) -> tuple[Array, float]:
    """MINPACK's Levenberg-Marquardt on the logs, with derivatives."""
    size, times = float(np.sqrt(np.mean(counts**2))), np.arange(1, counts.size + 1, dtype=float)

    def miss(logs: Array) -> Array:
        return np.asarray((_expected(np.exp(np.clip(logs, -40, 60)), times, form) - counts) / size)

    def slopes(logs: Array) -> Array:
        return _jacobian(np.clip(logs, -40, 60), counts, form) / size

    found, *_rest = leastsq(miss, start, Dfun=slopes, xtol=1e-12, ftol=1e-13, maxfev=400)
    logs = np.clip(found, -40, 60)
    return logs, float(np.sum(miss(logs) ** 2) * size**2)


def _jacobian(logs: Array, counts: Array, form: Form) -> Array:
    """Derivatives of the curve by log m, log p, log q at the periods of ``counts``, (n, 3)."""
    m, p, q = np.exp(logs)
    times = np.arange(1, counts.size + 1, dtype=float)
    value = _expected((m, p, q), times, form)
    if form == "increment":
        now, before = _share_slopes(p, q, times), _share_slopes(p, q, times - 1)
        by_p, by_q = m * (now[0] - before[0]), m * (now[1] - before[1])
    else:
        fading = np.exp(-(p + q) * times)
        below = 1 + q / p * fading
        both = 2 / (p + q) - times
        by_p = value * (both - 1 / p + 2 * fading * (q / p**2 + q / p * times) / below)
        by_q = value * (both - 2 * fading * (1 / p - q / p * times) / below)
    return np.column_stack([value, by_p * p, by_q * q])


def _expected(parameters: Sequence[Any] | Array, times: Array, form: Form) -> Array:
    m, p, q = parameters
    if form == "increment":
        return np.asarray(m * (_share(p, q, times) - _share(p, q, times - 1)))
    fading = np.exp(-(p + q) * times)
    return np.asarray(m * (p + q) ** 2 / p * fading / (1 + q / p * fading) ** 2)


def _share(p: ArrayLike, q: ArrayLike, t: Array) -> Array:
    innovation, imitation = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    fading = np.exp(-(innovation + imitation) * t)
    return np.asarray((1 - fading) / (1 + imitation / innovation * fading))


def _share_slopes(p: float, q: float, t: Array) -> tuple[Array, Array]:
    """Derivatives of F by p and q, each (K,)."""
    fading = np.exp(-(p + q) * t)
    below, gone = 1 + q / p * fading, 1 - fading
    by_p = fading * (t * below + gone * (q / p**2 + q / p * t)) / below**2
    by_q = fading * (t * below - gone * (1 / p - q / p * t)) / below**2
    return by_p, by_q


def _columns(parameters: ArrayLike) -> tuple[Array, Array, Array]:
    values = np.asarray(parameters, dtype=float)
    if values.shape[-1:] != (3,) or np.any(values <= 0):
        raise CannotEstimate("parameters_not_usable", "Bass has three parameters above 0.", "Give m, p and q.")
    return values[..., 0, None], values[..., 1, None], values[..., 2, None]
