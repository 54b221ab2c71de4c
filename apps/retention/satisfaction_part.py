"""U = f(F, I, C) from the satisfaction survey."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Draft
from apps.retention.kinds import SATISFACTION
from apps.retention.survey import PARTS, SatisfactionSurvey
from trimtab.economics.draws import Array, interval, summarise
from trimtab.economics.satisfaction.checks import linear_check
from trimtab.economics.satisfaction.model import SatisfactionFit, fit

REFERENCES = ("F0", "I0", "C0")


def satisfaction_draft(survey: SatisfactionSurvey) -> Draft:
    """Raises CannotEstimate as ``fit``."""
    seed = seed_from(survey.inputs)
    answers = survey.answers[survey.latest]
    F, I, C, U = answers.T  # noqa: E741
    fitted = fit(F, I, C, U, np.random.default_rng(seed), worlds=WORLDS, items=answers)
    draws = {"coef": fitted.coef_draws, "u_reference": fitted.u_reference}
    draws |= dict(zip(REFERENCES, fitted.reference_draws.T, strict=True))
    return Draft(
        kind=SATISFACTION,
        grade=Grade.OBSERVED,
        draws=draws,
        figures=[summarise(draws[name], name=name, unit="share") for name in ("u_reference", *REFERENCES)],
        parameters={"seed": seed, "family": fitted.family, "names": list(fitted.names)},
        diagnostics=_diagnostics(survey, answers, fitted),
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


def _coefficients(fitted: SatisfactionFit) -> list[dict[str, Any]]:
    middle, low, high = interval(fitted.coef_draws)
    return [
        {"name": name, "fitted": float(point), "median": float(m), "low": float(a), "high": float(b)}
        for name, point, m, a, b in zip(fitted.names, fitted.coef, middle, low, high, strict=True)
    ]
