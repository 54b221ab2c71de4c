"""The four answers of a price survey: which can be used, which contradict themselves, which columns are swapped."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import dense_index, respondent_weights

ROLES = ("too_cheap", "cheap", "expensive", "too_expensive")
MINIMUM_ANSWERS = 5
SWAP_ROWS = 0.2
SWAP_RATIO = 1.5


@dataclass(frozen=True)
class PriceAnswers:
    """Transitive answers of a price survey, and the rows that were left out.

    ``prices`` has shape (n, 4), strictly increasing along a row, in the order of ROLES, in currency; ``weights``
    (n,) with mean 1; ``customer`` (n,) numbers the independent customers 0..N-1; ``rows`` (n,) and
    ``intransitive_rows`` index the rows as they were given; ``tied_rows`` are those intransitive rows which only
    repeat a price.
    """

    prices: Array
    weights: Array
    customer: NDArray[np.intp]
    rows: NDArray[np.intp]
    intransitive_rows: NDArray[np.intp]
    tied_rows: NDArray[np.intp]
    given: int

    @property
    def kept(self) -> int:
        """How many answers are used."""
        return int(self.prices.shape[0])

    @property
    def customers(self) -> int:
        """How many independent customers gave them."""
        return int(self.customer.max()) + 1


@dataclass(frozen=True)
class ColumnSuggestion:
    """A better reading of the four columns: for each of ROLES the index and the name of the column given."""

    order: tuple[int, int, int, int]
    columns: dict[str, str]
    valid_as_named: int
    valid_as_suggested: int
    given: int


def _matrix(answers: ArrayLike) -> Array:
    prices = np.asarray(answers, dtype=float)
    if prices.ndim != 2 or prices.shape[1] != len(ROLES):
        raise CannotEstimate(
            "four_prices_needed", "A price survey needs four prices in each row.", "Name the four price columns."
        )
    for code, bad, message in (
        ("price_not_finite", ~np.isfinite(prices), "%(count)d rows miss a price, the first is row %(row)d."),
        ("negative_price", prices < 0, "%(count)d rows hold a negative price, the first is row %(row)d."),
    ):
        rows = np.flatnonzero(bad.any(axis=1))
        if rows.size:
            raise CannotEstimate(
                code, message, "Correct these rows or leave them out.", count=int(rows.size), row=int(rows[0])
            )
    return prices


def transitive(prices: Array) -> NDArray[np.bool_]:
    """Which rows hold too cheap < cheap < expensive < too expensive, all strictly; shape (n,)."""
    return np.all(np.diff(prices, axis=1) > 0, axis=1)


def price_answers(
    answers: ArrayLike, *, weights: ArrayLike | None = None, customer: ArrayLike | None = None
) -> PriceAnswers:
    """Sort the answers of a price survey into those that can be used and those that contradict themselves.

    ``answers`` has shape (n, 4) in the order of ROLES, prices of zero or more in one currency; ``weights`` (n,)
    are survey weights or the customers' money; ``customer`` (n,) labels who answered, each row its own customer
    when left out.

    Raises CannotEstimate: ``four_prices_needed``, ``price_not_finite``, ``negative_price``,
    ``weights_not_usable``, ``no_transitive_answers``, ``too_few_answers`` (under MINIMUM_ANSWERS customers).
    """
    prices = _matrix(answers)
    given = prices.shape[0]
    row_weights = respondent_weights(weights, given)
    labels = np.arange(given) if customer is None else dense_index(customer, given)
    valid = transitive(prices)
    _require_enough(given, np.unique(labels[valid]).size)
    return PriceAnswers(
        prices=prices[valid],
        weights=respondent_weights(row_weights[valid], int(valid.sum())),
        customer=dense_index(labels[valid], int(valid.sum())),
        rows=np.flatnonzero(valid),
        intransitive_rows=np.flatnonzero(~valid),
        tied_rows=np.flatnonzero(~valid & np.all(np.diff(prices, axis=1) >= 0, axis=1)),
        given=given,
    )


def _require_enough(given: int, customers: int) -> None:
    if customers == 0 and given > 0:
        raise CannotEstimate(
            "no_transitive_answers",
            "None of the %(given)d answers names four rising prices.",
            "Check which column holds which question; equal prices do not count as rising.",
            given=given,
        )
    if customers < MINIMUM_ANSWERS:
        raise CannotEstimate(
            "too_few_answers",
            "Only %(customers)d customers gave four rising prices.",
            "Ask at least %(minimum)d customers.",
            customers=customers,
            minimum=MINIMUM_ANSWERS,
        )


def better_columns(answers: ArrayLike, names: tuple[str, str, str, str] = ROLES) -> ColumnSuggestion | None:
    """The order of the four columns under which clearly more answers rise, or None where the given one is fine.

    ``answers`` has shape (n, 4) in the order of ROLES as the user named them, ``names`` are the file's own column
    names in that order. All 24 orders are tried. An order is suggested when it makes SWAP_RATIO times as many rows
    valid and at least SWAP_ROWS of all rows more. Rows with a missing price never count as valid.
    """
    prices = np.asarray(answers, dtype=float)
    valid = {order: int(transitive(prices[:, order]).sum()) for order in permutations(range(len(ROLES)))}
    as_named = valid[(0, 1, 2, 3)]
    order, best = max(valid.items(), key=lambda item: item[1])
    if best < SWAP_RATIO * as_named or best - as_named < SWAP_ROWS * prices.shape[0] or best == as_named:
        return None
    columns = {role: names[index] for role, index in zip(ROLES, order, strict=True)}
    first, second, third, fourth = order
    return ColumnSuggestion((first, second, third, fourth), columns, as_named, best, prices.shape[0])
