"""Bootstrap weights over independent customers, in chunks of worlds that fit a small memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

CHUNK_CELLS = 8_000_000


def world_chunks(worlds: int, cells_per_world: int) -> Iterator[slice]:
    """Slices of the worlds 0..D-1 such that a chunk holds about CHUNK_CELLS numbers."""
    step = max(1, CHUNK_CELLS // max(1, cells_per_world))
    for start in range(0, worlds, step):
        yield slice(start, min(start + step, worlds))


def customer_weights(customers: int, worlds: int, rng: np.random.Generator) -> Array:
    """Weights of the Bayesian bootstrap, shape (D, N): independent Exponential(1), mean 1.

    Divided by its sum, a row is one draw of Dirichlet(1, ..., 1) over the customers. Unlike multinomial counts no
    weight is ever 0, so that a group with one customer keeps a mean in every world.

    Source: Rubin 1981, The Bayesian Bootstrap, Annals of Statistics 9(1):130-134.
    """
    return rng.standard_exponential((worlds, customers))


def dense_index(labels: ArrayLike, size: int) -> NDArray[np.intp]:
    """Labels of any kind as 0..N-1 in sorted order, shape (n,)."""
    values = np.asarray(labels)
    if values.shape != (size,):
        raise CannotEstimate(
            "labels_do_not_fit",
            "There are %(rows)d rows but labels of shape %(shape)s.",
            "Give one label for each row.",
            rows=size,
            shape=str(values.shape),
        )
    return np.unique(values, return_inverse=True)[1].reshape(-1)


def respondent_weights(weights: ArrayLike | None, size: int) -> Array:
    """Survey weights, shape (n,), scaled to mean 1; all 1 when none are given.

    Raises CannotEstimate (``weights_not_usable``) for weights that are negative, not finite or all 0.
    """
    if weights is None:
        return np.ones(size)
    values = np.asarray(weights, dtype=float)
    usable = values.shape == (size,) and np.all(np.isfinite(values)) and np.all(values >= 0) and values.sum() > 0
    if not usable:
        raise CannotEstimate(
            "weights_not_usable",
            "Some weights are missing, negative or not finite, or all are zero.",
            "Give every row a weight of zero or more, or leave weights out.",
        )
    return values / values.mean()
