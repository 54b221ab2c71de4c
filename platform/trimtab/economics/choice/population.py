"""The people of a fitted choice model: in each world some kinds of people, each with part-worths and a share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate


@dataclass(frozen=True, init=False)
class Population:
    """What simulators and willingness to pay read, whichever model was fitted.

    ``partworths`` (D, M, K), utility for one unit of each column. ``shares`` (D, M), sum 1 in each world: how much of
    the market each kind stands for. ``names`` (K,). M is 1 for a multinomial logit, the classes of latent classes,
    the draws of a mixture, the respondents of hierarchical Bayes.

    The constructor takes shares (M,) too, the same in each world, and brings shares to sum 1. Raises CannotEstimate
    (``population_not_usable``) for part-worths that are not finite, shares below 0 and shapes that do not fit.

    >>> population = Population([[[1.0, -0.1]], [[1.2, -0.1]]], [1.0], ("quality: best", "price"))
    >>> population.worlds, population.kinds, population.column("price").tolist()
    (2, 1, [[-0.1], [-0.1]])
    """

    partworths: NDArray[np.floating]
    shares: Array
    names: tuple[str, ...]

    def __init__(self, partworths: ArrayLike, shares: ArrayLike, names: tuple[str, ...]) -> None:
        values = np.asarray(partworths)
        if values.dtype.kind != "f":
            values = values.astype(float)
        given = np.asarray(shares, dtype=float)
        if not _usable(values, given, len(names)):
            raise CannotEstimate(
                "population_not_usable",
                "Part-worths of the shape %(given)s do not make a population of %(columns)d columns.",
                "Give finite part-worths by world, kind and column, and a share of zero or more for each kind.",
                given=str(values.shape),
                columns=len(names),
            )
        normal = np.broadcast_to(given / given.sum(axis=-1, keepdims=True), values.shape[:2])
        for field, value in (("partworths", values), ("shares", normal), ("names", tuple(names))):
            object.__setattr__(self, field, value)

    @property
    def worlds(self) -> int:
        """D."""
        return self.partworths.shape[0]

    @property
    def kinds(self) -> int:
        """M."""
        return self.partworths.shape[1]

    def column(self, name: str) -> NDArray[np.floating]:
        """The part-worths of one column, shape (D, M)."""
        return self.partworths[:, :, self.names.index(name)]

    def mean(self) -> Array:
        """The mean part-worths of each world, shape (D, K)."""
        return np.einsum("dm,dmk->dk", self.shares, self.partworths)


def _usable(values: NDArray[np.floating], shares: Array, columns: int) -> bool:
    fits = values.ndim == 3 and values.size > 0 and values.shape[2] == columns
    return bool(
        fits
        and shares.shape in (values.shape[:2], values.shape[1:2])
        and np.isfinite(values).all()
        and np.isfinite(shares).all()
        and (shares >= 0).all()
        and (shares.sum(axis=-1) > 0).all()
    )
