"""Held-out tasks: how well a model that never saw them foretells what people chose in them.

T tasks, D worlds, J alternatives in a task, N respondents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.population import Population
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import world_chunks
from trimtab.economics.shapes import shaped


@dataclass(frozen=True)
class Holdout:
    """A study in two: ``kept`` to fit, ``held`` to test; both hold the same respondents in the same order."""

    kept: ChoiceData
    held: ChoiceData


@dataclass(frozen=True)
class HoldoutScore:
    """How well held-out choices were foretold.

    ``hit_rate`` is the weighted share of tasks whose likeliest alternative was chosen, ``chance_hit_rate`` what
    guessing would give, mean(1/J). ``share_error`` is the mean absolute error of the shares of the places of the
    alternatives over all held-out tasks, ``chance_share_error`` that of equal shares. ``log_likelihood`` is the mean
    log probability of a choice, ``chance_log_likelihood`` mean(-ln J). ``tasks`` were tested; ``individual`` says
    whether each person's own part-worths were used.
    """

    hit_rate: float
    chance_hit_rate: float
    share_error: float
    chance_share_error: float
    log_likelihood: float
    chance_log_likelihood: float
    tasks: int
    individual: bool


def split(data: ChoiceData, held: int, rng: np.random.Generator) -> Holdout:
    """Hold back ``held`` tasks of each respondent, drawn at random by ``rng``; at least one task of each stays.

    Raises CannotEstimate: ``too_few_tasks_to_hold_back`` where some respondent answered no more than ``held`` tasks.
    """
    counts = np.bincount(data.respondent, minlength=data.respondent_count)
    if held < 1 or counts.min() <= held:
        raise CannotEstimate(
            "too_few_tasks_to_hold_back",
            "Someone answered %(tasks)d tasks; %(held)d of them cannot be held back.",
            "Hold back fewer tasks, at least one, or leave out people who answered few.",
            tasks=int(counts.min()),
            held=held,
        )
    order = np.lexsort((rng.random(data.tasks), data.respondent))
    place = np.arange(data.tasks) - np.repeat(np.cumsum(counts) - counts, counts)
    mask = np.zeros(data.tasks, dtype=bool)
    mask[order[place < held]] = True
    return Holdout(data.of_tasks(~mask), data.of_tasks(mask))


def score(population: Population, held: ChoiceData, *, individual: bool = False) -> HoldoutScore:
    """How well ``population``, fitted without them, foretells the choices of ``held``.

    The probability of an alternative is its logit averaged over the worlds and kinds of people: p_j = mean_d sum_m
    share_dm softmax(X beta_dm)_j. With ``individual`` the population's kinds are the respondents of ``held`` in
    their order (hierarchical Bayes) and each task is foretold from its own respondent. The error of shares compares
    mean probabilities with choices place by place, which is fair where the order of the alternatives is random, and
    is computed for tasks of the commonest size. Raises CannotEstimate: ``shape_does_not_fit``; ``people_do_not_fit``
    for ``individual`` with a population of other people.
    """
    shaped("The columns of the held-out tasks", held.X, (None, len(population.names)))
    if individual and population.kinds != held.respondent_count:
        raise CannotEstimate(
            "people_do_not_fit",
            "There are part-worths of %(kinds)d people for %(respondents)d respondents.",
            "Fit and test the same respondents.",
            kinds=population.kinds,
            respondents=held.respondent_count,
        )
    return score_probabilities(probabilities(population, held, individual=individual), held, individual=individual)


def score_probabilities(chances: Array, held: ChoiceData, *, individual: bool = False) -> HoldoutScore:
    """The score of any forecast that gives each row of ``held`` a probability, shape (R,)."""
    sizes, weight = held.alternatives_per_task, held.task_weight / held.task_weight.sum()
    best = np.maximum.reduceat(chances, held.start[:-1])
    top = chances >= best[held.task_of_row] - 1e-12
    ties = np.add.reduceat(top.astype(float), held.start[:-1])
    hits = top[held.chosen] / ties
    error, chance_error = _share_errors(chances, held)
    return HoldoutScore(
        hit_rate=float(weight @ hits),
        chance_hit_rate=float(weight @ (1 / sizes)),
        share_error=error,
        chance_share_error=chance_error,
        log_likelihood=float(weight @ np.log(np.maximum(chances[held.chosen], 1e-300))),
        chance_log_likelihood=float(-(weight @ np.log(sizes))),
        tasks=held.tasks,
        individual=individual,
    )


def probabilities(population: Population, data: ChoiceData, *, individual: bool = False) -> Array:
    """The probability of each row, shape (R,), averaged over worlds and people; those of a task sum to 1."""
    total = np.zeros(len(data.X))
    owner = data.respondent[data.task_of_row]
    for chunk in world_chunks(population.worlds, len(data.X) * (4 if individual else 4 * population.kinds)):
        parts = np.asarray(population.partworths[chunk], dtype=float)
        if individual:
            total += _softmax(np.einsum("rk,drk->dr", data.X, parts[:, owner]), data).sum(axis=0)
        else:
            chosen = _softmax(parts @ data.X.T, data)
            total += np.einsum("dm,dmr->r", population.shares[chunk], chosen)
    return total / population.worlds


def _softmax(utility: Array, data: ChoiceData) -> Array:
    """The logit within each task, over the last axis of (..., R)."""
    highest = np.maximum.reduceat(utility, data.start[:-1], axis=-1)
    odds = np.exp(utility - np.take(highest, data.task_of_row, axis=-1))
    return odds / np.take(np.add.reduceat(odds, data.start[:-1], axis=-1), data.task_of_row, axis=-1)


def _share_errors(chances: Array, held: ChoiceData) -> tuple[float, float]:
    sizes = held.alternatives_per_task
    size = int(np.bincount(sizes).argmax())
    tasks = np.flatnonzero(sizes == size)
    weight = held.task_weight[tasks] / held.task_weight[tasks].sum()
    foretold = weight @ chances[held.start[tasks][:, None] + np.arange(size)]
    seen = weight @ (held.picks[tasks][:, None] == np.arange(size))
    return float(np.abs(foretold - seen).mean()), float(np.abs(1 / size - seen).mean())


def subsets(respondents: int, sizes: Sequence[int], rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Growing random groups of people, each holding the one before it."""
    order = rng.permutation(respondents)
    return [np.sort(order[:size]) for size in sizes]
