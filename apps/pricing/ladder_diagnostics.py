"""What a ladder study says about its own answers: counts, curves, contradictions, segments, the usual mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from apps.pricing.ladder import LadderSurvey
from trimtab.economics.draws import Array, interval
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.answer_by_answer import answer_by_answer
from trimtab.economics.price.gabor_granger import LadderFit, fit
from trimtab.economics.price.ladder_answers import LadderAnswers
from trimtab.economics.price.turnbull import Staircase, asked_shares, turnbull

SEGMENT_PEOPLE = 30
LISTED_PEOPLE = 100
MOST_SEGMENTS = 12
STAIR_WORLDS = 1000
DIGITS = 5


def of_fit(survey: LadderSurvey, fitted: LadderFit, best: Array, grid: Array, seed: int) -> dict[str, Any]:
    answers = fitted.answers
    stairs = turnbull(answers, worlds=STAIR_WORLDS, rng=np.random.default_rng([seed, 2]))
    middle, low, high = interval(fitted.share_at(grid))
    return {
        "n": survey.rows,
        "kept": answers.respondents,
        "inconsistent": int(answers.inconsistent.sum()),
        "inconsistent_people": _contradictions(survey, answers),
        "family": fitted.family.value,
        "log_likelihood": fitted.log_likelihood,
        "everyone_saw_every_price": answers.everyone_saw_every_price,
        "asked": _asked(answers),
        "worth": {"median": _rounded(middle), "low": _rounded(low), "high": _rounded(high)},
        "stairs": _stairs(stairs),
        "worst_gap": float(np.max(np.abs(fitted.point_share_at(stairs.price[1:]) - stairs.share[1:]))),
        "beyond_asked": fitted.beyond_asked(best),
        "asked_from": float(answers.asked[0]),
        "asked_to": float(answers.asked[-1]),
        "understated": _understated(answers),
    }


def _asked(answers: LadderAnswers) -> list[dict[str, float]]:
    found = asked_shares(answers)
    rows = zip(found.price, found.asked, found.share, found.isotonic, strict=True)
    return [
        {"price": float(price), "asked": int(asked), "share": float(share), "isotonic": float(isotonic)}
        for price, asked, share, isotonic in rows
    ]


def _stairs(stairs: Staircase) -> dict[str, list[float]]:
    _middle, low, high = interval(stairs.draws)
    return {
        "price": _rounded(stairs.price),
        "share": _rounded(stairs.share),
        "low": _rounded(low),
        "high": _rounded(high),
    }


def _understated(answers: LadderAnswers) -> float | None:
    try:
        return answer_by_answer(answers).understated
    except CannotEstimate:
        return None


def _contradictions(survey: LadderSurvey, answers: LadderAnswers) -> list[dict[str, Any]]:
    found = []
    for person in np.flatnonzero(answers.inconsistent)[:LISTED_PEOPLE].tolist():
        own = np.flatnonzero(answers.respondent == person)
        source_id, row_number = survey.places[own[0]].tolist()
        found.append(
            {
                "customer": str(answers.labels[person]),
                "source_id": int(source_id),
                "row_number": int(row_number),
                "row_before": int(row_number) - 1,
                "buys_at": sorted(survey.price[own[survey.would_buy[own]]].tolist()),
                "refuses_at": sorted(survey.price[own[~survey.would_buy[own]]].tolist()),
            }
        )
    return found


def by_segment(
    survey: LadderSurvey, fitted: LadderFit, seed: int, tell: Callable[[int, int], None]
) -> tuple[list[dict[str, Any]], dict[str, Array]]:
    """A row for each segment, and the draws of those with people enough; one segment alone repeats the whole."""
    names = survey.segments[:MOST_SEGMENTS]
    rows: list[dict[str, Any]] = []
    draws: dict[str, Array] = {}
    for place, name in enumerate(names if len(names) > 1 else ()):
        tell(place, len(names))
        row, own = _segment(survey, fitted, name, [seed, 3, place])
        if own is not None:
            row["draws"] = place
            draws |= {f"intercept_{place}": own.intercept, f"slope_{place}": own.slope}
        rows.append(row)
    return rows, draws


def _segment(
    survey: LadderSurvey, fitted: LadderFit, name: str, seed: list[int]
) -> tuple[dict[str, Any], LadderFit | None]:
    own = survey.segment == name
    row: dict[str, Any] = {"segment": name, "kept": int(np.unique(survey.customer[own]).size), "enough": False}
    if row["kept"] < SEGMENT_PEOPLE:
        return row, None
    try:
        worlds = fitted.intercept.size
        found = fit(survey.answers(own), worlds=worlds, rng=np.random.default_rng(seed), family=fitted.family)
    except CannotEstimate:
        return row, None
    best = found.best_price()
    points = {"median": _spread(found.point_median, found.median), "best_price": _spread(best.point, best.price)}
    return row | {"enough": True, "points": points}, found


def _spread(point: float, draws: Array) -> dict[str, float]:
    middle, low, high = interval(draws)
    return {"point": point, "median": float(middle), "low": float(low), "high": float(high)}


def _rounded(values: Array) -> list[float]:
    rounded: list[float] = np.round(values, DIGITS).tolist()
    return rounded
