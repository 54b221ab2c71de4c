"""Balanced designs of best-worst studies: which items to show together.

Notation: I items, k items in a task, T tasks in a version, V versions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

SWEEPS = 20
SPARE_TASKS = 400

Index = NDArray[np.intp]


@dataclass(frozen=True)
class MaxDiffReport:
    """How even a best-worst design is.

    ``item_counts`` (I,): how often each item is shown; ``pair_counts`` (I, I): how often two are shown together, 0
    on the diagonal; ``place_counts`` (I, k): how often an item stands in each place. ``pair_balance`` is the rarest
    pair's count over the commonest's, and ``pair_spread`` the standard deviation of the counts of pairs over their
    mean. ``per_person`` is how often each person sees each item, T k / I; three or more is advised. ``connected``
    says whether every two items can be compared, if only through others.
    """

    item_counts: Index
    pair_counts: Index
    place_counts: Index
    pair_balance: float
    pair_spread: float
    per_person: float
    connected: bool


@dataclass(frozen=True)
class MaxDiffDesign:
    """``shown`` (V, T, k): the item at each place of each task, by its place in ``items``."""

    items: tuple[str, ...]
    shown: Index
    report: MaxDiffReport


def balanced_design(
    items: tuple[str, ...],
    *,
    per_task: int,
    tasks: int,
    versions: int,
    rng: np.random.Generator,
    starts: int = 10,
    on_progress: Callable[[int, int], None] | None = None,
) -> MaxDiffDesign:
    """Tasks in which each item is shown alike often, each pair nearly alike often, each item in each place alike often.

    In each version the counts of two items differ by one at most. Items are swapped between tasks of a version while
    that lowers the sum of squared counts of pairs over all versions (and, at half weight, within the version); then
    the items of each task are ordered by an assignment that evens out places. The best of ``starts`` random starts
    is kept. No task shows an item twice. Raises CannotEstimate: ``item_twice``; ``items_too_few`` for fewer items
    than fit a task, fewer than three, or fewer than two in a task; ``items_not_all_shown`` where a version has too
    few places to show every item once.

    Source: Louviere, Flynn & Marley 2015, Best-Worst Scaling, chapter 2; Cohen & Orme 2004, Marketing Research
    16(2):32-37.

    >>> design = balanced_design(tuple("abcdefg"), per_task=3, tasks=7, versions=1, rng=np.random.default_rng(2))
    >>> set(design.report.item_counts.tolist()), design.report.per_person
    ({3}, 3.0)
    """
    check_plan(items, per_task, tasks, versions)

    def report(start: int, version: int) -> None:
        if on_progress:
            on_progress(start * versions + version, starts * versions)

    made = [_built(len(items), (versions, tasks, per_task), rng, partial(report, start)) for start in range(starts)]
    best = min(made, key=lambda shown: float((_pairs(shown, len(items)) ** 2).sum()))
    shown = _even_places(best, len(items), rng)
    return MaxDiffDesign(items, shown, _reported(shown, len(items)))


def _built(
    items: int, shape: tuple[int, int, int], rng: np.random.Generator, on_version: Callable[[int], None]
) -> Index:
    """One design (V, T, k) from a random start."""
    versions, tasks, per_task = shape
    pairs, first, made = np.zeros((items, items)), 0, []
    for version in range(versions):
        shown, first = _dealt(items, per_task, tasks, first, rng)
        pairs += _pairs(shown, items)
        for _ in range(SWEEPS):
            if not _swap(shown, pairs):
                break
        made.append(shown[rng.permutation(tasks)])
        on_version(version + 1)
    return np.stack(made)


def check_plan(items: tuple[str, ...], per_task: int, tasks: int, versions: int) -> None:
    """Refuse a plan that cannot be carried out, as ``balanced_design`` does."""
    if len(set(items)) < len(items):
        raise CannotEstimate("item_twice", "An item is named twice.", "Name each item once.")
    if len(items) < 3 or not 2 <= per_task < len(items) or min(tasks, versions) < 1:
        raise CannotEstimate(
            "items_too_few",
            "%(per_task)d of %(items)d items in a task leave nothing to compare.",
            "Show at least two items in a task, and fewer than there are.",
            per_task=per_task,
            items=len(items),
        )
    least = -(-len(items) // per_task)
    if tasks < least:
        raise CannotEstimate(
            "items_not_all_shown",
            "%(tasks)d tasks of %(per_task)d cannot show all %(items)d items once.",
            "Ask at least %(least)d tasks.",
            tasks=tasks,
            per_task=per_task,
            items=len(items),
            least=least,
        )


def _dealt(items: int, per_task: int, tasks: int, first: int, rng: np.random.Generator) -> tuple[Index, int]:
    """A version (T, k), dealt so that counts differ by one at most, in it and, from item ``first`` on, in all."""
    places = tasks * per_task
    order = rng.permutation(items)
    extra = (first + np.arange(places % items)) % items
    left = np.full(items, places // items)
    left[extra] += 1
    shown = np.empty((tasks, per_task), dtype=np.intp)
    for task in range(tasks):
        # Items with the most showings left go first, so that none is left over for one task twice.
        ranked = order[np.argsort(-(left[order] + rng.random(items) * 0.9), kind="stable")]
        shown[task] = ranked[:per_task]
        left[shown[task]] -= 1
    return shown, int((first + places) % items)


def _pairs(shown: Index, items: int) -> Array:
    present = np.eye(items)[shown].sum(axis=-2).reshape(-1, items)
    together = present.T @ present
    return together - np.diag(np.diag(together))


def _swap(shown: Index, pairs: Array) -> int:
    """Swap items between tasks of one version while the pairs get more even; changes both arrays in place.

    The change of the sum of squares for swapping a of task s with b of task t is 2 (sum over s of P[b] - P[a] + sum
    over t of P[a] - P[b] - 2 P[a, b]) + 4 (k - 1) - 4 |s and t|.
    """
    items, (tasks, per_task) = len(pairs), shown.shape
    swaps = 0
    own = _pairs(shown, items)
    for task in range(tasks):
        for place in range(per_task):
            weighed = pairs + own / 2
            present = np.eye(items)[shown].sum(axis=1)
            sums = weighed @ present.T
            a, b = shown[task, place], shown
            across = np.arange(tasks)[:, None]
            same = present @ present[task]
            change = 2 * (sums[b, task] - sums[a, task] + sums[a][:, None] - sums[b, across] - 2 * weighed[a, b])
            change += 1.5 * (4 * (per_task - 1) - 4 * same[:, None])
            barred = (present[task, b] > 0) | (present[:, a] > 0)[:, None]
            change = np.where(barred, 0.0, change)
            t, q = divmod(int(change.argmin()), per_task)
            if change[t, q] < -1e-9:
                old = _pairs(shown[[task, t]], items)
                shown[task, place], shown[t, q] = shown[t, q], a
                new = _pairs(shown[[task, t]], items)
                pairs += new - old
                own += new - old
                swaps += 1
    return swaps


def _even_places(shown: Index, items: int, rng: np.random.Generator) -> Index:
    """The same tasks (V, T, k) in an order that has each item in each place alike often: the best of some starts."""
    flat = shown.reshape(-1, shown.shape[-1])
    starts = max(1, SPARE_TASKS // len(flat))
    tried = [_ordered(rng.permuted(flat, axis=1), items) for _ in range(starts)]
    return min(tried, key=lambda one: int((_places(one, items) ** 2).sum())).reshape(shown.shape)


def _ordered(flat: Index, items: int) -> Index:
    places = np.arange(flat.shape[1])
    seen = _places(flat, items).astype(float)
    for _ in range(SWEEPS):
        before = flat.copy()
        for task in flat:
            seen[task, places] -= 1
            task[:] = task[linear_sum_assignment(seen[task].T)[1]]
            seen[task, places] += 1
        if np.array_equal(before, flat):
            break
    return flat


def _places(flat: Index, items: int) -> Index:
    counts = np.zeros((items, flat.shape[1]), dtype=np.intp)
    np.add.at(counts, (flat, np.broadcast_to(np.arange(flat.shape[1]), flat.shape)), 1)
    return counts


def _reported(shown: Index, items: int) -> MaxDiffReport:
    flat = shown.reshape(-1, shown.shape[-1])
    pairs = _pairs(flat, items).astype(int)
    apart = pairs[np.triu_indices(items, 1)]
    places = _places(flat, items)
    reach = np.linalg.matrix_power((pairs > 0).astype(float) + np.eye(items), items - 1) > 0 if items <= 100 else None
    return MaxDiffReport(
        item_counts=places.sum(axis=1),
        pair_counts=pairs,
        place_counts=places,
        pair_balance=float(apart.min() / apart.max()),
        pair_spread=float(apart.std() / apart.mean()),
        per_person=shown.shape[1] * shown.shape[2] / items,
        connected=bool(apart.min() > 0) if reach is None else bool(reach.all()),
    )
