"""What is known of each customer, as numbers that a model of leaving can use: codes, scales and refusals.

Notation: n rows (stays, or parts of stays), p coefficients. Text columns get one 0/1 column for each level but the
most frequent, the reference; numbers stay as they are. The models work on standardised columns, so that no unit makes
the search for the maximum badly scaled, and give their coefficients back in the units that came in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

Mask = NDArray[np.bool_]
MOST_LEVELS = 20
COLLINEAR = 1e-7
FEWEST_EVENTS = 10


@dataclass(frozen=True)
class Term:
    """One coefficient: its ``column``; the ``level`` that it compares with ``reference``, or None for a number.

    ``spread`` is the standard deviation of the column: what a typical step of a number is.
    """

    column: str
    level: str | None
    reference: str | None
    spread: float

    @property
    def name(self) -> str:
        return self.column if self.level is None else f"{self.column}: {self.level}"


@dataclass(frozen=True)
class Covariates:
    """``values`` (n, p) in the units given, its p ``terms``; ``centre`` and ``spread`` (p,) standardise it."""

    values: Array
    terms: tuple[Term, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(term.name for term in self.terms)

    @property
    def rows(self) -> int:
        return int(self.values.shape[0])

    @property
    def centre(self) -> Array:
        return np.asarray(self.values.mean(axis=0))

    @property
    def spread(self) -> Array:
        return np.array([term.spread for term in self.terms])

    @property
    def standardised(self) -> Array:
        """(values - centre) / spread, (n, p): each column with mean 0 and standard deviation 1."""
        return (self.values - self.centre) / self.spread

    def take(self, rows: NDArray[Any]) -> Covariates:
        """The same terms for some rows, (m, p); the units and references stay."""
        return Covariates(self.values[rows], self.terms)

    def times(self, factor: Array, word: str) -> Covariates:
        """Every column times ``factor`` (n,), named after ``word``: an interaction."""
        values = self.values * factor[:, None]
        terms = [
            Term(f"{term.name} × {word}", None, None, float(column.std()) or 1.0)
            for term, column in zip(self.terms, values.T, strict=True)
        ]
        return Covariates(values, tuple(terms))

    def beside(self, other: Covariates) -> Covariates:
        """The columns of both, (n, p + q)."""
        return Covariates(np.column_stack([self.values, other.values]), self.terms + other.terms)


def code(columns: Mapping[str, Any], *, references: Mapping[str, str] | None = None) -> Covariates:
    """Columns of text or numbers, each (n,), as ``Covariates``.

    ``references`` names the level that a text column is compared with; the most frequent otherwise (the first in
    the alphabet of those that tie). Raises CannotEstimate: no_covariates, lengths_differ, covariate_missing (a number
    that is not finite), covariate_constant, too_many_levels, covariates_collinear; each names the column.

    >>> coded = code({"plan": ["free", "pro", "pro"], "seats": [1, 4, 2]})
    >>> coded.names, coded.values.tolist()
    (('plan: free', 'seats'), [[1.0, 1.0], [0.0, 4.0], [0.0, 2.0]])
    """
    if not columns:
        raise CannotEstimate("no_covariates", "No column was chosen.", "Choose one or more columns.")
    arrays = {name: np.asarray(column) for name, column in columns.items()}
    if len({array.shape for array in arrays.values()}) != 1:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per customer in each.")
    parts = [_column(name, array, (references or {}).get(name)) for name, array in arrays.items()]
    coded = Covariates(np.column_stack([values for values, _ in parts]), tuple(t for _, terms in parts for t in terms))
    _refuse_collinear(coded)
    return coded


def _column(name: str, array: NDArray[Any], reference: str | None) -> tuple[Array, tuple[Term, ...]]:
    if array.dtype.kind in "biuf":
        return _number(name, array.astype(float))
    return _levels(name, array.astype(str), reference)


def _number(name: str, values: Array) -> tuple[Array, tuple[Term, ...]]:
    if not np.all(np.isfinite(values)):
        raise CannotEstimate(
            "covariate_missing",
            "“%(column)s” is unknown for %(count)d of the customers.",
            "Leave these customers or the column out.",
            column=name,
            count=int(np.sum(~np.isfinite(values))),
        )
    if np.ptp(values) <= 1e-12 * max(1.0, float(np.abs(values).max())):
        raise _constant(name)
    return values[:, None], (Term(name, None, None, float(values.std())),)


def _levels(name: str, values: NDArray[np.str_], reference: str | None) -> tuple[Array, tuple[Term, ...]]:
    levels, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    if levels.size == 1:
        raise _constant(name)
    if levels.size > MOST_LEVELS:
        raise CannotEstimate(
            "too_many_levels",
            "“%(column)s” has %(levels)d different values; at most %(most)d can be compared.",
            "Group the values, or leave the column out.",
            column=name,
            levels=int(levels.size),
            most=MOST_LEVELS,
        )
    base = reference if reference in levels else str(levels[np.argmax(counts)])
    others = [spot for spot, level in enumerate(levels) if level != base]
    coded = (place.reshape(-1)[:, None] == np.array(others)).astype(float)
    terms = [Term(name, str(levels[spot]), base, float(coded[:, k].std())) for k, spot in enumerate(others)]
    return coded, tuple(terms)


def _constant(name: str) -> CannotEstimate:
    return CannotEstimate(
        "covariate_constant",
        "“%(column)s” is the same for all customers, so nothing can be compared by it.",
        "Leave the column out, or bring customers who differ in it.",
        column=name,
    )


def independent(coded: Covariates) -> tuple[Covariates, tuple[Term, ...]]:
    """Without the terms that the ones before them already tell, and these terms: the rest spans the same.

    Of two answers that always come together ("no telephone", "no second line") one says all there is to say.
    """
    left = coded.standardised / np.sqrt(coded.rows)
    keep = np.ones(len(coded.terms), dtype=bool)
    for place in range(len(coded.terms)):
        length = float(np.linalg.norm(left[:, place]))
        keep[place] = length >= COLLINEAR**0.5
        if keep[place]:
            direction = left[:, place] / length
            left[:, place + 1 :] -= np.outer(direction, direction @ left[:, place + 1 :])
    kept = tuple(term for term, stays in zip(coded.terms, keep, strict=True) if stays)
    gone = tuple(term for term, stays in zip(coded.terms, keep, strict=True) if not stays)
    return Covariates(coded.values[:, keep], kept), gone


def _refuse_collinear(coded: Covariates) -> None:
    """Names the first column that the ones before it already tell."""
    scaled = coded.standardised / np.sqrt(coded.rows)
    left = scaled.copy()
    for place, term in enumerate(coded.terms):
        length = float(np.linalg.norm(left[:, place]))
        if length < COLLINEAR**0.5:
            raise CannotEstimate(
                "covariates_collinear",
                "“%(column)s” says nothing that the other columns do not say already.",
                "Leave it or one of the others out.",
                column=term.name,
            )
        direction = left[:, place] / length
        left[:, place + 1 :] -= np.outer(direction, direction @ left[:, place + 1 :])


def refuse_thin(coded: Covariates, event: Mask) -> None:
    """Raises CannotEstimate: too_few_events, covariate_separates (a level of which nobody left, or nobody stayed)."""
    events = int(event.sum())
    needed = max(FEWEST_EVENTS, len(coded.terms))
    if events < needed:
        raise CannotEstimate(
            "too_few_endings",
            "Only %(events)d customers have left; with %(terms)d coefficients at least %(needed)d are needed.",
            "Wait for more endings, or choose fewer columns.",
            events=events,
            terms=len(coded.terms),
            needed=needed,
        )
    for place, term in enumerate(coded.terms):
        if term.level is not None and not event[coded.values[:, place] == 1].any():
            raise separates(term.name)
        if term.level is not None:
            _refuse_empty_reference(coded, term, event)


def _refuse_empty_reference(coded: Covariates, term: Term, event: Mask) -> None:
    own = [place for place, other in enumerate(coded.terms) if other.column == term.column and other.level is not None]
    if not event[coded.values[:, own].sum(axis=1) == 0].any():
        raise separates(f"{term.column}: {term.reference}")


def separates(name: str) -> CannotEstimate:
    """The refusal for a coefficient that runs to infinity."""
    return CannotEstimate(
        "covariate_separates",
        "“%(column)s” separates those who left from those who stayed completely, so its effect has no limit.",
        "Group it with another value, bring more customers, or leave it out.",
        column=name,
    )
