"""How part-worths differ between people: from parameters and standard normal points to part-worths, and back again.

Every mixture splits the K columns into those whose part-worth is the same for everybody (``fixed``) and those that
vary between people (``varying``); ``realise`` gives the latter for each point, ``pull`` carries the gradient with
respect to the part-worths back to the parameters.

Notation: C respondents, Q dimensions of the points z (C, Q, R), V varying columns, F fixed ones, P parameters θ (P,).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import Array

Distribution = Literal["normal", "lognormal", "negative lognormal"]
Index = NDArray[np.intp]
LARGEST = 50.0  # no exponent above it: e^50 is certainty in any choice


class Mixture(Protocol):
    """What the simulated likelihood and the fit ask of a mixture."""

    @property
    def names(self) -> tuple[str, ...]:
        """The K columns."""

    @property
    def fixed(self) -> Index:
        """Places of the columns whose part-worth is the same for everybody, shape (F,)."""

    @property
    def varying(self) -> Index:
        """Places of the other columns, shape (V,)."""

    @property
    def spread(self) -> Spread:
        """How the normals behind the part-worths vary together."""

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The K centres, then the spread, (P,)."""

    def constant(self, theta: Array) -> Array:
        """The part-worths that all share, shape (F,)."""

    def realise(self, theta: Array, z: Array, out: Array) -> None:
        """The part-worths of the varying columns at the points ``z`` (C, Q, R), written to ``out`` (C, V, R)."""

    def pull(self, theta: Array, z: Array, realised: Array, fixed: Array, varying: Array) -> Array:
        """Gradients by respondent, (C, P), from those by part-worth: ``fixed`` (C, F), ``varying`` (C, V, R)."""

    def start(self, coefficients: Array) -> Array:
        """Parameters to begin from, (P,), given the coefficients (K,) of a multinomial logit in unit-free columns."""

    def units(self, scale: Array) -> tuple[Array, Array]:
        """a and c, each (P,), such that a θ + c are the parameters of X when θ are those of X / ``scale``."""


@dataclass(frozen=True)
class Spread:
    """Normals u = μ + L z in Q dimensions, L diagonal or, where ``correlated``, a lower triangle (Cholesky factor)."""

    names: tuple[str, ...]
    correlated: bool

    @property
    def triangle(self) -> tuple[Index, Index]:
        """Rows and columns of L that are parameters."""
        where = np.tril_indices(len(self.names)) if self.correlated else np.diag_indices(len(self.names))
        return where[0], where[1]

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """``"sd price"``, or ``"L price, quality: best"`` for the entries of the triangle by rows."""
        if not self.correlated:
            return tuple(f"sd {name}" for name in self.names)
        return tuple(f"L {self.names[i]}, {self.names[j]}" for i, j in zip(*self.triangle, strict=True))

    def factor(self, entries: Array) -> Array:
        """L (Q, Q)."""
        L = np.zeros((len(self.names), len(self.names)))
        L[self.triangle] = entries
        return L

    def signs(self, entries: Array) -> Array:
        """±1 by entry: what makes the diagonal of L positive, which leaves the distribution as it is."""
        return np.where(np.diag(self.factor(entries)) < 0, -1.0, 1.0)[self.triangle[1]]

    def normals(self, mean: Array, entries: Array, z: Array, out: Array) -> None:
        """u at the points ``z`` (C, Q, R), written to ``out`` of the same shape."""
        L = self.factor(entries)
        if self.correlated:
            np.matmul(L, z, out=out)
        else:
            np.multiply(z, np.diag(L)[:, None], out=out)
        out += mean[:, None]

    def pull(self, gradient: Array, z: Array) -> Array:
        """The gradient with respect to the entries, from that with respect to u, (C, Q, R)."""
        if not self.correlated:
            return np.einsum("cqr,cqr->cq", gradient, z)
        return np.matmul(gradient, z.transpose(0, 2, 1))[:, self.triangle[0], self.triangle[1]]


@dataclass(frozen=True)
class PreferenceMixture:
    """Part-worths b_k = u_k for normal ones, exp(u_k) for lognormal ones, -exp(u_k) for negative lognormal ones.

    θ holds K centres (for a fixed column its part-worth, else the mean of u), then the entries of L.
    """

    names: tuple[str, ...]
    varying: Index
    distributions: tuple[Distribution, ...]
    correlated: bool = False

    @property
    def fixed(self) -> Index:
        return np.setdiff1d(np.arange(len(self.names)), self.varying)

    @property
    def spread(self) -> Spread:
        return Spread(tuple(self.names[k] for k in self.varying), self.correlated)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return (*self.names, *self.spread.parameter_names)

    @property
    def logarithmic(self) -> Index:
        """Which of the varying columns are lognormal, as places among the varying ones."""
        return np.flatnonzero([kind != "normal" for kind in self.distributions])

    def sign(self, place: int) -> float:
        """The sign of a lognormal part-worth."""
        return -1.0 if self.distributions[place] == "negative lognormal" else 1.0

    def constant(self, theta: Array) -> Array:
        return theta[self.fixed]

    def realise(self, theta: Array, z: Array, out: Array) -> None:
        self.spread.normals(theta[self.varying], theta[len(self.names) :], z, out)
        for k in self.logarithmic:
            np.exp(np.minimum(out[:, k], LARGEST), out=out[:, k])
            out[:, k] *= self.sign(k)

    def pull(self, theta: Array, z: Array, realised: Array, fixed: Array, varying: Array) -> Array:
        for k in self.logarithmic:
            varying[:, k] *= realised[:, k]
        centres = np.empty((len(z), len(self.names)))
        centres[:, self.fixed] = fixed
        centres[:, self.varying] = varying.sum(axis=2)
        return np.concatenate([centres, self.spread.pull(varying, z)], axis=1)

    def start(self, coefficients: Array) -> Array:
        centres, sds = coefficients.astype(float), np.ones(len(self.varying))
        for k in self.logarithmic:
            centres[self.varying[k]] = np.log(max(abs(coefficients[self.varying[k]]), 0.05))
        return np.concatenate([centres, np.diag(sds)[self.spread.triangle]])

    def units(self, scale: Array) -> tuple[Array, Array]:
        a, c = 1.0 / scale, np.zeros(len(scale))
        logarithmic = self.varying[self.logarithmic]
        a[logarithmic], c[logarithmic] = 1.0, -np.log(scale[logarithmic])
        entries = a[self.varying][self.spread.triangle[0]]
        return np.concatenate([a, entries]), np.concatenate([c, np.zeros(len(entries))])
