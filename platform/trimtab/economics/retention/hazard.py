"""Who leaves in which month: the discrete-time hazard with covariates and a free shape over tenure.

    logit     log(p / (1 - p)) = a(t) + x b          exp(b): odds ratio of leaving in a month
    cloglog   log(-log(1 - p)) = a(t) + x b          exp(b): hazard ratio, the Cox model seen month by month

p is the chance to leave in month t of tenure of a customer who is still there. a(t) is one number for each band of
months ("bands": as narrow as ten endings each allow) or a natural cubic spline in log t ("spline"). A row is a stay or
a part of one, from ``entry`` to ``duration``, so a covariate that changes (a new satisfaction answer) begins a new row.
A month seen in part counts for that part, as in ``survival.life_table``: LL = sum y log p + (e - y) log(1 - p).

Notation: n rows, p coefficients, q numbers for tenure, T months, G customers.
Sources: Allison 1982, Sociological Methodology 13:61-98; Prentice & Gloeckler 1978, Biometrics 34:57-67; clustered
errors: Liang & Zeger 1986, Biometrika 73:13-22; spline: Harrell 2015, Regression Modeling Strategies, 2.4.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import CHUNK_CELLS, dense_index
from trimtab.economics.retention.covariates import Covariates, refuse_thin, separates
from trimtab.economics.retention.survival import ROUNDING_MONTHS, Tenures, check_tenures

Link = Literal["logit", "cloglog"]
Shape = Literal["bands", "spline"]
STEPS = 60
BAND_EVENTS = 10
KNOTS = (0.05, 0.35, 0.65, 0.95)
STEEPEST = 15.0


@dataclass(frozen=True)
class HazardFit:
    """Coefficients b (p,) in the units given, with the covariance clustered by customer (p, p); and a(t) (T,).

    ``free`` (p + q,) and ``covariance_free`` are on the standardised scale, from which worlds are drawn; ``basis``
    (T, q) turns the q tenure numbers into a(t). ``plain_covariance`` (p, p) takes the rows as independent.
    """

    link: Link
    names: tuple[str, ...]
    coefficients: Array
    covariance: Array
    plain_covariance: Array
    log_likelihood: float
    customers: int
    rows: int
    events: int
    iterations: int
    free: Array
    covariance_free: Array
    basis: Array
    centre: Array
    spread: Array

    @property
    def standard_errors(self) -> Array:
        return np.sqrt(np.diag(self.covariance))

    @property
    def months(self) -> int:
        return int(self.basis.shape[0])

    def draws(self, worlds: int, rng: np.random.Generator) -> Array:
        """b in ``worlds`` worlds, (worlds, p): normal with the clustered covariance."""
        return self._free_draws(worlds, rng)[:, : len(self.names)] / self.spread

    def leaving(self, x: ArrayLike, worlds: int, rng: np.random.Generator) -> Array:
        """Chance to leave in months 1..T of a customer with covariates ``x`` (p,), (worlds, T), each 0..1."""
        free = self._free_draws(worlds, rng)
        p = len(self.names)
        level = (np.asarray(x, dtype=float) - self.centre) / self.spread
        return _chance(self.link, free[:, p:] @ self.basis.T + (free[:, :p] @ level)[:, None])

    def _free_draws(self, worlds: int, rng: np.random.Generator) -> Array:
        return rng.multivariate_normal(self.free, self.covariance_free, worlds, method="cholesky")


def fit(
    covariates: Covariates,
    duration: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    customer: ArrayLike | None = None,
    link: Link = "logit",
    shape: Shape = "bands",
) -> HazardFit:
    """Maximum likelihood by Fisher scoring, errors clustered by ``customer``.

    ``duration``, ``entry`` (n,) months, ``event`` (n,) ended or not, ``customer`` (n,) labels (each row one's own by
    default). Raises CannotEstimate: as ``check_tenures`` and ``covariates.refuse_thin``; lengths_differ,
    covariate_separates (a coefficient without limit).

    >>> from trimtab.economics.retention import covariates
    >>> rng = np.random.default_rng(1)
    >>> pro = rng.random(4000) < 0.5
    >>> months = np.minimum(rng.geometric(np.where(pro, 0.05, 0.10)), 12)
    >>> ended = rng.random(4000) < 0.9
    >>> fitted = fit(covariates.code({"pro": pro}), months, ended)
    >>> bool(fitted.coefficients[0] < -0.5)
    True
    """
    data = check_tenures(duration, event, entry)
    if covariates.rows != data.duration.size:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per customer in each.")
    refuse_thin(covariates, data.event)
    groups = np.arange(data.duration.size) if customer is None else dense_index(customer, data.duration.size)
    months = _Months.of(data)
    basis = _basis(shape, months)
    problem = _Problem(covariates.standardised, basis, months, link)
    free, value, information, steps = problem.maximise(covariates.names)
    bread = np.asarray(np.linalg.inv(information), dtype=float)
    robust = _clustered(bread, problem.row_scores(free), groups)
    return _fitted(covariates, link, basis, free, value, bread, robust, data, groups, steps)


def _fitted(
    covariates: Covariates,
    link: Link,
    basis: Array,
    free: Array,
    value: float,
    bread: Array,
    robust: Array,
    data: Tenures,
    groups: NDArray[np.intp],
    steps: int,
) -> HazardFit:
    p = len(covariates.terms)
    spread = covariates.spread
    scale = np.outer(spread, spread)
    return HazardFit(
        link=link,
        names=covariates.names,
        coefficients=free[:p] / spread,
        covariance=robust[:p, :p] / scale,
        plain_covariance=bread[:p, :p] / scale,
        log_likelihood=value,
        customers=int(groups.max()) + 1,
        rows=covariates.rows,
        events=int(data.event.sum()),
        iterations=steps,
        free=free,
        covariance_free=robust,
        basis=basis,
        centre=covariates.centre,
        spread=spread,
    )


def split_at(
    covariates: Covariates, duration: ArrayLike, event: ArrayLike, month: float, *, entry: ArrayLike | None = None
) -> tuple[NDArray[np.intp], Tenures]:
    """Every row cut at a month of tenure, so that an effect may differ before and after it.

    Returns the row of each part, (m,), and the parts as tenures; those before the cut have ``duration`` <= month.
    """
    data = check_tenures(duration, event, entry)
    early = np.flatnonzero(data.entry < month)
    late = np.flatnonzero(data.duration > month)
    before = Tenures(
        np.minimum(data.duration[early], month),
        data.event[early] & (data.duration[early] <= month),
        data.entry[early],
    )
    after = Tenures(data.duration[late], data.event[late], np.maximum(data.entry[late], month))
    parts = [np.concatenate(pair) for pair in zip(vars(before).values(), vars(after).values(), strict=True)]
    return np.concatenate([early, late]), Tenures(*parts)


def _chance(link: Link, level: Array) -> Array:
    return np.asarray(expit(level)) if link == "logit" else -np.expm1(-np.exp(np.minimum(level, 30)))


@dataclass(frozen=True)
class _Months:
    """``stop`` and ``start`` (n,) in months, ``last`` (n,) the month of the ending or 0; T months."""

    start: Array
    stop: Array
    last: NDArray[np.int64]
    months: int

    @classmethod
    def of(cls, data: Tenures) -> _Months:
        whole = np.maximum(np.ceil(data.duration - ROUNDING_MONTHS), 1)
        stop = np.where(data.event, whole, data.duration)
        last = np.where(data.event, whole, 0).astype(np.int64)
        return cls(data.entry, stop, last, int(max(1, np.ceil(stop.max() - ROUNDING_MONTHS))))

    def chunks(self) -> list[slice]:
        step = max(1, CHUNK_CELLS // (4 * self.months))
        return [slice(low, low + step) for low in range(0, self.stop.size, step)]

    def seen(self, rows: slice) -> tuple[Array, Array]:
        """Exposure e and ending y of some rows by month, each (m, T)."""
        before = np.arange(self.months)
        exposure = np.clip(self.stop[rows, None] - before, 0, 1) - np.clip(self.start[rows, None] - before, 0, 1)
        ended = (self.last[rows, None] == before + 1).astype(float)
        return np.maximum(exposure, ended), ended


def _basis(shape: Shape, months: _Months) -> Array:
    endings = np.bincount(months.last[months.last > 0] - 1, minlength=months.months)
    if shape == "bands":
        return _bands(endings)
    return _spline(np.arange(1, months.months + 1), endings)


def _bands(endings: NDArray[np.int64]) -> Array:
    """0/1 columns for bands of months with at least ten endings each, (T, q)."""
    label = np.zeros(endings.size, dtype=int)
    band, held = 0, 0
    for month, count in enumerate(endings):
        label[month] = band
        held += count
        if held >= BAND_EVENTS:
            band, held = band + 1, 0
    # What is left open at the end has too few endings to stand alone.
    label[label == band] = max(band - 1, 0)
    return (label[:, None] == np.unique(label)).astype(float)


def _spline(tenure: NDArray[np.int64], endings: NDArray[np.int64]) -> Array:
    """Natural cubic spline in log t with knots at quantiles of the endings, (T, q); a line where knots coincide."""
    knots = np.unique(np.quantile(np.log(np.repeat(tenure, endings)), KNOTS))
    x = np.log(tenure)
    columns = [np.ones(x.size), x]
    if knots.size > 2:
        last, before = knots[-1], knots[-2]
        for knot in knots[:-2]:
            bend = _cube(x - knot) - _cube(x - before) * (last - knot) / (last - before)
            bend += _cube(x - last) * (before - knot) / (last - before)
            columns.append(bend / (last - knots[0]) ** 2)
    return np.stack(columns, axis=1)


def _cube(x: Array) -> Array:
    return np.maximum(x, 0) ** 3


@dataclass(frozen=True)
class _Problem:
    x: Array
    basis: Array
    months: _Months
    link: Link

    def maximise(self, names: tuple[str, ...]) -> tuple[Array, float, Array, int]:
        """Fisher scoring with halved steps: the maximum, LL there, the information, and the steps it took."""
        p = self.x.shape[1]
        free = np.zeros(p + self.basis.shape[1])
        free[p:] = np.linalg.lstsq(self.basis, np.full(self.basis.shape[0], self._mean_level()), rcond=None)[0]
        value, score, information = self.likelihood(free)
        taken = 0
        while taken < STEPS:
            taken += 1
            move = np.linalg.solve(information + 1e-9 * np.eye(free.size) * np.trace(information) / free.size, score)
            trial = self.likelihood(free + move)
            while trial[0] < value - 1e-9 and np.abs(move).max() > 1e-10:
                move = move / 2
                trial = self.likelihood(free + move)
            free, (value, score, information) = free + move, trial
            if np.abs(free[:p]).max(initial=0.0) > STEEPEST:
                raise separates(names[int(np.abs(free[:p]).argmax())])
            if np.abs(move).max() < 1e-9:
                break
        if np.linalg.cond(information) > 1e14:
            raise separates(names[int(np.abs(free[:p]).argmax())])
        return free, value, information, taken

    def _mean_level(self) -> float:
        exposure = np.maximum(self.months.stop - self.months.start, 0).sum()
        chance = np.clip(np.sum(self.months.last > 0) / max(exposure, 1.0), 1e-6, 0.5)
        return float(np.log(chance / (1 - chance)))

    def likelihood(self, free: Array) -> tuple[float, Array, Array]:
        """LL, its gradient (p + q,) and the expected information (p + q, p + q)."""
        p, size = self.x.shape[1], free.size
        value, score, information = 0.0, np.zeros(size), np.zeros((size, size))
        for rows in self.months.chunks():
            part, residual, weight = self._rows(free, rows)
            x = self.x[rows]
            value += part
            score[:p] += x.T @ residual.sum(axis=1)
            score[p:] += self.basis.T @ residual.sum(axis=0)
            information[:p, :p] += x.T @ (x * weight.sum(axis=1)[:, None])
            information[:p, p:] += (x.T @ weight) @ self.basis
            information[p:, p:] += self.basis.T @ (self.basis * weight.sum(axis=0)[:, None])
        information[p:, :p] = information[:p, p:].T
        return value, score, information

    def _rows(self, free: Array, rows: slice) -> tuple[float, Array, Array]:
        """LL of some rows, d LL / d level and the expected - d2 LL / d level2, each (m, T)."""
        p = self.x.shape[1]
        level = (self.x[rows] @ free[:p])[:, None] + self.basis @ free[p:]
        exposure, ended = self.months.seen(rows)
        if self.link == "logit":
            chance = expit(level)
            value = np.sum(ended * level - exposure * np.logaddexp(0, level))
            return float(value), ended - exposure * chance, exposure * chance * (1 - chance)
        rate = np.exp(np.minimum(level, 30))
        chance = np.maximum(-np.expm1(-rate), 1e-300)
        value = np.sum(ended * np.log(chance) - (exposure - ended) * rate)
        odds = rate * np.exp(-rate) / chance
        return float(value), ended * odds - (exposure - ended) * rate, exposure * rate * odds

    def row_scores(self, free: Array) -> Array:
        """The gradient of each row's own LL, (n, p + q)."""
        parts = []
        for rows in self.months.chunks():
            residual = self._rows(free, rows)[1]
            parts.append(np.column_stack([self.x[rows] * residual.sum(axis=1)[:, None], residual @ self.basis]))
        return np.concatenate(parts)


def _clustered(bread: Array, scores: Array, groups: NDArray[np.intp]) -> Array:
    """bread (sum over customers of s s') bread G / (G - 1), (p + q, p + q)."""
    count = int(groups.max()) + 1
    total = np.zeros((count, scores.shape[1]))
    np.add.at(total, groups, scores)
    return np.asarray(bread @ (total.T @ total) @ bread * count / max(count - 1, 1))
