"""Whether choices identify the coefficients of a logit: variation within tasks, rank, separation."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

SINGULAR = 1e-10


def task_sums(data: ChoiceData, rows: Array) -> Array:
    """Sums of ``rows`` (R, ...) within each task, shape (T, ...)."""
    if data.is_rectangular:
        by_task = rows.reshape(data.tasks, -1, *rows.shape[1:])
        result = by_task[:, 0].copy()
        for place in range(1, by_task.shape[1]):  # adding slices is several times quicker than a sum over a short axis
            result += by_task[:, place]
        return result
    return np.add.reduceat(rows, data.start[:-1], axis=0)


def spread_within_tasks(data: ChoiceData) -> Array:
    """Root mean square deviation of each column from its task's mean, shape (K,), each above 0.

    Only differences within a task move a logit. Raises CannotEstimate: ``attribute_does_not_vary`` for a column that is
    the same for all alternatives of every task, ``columns_collinear`` where some columns follow from others.
    """
    sizes = data.alternatives_per_task
    centred = data.X - np.repeat(task_sums(data, data.X) / sizes[:, None], sizes, axis=0)
    scale = np.sqrt(np.mean(centred**2, axis=0))
    still = scale <= 1e-12 * (1.0 + np.abs(data.X).max(axis=0))
    if still.any():
        raise CannotEstimate(
            "attribute_does_not_vary",
            "“%(field)s” is the same for all alternatives of every task.",
            "Leave it out, or show it at two levels or more within a task.",
            field=data.names[int(np.flatnonzero(still)[0])],
        )
    values, vectors = np.linalg.eigh((centred / scale).T @ (centred / scale) / len(centred))
    if values[0] < SINGULAR * values[-1]:
        raise CannotEstimate(
            "columns_collinear",
            "These columns follow from one another: %(fields)s.",
            "Leave one of them out, or merge levels that always come together or are never shown.",
            fields=", ".join(data.names[k] for k in np.flatnonzero(np.abs(vectors[:, 0]) > 0.05)),
        )
    return scale


def differences(data: ChoiceData, columns: Array | None = None) -> Array:
    """Each alternative that was not chosen minus the chosen one of its task, shape (R - T, K), in the order of rows."""
    table = data.X if columns is None else columns
    others = np.ones(len(table), dtype=bool)
    others[data.chosen] = False
    return table[others] - np.repeat(table[data.chosen], data.alternatives_per_task - 1, axis=0)


def refuse_separation(data: ChoiceData, scale: Array) -> None:
    """Raise CannotEstimate (``choices_separated``) where some part-worths predict choices without a mistake.

    Then the likelihood has no maximum: some direction b has (x_chosen - x_j) b >= 0 for all rejected j, and > 0 for
    some. Found by a linear program: maximise the sum of these differences over -1 <= b <= 1.

    Source: Albert & Anderson 1984, On the existence of maximum likelihood estimates in logistic regression models,
    Biometrika 71(1):1-10.
    """
    gaps = differences(data, data.X / scale)
    gaps = gaps[np.repeat(data.task_weight > 0, data.alternatives_per_task - 1)]
    found = linprog(gaps.sum(axis=0), A_ub=gaps, b_ub=np.zeros(len(gaps)), bounds=(-1, 1), method="highs")
    if found.status == 0 and -found.fun > 1e-6:
        raise CannotEstimate(
            "choices_separated",
            "Every choice goes the way of these columns, so that their part-worths have no upper limit: %(fields)s.",
            "Ask tasks in which they conflict with other attributes, merge rare levels, or ask more people.",
            fields=", ".join(data.names[k] for k in np.flatnonzero(np.abs(found.x) > 1e-6)),
        )
