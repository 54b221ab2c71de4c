"""Logit of best-worst tasks: the best is chosen from all items, then the worst from those that are left.

    P(best i, worst k) = exp(u_i) / sum_j exp(u_j)  *  exp(-u_k) / sum_{j != i} exp(-u_j),      sum_i u_i = 0

Notation as in ``choice.maxdiff``: N respondents, T tasks, I items, D worlds. The columns are effects coded, K = I - 1:
item i < I has column i, and the last item is -1 in all of them.

Source: Louviere, Flynn & Marley 2015, Best-Worst Scaling, section 5.3 (sequential best-worst); Train 2009, Discrete
Choice Methods with Simulation, 2nd ed., section 3.7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.economics.choice import logit
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.maxdiff import Index, MaxDiffData
from trimtab.economics.choice.population import Population
from trimtab.economics.draws import Array


@dataclass(frozen=True)
class SequentialFit:
    """Utilities (I,) that sum to 0; covariance (I, I) clustered by respondent, and plain, of independent tasks."""

    items: tuple[str, ...]
    utilities: Array
    covariance: Array
    plain_covariance: Array
    log_likelihood: float
    null_log_likelihood: float
    tasks: int
    respondents: int

    @property
    def standard_errors(self) -> Array:
        """Of the utilities, shape (I,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def plain_standard_errors(self) -> Array:
        """The same as if every task came from another person, shape (I,)."""
        return np.sqrt(np.diag(self.plain_covariance))

    def draws(self, worlds: int, rng: np.random.Generator) -> Array:
        """Utilities in D worlds, shape (D, I), from their asymptotic normal distribution; each row sums to 0."""
        return rng.multivariate_normal(self.utilities, self.covariance, worlds, method="eigh")

    def population(self, worlds: int, rng: np.random.Generator) -> Population:
        """Everybody alike in each world: M = 1."""
        return Population(self.draws(worlds, rng)[:, None, :], np.ones(1), self.items)


def fit(data: MaxDiffData) -> SequentialFit:
    """The utilities of highest likelihood. Raises CannotEstimate as ``logit.fit`` does."""
    found = logit.fit(exploded(data))
    centre = effects(len(data.items))
    return SequentialFit(
        items=data.items,
        utilities=centre @ found.coefficients,
        covariance=centre @ found.covariance @ centre.T,
        plain_covariance=centre @ found.plain_covariance @ centre.T,
        log_likelihood=found.log_likelihood,
        null_log_likelihood=found.null_log_likelihood,
        tasks=data.tasks,
        respondents=data.respondent_count,
    )


def effects(items: int) -> Array:
    """The coding of each item, shape (I, I - 1): utilities are this matrix times the coefficients."""
    return np.vstack([np.eye(items - 1), -np.ones(items - 1)])


def exploded(data: MaxDiffData) -> ChoiceData:
    """Each task as two choices: the best among all items, then the worst, negated, among the others; 2T tasks."""
    codes = effects(len(data.items))
    sizes = data.items_per_task
    start = np.concatenate([[0], np.cumsum(np.column_stack([sizes, sizes - 1]).ravel())])
    rows, sign, picked = _picks(data, start)
    return ChoiceData.of(
        sign[:, None] * codes[data.item[rows]],
        start,
        picked,
        np.repeat(data.respondent, 2),
        data.items[:-1],
        respondents=data.respondents,
        weight=data.weight,
    )


def _picks(data: MaxDiffData, start: Index) -> tuple[Index, Array, Index]:
    """Of each new row: the old row it shows and its sign; of each new task: the new row that was chosen."""
    sizes = data.items_per_task
    task = np.repeat(np.arange(data.tasks), sizes)
    row = np.arange(len(data.item))
    left = row != data.best[task]
    place = row - data.start[task]
    second = place - (row > data.best[task])
    rows, sign = np.empty(start[-1], dtype=np.intp), np.empty(start[-1])
    first_slot, second_slot = start[:-1:2][task] + place, start[1::2][task] + second
    rows[first_slot], sign[first_slot] = row, 1.0
    rows[second_slot[left]], sign[second_slot[left]] = row[left], -1.0
    return rows, sign, np.column_stack([first_slot[data.best], second_slot[data.worst]]).ravel()
