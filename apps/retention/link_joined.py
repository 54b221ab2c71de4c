"""Satisfaction answers joined to the stays that they were given in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.retention.subscription_log import SubscriptionLog
from apps.retention.survey import SatisfactionSurvey
from trimtab.economics.draws import Array
from trimtab.economics.retention.spells import months_between
from trimtab.economics.satisfaction.answer_noise import meant, noise_variance


@dataclass(frozen=True)
class Joined:
    """m answers within a stay: U as it was meant (m,), tenure at the answer and at its end, whether the customer left.

    The counts are of those left out, but for ``customers``. ``stay`` (m,) are the places of the stays in the log,
    ``segment`` (m,) those of the answer or else of the stay.
    """

    satisfaction: Array
    entry: Array
    duration: Array
    ended: NDArray[np.bool_]
    customers: int
    undated: int
    unknown: int
    outside: int
    stay: NDArray[np.int64]
    segment: NDArray[np.str_]

    def counts(self) -> dict[str, int]:
        return {
            "answers": int(self.satisfaction.size),
            "customers": self.customers,
            "endings": int(self.ended.sum()),
            "undated": self.undated,
            "unknown": self.unknown,
            "outside": self.outside,
        }


def join(survey: SatisfactionSurvey, log: SubscriptionLog) -> Joined:
    """Each dated answer with the stay that it was given in, from the day of the answer to the next answer or the end.

    Months before an answer must not count: only who was still there could give it. Answers after the stay, on its
    last day, or without a date are left out.
    """
    dated = ~np.isnat(survey.said_on)
    known = np.isin(survey.customer, log.customer)
    rows = np.flatnonzero(dated & known)
    until = np.where(log.ended, log.end, np.datetime64(log.as_of, "D"))
    stay = _stay_of(survey.customer[rows], survey.said_on[rows], log)
    inside = stay >= 0
    inside[inside] &= survey.said_on[rows[inside]] < until[stay[inside]]
    rows, stay = rows[inside], stay[inside]
    order = np.lexsort((survey.said_on[rows], stay))
    rows, stay = rows[order], stay[order]
    said, last = survey.said_on[rows], until[stay]
    asked_again = np.append(stay[1:] == stay[:-1], False) if stay.size else np.zeros(0, dtype=bool)
    last[asked_again] = np.append(said[1:], said[-1:])[asked_again]
    # Two answers of one day leave the first no time to be judged by.
    lasting = last > said
    return Joined(
        satisfaction=meant(survey.answers, noise_variance(survey.points))[rows, 3][lasting],
        entry=months_between(log.start[stay], said)[lasting],
        duration=months_between(log.start[stay], last)[lasting],
        ended=(log.ended[stay] & ~asked_again)[lasting],
        customers=int(np.unique(log.customer[stay[lasting]]).size),
        undated=int((~dated & known).sum()),
        unknown=int((~known).sum()),
        outside=int((~inside).sum()),
        stay=stay[lasting],
        segment=np.where(survey.segment[rows] != "", survey.segment[rows], log.segment[stay])[lasting],
    )


def _stay_of(customer: NDArray[np.str_], day: NDArray[np.datetime64], log: SubscriptionLog) -> NDArray[np.int64]:
    """The last stay of the customer that began by that day, (m,); -1 where none had. The log is in that order."""
    names = np.unique(log.customer)
    key = _keys(names, log.customer, log.start)
    place = np.searchsorted(key, _keys(names, customer, day), side="right") - 1
    found = np.where(place >= 0, place, 0)
    fits = (place >= 0) & (log.customer[found] == customer)
    return np.where(fits, place, -1)


def _keys(names: NDArray[np.str_], customer: NDArray[np.str_], day: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Numbers that sort by customer and then by day."""
    return np.searchsorted(names, customer) * 10_000_000 + day.astype("datetime64[D]").astype(np.int64) + 1_000_000
