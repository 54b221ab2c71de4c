"""U = f(F, I, C) from the satisfaction survey."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Draft
from apps.retention.kinds import SATISFACTION
from apps.retention.segment_names import EVERYONE, answering_segment, largest
from apps.retention.subscription_log import SubscriptionLog
from apps.retention.survey import PARTS, SatisfactionSurvey
from trimtab.economics.draws import Array, interval, summarise
from trimtab.economics.satisfaction.answer_noise import noise_variance
from trimtab.economics.satisfaction.checks import linear_check
from trimtab.economics.satisfaction.families import Family, predict
from trimtab.economics.satisfaction.model import SatisfactionFit, fit
from trimtab.economics.satisfaction.segments import SegmentFit, fit_segments

REFERENCES = ("F0", "I0", "C0")
STEP = 0.1


def satisfaction_draft(survey: SatisfactionSurvey, log: SubscriptionLog | None = None) -> Draft:
    """``log`` tells the segment of who gave none in the survey. Raises CannotEstimate as ``fit``."""
    seed = seed_from(survey.inputs)
    latest = survey.latest
    answers = survey.answers[latest]
    F, I, C, U = answers.T  # noqa: E741
    noise = noise_variance(survey.points)
    fitted = fit(
        F, I, C, U, np.random.default_rng(seed), worlds=WORLDS, items=answers, points=survey.points, noise=noise
    )
    draws = {"coef": fitted.coef_draws, "u_reference": fitted.u_reference}
    draws |= dict(zip(REFERENCES, fitted.reference_draws.T, strict=True))
    segment = answering_segment(survey, log)[latest]
    by_segment = fit_segments(
        fitted,
        answers,
        segment,
        np.random.default_rng([seed, 5]),
        segments=largest(segment),
        points=survey.points,
        noise=noise,
    )
    draws |= {"coef_segment": by_segment.coef}
    draws |= {f"{name}_segment": by_segment.reference[..., place] for place, name in enumerate(REFERENCES)}
    return Draft(
        kind=SATISFACTION,
        grade=Grade.OBSERVED,
        draws=draws,
        figures=[summarise(draws[name], name=name, unit="share") for name in ("u_reference", *REFERENCES)],
        parameters={
            "seed": seed,
            "family": fitted.family,
            "names": list(fitted.names),
            "segments": list(by_segment.segments),
        },
        diagnostics=_diagnostics(survey, answers, fitted) | {"segments": segment_rows(fitted, by_segment)},
        inputs=survey.inputs,
        sources=(SourceKind.SATISFACTION,),
    )


def _diagnostics(survey: SatisfactionSurvey, answers: Array, fitted: SatisfactionFit) -> dict[str, Any]:
    check = linear_check(answers[:, :3], answers[:, 3])
    return {
        "n": len(survey.answers),
        "respondents": fitted.respondents,
        "straight_liners": fitted.straight_liners,
        "many_straight_liners": fitted.many_straight_liners,
        "decided": fitted.decided,
        "tied": list(fitted.tied),
        "best_held_out": fitted.best_held_out,
        "r2": fitted.r2,
        "r2_held_out": fitted.r2_held_out,
        "scores": [
            {
                "family": score.family,
                "rmse": score.rmse,
                "behind": score.behind,
                "standard_error": score.standard_error,
                "tied": score.tied,
            }
            for score in fitted.scores
        ],
        "coefficients": _coefficients(fitted),
        "range": {part: np.quantile(answers[:, place], [0.05, 0.95]).tolist() for place, part in enumerate(PARTS)},
        "linear": {
            "intercept": float(check.coef[0]),
            **{part: float(check.coef[place]) for place, part in enumerate(PARTS[:3], start=1)},
            "r2": check.r2,
            "quadratic_r2": check.quadratic_r2,
            "quadratic_p": check.quadratic_p,
        },
        "correlations": np.round(np.nan_to_num(check.correlations), 3).tolist(),
    }


def segment_rows(fitted: SatisfactionFit, found: SegmentFit) -> list[dict[str, Any]]:
    """One row a segment, for the page: who answered, today's U, F, I and C, and how far each coefficient reaches."""
    if found.segments == EVERYONE:
        return []
    level = found.u_reference(fitted.family)
    return [
        {
            "segment": name,
            "people": int(found.people[place]),
            "u": summarise(level[:, place], name="u_reference", unit="share").as_dict(),
            **{
                part: summarise(found.reference[:, place, at], name=part, unit="share").as_dict()
                for at, part in enumerate(PARTS[:3])
            },
            "effects": _effects(fitted.family, found, place),
        }
        for place, name in enumerate(found.segments)
    ]


def _effects(family: Family, found: SegmentFit, place: int) -> list[dict[str, Any]]:
    """Points of U that go with ten points more of F, of I, of C around the segment's mean: the same for every form."""
    here, coef = found.reference[:, place], found.coef[:, place]
    rows = []
    for at, part in enumerate(PARTS[:3]):
        down, up = here.copy(), here.copy()
        down[:, at] = np.clip(here[:, at] - STEP / 2, 0, 1 - STEP)
        up[:, at] = down[:, at] + STEP
        change = predict(family, coef, *up.T) - predict(family, coef, *down.T)
        rows.append({"part": part, **summarise(change, name="effect", unit="share").as_dict()})
    return rows


def _coefficients(fitted: SatisfactionFit) -> list[dict[str, Any]]:
    middle, low, high = interval(fitted.coef_draws)
    return [
        {"name": name, "fitted": float(point), "median": float(m), "low": float(a), "high": float(b)}
        for name, point, m, a, b in zip(fitted.names, fitted.coef, middle, low, high, strict=True)
        if not name.startswith("level_")
    ]
