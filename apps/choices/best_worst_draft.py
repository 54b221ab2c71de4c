"""The estimate of a best-worst study: shares to show, draws to compute with, and what to say about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.choices.best_worst_parts import spread
from apps.choices.best_worst_rows import BestWorstSurvey
from apps.choices.best_worst_selectors import BEST_WORST
from apps.choices.families import AGREED, ENOUGH_DRAWS, HIERARCHICAL_BAYES, NEARLY
from apps.estimates.models import Grade
from apps.research.models import SourceKind
from apps.research.studies import Draft
from trimtab.economics.choice.maxdiff import Counts, MaxDiffData
from trimtab.economics.choice.maxdiff_bayes import MaxDiffBayes
from trimtab.economics.choice.sequential_logit import SequentialFit
from trimtab.economics.draws import Array, summarise


@dataclass(frozen=True)
class BestWorstResult:
    """Everything that the study found; ``points``, ``logit_points`` (D, I) sum to 100 in each world.

    ``points`` are those of ``bayes``.
    """

    survey: BestWorstSurvey
    data: MaxDiffData
    counts: Counts
    score: Array
    closed_form: Array
    logit: SequentialFit
    logit_points: Array
    bayes: MaxDiffBayes
    points: Array
    precision: dict[str, Any]
    segments: list[dict[str, Any]]
    seed: int

    @property
    def order(self) -> list[int]:
        """Places of the items, the one that matters most first."""
        return [int(place) for place in np.argsort(-self.points.mean(axis=0), kind="stable")]


def draft(result: BestWorstResult) -> Draft:
    shares, names = result.points / 100, result.data.items
    return Draft(
        kind=BEST_WORST,
        grade=Grade.OBSERVED,
        draws={"share": shares, "score": result.score},
        figures=[summarise(shares[:, at], name=f"item_share:{names[at]}", unit="share") for at in result.order],
        parameters={
            "seed": result.seed,
            # The columns of the draws.
            "items": list(names),
            "order": [names[at] for at in result.order],
            "model": HIERARCHICAL_BAYES,
        },
        diagnostics=_diagnostics(result),
        inputs=result.survey.inputs,
        sources=(SourceKind.MAXDIFF,),
    )


def _diagnostics(result: BestWorstResult) -> dict[str, Any]:
    data, logit = result.data, result.logit
    return {
        "respondents": data.respondent_count,
        "tasks": data.tasks,
        "per_task": [int(data.items_per_task.min()), int(data.items_per_task.max())],
        "seen_each": float(np.median(result.counts.shown.mean(axis=1))),
        "shown_least": int(data.shown.min()),
        "shown_most": int(data.shown.max()),
        "weighted": result.survey.is_weighted,
        "items": _items(result),
        "log_likelihood": logit.log_likelihood,
        "null_log_likelihood": logit.null_log_likelihood,
        "understated": float(np.median(logit.standard_errors / logit.plain_standard_errors)),
        "settling": _settling(result.bayes),
        "precision": result.precision,
        "segments": result.segments,
    }


def _items(result: BestWorstResult) -> list[dict[str, Any]]:
    """A row for each item, the one that matters most first."""
    counted, logit = result.counts, result.logit
    shares, scores = spread(result.points / 100), spread(result.score)
    plain = spread(result.logit_points / 100)
    first = np.bincount(result.points.argmax(axis=1), minlength=len(counted.items)) / len(result.points)
    differ = np.median(result.bayes.standard_deviation, axis=0)
    return [
        {
            "item": counted.items[at],
            "share": shares[at],
            "p_first": float(first[at]),
            "people_differ": float(differ[at]),
            "logit_share": plain[at],
            "best": int(counted.best[:, at].sum()),
            "worst": int(counted.worst[:, at].sum()),
            "shown": int(counted.shown[:, at].sum()),
            "score": {"point": float(counted.scores[at])} | scores[at],
            "closed_form": float(result.closed_form[at]),
            "utility": float(logit.utilities[at]),
            "error": float(logit.standard_errors[at]),
        }
        for at in result.order
    ]


def _settling(fitted: MaxDiffBayes) -> dict[str, Any]:
    found = fitted.bayes
    r_hat = float(max(found.r_hat.max(), found.spread_r_hat.max()))
    effective = float(min(found.effective_size.min(), found.spread_effective_size.min()))
    good = r_hat <= AGREED and effective >= ENOUGH_DRAWS
    verdict = "good" if good else "fair" if r_hat <= NEARLY else "bad"
    return {"verdict": verdict, "r_hat": r_hat, "effective_size": effective, "chains": found.chains}
