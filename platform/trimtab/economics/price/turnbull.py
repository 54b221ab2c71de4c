"""The share who would buy at each price without a family of curves: Turnbull's estimate and the isotonic shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import Array
from trimtab.economics.price.ladder_answers import LadderAnswers
from trimtab.economics.resampling import customer_weights, world_chunks

MOST_ROUNDS = 5000
PRECISION = 1e-7


@dataclass(frozen=True)
class Staircase:
    """The share who would buy at the prices that bound somebody's interval.

    ``price`` (G,) rising, in currency; ``share`` (G,) of the answers as they are and ``draws`` (D, G) of the
    bootstrap over people, each in 0..1 and never rising with price. Between two of these prices the answers do not
    say where the share falls.
    """

    price: Array
    share: Array
    draws: Array


@dataclass(frozen=True)
class AskedShares:
    """At each of K prices asked: how many were asked, the share of yes, and the closest shares that never rise."""

    price: Array
    asked: Array
    share: Array
    isotonic: Array


def intervals_of(answers: LadderAnswers) -> tuple[Array, Array, NDArray[np.intp]]:
    """The different intervals, ``low`` and ``high`` (U,), and for each person the number of theirs, (N,)."""
    pairs = np.column_stack([answers.low, answers.high])
    different, index = np.unique(pairs, axis=0, return_inverse=True)
    return different[:, 0], different[:, 1], index.reshape(-1)


def weight_by_interval(weights: Array, index: NDArray[np.intp], intervals: int) -> Array:
    """The weights of people, (D, N), summed by their interval, (D, U)."""
    order = np.argsort(index, kind="stable")
    starts = np.searchsorted(index[order], np.arange(intervals))
    return np.add.reduceat(weights[:, order], starts, axis=1)


def turnbull(answers: LadderAnswers, *, worlds: int, rng: np.random.Generator) -> Staircase:
    """The nonparametric maximum-likelihood share who would buy, with a bootstrap over people.

    Over the cells between neighbouring bounds, probabilities s_c are repeated until they change no more:
    s_c <- sum_i w_i s_c 1(c in i) / sum_{c' in i} s_c' / sum_i w_i (self-consistency). The share at a price is the sum
    of the cells above it. Where each person was asked one price it is the isotonic share of yes.

    Source: Turnbull 1976, The empirical distribution function with arbitrarily grouped, censored and truncated data,
    Journal of the Royal Statistical Society B 38(3):290-295, eq. 3.1.
    """
    low, high, index = intervals_of(answers)
    bounds = np.unique(np.concatenate([[0.0], low, high]))
    left = bounds[:-1] if np.isinf(bounds[-1]) else bounds
    inside = ((low[:, None] <= left) & (left < high[:, None])).astype(float)
    point = _self_consistent(weight_by_interval(answers.weight[None, :], index, low.size), inside)
    draws = np.empty((worlds, left.size))
    for chunk in world_chunks(worlds, 4 * (answers.respondents + low.size + left.size)):
        sampled = customer_weights(answers.respondents, chunk.stop - chunk.start, rng) * answers.weight
        draws[chunk] = _self_consistent(weight_by_interval(sampled, index, low.size), inside)
    return Staircase(left, _at_or_above(point)[0], _at_or_above(draws))


def _self_consistent(weights: Array, inside: Array) -> Array:
    cells = np.full((weights.shape[0], inside.shape[1]), 1 / inside.shape[1])
    total = weights.sum(axis=1, keepdims=True)
    for _round in range(MOST_ROUNDS):
        before = cells
        cells = cells * ((weights / np.maximum(cells @ inside.T, 1e-300)) @ inside) / total
        if np.abs(cells - before).max() < PRECISION:
            break
    return cells


def _at_or_above(cells: Array) -> Array:
    share = np.cumsum(cells[:, ::-1], axis=1)[:, ::-1]
    return np.minimum.accumulate(np.clip(share, 0.0, 1.0), axis=1)


def asked_shares(answers: LadderAnswers) -> AskedShares:
    """The weighted share of yes at each price asked, and its isotonic regression (pool adjacent violators).

    The shares compare like with like only where everyone saw every price: a ladder that stops at the first no asks
    its high prices of the willing alone.
    """
    price, place = np.unique(answers.price, return_inverse=True)
    weight = answers.weight[answers.respondent]
    asked: Array = np.bincount(place.reshape(-1), weights=weight).astype(float)
    share = np.bincount(place.reshape(-1), weights=weight * answers.would_buy) / asked
    return AskedShares(price, np.bincount(place.reshape(-1)).astype(float), share, falling(share, asked))


def falling(values: Array, weights: Array) -> Array:
    """The weighted least-squares fit that never rises, by pooling neighbours that do; shape (K,)."""
    level: list[float] = []
    mass: list[float] = []
    length: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        level, mass, length = [*level, value], [*mass, weight], [*length, 1]
        while len(level) > 1 and level[-1] > level[-2]:
            last, heavy, count = level.pop(), mass.pop(), length.pop()
            level[-1] = (level[-1] * mass[-1] + last * heavy) / (mass[-1] + heavy)
            mass[-1] += heavy
            length[-1] += count
    return np.repeat(level, length)
