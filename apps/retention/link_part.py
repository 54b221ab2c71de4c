"""From satisfaction to staying: fitted where customers have both an answer and a subscription, else assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Draft, refusal
from apps.retention.experiment_evidence import reference as reference_of
from apps.retention.experiment_evidence import slope_evidence, told_by
from apps.retention.kinds import LINK, SATISFACTION
from apps.retention.link_joined import Joined, join
from apps.retention.models import Experiment
from apps.retention.segment_names import EVERYONE, largest
from apps.retention.subscription_log import SubscriptionLog
from apps.retention.survey import SatisfactionSurvey
from trimtab.economics.draws import Array, align, interval, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.experiments import TestedLink, with_experiments
from trimtab.economics.retention.link import LINK_FAMILIES, RetentionLink, assumed_link, by_tenure, fit_link
from trimtab.economics.retention.link_cells import NEW_MONTHS, SlopeCells, slope_cells
from trimtab.economics.retention.link_families import at_reference

ASSUMED_SLOPE, ASSUMED_SPREAD = 2.0, 0.8
ASSUMED_U_REFERENCE = 0.7
BANDS = ("new", "established")


def link_draft(
    survey: SatisfactionSurvey | None,
    log: SubscriptionLog | None,
    satisfaction: Draft | None,
    experiments: Sequence[Experiment] = (),
) -> Draft | None:
    """The link, in whatever grade the data allows; None where there is neither a survey nor a log."""
    inputs: tuple[InputRef, ...] = (survey.inputs if survey else ()) + (log.inputs if log else ())
    inputs += (reference_of(experiments),) if experiments else ()
    if survey is None and log is None:
        return None
    seed = seed_from(inputs)
    rng = np.random.default_rng([seed, 4])
    joined = join(survey, log) if survey and log else None
    link, why = _fitted_or_assumed(joined, rng)
    reference = _reference(link, satisfaction, survey, rng)
    cells = _cells(joined, link, rng)
    before = link
    tested = _tested(link, experiments, np.random.default_rng([seed, 6]))
    link = tested.link if tested else link
    draws, segments = _draws(link, cells, reference, link.slope - before.slope)
    return Draft(
        kind=LINK,
        grade=Grade(link.grade),
        draws=draws,
        figures=[summarise(draws["slope"], name="slope")],
        parameters={"seed": seed, "family": link.family, "form": "hazard", "assumed_median": ASSUMED_SLOPE}
        | {"segments": list(segments), "tenure_edges": [NEW_MONTHS]}
        | ({"assumed_spread": ASSUMED_SPREAD} if before.grade == "assumed" else {"estimate": before.estimate}),
        diagnostics=_diagnostics(joined, before, why)
        | {"before_experiments": before.grade, "experiments": _experiment_rows(tested, len(experiments))}
        | {"u_reference": float(np.median(reference)), "cells": _cell_rows(cells, draws["slope_cell"])},
        inputs=inputs,
        sources=(SourceKind.SATISFACTION, SourceKind.SUBSCRIPTIONS),
        upstream=(SATISFACTION,) if satisfaction else (),
    )


def _fitted_or_assumed(joined: Joined | None, rng: np.random.Generator) -> tuple[RetentionLink, dict[str, Any] | None]:
    try:
        if joined is None or not joined.satisfaction.size:
            raise CannotEstimate(
                "nobody_in_both",
                "No customer has both a dated satisfaction answer and a subscription.",
                "Ask subscribers, and keep the customer's name and the date with each answer.",
            )
        link = fit_link(
            joined.satisfaction,
            joined.duration,
            joined.ended,
            rng,
            entry=joined.entry,
            worlds=WORLDS,
            families=LINK_FAMILIES,
            people=joined.stay,
        )
        return link, None
    except CannotEstimate as error:
        return assumed_link(ASSUMED_SLOPE, ASSUMED_SPREAD, ASSUMED_U_REFERENCE, WORLDS, rng), refusal(error)


def _cells(joined: Joined | None, link: RetentionLink, rng: np.random.Generator) -> SlopeCells | None:
    """None where the link is assumed: then every cell has the one slope."""
    if joined is None or link.grade == "assumed":
        return None
    return slope_cells(
        link,
        joined.satisfaction,
        joined.duration,
        joined.ended,
        joined.segment,
        rng,
        segments=largest(joined.segment),
        entry=joined.entry,
    )


def _tested(link: RetentionLink, experiments: Sequence[Experiment], rng: np.random.Generator) -> TestedLink | None:
    """The link after the experiments that moved satisfaction and measured staying; None where there is none."""
    evidence = slope_evidence(told_by(experiments))
    return with_experiments(link, evidence, rng) if evidence else None


def _experiment_rows(tested: TestedLink | None, kept: int) -> dict[str, Any] | None:
    if tested is None:
        return None
    middle, low, high = (float(value) for value in tested.alone)
    return {
        "kept": kept,
        "used": tested.experiments,
        "weight": tested.weight,
        "alone": {"median": middle, "low": low, "high": high, "unit": ""},
        "apart": tested.apart,
    }


def _draws(
    link: RetentionLink, cells: SlopeCells | None, reference: Array, moved: Array
) -> tuple[dict[str, Array], tuple[str, ...]]:
    """Slopes and shape as they are at today's satisfaction; the curve itself stays where it was fitted.

    ``moved`` is how far experiments moved the common slope: every cell goes with it.
    """
    if cells is None:
        at_fit = link.slope[:, None, None] * np.ones((1, 1, 2))
    else:
        at_fit = np.maximum(cells.draws + moved[:, None, None], 0.0)
    slope, shape = link.moved_to(reference)
    wide, told = link.u_reference[:, None, None], reference[:, None, None]
    by_cell, _shape = at_reference(link.family, at_fit, link.shape[:, None, None, :], wide, told)
    draws = {"slope": slope, "u_reference": reference, "shape": shape, "slope_cell": by_cell}
    return draws, EVERYONE if cells is None else cells.segments


def _reference(
    link: RetentionLink, satisfaction: Draft | None, survey: SatisfactionSurvey | None, rng: np.random.Generator
) -> Array:
    """Where h is 0: the satisfaction of the mean respondent in the same worlds, so that today changes nothing."""
    if satisfaction is not None:
        return align(satisfaction.draws["u_reference"], WORLDS, rng)
    if survey is not None and link.grade == "assumed":
        return np.full(WORLDS, float(survey.answers[:, 3].mean()))
    return link.u_reference


def _diagnostics(joined: Joined | None, link: RetentionLink, why: dict[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"joined": joined.counts() if joined else None, "refused": why}
    if why is None and joined is not None:
        found |= {
            "estimate": link.estimate,
            "standard_error": link.standard_error,
            "p_negative": link.p_negative,
            "log_likelihood": link.log_likelihood,
            "by_tenure": _by_tenure(joined),
            "linear_estimate": link.linear_estimate,
        } | _choice(link)
    return found


def _choice(link: RetentionLink) -> dict[str, Any]:
    """How the family was chosen, for the page."""
    if link.choice is None:
        return {}
    return {
        "decided": link.choice.decided,
        "tied": list(link.choice.tied),
        "best_held_out": link.choice.best_held_out,
        "families": [asdict(score) for score in link.choice.scores],
    }


def _cell_rows(cells: SlopeCells | None, draws: Array) -> list[dict[str, Any]]:
    """One row a segment and band: what it says alone, and what it says together with the others."""
    if cells is None:
        return []
    middle, low, high = interval(draws)
    return [
        {
            "segment": name,
            "who": band,
            "answers": int(cells.answers[s, b]),
            "endings": int(cells.endings[s, b]),
            "alone": float(cells.estimate[s, b]) if np.isfinite(cells.standard_error[s, b]) else None,
            "standard_error": float(cells.standard_error[s, b]) if np.isfinite(cells.standard_error[s, b]) else None,
            "median": float(middle[s, b]),
            "low": float(low[s, b]),
            "high": float(high[s, b]),
        }
        for s, name in enumerate(cells.segments)
        for b, band in enumerate(BANDS)
    ]


def _by_tenure(joined: Joined) -> list[dict[str, Any]] | None:
    """The slope among the new and among the established; None where either is too thin to say."""
    try:
        found = by_tenure(joined.satisfaction, joined.duration, joined.ended, NEW_MONTHS, joined.entry)
    except CannotEstimate:
        return None
    return [
        {"who": who, "months": NEW_MONTHS, "slope": part.coefficient, "se": part.standard_error, "endings": part.events}
        for who, part in zip(BANDS, found, strict=True)
    ]
