"""From outcomes to what quality and speed do to customers: tested by an experiment, else observed."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from apps.modellab.class_tests import ClassTest, candidate_named, class_test, todays_candidate
from apps.modellab.models import OutcomeExperiment, WhatChanged
from apps.modellab.outcome_arms import Arms, arms_of
from apps.modellab.outcome_kinds import CLASSES, EXPERIMENT, LATENCY_LINK, QUALITY_LINK, REQUESTS
from apps.modellab.outcome_rows import Outcomes, places_of
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Attempts, Draft
from apps.workspaces.models import Workspace
from trimtab.economics.decision.latency_elasticity import observed_latency_elasticity
from trimtab.economics.decision.quality import LATENCY_ELASTICITY, QUALITY_ELASTICITY
from trimtab.economics.decision.quality_elasticity import FittedElasticity, observed_elasticity
from trimtab.economics.decision.quality_experiment import design_effect, elasticity_of_arms
from trimtab.economics.draws import Array, interval, summarise
from trimtab.economics.errors import CannotEstimate

CURVE_POINTS = 25
SHOWN_BINS = 12


def quality_link(workspace: Workspace, found: Outcomes, attempts: Attempts, rng: np.random.Generator) -> Draft | None:
    """How F's shortfall follows test errors; both ways are tried, the experiment goes first."""
    ways: list[tuple[FittedElasticity, dict[str, Any], tuple[InputRef, ...]]] = []
    experiment = OutcomeExperiment.objects.filter(workspace=workspace, changed=WhatChanged.QUALITY).first()
    if experiment is not None:
        way = attempts.of(f"{QUALITY_LINK}:{EXPERIMENT}", lambda: _by_experiment(experiment, found, rng))
        ways += [way] if way else []
    way = attempts.of(f"{QUALITY_LINK}:{CLASSES}", lambda: _by_class(workspace, found, rng))
    ways += [way] if way else []
    return _draft(QUALITY_LINK, ways, found)


def latency_link(workspace: Workspace, found: Outcomes, attempts: Attempts, rng: np.random.Generator) -> Draft | None:
    """How I's shortfall follows latency."""
    ways: list[tuple[FittedElasticity, dict[str, Any], tuple[InputRef, ...]]] = []
    experiment = OutcomeExperiment.objects.filter(workspace=workspace, changed=WhatChanged.LATENCY).first()
    if experiment is not None:
        way = attempts.of(f"{LATENCY_LINK}:{EXPERIMENT}", lambda: _by_experiment(experiment, found, rng))
        ways += [way] if way else []
    way = attempts.of(f"{LATENCY_LINK}:{REQUESTS}", lambda: _by_request(found, rng))
    ways += [way] if way else []
    return _draft(LATENCY_LINK, ways, found)


def _draft(
    kind: str, ways: list[tuple[FittedElasticity, dict[str, Any], tuple[InputRef, ...]]], found: Outcomes
) -> Draft | None:
    if not ways:
        return None
    fitted, diagnostics, inputs = ways[0]
    if len(ways) > 1:
        other = summarise(ways[1][0].elasticity, name="elasticity").as_dict()
        diagnostics["other"] = other | {"way": ways[1][1]["way"], "rows": ways[1][1].get("rows", [])}
    return Draft(
        kind=kind,
        grade=Grade(fitted.grade),
        draws={"elasticity": fitted.elasticity, "level": fitted.level, "scatter": fitted.scatter},
        figures=[summarise(fitted.elasticity, name="elasticity")],
        parameters={
            "grade": fitted.grade,
            "source": diagnostics["way"],
            "prior_median": fitted.prior.median,
            "prior_log_sd": fitted.prior.log_sd,
            "centre": fitted.centre,
        },
        diagnostics=diagnostics | {"learned": fitted.learned, "r_hat": fitted.r_hat},
        inputs=(*found.inputs, *inputs),
        sources=(SourceKind.OUTCOMES,),
    )


def _by_experiment(
    experiment: OutcomeExperiment, found: Outcomes, rng: np.random.Generator
) -> tuple[FittedElasticity, dict[str, Any], tuple[InputRef, ...]]:
    arms: Arms = arms_of(experiment, found, rng)
    prior = QUALITY_ELASTICITY if experiment.changed == WhatChanged.QUALITY else LATENCY_ELASTICITY
    fitted = elasticity_of_arms(arms.first, arms.second, arms.log_ratio, prior=prior, worlds=WORLDS, rng=rng)
    ratio = summarise(np.exp(arms.log_ratio), name="ratio").as_dict()
    asked = int(sum(float(one["asked"]) for one in arms.counted))
    diagnostics = {"way": EXPERIMENT, "arms": arms.counted, "ratio": ratio, "requests": asked, "observations": asked}
    return fitted, diagnostics, arms.inputs


