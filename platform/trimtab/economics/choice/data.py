"""What people chose among the offers of each task: one object, read by every choice model.

Notation, the same in all modules of this package: N respondents, T tasks, R rows (one an alternative shown),
J alternatives in a task, K columns, D worlds, M kinds of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.choice.coding import Attribute, Coding, numbers_of
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

__all__ = ["Attribute", "ChoiceData", "Coding", "choice_data"]

Index = NDArray[np.intp]


@dataclass(frozen=True)
class ChoiceData:
    """Tasks and choices as arrays.

    ``X`` (R, K): the offers as numbers; the rows of a task are contiguous and the tasks of a respondent too.
    ``start`` (T+1,): task t holds the rows start[t] to start[t+1]. ``chosen`` (T,): the row that was chosen.
    ``respondent`` (T,): 0..N-1, never falling. ``respondents`` (N,): their labels. ``weight`` (N,): mean 1.
    ``names`` (K,). ``coding``: how X was made, where it was made by ``choice_data``.
    """

    X: Array
    start: Index
    chosen: Index
    respondent: Index
    respondents: NDArray[Any]
    weight: Array
    names: tuple[str, ...]
    coding: Coding | None = None

    @classmethod
    def of(
        cls,
        X: ArrayLike,
        start: ArrayLike,
        chosen: ArrayLike,
        respondent: ArrayLike,
        names: tuple[str, ...],
        *,
        respondents: ArrayLike | None = None,
        weight: ArrayLike | None = None,
        coding: Coding | None = None,
    ) -> ChoiceData:
        """From arrays that are already coded and in order; see the class for their meaning.

        Raises CannotEstimate: ``no_tasks``, ``choice_arrays_do_not_fit``, ``number_not_finite``,
        ``one_alternative``, ``weights_not_usable``.
        """
        table, edges = np.ascontiguousarray(X, dtype=float), np.asarray(start, dtype=np.intp)
        rows, owner = np.asarray(chosen, dtype=np.intp), np.asarray(respondent, dtype=np.intp)
        _check_arrays(table, edges, rows, owner, names)
        labels = np.arange(owner[-1] + 1) if respondents is None else np.asarray(respondents)
        return cls(table, edges, rows, owner, labels, _weight(weight, len(labels)), tuple(names), coding)

    @property
    def tasks(self) -> int:
        """T."""
        return len(self.chosen)

    @property
    def respondent_count(self) -> int:
        """N."""
        return len(self.respondents)

    @property
    def coefficients(self) -> int:
        """K."""
        return self.X.shape[1]

    @property
    def alternatives_per_task(self) -> Index:
        """How many alternatives each task shows, shape (T,)."""
        return np.diff(self.start)

    @property
    def is_rectangular(self) -> bool:
        """Whether every task shows the same number of alternatives."""
        sizes = self.alternatives_per_task
        return bool((sizes == sizes[0]).all())

    @property
    def task_of_row(self) -> Index:
        """The task of each row, shape (R,)."""
        return np.repeat(np.arange(self.tasks), self.alternatives_per_task)

    @property
    def task_weight(self) -> Array:
        """The weight of each task's respondent, shape (T,)."""
        return self.weight[self.respondent]

    @property
    def first_task(self) -> Index:
        """Respondent n answered the tasks first_task[n] to first_task[n+1], shape (N+1,)."""
        return np.searchsorted(self.respondent, np.arange(self.respondent_count + 1))

    @property
    def picks(self) -> Index:
        """The place of the chosen alternative within its task, shape (T,)."""
        return self.chosen - self.start[:-1]

    def cube(self) -> Array:
        """X as (T, J, K). Raises CannotEstimate (``tasks_differ_in_size``) unless all tasks show J alternatives."""
        if not self.is_rectangular:
            raise CannotEstimate(
                "tasks_differ_in_size",
                "The tasks show between %(least)d and %(most)d alternatives.",
                "Use a method that takes tasks of several sizes.",
                least=int(self.alternatives_per_task.min()),
                most=int(self.alternatives_per_task.max()),
            )
        return self.X.reshape(self.tasks, -1, self.coefficients)

    def subset(self, respondents: ArrayLike) -> ChoiceData:
        """The tasks of some respondents: a mask (N,) or their places; order is kept."""
        kept = np.zeros(self.respondent_count, dtype=bool)
        kept[np.asarray(respondents)] = True
        return self.of_tasks(kept[self.respondent])

    def of_tasks(self, mask: ArrayLike) -> ChoiceData:
        """Some of the tasks, by a mask (T,); respondents without a task left are dropped, weights brought to mean 1."""
        kept = np.asarray(mask, dtype=bool)
        if not kept.any():
            raise _no_tasks()
        sizes = self.alternatives_per_task[kept]
        start = np.concatenate([[0], np.cumsum(sizes)])
        owners, respondent = np.unique(self.respondent[kept], return_inverse=True)
        return ChoiceData(
            X=self.X[np.repeat(kept, self.alternatives_per_task)],
            start=start,
            chosen=start[:-1] + self.picks[kept],
            respondent=respondent.reshape(-1),
            respondents=self.respondents[owners],
            weight=_weight(self.weight[owners], len(owners)),
            names=self.names,
            coding=self.coding,
        )


