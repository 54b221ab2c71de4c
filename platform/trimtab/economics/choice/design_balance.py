"""How even a choice design is: levels, overlap, places, versions; and how near to the best that could be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from trimtab.economics.choice.design_plan import DesignAttribute, DesignPlan
from trimtab.economics.draws import Array

SWEEPS = 5

Levels = NDArray[np.intp]


@dataclass(frozen=True)
class DesignReport:
    """How good a design is.

    ``d_error`` of the design, ``start_error`` of the random design that it grew from, ``random_error`` the mean over
    all random starts, ``found_errors`` of each start's result (near one another = the search has come to rest).
    ``bound_efficiency`` in 0..1: the D-error that an orthogonal, balanced design with the least overlap would have
    at part-worths of 0, over this one's there; such a design need not exist, so 1 may be out of reach. By attribute:
    ``level_counts``; ``balance`` = the rarest level's count over the commonest's; ``overlap`` = the share of pairs
    of offers of a task with the same level, ``least_overlap`` the smallest that the number of levels permits.
    ``repeated_tasks`` are tasks that show the same offers as an earlier one.
    """

    d_error: float
    start_error: float
    random_error: float
    found_errors: tuple[float, ...]
    bound_efficiency: float
    level_counts: Mapping[str, Mapping[str, int]]
    balance: Mapping[str, float]
    overlap: Mapping[str, float]
    least_overlap: Mapping[str, float]
    repeated_tasks: int

    @property
    def gain(self) -> float:
        """How many times as many answers random tasks would need for the same precision: random over own D-error."""
        return self.random_error / self.d_error


def arranged(plan: DesignPlan, tasks: Levels, rng: np.random.Generator) -> Levels:
    """Tasks (V * T, J, A) dealt to versions with like counts of each level, and offers to places alike: (V, T, J, A).

    Neither changes the information of the whole.
    """
    placed = _even_places(plan, tasks, rng)
    counts = np.concatenate([np.eye(size)[tasks[..., a]].sum(axis=1) for a, size in enumerate(plan.sizes)], axis=1)
    version = _even_versions(counts, plan.versions, rng)
    order = np.lexsort((rng.random(len(tasks)), version))
    return placed[order].reshape(plan.versions, plan.tasks, *tasks.shape[1:])


def _even_versions(counts: Array, versions: int, rng: np.random.Generator) -> Levels:
    """The version of each task, by swapping pairs of tasks while that evens the counts (n, levels) of the versions."""
    version = rng.permutation(np.repeat(np.arange(versions), len(counts) // versions))
    totals = np.stack([counts[version == v].sum(axis=0) for v in range(versions)])
    for _ in range(SWEEPS if versions > 1 else 0):
        swaps = 0
        for task in range(len(counts)):
            gain = counts - counts[task]
            change = 2 * np.sum(gain * (totals[version[task]] - totals[version]), axis=1) + 2 * np.sum(gain**2, axis=1)
            other = int(np.where(version == version[task], 0.0, change).argmin())
            if change[other] < -1e-9 and version[other] != version[task]:
                totals[version[task]] += gain[other]
                totals[version[other]] -= gain[other]
                version[task], version[other] = version[other], version[task]
                swaps += 1
        if not swaps:
            break
    return version


def _even_places(plan: DesignPlan, tasks: Levels, rng: np.random.Generator) -> Levels:
    """The offers of each task in an order that lets each level stand in each place alike often."""
    placed = np.stack([task[rng.permutation(len(task))] for task in tasks])
    places, attributes = np.arange(plan.alternatives)[:, None], np.arange(len(plan.sizes))
    seen = np.zeros((plan.alternatives, len(plan.sizes), int(plan.sizes.max())))
    for task in placed:
        seen[places, attributes, task] += 1
    for _ in range(SWEEPS):
        for task in placed:
            seen[places, attributes, task] -= 1
            cost = seen[places[:, None], attributes, task[None]].sum(axis=-1)
            task[:] = task[linear_sum_assignment(cost)[1]]
            seen[places, attributes, task] += 1
    return placed


@dataclass(frozen=True)
class Errors:
    """The D-errors of a search, as ``DesignReport`` names them, and the design's own at part-worths of 0."""

    own: float
    start: float
    random: float
    found: tuple[float, ...]
    at_zero: float


