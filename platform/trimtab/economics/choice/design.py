"""Efficient choice designs: which offers to show together, so that the answers tell the part-worths apart.

Notation: V versions of the questionnaire, T tasks in each, J offers in a task ("none" not counted), A attributes, L
levels of one, K coefficients, R draws of the prior. Effects coding, the first level being the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.choice.design_balance import DesignReport, Errors, arranged, reported
from trimtab.economics.choice.design_plan import DesignAttribute, DesignPlan
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

__all__ = ["Design", "DesignAttribute", "DesignPlan", "d_error", "efficient_design", "information"]

PASSES = 20
RIDGE = 1e-6
BETTER = 1e-9
REPEATS_MAY_COST = 1.01

Levels = NDArray[np.intp]


@dataclass(frozen=True)
class Design:
    """``levels`` (V, T, J, A): the place of the level of each attribute; ``report`` says how good the design is."""

    plan: DesignPlan
    levels: Levels
    report: DesignReport
    prior: Array

    def rows(self) -> Iterator[tuple[int, int, int, dict[str, str]]]:
        """Version, task and place, counted from 1, with the offer as {attribute: level}, which is empty for none."""
        for version, tasks in enumerate(self.levels, start=1):
            for task, offers in enumerate(tasks, start=1):
                for place, offer in enumerate(offers, start=1):
                    yield version, task, place, self.plan.offer(offer)
                if self.plan.none:
                    yield version, task, len(offers) + 1, {}

    def standard_errors(self, respondents: int) -> Array:
        """The standard errors (K,) to expect of a logit of ``respondents`` people, spread evenly over the versions.

        The root of the diagonal of the inverse information, times V / respondents; at the first draw of the prior.
        Numbers that enter linearly are in units of half their range.
        """
        once = information(self.plan, self.levels.reshape(-1, *self.levels.shape[2:]), self.prior[:1])[0]
        return np.sqrt(np.diag(np.linalg.inv(once)) * self.plan.versions / respondents)


def efficient_design(
    plan: DesignPlan,
    *,
    rng: np.random.Generator,
    prior: ArrayLike | None = None,
    starts: int = 5,
    on_progress: Callable[[int, int], None] | None = None,
) -> Design:
    """The design of the least D-error that coordinate exchange finds from ``starts`` random starts.

    D-error = mean_r det(I(beta_r))^(-1/K), I(beta) = sum over tasks of X'(diag(p) - p p')X with p the logit of X
    beta. From a random design, each level of each offer is exchanged for the one that lowers the D-error most, task
    by task, until none does. ``prior`` (K,) or draws (R, K) are part-worths in the order of ``plan.names``, all 0
    where none are given (which suits when nothing is known); draws give a Bayesian design. No offer stands twice in
    a task, and no prohibited pair of levels occurs; a task that shows what another shows is changed where that costs
    at most one per cent. Versions then get like counts of each level, and so do the places of the offers. Raises
    CannotEstimate for a plan that cannot be carried out (see ``DesignPlan.check``), and ``design_not_identified``
    where prohibited pairs leave some part-worths inseparable.

    Source: Huber & Zwerina 1996, J. Marketing Research 33:307-317; Kessels, Goos & Vandebroek 2006, J. Marketing
    Research 43:409-419; Meyer & Nachtsheim 1995, Technometrics 37:60-69; Sandor & Wedel 2001, J. Marketing Research
    38:430-444.

    >>> plan = DesignPlan((DesignAttribute("speed", ("slow", "fast")), DesignAttribute("price", ("10", "20"))), 2, 4)
    >>> design = efficient_design(plan, rng=np.random.default_rng(1), starts=2)
    >>> round(design.report.bound_efficiency, 3), design.report.balance
    (1.0, {'speed': 1.0, 'price': 1.0})
    """
    plan.check()
    beliefs = _prior(plan, prior)
    search = _Search(plan, beliefs, rng, on_progress, starts)
    found = [search.run(number) for number in range(starts)]
    best = search.without_repeats(min(found, key=lambda run: run.d_error))
    if not np.isfinite(best.d_error) or best.d_error > 1e5:
        raise CannotEstimate(
            "design_not_identified",
            "With these prohibited pairs and tasks some part-worths cannot be told apart.",
            "Prohibit fewer pairs, or ask more tasks.",
        )
    levels = arranged(plan, best.levels, rng)
    zero = d_error(plan, best.levels, np.zeros((1, plan.coefficients)))
    report = reported(plan, levels, _told(found, best, zero))
    return Design(plan, levels, report, beliefs)


def _told(found: list[_Run], best: _Run, at_zero: float) -> Errors:
    starts = [run.start_error for run in found if np.isfinite(run.start_error)]
    random = float(np.mean(starts)) if starts else np.inf
    return Errors(best.d_error, best.start_error, random, tuple(run.d_error for run in found), at_zero)


def information(plan: DesignPlan, tasks: Levels, prior: Array) -> Array:
    """The information of ``tasks`` (T, J, A) under each draw of ``prior`` (R, K), shape (R, K, K)."""
    return _information(plan, tasks, prior).sum(axis=0)


def d_error(plan: DesignPlan, tasks: Levels, prior: Array) -> float:
    """mean_r det(I(beta_r))^(-1/K) of ``tasks`` (T, J, A); infinite where a part-worth is not identified."""
    return float(_errors(np.linalg.slogdet(information(plan, tasks, prior)), plan.coefficients))


def _information(plan: DesignPlan, tasks: Levels, prior: Array) -> Array:
    """The information of each task, (T, R, K, K)."""
    X = plan.coded(tasks)
    utility = np.einsum("tjk,rk->trj", X, prior)
    odds = np.exp(utility - utility.max(axis=-1, keepdims=True))
    chance = odds / odds.sum(axis=-1, keepdims=True)
    mean = np.einsum("trj,tjk->trk", chance, X)
    away = X[:, None] - mean[:, :, None, :]
    return np.swapaxes(away * chance[..., None], -1, -2) @ away


def _errors(determinants: tuple[Array, Array], coefficients: int) -> Array:
    """The D-error from sign and log determinant (..., R): mean over the draws."""
    sign, log = determinants
    return np.where(sign > 0, np.exp(-np.minimum(np.maximum(log, -700), 700) / coefficients), np.inf).mean(axis=-1)


def _prior(plan: DesignPlan, prior: ArrayLike | None) -> Array:
    size = plan.coefficients
    if prior is None:
        return np.zeros((1, size))
    given = shaped("The prior part-worths", prior, (size,), (None, size), remedy="Give one number for each column.")
    return plan.scaled_prior(np.atleast_2d(given))


@dataclass(frozen=True)
class _Run:
    levels: Levels
    d_error: float
    start_error: float


@dataclass
class _Search:
    plan: DesignPlan
    prior: Array
    rng: np.random.Generator
    on_progress: Callable[[int, int], None] | None
    starts: int

    def run(self, number: int) -> _Run:
        """One random start, improved until no exchange helps."""
        plan = self.plan
        tasks = plan.random_tasks(self.rng)
        start = d_error(plan, tasks, self.prior)
        each = _information(plan, tasks, self.prior)
        for done in range(PASSES):
            changed = 0
            whole = each.sum(axis=0) + RIDGE * np.eye(plan.coefficients)
            for task in range(len(tasks)):
                whole, steps = self._improved(tasks, each, whole, task)
                changed += steps
                if self.on_progress:
                    self.on_progress(
                        (number * PASSES + done) * len(tasks) + task + 1, self.starts * PASSES * len(tasks)
                    )
            if not changed:
                break
        return _Run(tasks, d_error(plan, tasks, self.prior), start)

    def without_repeats(self, run: _Run) -> _Run:
        """The same design with repeated tasks changed in one level each, while all that costs next to nothing."""
        tasks, most = run.levels.copy(), min(run.d_error * REPEATS_MAY_COST, run.start_error)
        each = _information(self.plan, tasks, self.prior)
        seen: set[bytes] = set()
        for task, offers in enumerate(tasks):
            if _offers_of(offers) in seen:
                trials = self.plan.exchanges(offers)
                fresh = np.array([_offers_of(trial) not in seen for trial in trials], dtype=bool)
                new = _information(self.plan, trials[fresh], self.prior)
                whole = each.sum(axis=0) - each[task] + new
                errors = _errors(np.linalg.slogdet(whole), self.plan.coefficients)
                if len(errors) and errors.min() <= most:
                    tasks[task], each[task] = trials[fresh][errors.argmin()], new[errors.argmin()]
            seen.add(_offers_of(tasks[task]))
        return _Run(tasks, d_error(self.plan, tasks, self.prior), run.start_error)

    def _improved(self, tasks: Levels, each: Array, whole: Array, task: int) -> tuple[Array, int]:
        """Exchange levels of one task while that lowers the D-error; changes ``tasks`` and ``each`` in place."""
        size = self.plan.coefficients
        steps, now = 0, _errors(np.linalg.slogdet(whole), size)
        while True:
            trials = self.plan.exchanges(tasks[task])
            if not len(trials):
                return whole, steps
            new = _information(self.plan, trials, self.prior)
            errors = _errors(np.linalg.slogdet(whole - each[task] + new), size)
            best = int(errors.argmin())
            if errors[best] >= now * (1 - BETTER):
                return whole, steps
            whole = whole - each[task] + new[best]
            tasks[task], each[task], now = trials[best], new[best], errors[best]
            steps += 1


def _offers_of(task: Levels) -> bytes:
    """What a task shows, whatever the order of its offers."""
    return task[np.lexsort(task.T)].tobytes()