def _by_class(
    workspace: Workspace, found: Outcomes, rng: np.random.Generator
) -> tuple[FittedElasticity, dict[str, Any], tuple[InputRef, ...]]:
    test, model = _tested_model(workspace, found)
    place = places_of(found.label, test.labels)
    use = (place >= 0) & np.isfinite(found.resolved) & ((found.model == model) if model else True)
    failed, kind = found.resolved[use] == 0, place[use]
    effect = design_effect(failed, found.asker[use]) if failed.size else 1.0
    asked = np.bincount(kind, minlength=len(test.labels)) / effect
    unresolved = np.bincount(kind, weights=failed, minlength=len(test.labels)) / effect
    fitted = observed_elasticity(test.errors, test.texts, unresolved, asked, worlds=WORLDS, rng=rng)
    diagnostics = {
        "way": CLASSES,
        "model": model or test.candidate.name,
        "requests": int(use.sum()),
        "observations": int(use.sum()),
        "customers": int(np.unique(found.asker[use]).size),
        "design_effect": effect,
        "rows": _class_rows(test, unresolved, asked, effect),
        "curve": _curve(fitted, test.errors / np.maximum(test.texts, 1)),
    }
    return fitted, diagnostics, (test.ref,)


def _tested_model(workspace: Workspace, found: Outcomes) -> tuple[ClassTest, str]:
    """The model with the most outcomes whose test by class is known; rows without a name are today's model."""
    for name in found.models:
        candidate = candidate_named(workspace, name)
        test = class_test(candidate) if candidate else None
        if test is not None:
            return test, name
    today = todays_candidate(workspace)
    test = class_test(today) if today else None
    if test is None:
        raise CannotEstimate(
            "no_test_by_class",
            "No test says how often the model of the outcomes errs in each class.",
            "Train on a labelled set with the answers of today's model.",
        )
    return test, found.models[0] if found.models else ""


def _class_rows(test: ClassTest, unresolved: Array, asked: Array, effect: float) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "error": float(test.errors[place] / test.texts[place]),
            "texts": int(test.texts[place]),
            "unresolved": float(unresolved[place] / asked[place]),
            "requests": round(float(asked[place] * effect)),
        }
        for place, label in enumerate(test.labels)
        if test.texts[place] and asked[place]
    ]


def _curve(fitted: FittedElasticity, seen: Array) -> list[dict[str, float]]:
    grid = np.linspace(max(float(seen.min()), 0.005), max(float(seen.max()), 0.02), CURVE_POINTS)
    middle, low, high = interval(fitted.failing(grid))
    return [
        {"error": float(x), "median": float(m), "low": float(a), "high": float(b)}
        for x, m, a, b in zip(grid, middle, low, high, strict=True)
    ]


def _by_request(
    found: Outcomes, rng: np.random.Generator
) -> tuple[FittedElasticity, dict[str, Any], tuple[InputRef, ...]]:
    """Thumbs against latency, among requests that were settled where that is told, so that errors do not count here."""
    use = np.isfinite(found.liked) & (found.latency_ms > 0)
    settled = use & (found.resolved == 1)
    only_settled = bool(settled.sum() >= use.sum() / 3)
    use = settled if only_settled else use
    latency, unhappy, asker = found.latency_ms[use], found.liked[use] == 0, found.asker[use]
    fitted = observed_latency_elasticity(latency, unhappy, asker, worlds=WORLDS, rng=rng)
    diagnostics = {
        "way": REQUESTS,
        "requests": int(use.sum()),
        "observations": int(use.sum()),
        "customers": int(np.unique(asker).size),
        "only_settled": only_settled,
        "rows": _latency_rows(latency, unhappy.astype(float)),
        "curve": _latency_curve(fitted, latency),
    }
    return fitted, diagnostics, ()


def _latency_rows(latency: Array, unhappy: Array) -> list[dict[str, float]]:
    order = np.argsort(latency, kind="stable")
    return [
        {"latency": float(np.exp(np.log(latency[part]).mean())), "unhappy": float(unhappy[part].mean()), "n": part.size}
        for part in np.array_split(order, SHOWN_BINS)
        if part.size
    ]


def _latency_curve(fitted: FittedElasticity, latency: Array) -> list[dict[str, float]]:
    least, most = np.quantile(latency, [0.02, 0.98])
    grid = np.geomspace(float(least), float(most), CURVE_POINTS)
    logs = fitted.level[:, None] + fitted.elasticity[:, None] * (np.log(grid) - fitted.centre)
    middle, low, high = interval(np.exp(np.minimum(logs, 0)))
    return [
        {"latency": float(x), "median": float(m), "low": float(a), "high": float(b)}
        for x, m, a, b in zip(grid, middle, low, high, strict=True)
    ]
