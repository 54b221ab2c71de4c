"""Willingness-to-pay space: what is estimated is money, not utility.

    U = λ (-price + ω'x) + ε        λ > 0: sensitivity to price; ω_k: willingness to pay for a unit of x_k, in money

Everybody alike, this is a multinomial logit in other words: ω_k = -b_k / b_price, of the same likelihood. Where people
differ, it is another model: ω itself has a normal distribution, in place of a ratio of two random part-worths, whose
tails may be without mean. The likelihood has several hills, so that several starts are compared.

Sources: Train & Weeks 2005, Discrete choice models in preference space and willingness-to-pay space, in Scarpa &
Alberini (eds.), ch. 1, eq. 5; Helveston 2023, logitr, Journal of Statistical Software 105(10), section 2.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from trimtab.economics.choice import logit
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.mixed_logit import MixedFit, Progress, fit_mixture, random_columns
from trimtab.economics.choice.mixture import LARGEST, Index, Spread
from trimtab.economics.choice.mixture_draws import Sequence
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

CERTAIN = 2.0  # standard errors that the price coefficient must be below 0


@dataclass(frozen=True)
class WtpMixture:
    """Part-worths b_price = -λ and b_k = λ ω_k, with λ = exp(u_price) and ω_k = u_k where they differ between people.

    θ holds K centres (ω_k, and ln λ in the place of the price), then the entries of L. ``random`` are the places of the
    columns with a u of their own.
    """

    names: tuple[str, ...]
    price: int
    random: Index
    correlated: bool = False

    @property
    def varying(self) -> Index:
        return np.arange(len(self.names)) if self.price in self.random else self.random

    @property
    def fixed(self) -> Index:
        return np.setdiff1d(np.arange(len(self.names)), self.varying)

    @property
    def spread(self) -> Spread:
        return Spread(tuple(self.parameter_names_of(k) for k in self.random), self.correlated)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        own = tuple(self.parameter_names_of(k) for k in range(len(self.names)))
        return (*own, *self.spread.parameter_names)

    def parameter_names_of(self, column: int) -> str:
        """``"ln λ"`` for the price, else the column's own name."""
        return "ln λ" if column == self.price else self.names[column]

    def constant(self, theta: Array) -> Array:
        if not len(self.fixed):
            return np.empty(0)
        return np.exp(theta[self.price]) * np.where(self.fixed == self.price, -1.0, theta[self.fixed])

    def realise(self, theta: Array, z: Array, out: Array) -> None:
        normals = np.empty(z.shape)
        self.spread.normals(theta[self.random], theta[len(self.names) :], z, normals)
        own = {int(k): normals[:, q] for q, k in enumerate(self.random)}
        scale = np.exp(np.minimum(own.get(self.price, theta[self.price]), LARGEST))
        for v, k in enumerate(self.varying):
            out[:, v] = scale * (-1.0 if k == self.price else own.get(int(k), theta[k]))

    def pull(self, theta: Array, z: Array, realised: Array, fixed: Array, varying: Array) -> Array:
        price_varies = self.price in self.random
        scale = -realised[:, self.price] if price_varies else np.exp(theta[self.price])
        by_scale = np.einsum("cvr,cvr->cr", varying, realised)
        centres = np.empty((len(z), len(self.names)))
        centres[:, self.fixed] = fixed * np.exp(theta[self.price])
        centres[:, self.price] = by_scale.sum(axis=1) + fixed @ self.constant(theta)
        by_normal = np.empty(z.shape)
        for v, k in enumerate(self.varying):
            if k != self.price:
                gradient = varying[:, v] * scale
                centres[:, k] = gradient.sum(axis=1)
                by_normal[:, self.random == k] = gradient[:, None]
        if price_varies:
            by_normal[:, self.random == self.price] = by_scale[:, None]
        return np.concatenate([centres, self.spread.pull(by_normal, z)], axis=1)

    def start(self, coefficients: Array) -> Array:
        scale = max(-coefficients[self.price], 0.05)
        centres = coefficients / scale
        centres[self.price] = np.log(scale)
        size = np.where(self.random == self.price, 1.0, 1.0 / scale)
        return np.concatenate([centres, np.diag(size)[self.spread.triangle]])

    def units(self, scale: Array) -> tuple[Array, Array]:
        a, c = scale[self.price] / scale, np.zeros(len(scale))
        a[self.price], c[self.price] = 1.0, -np.log(scale[self.price])
        entries = a[self.random][self.spread.triangle[0]]
        return np.concatenate([a, entries]), np.concatenate([c, np.zeros(len(entries))])


