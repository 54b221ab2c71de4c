"""The answers of a price ladder: what each person's yes and no at several prices say about the most they would pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import dense_index, respondent_weights
from trimtab.economics.shapes import shaped

MINIMUM_RESPONDENTS = 5


@dataclass(frozen=True)
class LadderAnswers:
    """Price-ladder answers, and for each of N respondents the interval that holds the most that they would pay.

    Of R answers: ``price`` (R,) in currency, ``would_buy`` (R,), ``respondent`` (R,) numbering the people 0..N-1.
    Of N people: ``low`` (N,) the price up to which they buy for sure (0 where they refused every price), ``high``
    (N,) the price from which on they do not (infinite where they refused none), ``weight`` (N,) with mean 1,
    ``labels`` (N,), and ``inconsistent`` (N,): they would buy at a price as high as one that they refuse.
    """

    price: Array
    would_buy: NDArray[np.bool_]
    respondent: NDArray[np.intp]
    labels: NDArray[np.str_]
    low: Array
    high: Array
    weight: Array
    inconsistent: NDArray[np.bool_]

    @property
    def respondents(self) -> int:
        """N, how many people answered."""
        return int(self.low.size)

    @property
    def asked(self) -> Array:
        """The different prices that were asked, rising, shape (K,)."""
        return np.unique(self.price)

    @property
    def everyone_saw_every_price(self) -> bool:
        """Whether the shares of yes can be compared across prices: else those asked differ from price to price."""
        pairs = np.unique(self.respondent * self.asked.size + np.searchsorted(self.asked, self.price))
        return pairs.size == self.respondents * self.asked.size


def ladder_answers(
    price: ArrayLike,
    would_buy: ArrayLike,
    respondent: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> LadderAnswers:
    """Sort the answers of a price ladder by person.

    A person's most lies in [low, high): low is the highest price with a yes, high the lowest price with a no. Who
    contradicts themselves (a yes at or above a no) keeps the interval that every reading of their answers allows:
    from the highest yes below the first no, to the lowest no above the last yes. They are counted in
    ``inconsistent``, never left out in silence.

    ``price`` (R,) above zero, in one currency; ``would_buy`` (R,) yes or no; ``respondent`` (R,) labels who
    answered; ``weights`` (R,) of the answers, of which a person's mean counts.

    Raises CannotEstimate: ``negative_price``, ``price_of_zero``, ``answers_not_yes_or_no``, ``weights_not_usable``,
    ``labels_do_not_fit``, ``too_few_respondents``, ``one_price_only``, ``everyone_buys``, ``nobody_buys``, and those
    of ``shaped``.

    >>> found = ladder_answers([10, 20, 30] * 5, [1, 1, 0] + [1, 0, 0] * 4, ["a"] * 3 + ["b"] * 3 + ["c", "d", "e"] * 3)
    >>> found.low[:2].tolist(), found.high[:2].tolist()
    ([20.0, 10.0], [30.0, 20.0])
    """
    prices, says = _checked(price, would_buy)
    index = dense_index(respondent, prices.size)
    labels = np.unique(np.asarray(respondent)).astype(str)
    _require_spread(prices, says, labels.size)
    of_answers = respondent_weights(weights, prices.size)
    by_person = np.bincount(index, weights=of_answers) / np.bincount(index)
    low, high, inconsistent = _intervals(prices, says, index, labels.size)
    return LadderAnswers(
        prices, says, index, labels, low, high, respondent_weights(by_person, labels.size), inconsistent
    )


def _checked(price: ArrayLike, would_buy: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    prices = shaped("Prices", price, (None,), remedy="Give one price for each answer.")
    if np.any(prices < 0):
        raise CannotEstimate(
            "negative_price",
            "%(count)d rows hold a negative price, the first is row %(row)d.",
            "Correct these rows or leave them out.",
            count=int(np.sum(prices < 0)),
            row=int(np.argmax(prices < 0)),
        )
    if np.any(prices == 0):
        raise CannotEstimate(
            "price_of_zero",
            "%(count)d rows ask a price of zero, which says nothing of what people would pay.",
            "Leave these rows out.",
            count=int(np.sum(prices == 0)),
        )
    says = np.asarray(would_buy)
    if says.shape != prices.shape or not np.all((says == 0) | (says == 1)):
        raise CannotEstimate(
            "answers_not_yes_or_no",
            "Every price asked needs one answer, yes or no.",
            "Give yes or no (1 or 0) for each price.",
        )
    return prices, says.astype(bool)


def _require_spread(price: Array, says: NDArray[np.bool_], people: int) -> None:
    if people < MINIMUM_RESPONDENTS:
        raise CannotEstimate(
            "too_few_respondents",
            "Only %(people)d people answered.",
            "Ask at least %(minimum)d people.",
            people=people,
            minimum=MINIMUM_RESPONDENTS,
        )
    if np.unique(price).size < 2:
        raise CannotEstimate(
            "one_price_only", "Everyone was asked the same single price.", "Ask at least two different prices."
        )
    if says.all():
        raise CannotEstimate(
            "everyone_buys",
            "Everyone would buy at every price asked, up to %(highest)s.",
            "Ask higher prices.",
            highest=f"{price.max():g}",
        )
    if not says.any():
        raise CannotEstimate(
            "nobody_buys",
            "Nobody would buy at any price asked, down to %(lowest)s.",
            "Ask lower prices.",
            lowest=f"{price.min():g}",
        )


def _intervals(
    price: Array, says: NDArray[np.bool_], person: NDArray[np.intp], people: int
) -> tuple[Array, Array, NDArray[np.bool_]]:
    last_yes, first_no = np.full(people, -np.inf), np.full(people, np.inf)
    np.maximum.at(last_yes, person[says], price[says])
    np.minimum.at(first_no, person[~says], price[~says])
    inconsistent = last_yes >= first_no
    low, high = np.zeros(people), np.full(people, np.inf)
    sure_yes, sure_no = says & (price < first_no[person]), ~says & (price > last_yes[person])
    np.maximum.at(low, person[sure_yes], price[sure_yes])
    np.minimum.at(high, person[sure_no], price[sure_no])
    return low, high, inconsistent
