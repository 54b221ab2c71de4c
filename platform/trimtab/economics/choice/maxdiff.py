"""MaxDiff (best-worst scaling): of the items of each task a person names the best and the worst.

Notation: N respondents, T tasks, R rows (one an item shown), I items, D worlds.

    score_i = (times best - times worst) / times shown                       -1..1
    u_i     = ln((1 + score_i) / (1 - score_i))                              the closed form of the logit's utilities

Source: Louviere, Flynn & Marley 2015, Best-Worst Scaling, ch. 2; Lipovetsky & Conklin 2014, Best-worst scaling in
analytical closed-form solution, Journal of Choice Modelling 10:60-68.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from trimtab.economics.choice.population import Population
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import customer_weights, respondent_weights, world_chunks

Index = NDArray[np.intp]
BEST, WORST, SHOWN = 1, -1, 0
FEWEST_ITEMS = 3


@dataclass(frozen=True)
class MaxDiffData:
    """Checked tasks: ``item`` (R,) places in ``items``; task t holds the rows start[t] to start[t+1], ``start`` (T+1,).

    ``best``, ``worst`` (T,): the rows picked. ``respondent`` (T,): 0..N-1, never falling; ``respondents`` (N,) their
    labels, ``weight`` (N,) of mean 1.
    """

    item: Index
    start: Index
    best: Index
    worst: Index
    respondent: Index
    respondents: NDArray[Any]
    weight: Array
    items: tuple[str, ...]

    @property
    def tasks(self) -> int:
        """T."""
        return len(self.best)

    @property
    def respondent_count(self) -> int:
        """N."""
        return len(self.respondents)

    @property
    def shown(self) -> Index:
        """How many tasks showed each item, shape (I,)."""
        return np.bincount(self.item, minlength=len(self.items))

    @property
    def items_per_task(self) -> Index:
        """Shape (T,)."""
        return np.diff(self.start)

    def by_respondent(self) -> tuple[Array, Array, Array]:
        """How often each respondent saw each item, and took it as best and as worst: three arrays (N, I)."""
        owner = np.repeat(self.respondent, self.items_per_task)
        return (
            self._tally(owner, self.item),
            self._tally(self.respondent, self.item[self.best]),
            self._tally(self.respondent, self.item[self.worst]),
        )

    def subset(self, respondents: ArrayLike) -> MaxDiffData:
        """The tasks of some respondents, by a mask (N,) or their places."""
        kept = np.zeros(self.respondent_count, dtype=bool)
        kept[np.asarray(respondents)] = True
        task = kept[self.respondent]
        if not task.any():
            raise _no_tasks()
        start = np.concatenate([[0], np.cumsum(self.items_per_task[task])])
        owners, respondent = np.unique(self.respondent[task], return_inverse=True)
        return MaxDiffData(
            item=self.item[np.repeat(task, self.items_per_task)],
            start=start,
            best=start[:-1] + (self.best - self.start[:-1])[task],
            worst=start[:-1] + (self.worst - self.start[:-1])[task],
            respondent=respondent.reshape(-1),
            respondents=self.respondents[owners],
            weight=respondent_weights(self.weight[owners], len(owners)),
            items=self.items,
        )

    def _tally(self, person: Index, item: Index) -> Array:
        size = len(self.items)
        cells = np.bincount(person * size + item, minlength=self.respondent_count * size)
        return cells.reshape(self.respondent_count, size).astype(float)


@dataclass(frozen=True)
class Counts:
    """Best-worst counting, which assumes no model: ``shown``, ``best``, ``worst`` (N, I), and ``weight`` (N,)."""

    items: tuple[str, ...]
    shown: Array
    best: Array
    worst: Array
    weight: Array

    @property
    def scores(self) -> Array:
        """(best - worst) / shown of each item, shape (I,), -1..1."""
        return self._scores(self.weight[None])[0]

    @property
    def closed_form(self) -> Array:
        """ln((1 + score) / (1 - score)), shape (I,). Raises CannotEstimate (``item_always_picked``) at score ±1."""
        return _closed_form(self.scores, self.items)

    def draws(self, worlds: int, rng: np.random.Generator) -> Array:
        """Scores in D worlds, shape (D, I): the Bayesian bootstrap over respondents, each with all own tasks."""
        return self._scores(self.weight * customer_weights(len(self.weight), worlds, rng))

    def population(self, worlds: int, rng: np.random.Generator) -> Population:
        """Everybody alike, with the utilities of the closed form: M = 1."""
        return Population(_closed_form(self.draws(worlds, rng), self.items)[:, None, :], np.ones(1), self.items)

    def _scores(self, weight: Array) -> Array:
        return (weight @ (self.best - self.worst)) / (weight @ self.shown)


def counts(data: MaxDiffData) -> Counts:
    """The counts of each item by respondent.

    >>> data = maxdiff_data([1] * 3 + [2] * 3, [1] * 6, ["fast", "safe", "cheap"] * 2, [1, 0, -1, 0, 1, -1])
    >>> counts(data).scores.tolist()
    [-1.0, 0.5, 0.5]
    >>> data.items
    ('cheap', 'fast', 'safe')
    """
    shown, best, worst = data.by_respondent()
    return Counts(data.items, shown, best, worst, data.weight)


def preference_points(population: Population) -> Array:
    """100 exp(u_i) / sum_k exp(u_k), the mean over people by their shares: shape (D, I), each row sums to 100.

    How 100 first choices would fall if all items were on one list; an item at 20 is preferred twice as often as one
    at 10.
    """
    result = np.empty((population.worlds, len(population.names)))
    for part in world_chunks(population.worlds, population.kinds * len(population.names)):
        utility = population.partworths[part]
        weight = np.exp(utility - utility.max(axis=2, keepdims=True))
        weight /= weight.sum(axis=2, keepdims=True)
        result[part] = np.einsum("dm,dmi->di", population.shares[part], weight)
    return 100 * result / result.sum(axis=1, keepdims=True)


def maxdiff_data(
    respondent: ArrayLike,
    task: ArrayLike,
    item: ArrayLike,
    answer: ArrayLike,
    *,
    items: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
) -> MaxDiffData:
    """Long format, one row an item shown, in any order, checked.

    All arrays have length R. A task is known by ``respondent`` and ``task`` together; ``answer`` is 1 for the best, -1
    for the worst and 0 for the others; ``items`` are the items of the study (those that occur, sorted, where left out);
    ``weights`` those of the respondents.

    Raises CannotEstimate, which names the row (counted from 1): ``no_tasks``, ``rows_do_not_fit``,
    ``answer_not_best_or_worst``, ``item_unknown``, ``best_is_worst``, ``item_twice``, ``few_items_in_task``,
    ``no_best``, ``two_bests``, ``no_worst``, ``two_worsts``, ``item_never_shown``, ``items_not_linked``,
    ``weights_not_usable``.
    """
    marks = _marks(answer)
    _check_lengths(len(marks), respondent=respondent, task=task, item=item, weights=weights)
    names, place = _items(item, items)
    labels, owner = np.unique(np.asarray(respondent), return_inverse=True)
    within = np.unique(np.asarray(task), return_inverse=True)[1]
    order = np.lexsort((np.arange(len(marks)), within.reshape(-1), owner.reshape(-1)))
    owner, within, place, marks = owner.reshape(-1)[order], within.reshape(-1)[order], place[order], marks[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1) | np.diff(within, prepend=-1))
    start = np.append(first, len(order))
    _check_items(place, marks, start, order, names)
    _check_picks(marks, start, order)
    weight = (
        None if weights is None else np.asarray(weights, dtype=float)[order][np.unique(owner, return_index=True)[1]]
    )
    data = MaxDiffData(
        item=place,
        start=start,
        best=np.flatnonzero(marks == BEST),
        worst=np.flatnonzero(marks == WORST),
        respondent=owner[first],
        respondents=labels,
        weight=respondent_weights(weight, len(labels)),
        items=names,
    )
    _refuse_unlinked(data)
    return data


def _marks(answer: ArrayLike) -> NDArray[np.int8]:
    given = np.asarray(answer)
    try:
        numbers = given.astype(float)
    except (TypeError, ValueError):
        numbers = np.array([_number(value) for value in given])
    wrong = ~np.isin(numbers, (BEST, WORST, SHOWN))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise CannotEstimate(
            "answer_not_best_or_worst",
            "Row %(row)d: the answer “%(value)s” is not 1, 0 or -1.",
            "Write 1 for the best item of a task, -1 for the worst and 0 for the others.",
            row=row + 1,
            value=str(given[row]),
            field="answer",
        )
    return numbers.astype(np.int8)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan


def _check_lengths(rows: int, **arrays: ArrayLike | None) -> None:
    if rows == 0:
        raise _no_tasks()
    for name, values in arrays.items():
        if values is not None and np.shape(values) != (rows,):
            raise CannotEstimate(
                "rows_do_not_fit",
                "There are %(rows)d rows but %(field)s has the shape %(shape)s.",
                "Give one value for each row.",
                rows=rows,
                field=name,
                shape=str(np.shape(values)),
            )


def _no_tasks() -> CannotEstimate:
    return CannotEstimate("no_tasks", "There are no choices to read.", "Import the answers of a MaxDiff study first.")


def _items(item: ArrayLike, items: Sequence[str] | None) -> tuple[tuple[str, ...], Index]:
    given = np.asarray(item).astype(str)
    found, place = np.unique(given, return_inverse=True)
    place = place.reshape(-1)
    if items is None:
        return tuple(found.tolist()), place
    position = {name: index for index, name in enumerate(items)}
    known = np.array([position.get(name, -1) for name in found.tolist()])[place]
    if (known < 0).any():
        row = int(np.flatnonzero(known < 0)[0])
        raise CannotEstimate(
            "item_unknown",
            "Row %(row)d: “%(item)s” is not one of the items of the study.",
            "Correct its spelling, or add it to the items.",
            row=row + 1,
            item=str(given[row]),
            field="item",
        )
    _refuse_never_shown(known, tuple(items))
    return tuple(items), known


def _refuse_never_shown(place: Index, items: tuple[str, ...]) -> None:
    missing = np.setdiff1d(np.arange(len(items)), place)
    if len(missing):
        raise CannotEstimate(
            "item_never_shown",
            "Nobody was shown: %(items)s.",
            "Leave such items out, or ask tasks that hold them.",
            items=", ".join(items[i] for i in missing),
        )


def _check_items(place: Index, marks: NDArray[np.int8], start: Index, order: Index, items: tuple[str, ...]) -> None:
    """Refuse an item that stands twice in a task, and a task with fewer than three items."""
    task = np.repeat(np.arange(len(start) - 1), np.diff(start))
    by = np.lexsort((place, task))
    same = (np.diff(task[by]) == 0) & (np.diff(place[by]) == 0)
    if same.any():
        one, other = by[:-1][same][0], by[1:][same][0]
        both = {int(marks[one]), int(marks[other])} == {BEST, WORST}
        raise CannotEstimate(
            "best_is_worst" if both else "item_twice",
            "Row %(row)d: “%(item)s” is both best and worst of its task."
            if both
            else "Row %(row)d: “%(item)s” stands twice in its task.",
            "Correct the answer, or leave the task out." if both else "Remove the rows that were imported twice.",
            row=int(order[other]) + 1,
            item=items[place[other]],
            field="item",
            rows=int(same.sum()),
        )
    _refuse_task(
        np.diff(start) < FEWEST_ITEMS, start, order, "few_items_in_task",
        "Row %(row)d: its task shows fewer than three items.",
        "Show three items or more, four or five are usual; with two the worst says nothing new.",
    )  # fmt: skip


def _check_picks(marks: NDArray[np.int8], start: Index, order: Index) -> None:
    for mark, none, two, word in ((BEST, "no_best", "two_bests", "best"), (WORST, "no_worst", "two_worsts", "worst")):
        picked = np.add.reduceat((marks == mark).astype(int), start[:-1])
        _refuse_task(
            picked == 0, start, order, none, f"Row %(row)d: in its task no item is marked as {word}.",
            "Mark one best and one worst item in each task, or leave the task out.",
        )  # fmt: skip
        _refuse_task(
            picked > 1, start, order, two, f"Row %(row)d: in its task more than one item is marked as {word}.",
            "Keep one best and one worst a task; give tasks that were asked twice names of their own.",
        )  # fmt: skip


def _refuse_task(wrong: NDArray[np.bool_], start: Index, order: Index, code: str, message: str, remedy: str) -> None:
    if wrong.any():
        first = start[:-1][np.flatnonzero(wrong)[0]]
        raise CannotEstimate(code, message, remedy, row=int(order[first]) + 1, field="task", tasks=int(wrong.sum()))


def _refuse_unlinked(data: MaxDiffData) -> None:
    """Items that are never compared, not even through others, have no common scale."""
    task = np.repeat(np.arange(data.tasks), data.items_per_task)
    size = data.tasks + len(data.items)
    edges = coo_array((np.ones(len(task), dtype=np.int8), (task, data.tasks + data.item)), shape=(size, size))
    parts, part = connected_components(edges, directed=False)
    if parts > 1:
        apart = np.flatnonzero(part[data.tasks :] != part[data.tasks])
        raise CannotEstimate(
            "items_not_linked",
            "These items are never compared with the others, not even through a third: %(items)s.",
            "Ask tasks that mix the two groups.",
            items=", ".join(data.items[i] for i in apart),
        )


def _closed_form(scores: Array, items: tuple[str, ...]) -> Array:
    sure = np.abs(scores) >= 1
    if sure.any():
        raise CannotEstimate(
            "item_always_picked",
            "“%(item)s” was picked the same way every time it was shown, so that its utility has no limit.",
            "Ask more people, or show it beside stronger items.",
            item=items[int(np.argwhere(sure)[0][-1])],
        )
    return np.log1p(scores) - np.log1p(-scores)