@dataclass(frozen=True)
class WtpFit:
    """Willingness to pay (K-1,) for a unit of each column but the price, with its covariance, in the price's money."""

    names: tuple[str, ...]
    values: Array
    covariance: Array
    scale: float
    log_likelihood: float
    preference: logit.LogitFit

    @property
    def standard_errors(self) -> Array:
        """Of the values, by the delta method, shape (K-1,)."""
        return np.sqrt(np.diag(self.covariance))

    def draws(self, worlds: int, rng: np.random.Generator) -> Array:
        """Willingness to pay in D worlds, (D, K-1): ratios of drawn part-worths, so that intervals may be skew."""
        price = self.preference.names.index(next(n for n in self.preference.names if n not in self.names))
        drawn = self.preference.draws(worlds, rng)
        below = np.minimum(drawn[:, [price]], -1e-12)
        return -np.delete(drawn, price, axis=1) / below


def fit(data: ChoiceData, price: str) -> WtpFit:
    """Willingness to pay where everybody is alike: ω_k = -b_k / b_price, λ = -b_price, from the multinomial logit.

    The covariance follows from that of the part-worths (clustered by respondent) by the delta method. Raises
    CannotEstimate as ``logit.fit`` does, and ``column_unknown``, ``price_does_not_deter``.
    """
    place = price_place(data, price)
    preference = logit.fit(data)
    refuse_unclear_price(preference, place)
    scale = -float(preference.coefficients[place])
    jacobian = np.eye(data.coefficients) / scale
    jacobian[:, place] = preference.coefficients / scale**2
    kept = np.delete(np.arange(data.coefficients), place)
    covariance = (jacobian @ preference.covariance @ jacobian.T)[np.ix_(kept, kept)]
    values = preference.coefficients[kept] / scale
    return WtpFit(tuple(data.names[k] for k in kept), values, covariance, scale, preference.log_likelihood, preference)


def fit_mixed(
    data: ChoiceData,
    price: str,
    *,
    random: Iterable[str],
    rng: np.random.Generator,
    correlated: bool = False,
    points: int = 500,
    sequence: Sequence = "halton",
    starts: int = 5,
    on_progress: Progress | None = None,
) -> MixedFit:
    """Willingness to pay that differs between people: normal for the columns in ``random``, by simulated likelihood.

    With the price itself in ``random``, λ is lognormal. The parameters are ω by column and ln λ; the result's
    ``population`` is in part-worths again, so that simulators read it like any other. Raises CannotEstimate as
    ``mixed_logit.fit`` does, and ``price_does_not_deter``.
    """
    place = price_place(data, price)
    places = random_columns(data, dict.fromkeys(random, "normal"))
    simple = logit.fit(data, clustered=False)
    refuse_unclear_price(simple, place)
    mixture = WtpMixture(data.names, place, np.array(sorted(places)), correlated)
    return fit_mixture(
        data, mixture, simple, rng=rng, points=points, sequence=sequence, starts=starts, on_progress=on_progress
    )


def price_place(data: ChoiceData, price: str) -> int:
    """The column of the linear price. Raises CannotEstimate (``column_unknown``)."""
    if price not in data.names:
        raise CannotEstimate(
            "column_unknown",
            "“%(field)s” is not one of the columns: %(columns)s.",
            "Name the column of the price; a price with levels must be coded as a number for this.",
            field=price,
            columns=", ".join(data.names),
        )
    return data.names.index(price)


def refuse_unclear_price(preference: logit.LogitFit, place: int) -> None:
    """Raise CannotEstimate (``price_does_not_deter``) unless a higher price clearly makes a choice less likely."""
    coefficient, error = float(preference.coefficients[place]), float(preference.standard_errors[place])
    if coefficient > -CERTAIN * error:
        raise CannotEstimate(
            "price_does_not_deter",
            "A higher “%(field)s” does not clearly make a choice less likely (%(estimate)s ± %(error)s).",
            "Ask more people or wider prices: money cannot be a measure before it matters.",
            field=preference.names[place],
            estimate=f"{coefficient:.3g}",
            error=f"{error:.2g}",
        )
