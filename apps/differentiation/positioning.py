"""The work of the job: weights from the needs, ratings from the sheet, positions in draws."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.differentiation import selectors, services
from apps.differentiation.models import Criterion
from apps.differentiation.selectors import CriterionRow
from apps.estimates import selectors as estimates
from apps.estimates import services as estimate_services
from apps.estimates.models import Estimate, Grade
from apps.jobs.run import JobFailure, JobRun
from trimtab.economics.differentiation.position import Position, normalised_weights, position
from trimtab.economics.differentiation.tipping_points import rating_tips, weight_tips
from trimtab.economics.draws import Array, Figure, interval, summarise

WORLDS = 2000
SEED = 30
KNOWN_SD, STALE_SD = 0.05, 0.15
TIPS = 6
NO_OURS = _("No offer on the competitor sheet is marked as ours. Say which one is, then run this again.")
NO_WEIGHT = _("Every criterion weighs nothing. Give at least one a need or a weight.")


def work(run: JobRun) -> dict[str, Any]:
    """Needs may have been found after the criteria were suggested, so unmatched ones are looked at again."""
    workspace = run.workspace
    with run.step():
        services.suggest_criteria(workspace=workspace)
    found = selectors.sheet(workspace)
    if found.ours is None:
        raise JobFailure("no_offer_of_ours", NO_OURS)
    rows = selectors.rows(workspace, found)
    needs = selectors.needs_estimate(workspace)
    weights, assumed = weight_draws([row.criterion for row in rows], needs)
    if not weights.any():
        raise JobFailure("no_weight", NO_WEIGHT)
    ratings = np.array([[_value(cell.rating) for cell in row.cells] for row in rows]).T
    sd = np.array([[_sd(cell.by_person, cell.stale) for cell in row.cells] for row in rows]).T
    scored = position(ratings, weights, np.random.default_rng(SEED), sd)
    with run.finish() as result:
        estimate = estimate_services.record(
            workspace=workspace,
            kind=selectors.KIND,
            grade=Grade.ASSUMED if assumed else Grade.OBSERVED,
            draws={"score": scored.score, "rank": scored.rank},
            figures=_figures(scored),
            inputs=selectors.inputs(workspace, [row.criterion for row in rows]),
            parameters={"offers": found.offers},
            diagnostics=_diagnostics(scored, rows, found.offers, assumed),
            job_id=run.job_id,
            expires_at=selectors.expires_at(workspace),
        )
        result["estimate"] = str(estimate.pk)
    return {}


def weight_draws(criteria: list[Criterion], needs: Estimate | None) -> tuple[Array, list[int]]:
    """Weights (D, K) in units of opportunity, and the keys of the criteria whose weight is assumed.

    Criteria that answer one need share its opportunity; an assumed weight is that many mean needs.
    """
    opportunity = estimates.draws(needs)["opportunity"] if needs else np.ones((WORLDS, 1))
    column = {need_id: at for at, need_id in enumerate(needs.parameters["need_ids"])} if needs else {}
    mean = opportunity.mean(axis=1)
    behind = [selectors.need_behind(criterion) for criterion in criteria]
    used = [need.pk if need is not None and need.pk in column else None for need in behind]
    shared = Counter(used)
    weights = np.empty((len(mean), len(criteria)))
    for place, (criterion, need_id) in enumerate(zip(criteria, used, strict=True)):
        if need_id is None:
            weights[:, place] = criterion.assumed_weight * mean
        else:
            weights[:, place] = opportunity[:, column[need_id]] / shared[need_id]
    assumed = [one.pk for one, need_id in zip(criteria, used, strict=True) if need_id is None and one.assumed_weight]
    return weights, assumed


def _value(rating: float | None) -> float:
    return np.nan if rating is None else rating


def _sd(by_person: bool, stale: bool) -> float:
    return STALE_SD if stale else KNOWN_SD


def _figures(scored: Position) -> list[Figure]:
    first = float(scored.p_first[0])
    rivals = scored.score[:, 1:].max(axis=1)
    return [
        Figure("p_first", first, first, first, "share"),
        summarise(scored.score[:, 0], name="our_score"),
        summarise(scored.score[:, 0] - rivals, name="our_lead"),
    ]


def _diagnostics(scored: Position, rows: list[CriterionRow], offers: list[str], assumed: list[int]) -> dict[str, Any]:
    middle, low, high = interval(scored.score)
    return {
        "offers": [
            {
                "offer": offer,
                "score": {"median": float(middle[at]), "low": float(low[at]), "high": float(high[at])},
                "p_rank": scored.p_rank[at].tolist(),
                "unknown": [row.criterion.name for row in rows if row.cells[at].rating is None],
            }
            for at, offer in enumerate(offers)
        ],
        "criteria": _criteria(scored, rows, assumed),
        "tips": _tips(scored, rows, offers),
        "sd": {"known": KNOWN_SD, "stale": STALE_SD},
    }


def _criteria(scored: Position, rows: list[CriterionRow], assumed: list[int]) -> list[dict[str, Any]]:
    middle, low, high = interval(scored.weights)
    return [
        {
            "criterion_id": row.criterion.pk,
            "name": row.criterion.name,
            "weight": {"median": float(middle[at]), "low": float(low[at]), "high": float(high[at])},
            "assumed": row.criterion.pk in assumed,
        }
        for at, row in enumerate(rows)
    ]


def _tips(scored: Position, rows: list[CriterionRow], offers: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The smallest changes at the mean weights and ratings."""
    weights = normalised_weights(scored.weights.mean(axis=0))[0]
    names = [row.criterion.name for row in rows]
    return {
        "weights": [
            {
                "criterion": names[tip.criterion],
                "from": tip.weight,
                "to": tip.tips_at,
                "first": offers[tip.first],
                "challenger": offers[tip.challenger],
            }
            for tip in weight_tips(scored.value, weights)[:TIPS]
        ],
        "ratings": [
            {
                "criterion": names[tip.criterion],
                "from": tip.rating,
                "to": tip.tips_at,
                "offer": offers[tip.offer],
                "rival": offers[tip.rival],
            }
            for tip in rating_tips(scored.value, weights, offer=0)[:TIPS]
        ],
    }
