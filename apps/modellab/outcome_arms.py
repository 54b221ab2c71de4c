"""The two arms of an experiment among the outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.modellab.class_tests import error_draws, typed_error_draws
from apps.modellab.models import Candidate, OutcomeExperiment, WhatChanged
from apps.modellab.outcome_rows import Outcomes
from trimtab.economics.decision.quality_experiment import Arm, design_effect
from trimtab.economics.draws import Array, align
from trimtab.economics.errors import CannotEstimate

BOOTSTRAPS = 2000
FEWEST_LATENCIES = 10


@dataclass(frozen=True)
class Arms:
    """Requests and failures of both arms after the design effect, draws of ln(x_2 / x_1), and what was counted."""

    first: Arm
    second: Arm
    log_ratio: Array
    counted: list[dict[str, Any]]
    inputs: tuple[InputRef, ...]


def arms_of(experiment: OutcomeExperiment, found: Outcomes, rng: np.random.Generator) -> Arms:
    """Failed = unresolved where quality was changed, a thumb down where the speed was. Raises CannotEstimate."""
    is_quality = experiment.changed == WhatChanged.QUALITY
    told = found.resolved if is_quality else found.liked
    names = (experiment.first_model, experiment.second_model)
    rows = [(found.model == name) & np.isfinite(told) for name in names]
    arms = [_arm(told[one], found.asker[one]) for one in rows]
    ratio, inputs = _errors(experiment, rng) if is_quality else (_latencies(found, rows, rng), ())
    counted = [
        {"model": name, "asked": int(one.sum()), "failed": float((told[one] == 0).mean()) if one.any() else 0.0}
        for name, one in zip(names, rows, strict=True)
    ]
    return Arms(arms[0], arms[1], ratio, counted, inputs)


def _arm(told: Array, asker: NDArray[np.int64]) -> Arm:
    if not told.size:
        return Arm(0.0, 0.0)
    effect = design_effect(told == 0, asker)
    return Arm(float((told == 0).sum()) / effect, told.size / effect)


def _errors(experiment: OutcomeExperiment, rng: np.random.Generator) -> tuple[Array, tuple[InputRef, ...]]:
    """Draws of the log ratio of test errors; two candidates of one run are compared world by world."""
    refs: list[InputRef] = []
    sides = []
    for candidate, right, texts in (
        (experiment.first_candidate, experiment.first_right, experiment.first_texts),
        (experiment.second_candidate, experiment.second_right, experiment.second_texts),
    ):
        draws, ref = _side(candidate, right, texts, rng)
        sides.append(draws)
        refs += [ref] if ref else []
    count = max(one.size for one in sides)
    first, second = (align(one, count, rng) for one in sides)
    return np.log(second / first), tuple(refs)


def _side(
    candidate: Candidate | None, right: int | None, texts: int | None, rng: np.random.Generator
) -> tuple[Array, InputRef | None]:
    if candidate is not None:
        draws, estimate = error_draws(candidate)
        return draws, InputRef.of(estimate)
    if right is not None and texts:
        return typed_error_draws(right, texts, rng), None
    raise CannotEstimate(
        "arm_without_test",
        "Nothing says how often one of the two models is right.",
        "Choose its candidate, or type how many texts it got right.",
    )


def _latencies(found: Outcomes, rows: list[NDArray[np.bool_]], rng: np.random.Generator) -> Array:
    """Bootstrap of the log ratio of median latencies."""
    medians = []
    for one in rows:
        known = np.log(found.latency_ms[one & (found.latency_ms > 0)])
        if known.size < FEWEST_LATENCIES:
            raise CannotEstimate(
                "arm_without_latency",
                "An arm of the experiment has hardly any latencies.",
                "Bring outcomes with the latency of each request.",
            )
        # The spread of a median by its large-sample form: 2,000 resamples of many thousand requests say no more.
        spread = 1.2533 * known.std(ddof=1) / np.sqrt(known.size)
        medians.append(np.median(known) + spread * rng.standard_normal(BOOTSTRAPS))
    return np.asarray(medians[1] - medians[0])