def choice_data(
    respondent: ArrayLike,
    task: ArrayLike,
    chosen: ArrayLike,
    *,
    columns: Mapping[str, ArrayLike],
    coding: Coding,
    is_none: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    alternative: ArrayLike | None = None,
) -> ChoiceData:
    """Long format, one row an alternative shown, checked and coded.

    All arrays have length R, in any order. ``respondent`` and ``task`` are labels; a task is known by both together.
    ``chosen`` is 1 for the row that was chosen, else 0. ``columns`` holds the attributes by name, ``is_none`` marks
    rows for buying nothing, ``weights`` are those of the respondents, ``alternative`` labels within a task. Attributes
    of ``coding`` without levels take those that occur. Respondents come out sorted by label, so that the order of the
    rows does not matter.

    Raises CannotEstimate, which names the row (counted from 1) and the remedy: ``no_tasks``, ``column_missing``,
    ``rows_do_not_fit``, ``chosen_not_yes_or_no``, ``no_choice``, ``two_choices``, ``one_alternative``,
    ``alternative_twice``, ``attribute_does_not_vary``, ``level_unknown``, ``number_not_finite``, ``price_negative``,
    ``weights_differ``, ``weights_not_usable``.
    """
    picked = np.asarray(chosen)
    given = {"respondent": respondent, "task": task, "is_none": is_none, "weights": weights, "alternative": alternative}
    _check_lengths(len(picked), {**columns, **{name: a for name, a in given.items() if a is not None}})
    yes = _yes(picked)
    labels, owner = _labelled(respondent)
    _, within = _labelled(task)
    order = np.lexsort((np.arange(len(yes)), within, owner))
    owner, within, yes = owner[order], within[order], yes[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1) | np.diff(within, prepend=-1))
    start = np.append(first, len(order))
    coding = coding.with_levels_of(columns, is_none)
    _check_levels(coding)
    table = coding.code(columns, is_none)[order]
    _check_twice(columns, is_none, alternative, start, order)
    _check_choices(yes, start, order)
    weight = None if weights is None else _of_people(np.asarray(weights, dtype=float)[order], owner, order)
    return ChoiceData.of(
        table, start, np.flatnonzero(yes), owner[first], coding.names, respondents=labels, weight=weight, coding=coding
    )


def _of_people(weights: Array, owner: Index, order: Index) -> Array:
    first = weights[np.searchsorted(owner, np.arange(owner[-1] + 1))]
    differs = weights != first[owner]
    if differs.any():
        raise CannotEstimate(
            "weights_differ",
            "Row %(row)d: its weight differs from the weight in another row of the same person.",
            "Give each person one weight.",
            row=int(order[np.flatnonzero(differs)[0]]) + 1,
            field="weights",
        )
    return first


def _labelled(values: ArrayLike) -> tuple[NDArray[Any], Index]:
    """Sorted labels and each row's place among them; texts that are all whole numbers are sorted as numbers."""
    array = np.asarray(values)
    if array.dtype.kind == "O":
        array = array.astype(str)
    labels, place = np.unique(array, return_inverse=True)
    place = place.reshape(-1)
    if labels.dtype.kind == "U" and all(label.isascii() and label.isdigit() for label in labels.tolist()):
        order = np.argsort([int(label) for label in labels.tolist()], kind="stable")
        rank = np.empty(len(order), dtype=np.intp)
        rank[order] = np.arange(len(order))
        return labels[order], rank[place]
    return labels, place


def _check_levels(coding: Coding) -> None:
    for attribute in coding.attributes:
        if attribute.kind == "levels" and len(attribute.levels) < 2:
            raise CannotEstimate(
                "attribute_does_not_vary",
                "“%(field)s” is the same for all alternatives of every task.",
                "Leave it out, or show it at two levels or more within a task.",
                field=attribute.name,
            )


def _yes(picked: NDArray[Any]) -> NDArray[np.bool_]:
    if picked.dtype.kind == "b":
        return picked
    numbers = numbers_of(picked)
    wrong = ~np.isin(numbers, (0.0, 1.0))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise CannotEstimate(
            "chosen_not_yes_or_no",
            "Row %(row)d: “%(value)s” does not say whether the alternative was chosen.",
            "Write 1 for the chosen alternative of a task and 0 for the others.",
            row=row + 1,
            value=str(picked[row]),
            field="chosen",
        )
    return numbers == 1.0


