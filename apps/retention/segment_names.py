"""Which segments a customer or an answer belongs to, and which of them are worth a row of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from apps.retention.subscription_log import SubscriptionLog
from apps.retention.survey import SatisfactionSurvey

MOST_SEGMENTS = 12
EVERYONE = ("",)


def largest(segment: NDArray[np.str_]) -> tuple[str, ...]:
    """The named segments in alphabetical order, of very many the most frequent; ("",) where there is none."""
    names, counts = np.unique(segment[segment != ""], return_counts=True)
    kept = np.sort(names[np.argsort(-counts, kind="stable")[:MOST_SEGMENTS]])
    return tuple(str(name) for name in kept) or EVERYONE


def answering_segment(survey: SatisfactionSurvey, log: SubscriptionLog | None) -> NDArray[np.str_]:
    """The segment of each answer, (n,): as the survey says, else as the log says of the customer's last stay."""
    if log is None or np.all(survey.segment != ""):
        return survey.segment
    known = dict(zip(log.customer.tolist(), log.segment.tolist(), strict=True))
    told = [
        own or known.get(who, "") for own, who in zip(survey.segment.tolist(), survey.customer.tolist(), strict=True)
    ]
    return np.array(told, dtype=str)
