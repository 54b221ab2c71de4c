"""Would the churn projection have been right? Rolling origin over months of tenure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.economics.draws import LEVEL, Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import sbg
from trimtab.economics.retention.survival import LifeTable

FEWEST_AT_RISK = 30


@dataclass(frozen=True)
class BacktestScore:
    """One family: mean absolute error of the projected share kept (0..1), worst error, and coverage of its interval."""

    family: sbg.Family
    mean_absolute_error: float
    worst_error: float
    coverage: float
    comparisons: int


@dataclass(frozen=True)
class Backtest:
    """Scores by family, best first, over the same ``origins`` (months of tenure up to which each fit saw the data)."""

    scores: tuple[BacktestScore, ...]
    origins: tuple[int, ...]
    level: float

    @property
    def best(self) -> sbg.Family:
        """The family with the least mean absolute error."""
        return self.scores[0].family


def backtest(
    table: LifeTable,
    rng: np.random.Generator,
    *,
    families: tuple[sbg.Family, ...] = sbg.FAMILIES,
    origins: tuple[int, ...] | None = None,
    worlds: int = 400,
    level: float = LEVEL,
) -> Backtest:
    """Fit on the months up to each origin, project the later ones, compare with what was counted.

    Compared is the share of those with us at the origin o who are still with us at t > o, S(t) / S(o). The interval
    has parameter draws and binomial noise of the counts at risk. Later months count while at least 30 are at
    risk. Default origins: at most six, from a third of the table (at least 3 months, and one by which somebody has
    left) to two months before its end.
    The origin moves over tenure, not over the calendar: it tests the shape of the curve, not a change of the times.
    Raises CannotEstimate('backtest_too_short') for fewer than five usable months.
    """
    usable = int(np.argmin(np.append(table.at_risk >= FEWEST_AT_RISK, False)))
    chosen = origins or _origins(table, usable)
    if not chosen or min(chosen) < 2 or max(chosen) >= usable:
        message = "%(months)d months have at least 30 customers at risk; a backtest needs five."
        raise CannotEstimate("backtest_too_short", message, "Wait, or import older customers.", months=usable)
    seen = table.first(usable)
    scores = [_score(seen, family, chosen, rng, worlds, level) for family in families]
    return Backtest(tuple(sorted(scores, key=lambda score: score.mean_absolute_error)), tuple(chosen), level)


def fit_best(table: LifeTable, rng: np.random.Generator) -> tuple[sbg.ChurnFit, Backtest | None]:
    """The family that projects best, fitted to all months, and its backtest.

    Where the table is too short for a backtest: sbg, or geometric where churn is constant, and None.
    Raises CannotEstimate as ``sbg.fit``.
    """
    try:
        tested = backtest(table, rng)
    except CannotEstimate as reason:
        if reason.code != "backtest_too_short":
            raise
        return sbg.fit_or_mean(table), None
    return sbg.fit_or_mean(table, tested.best), tested


def _origins(table: LifeTable, usable: int) -> tuple[int, ...]:
    """From the first month by which somebody has left: before it there is nothing to fit."""
    ended = np.flatnonzero(table.churned[:usable])
    first = max(3, usable // 3, int(ended[0]) + 1 if ended.size else usable)
    if usable < 5 or first > usable - 2:
        return ()
    return tuple(int(month) for month in np.unique(np.linspace(first, usable - 2, 6).round()))


def _score(
    table: LifeTable,
    family: sbg.Family,
    origins: tuple[int, ...],
    rng: np.random.Generator,
    worlds: int,
    level: float,
) -> BacktestScore:
    errors, covered = [], []
    for origin in origins:
        error, inside = _project(table, family, origin, rng, worlds, level)
        errors.append(error)
        covered.append(inside)
    miss = np.concatenate(errors)
    return BacktestScore(
        family, float(miss.mean()), float(miss.max()), float(np.concatenate(covered).mean()), int(miss.size)
    )


def _project(
    table: LifeTable, family: sbg.Family, origin: int, rng: np.random.Generator, worlds: int, level: float
) -> tuple[Array, Array]:
    """Absolute error and whether the interval holds the observed share, each (months after the origin,)."""
    early = table.first(origin)
    fitted = sbg.fit_or_mean(early, family)
    kept = np.cumprod(1 - sbg.churn_probability(fitted.family, fitted.parameters[None], table.months)[0, origin:])
    observed = np.cumprod(1 - table.churn[origin:])
    draws = sbg.parameter_draws(fitted, early, worlds, rng)
    churn = sbg.churn_probability(fitted.family, draws, table.months)[:, origin:]
    at_risk = np.maximum(table.at_risk[origin:].round().astype(int), 1)
    paths = np.cumprod(1 - rng.binomial(at_risk, churn) / at_risk, axis=1)
    low, high = np.quantile(paths, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.abs(kept - observed), (low <= observed) & (observed <= high)