def _check_lengths(rows: int, arrays: Mapping[str, ArrayLike]) -> None:
    if rows == 0:
        raise _no_tasks()
    for name, values in arrays.items():
        if np.shape(values) != (rows,):
            raise CannotEstimate(
                "rows_do_not_fit",
                "There are %(rows)d rows but %(field)s has the shape %(shape)s.",
                "Give one value for each row.",
                rows=rows,
                field=name,
                shape=str(np.shape(values)),
            )


def _no_tasks() -> CannotEstimate:
    return CannotEstimate("no_tasks", "There are no choices to read.", "Import the answers of a choice study first.")


def _check_choices(yes: NDArray[np.bool_], start: Index, order: Index) -> None:
    sizes, counts = np.diff(start), np.add.reduceat(yes.astype(int), start[:-1])
    _refuse_task(
        sizes < 2, start, order, "one_alternative", "Row %(row)d: its task shows only one alternative.",
        "A task needs two alternatives or more (buying nothing counts as one).",
    )  # fmt: skip
    _refuse_task(
        counts == 0, start, order, "no_choice", "Row %(row)d: in its task no alternative is chosen.",
        "Mark the chosen alternative, or leave the task out.",
    )  # fmt: skip
    _refuse_task(
        counts > 1, start, order, "two_choices", "Row %(row)d: in its task more than one alternative is chosen.",
        "Keep one choice a task; give tasks that were asked twice names of their own.",
    )  # fmt: skip


def _refuse_task(wrong: NDArray[np.bool_], start: Index, order: Index, code: str, message: str, remedy: str) -> None:
    if wrong.any():
        first = start[:-1][np.flatnonzero(wrong)[0]]
        raise CannotEstimate(code, message, remedy, row=int(order[first]) + 1, field="task", tasks=int(wrong.sum()))


def _check_twice(
    columns: Mapping[str, ArrayLike],
    is_none: ArrayLike | None,
    alternative: ArrayLike | None,
    start: Index,
    order: Index,
) -> None:
    """Refuse a row that stands twice in a task: by its label, or, where there are none, by all of its columns."""
    looked_at = (
        [alternative] if alternative is not None else [*columns.values(), *([] if is_none is None else [is_none])]
    )
    keys = [_labelled(values)[1][order] for values in looked_at]
    task = np.repeat(np.arange(len(start) - 1), np.diff(start))
    by = np.lexsort((np.arange(len(order)), *keys, task))
    same = np.diff(task[by]) == 0
    for key in keys:
        same &= np.diff(key[by]) == 0
    if same.any():
        second = by[1:][np.flatnonzero(same)[0]]
        raise CannotEstimate(
            "alternative_twice",
            "Row %(row)d: the same alternative stands twice in its task.",
            "Remove the rows that were imported twice.",
            row=int(order[second]) + 1,
            field="alternative",
            rows=int(same.sum()),
        )


def _check_arrays(table: Array, start: Index, chosen: Index, respondent: Index, names: tuple[str, ...]) -> None:
    if len(chosen) == 0:
        raise _no_tasks()
    fits = (
        table.ndim == 2
        and table.shape[1] == len(names)
        and len(start) == len(chosen) + 1 == len(respondent) + 1
        and start[0] == 0
        and start[-1] == len(table)
        and bool(((chosen >= start[:-1]) & (chosen < start[1:])).all())
        and respondent[0] == 0
        and bool(np.isin(np.diff(respondent), (0, 1)).all())
    )
    if not fits:
        raise CannotEstimate(
            "choice_arrays_do_not_fit",
            "The tasks, choices and respondents do not fit together.",
            "Give rows by task, tasks by respondent (0, 1, 2, ...), and one chosen row inside each task.",
        )
    if (np.diff(start) < 2).any():
        _refuse_task(
            np.diff(start) < 2, start, np.arange(len(table)), "one_alternative",
            "Row %(row)d: its task shows only one alternative.", "A task needs two alternatives or more.",
        )  # fmt: skip
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise CannotEstimate(
            "number_not_finite",
            "Row %(row)d: the %(field)s “%(value)s” is not a finite number.",
            "Correct the row, or leave the whole task out.",
            row=int(row) + 1,
            field=names[column],
            value=str(table[row, column]),
        )


def _weight(weight: ArrayLike | None, respondents: int) -> Array:
    values = np.ones(respondents) if weight is None else np.asarray(weight, dtype=float)
    usable = values.shape == (respondents,) and np.isfinite(values).all() and (values >= 0).all() and values.sum() > 0
    if not usable:
        raise CannotEstimate(
            "weights_not_usable",
            "Some weights are missing, negative or not finite, or all are zero.",
            "Give every respondent a weight of zero or more, or leave weights out.",
        )
    return values / values.mean()
