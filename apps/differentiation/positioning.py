"""The work of the job: weights by each method, ratings from the sheet, and where that puts the offers."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.differentiation import need_weights, ranking, selectors, services
from apps.differentiation.canvas_draft import canvas_draft
from apps.differentiation.map_draft import map_draft
from apps.differentiation.models import WeightMethod
from apps.differentiation.spaces_draft import spaces_draft
from apps.differentiation.standing import KNOWN_SD, SEED, STALE_SD, Standing, standing
from apps.differentiation.weights_draft import ends, grade, weighed, weights_draft
from apps.estimates.models import Grade
from apps.jobs.run import JobFailure, JobRun
from apps.research.models import SourceKind
from apps.research.studies import Attempts, Draft, keep
from trimtab.economics.differentiation.position import Position, normalised_weights, position
from trimtab.economics.differentiation.tipping_points import rating_tips, weight_tips
from trimtab.economics.draws import Figure, summarise

TIPS = 6
STEPS = 4
NO_WEIGHT = _("Every criterion weighs nothing. Give at least one a need or a weight.")
NOBODY_JUDGED = _("Nobody has judged the criteria by the chosen method. Fill in its form, or choose another method.")
WEIGHING, SCORING, PLACING = _("Weighing the criteria"), _("Scoring the offers"), _("Mapping the offers")


def work(run: JobRun) -> None:
    """Needs may have been found after the criteria were suggested, so unmatched ones are looked at again."""
    with run.step():
        services.suggest_criteria(workspace=run.workspace)
    given = standing(run.workspace)
    run.progress(0, STEPS, WEIGHING)
    if not any(given.takes_part):
        raise JobFailure("no_weight", NO_WEIGHT)
    found, refused = weighed(given)
    chosen = selectors.weight_method(run.workspace)
    if chosen not in found:
        raise _unusable(refused.get(chosen))
    if not found[chosen].weights.any():
        raise JobFailure("no_weight", NO_WEIGHT)
    run.progress(1, STEPS, SCORING)
    drafts = [_position_draft(given, normalised_weights(found[chosen].weights), chosen)]
    drafts.append(weights_draft(given, found, refused, chosen))
    run.progress(2, STEPS, PLACING)
    attempts = Attempts()
    drafts += [draft for draft in _places(given, drafts[1], attempts) if draft is not None]
    keep(run, drafts, attempts.refused)


def _unusable(reason: dict[str, Any] | None) -> JobFailure:
    if reason is None:
        return JobFailure("nobody_judged", NOBODY_JUDGED)
    return JobFailure(reason["code"], f"{reason['message']}\n{reason['remedy']}", **reason["params"])


def _places(given: Standing, weights: Draft, attempts: Attempts) -> list[Draft | None]:
    shares = weights.draws["weights"]
    drawn = given.drawn(len(shares), shares.any(axis=0))
    return [
        attempts.of(selectors.MAP, lambda: map_draft(given, drawn, shares, Grade(weights.grade))),
        attempts.of(selectors.CANVAS, lambda: canvas_draft(given, drawn, shares, Grade(weights.grade))),
        attempts.of(selectors.SPACES, lambda: spaces_draft(given)),
    ]


def _position_draft(given: Standing, weights: np.ndarray, chosen: str) -> Draft:
    scored = position(given.ratings, weights, np.random.default_rng(SEED), given.sd)
    return Draft(
        kind=selectors.KIND,
        grade=grade(given, chosen),
        draws={"score": scored.score, "rank": scored.rank},
        figures=_figures(scored),
        parameters={"offers": given.offers, "method": chosen},
        diagnostics=_diagnostics(given, scored, chosen),
        inputs=given.inputs,
        sources=(SourceKind.COMPETITORS,),
    )


def _figures(scored: Position) -> list[Figure]:
    first = float(scored.p_first[0])
    rivals = scored.score[:, 1:].max(axis=1)
    return [
        Figure("p_first", first, first, first, "share"),
        summarise(scored.score[:, 0], name="our_score"),
        summarise(scored.score[:, 0] - rivals, name="our_lead"),
    ]


def _diagnostics(given: Standing, scored: Position, chosen: str) -> dict[str, Any]:
    drawn = given.drawn(len(scored.weights), scored.weights.any(axis=0))
    methods = ranking.side_by_side(drawn, scored.weights, given.offers)
    score = ends(scored.score)
    return {
        "offers": [
            {
                "offer": offer,
                "score": score[at],
                "p_rank": scored.p_rank[at].tolist(),
                "unknown": [row.criterion.name for row in given.rows if row.cells[at].rating is None],
            }
            for at, offer in enumerate(given.offers)
        ],
        "criteria": _criteria(given, scored, chosen),
        "tips": _tips(given, scored),
        "methods": methods,
        "disagreements": ranking.disagreements(methods),
        "segments": ranking.by_segment(given, need_weights.segment_weights(given)),
        "whatever_the_weights": ranking.whatever_the_weights(given, len(scored.weights)),
        "turned_by_leaving": ranking.turned_by_leaving(given, scored.weights.mean(axis=0)),
        "ratings": given.value.tolist(),
        "sd": {"known": KNOWN_SD, "stale": STALE_SD},
    }


def _criteria(given: Standing, scored: Position, chosen: str) -> list[dict[str, Any]]:
    by_hand = need_weights.assumed(given)
    return [
        {
            "criterion_id": row.criterion.pk,
            "name": row.criterion.name,
            "weight": weight,
            "assumed": chosen != WeightMethod.NEEDS or row.criterion.pk in by_hand,
        }
        for row, weight in zip(given.rows, ends(scored.weights), strict=True)
    ]


def _tips(given: Standing, scored: Position) -> dict[str, list[dict[str, Any]]]:
    """The smallest changes at the mean weights and ratings."""
    weights = normalised_weights(scored.weights.mean(axis=0))[0]
    names, offers = given.names, given.offers
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