def reported(plan: DesignPlan, levels: Levels, errors: Errors) -> DesignReport:
    """The report of a design (V, T, J, A)."""
    tasks = levels.reshape(-1, *levels.shape[2:])
    counts = {
        attribute.name: dict(
            zip(attribute.levels, np.bincount(tasks[..., a].ravel(), minlength=plan.sizes[a]).tolist(), strict=True)
        )
        for a, attribute in enumerate(plan.attributes)
    }
    shown = np.sort(np.ravel_multi_index(tuple(np.moveaxis(tasks, -1, 0)), tuple(plan.sizes)), axis=1)
    return DesignReport(
        d_error=errors.own,
        start_error=errors.start,
        random_error=errors.random,
        found_errors=errors.found,
        bound_efficiency=min(1.0, orthogonal_bound(plan) / errors.at_zero),
        level_counts=counts,
        balance={name: min(own.values()) / max(own.values()) for name, own in counts.items()},
        overlap={attribute.name: _overlap(tasks[..., a]) for a, attribute in enumerate(plan.attributes)},
        least_overlap={a.name: _least_overlap(len(a.levels), plan.alternatives) for a in plan.attributes},
        repeated_tasks=len(shown) - len(np.unique(shown, axis=0)),
    )


def _overlap(levels: Levels) -> float:
    """The share of pairs of offers with the same level, over tasks (T, J)."""
    offers = levels.shape[1]
    if offers < 2:
        return 0.0
    same = (levels[:, :, None] == levels[:, None, :]).sum() - levels.size
    return float(same / (len(levels) * offers * (offers - 1)))


def _least_overlap(levels: int, offers: int) -> float:
    if offers < 2:
        return 0.0
    even = _even_counts(levels, offers)
    return float((even * (even - 1)).sum() / (offers * (offers - 1)))


def _even_counts(levels: int, offers: int) -> Array:
    return np.full(levels, offers // levels, dtype=float) + (np.arange(levels) < offers % levels)


def orthogonal_bound(plan: DesignPlan) -> float:
    """A D-error at part-worths of 0 below which no design of this plan can come.

    The determinant of the information is at most the product of those of its diagonal blocks (Hadamard, Fischer),
    and the block of an attribute at most that of equal eigenvalues, whose sum is greatest where a task shows its
    levels alike often.
    """
    shown = plan.alternatives + plan.none
    log = sum(_block_bound(attribute, plan.alternatives, shown) for attribute in plan.attributes)
    if plan.none:
        log += np.log(plan.alternatives / shown**2)
    count = plan.tasks * plan.versions
    return float(np.exp(-(log / plan.coefficients + np.log(count))))


def _block_bound(attribute: DesignAttribute, offers: int, shown: int) -> float:
    """The greatest log determinant of one attribute's information in a task of ``offers``, of ``shown`` with none."""
    if attribute.linear:
        return float(np.log(offers / shown - ((offers % 2) / shown) ** 2))
    size = len(attribute.levels)
    even = _even_counts(size, offers)
    trace = offers * (size - 1) / shown - (size * (even**2).sum() - offers**2) / shown**2
    # Orthonormal contrasts, from which the effects coding follows by a change of basis.
    basis = np.linalg.svd(np.eye(size) - 1 / size)[0][:, : size - 1] * np.sqrt(size)
    change = np.linalg.slogdet(basis.T @ attribute.table() / size)[1]
    return float((size - 1) * np.log(trace / (size - 1)) + 2 * change)
