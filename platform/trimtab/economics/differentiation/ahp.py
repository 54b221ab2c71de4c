"""Analytic hierarchy process: weights from pairwise judgements, with their consistency and their noise.

Notation: K criteria, N people, D worlds; a_ij says how many times as much criterion i matters as j.

Sources: Saaty 1980, The Analytic Hierarchy Process, McGraw-Hill (eigenvector, consistency); Harker 1987, Mathematical
Modelling 9:353-360 (unasked pairs); Agoston & Csato 2022, Omega 113:102710 (random index with gaps).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.differentiation.pairwise import checked_table, combined, connected
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import customer_weights

# Saaty's mean consistency index of random tables, by the number of criteria from 0 on.
RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
ACCEPTABLE = 0.1
LEAST_NOISE = 0.15
STEPS = 60


@dataclass(frozen=True)
class Misfit:
    """The judgement (``one``, ``other``) that fits the others worst: ``given`` against what the others ``implied``."""

    one: int
    other: int
    given: float
    implied: float


@dataclass(frozen=True)
class PairwiseWeights:
    """Weights (K,) that sum to 1, and how far the judgements agree with each other.

    ``largest_eigenvalue`` is K where they agree fully. ``ratio`` is the consistency index over that of random tables,
    up to .1 by custom acceptable. ``worst`` is None where nothing contradicts. ``asked`` counts the pairs judged.
    """

    weights: Array
    largest_eigenvalue: float
    index: float
    ratio: float
    worst: Misfit | None
    asked: int

    @property
    def acceptable(self) -> bool:
        """Whether the consistency ratio is at most .1."""
        return self.ratio <= ACCEPTABLE


def pairwise_weights(judgements: ArrayLike) -> PairwiseWeights:
    """Weights from a table of judgements: A w = lambda w, index = (lambda - K) / (K - 1), ratio = index / RI(K).

    ``judgements`` (K, K) reciprocal, nan where a pair was not asked; such a pair is taken at the ratio of the weights
    (Harker), and RI shrinks by 1 - 2m / ((K-1)(K-2)) with m unasked pairs. Up to two criteria cannot contradict.

    Raises CannotEstimate: ``judgement_not_usable``, ``too_few_criteria``, ``too_many_criteria``,
    ``judgements_not_connected``.

    >>> found = pairwise_weights([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    >>> found.weights.round(4).tolist(), round(found.ratio, 4)
    ([0.5714, 0.2857, 0.1429], 0.0)
    """
    table = checked_table(judgements)
    criteria = table.shape[0]
    if criteria >= len(RANDOM_INDEX):
        raise CannotEstimate(
            "too_many_criteria",
            "Pairwise judgements are meant for up to %(most)d criteria.",
            "Leave out what matters least, or use best-worst judgements.",
            most=len(RANDOM_INDEX) - 1,
        )
    if not connected(table):
        raise CannotEstimate(
            "judgements_not_connected",
            "Some criteria are compared with no other.",
            "Compare each criterion with at least one that is compared with the rest.",
        )
    weights = principal_vectors(_harker(table)[None])[0]
    filled = np.where(np.isnan(table), weights[:, None] / weights, table)
    largest = float(np.mean(filled @ weights / weights))
    index = max(0.0, (largest - criteria) / (criteria - 1))
    unasked = int(np.isnan(table).sum()) // 2
    return PairwiseWeights(
        weights, largest, index, _ratio(index, criteria, unasked), _worst(table, weights),
        criteria * (criteria - 1) // 2 - unasked,
    )  # fmt: skip


def _ratio(index: float, criteria: int, unasked: int) -> float:
    if criteria < 3:
        return 0.0
    random = RANDOM_INDEX[criteria] * (1 - 2 * unasked / ((criteria - 1) * (criteria - 2)))
    return index / random if random > 1e-9 else 0.0


def _harker(table: Array) -> Array:
    """Zeros for unasked pairs and their count added to the diagonal: its principal vector needs no such pair."""
    gaps = np.isnan(table)
    quasi = np.where(gaps, 0.0, table)
    quasi[np.diag_indices_from(quasi)] = 1.0 + gaps.sum(axis=1)
    return quasi


def principal_vectors(tables: Array) -> Array:
    """Principal right eigenvectors (D, K), each summing to 1, of positive tables (D, K, K), by repeated squaring."""
    power = np.asarray(tables, dtype=float)
    previous = power.sum(axis=2)
    previous /= previous.sum(axis=1, keepdims=True)
    for _step in range(STEPS):
        power = power @ power
        power /= power.max(axis=(1, 2), keepdims=True)
        vectors = power.sum(axis=2)
        vectors /= vectors.sum(axis=1, keepdims=True)
        if np.abs(vectors - previous).max() < 1e-14:
            break
        previous = vectors
    return np.asarray(vectors)


def _worst(table: Array, weights: Array) -> Misfit | None:
    implied = weights[:, None] / weights
    miss = np.nan_to_num(np.abs(np.log(table / implied)))
    one, other = np.unravel_index(np.argmax(np.triu(miss)), miss.shape)
    if miss[one, other] < 1e-6:
        return None
    rest = table.copy()
    rest[one, other] = rest[other, one] = np.nan
    if connected(rest):
        without = principal_vectors(_harker(rest)[None])[0]
        implied = without[:, None] / without
    return Misfit(int(one), int(other), float(table[one, other]), float(implied[one, other]))


def judgement_noise(table: ArrayLike) -> float:
    """Standard deviation of the logarithm of one judgement, from how far judgements contradict each other.

    sd^2 = LEAST_NOISE^2 + sum of squared ln(a_ij w_j / w_i) / (judgements - K + 1): nobody judges better than by about
    a seventh, even where all judgements agree.
    """
    given = checked_table(table)
    found = pairwise_weights(given)
    miss = np.nan_to_num(np.log(given * found.weights / found.weights[:, None]))
    spare = found.asked - given.shape[0] + 1
    return float(np.sqrt(LEAST_NOISE**2 + (np.triu(miss) ** 2).sum() / spare)) if spare > 0 else LEAST_NOISE


def ahp_draws(people: Sequence[ArrayLike], worlds: int, rng: np.random.Generator) -> Array:
    """Weight draws (D, K): in each world the judgements are drawn around what was said, and people are drawn anew.

    ln a_ij of a person is normal around the judgement with ``judgement_noise``; people carry Exponential(1) weights (a
    Bayesian bootstrap) in the geometric mean, so that one person's weights differ by their noise alone. ``people`` N
    tables (K, K). Errors as ``pairwise_weights``.
    """
    tables = [checked_table(table) for table in people]
    pairwise_weights(combined(tables))
    criteria = tables[0].shape[0]
    above = np.triu_indices(criteria, 1)
    logs = np.array([np.log(table[above]) for table in tables])
    noise = np.array([_noise_of(table) for table in tables])
    drawn = logs[None] + noise[:, None] * rng.standard_normal((worlds, *logs.shape))
    heard = customer_weights(len(tables), worlds, rng)[:, :, None] * ~np.isnan(logs)
    total = heard.sum(axis=1)
    mean = (heard * np.nan_to_num(drawn)).sum(axis=1) / np.where(total > 0, total, 1.0)
    ratio = np.where(total > 0, np.exp(mean), np.nan)
    full = np.full((worlds, criteria, criteria), np.nan)
    full[:, above[0], above[1]], full[:, above[1], above[0]] = ratio, 1 / ratio
    gaps = np.isnan(full)
    diagonal = np.arange(criteria)
    full = np.where(gaps, 0.0, full)
    full[:, diagonal, diagonal] = gaps.sum(axis=2)
    return principal_vectors(full)


def _noise_of(table: Array) -> float:
    """A person who left out too many pairs to be held against each other has the least noise."""
    return judgement_noise(table) if connected(table) else LEAST_NOISE
