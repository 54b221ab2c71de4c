"""The best-worst study: counts, a logit of everybody alike, and hierarchical Bayes of each person's own utilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.choices.best_worst_draft import BestWorstResult, draft
from apps.choices.best_worst_parts import by_segment, precision
from apps.choices.best_worst_rows import best_worst_survey
from apps.estimates.seeds import seed_from
from apps.research.studies import keep
from trimtab.economics.choice import maxdiff, maxdiff_bayes, sequential_logit
from trimtab.economics.choice.maxdiff import MaxDiffData
from trimtab.economics.choice.maxdiff_bayes import MaxDiffBayes
from trimtab.economics.errors import CannotEstimate

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

SWEEPS, BURN, CHAINS, THIN = 4000, 1500, 4, 8
# Everybody's utilities in all worlds are held in memory at once, and a few times over.
MOST_NUMBERS = 60_000_000
FEWEST_WORLDS = 100


@dataclass(frozen=True)
class _Chance:
    """A stream of chance of its own for each part of the study."""

    seed: int

    def of(self, part: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, part])


def run_best_worst(run: JobRun) -> None:
    """Raises CannotEstimate where the answers do not identify the utilities."""
    run.progress(0, 100, _("Reading the answers"))
    survey = best_worst_survey(run.workspace)
    data, chance = survey.data(), _Chance(seed_from(survey.inputs))
    _refuse_few(data)
    run.progress(3, 100, _("Counting best and worst"))
    counted = maxdiff.counts(data)
    closed_form = counted.closed_form
    logit = sequential_logit.fit(data)
    bayes = _bayes(data, chance.of(1), _hears(run, 5, 85, _("Learning what each person prefers")))
    people = bayes.population(bayes.bayes.worlds, chance.of(2))
    points = maxdiff.preference_points(people)
    first = data.items[int(points.mean(axis=0).argmax())]
    needed = precision(data, first, chance.of(3), _hears(run, 85, 93, _("Asking how many answers it takes")))
    run.progress(93, 100, _("Comparing segments"))
    segments = by_segment(survey.segment_of(data.respondents), people)
    result = BestWorstResult(
        survey=survey,
        data=data,
        counts=counted,
        score=counted.draws(len(points), chance.of(4)),
        closed_form=closed_form,
        logit=logit,
        logit_points=maxdiff.preference_points(logit.population(len(points), chance.of(5))),
        bayes=bayes,
        points=points,
        precision=needed,
        segments=segments,
        seed=chance.seed,
    )
    run.progress(97, 100, _("Writing it down"))
    keep(run, [draft(result)])


def _refuse_few(data: MaxDiffData) -> None:
    if data.respondent_count < len(data.items):
        raise CannotEstimate(
            "fewer_people_than_items",
            "%(people)d people answered about %(items)d items.",
            "Ask at least as many people as there are items; a hundred give a good idea.",
            people=data.respondent_count,
            items=len(data.items),
        )


def _hears(run: JobRun, start: float, end: float, message: str) -> Callable[[int, int], None]:
    """Progress within a part of the whole, in hundredths."""
    return lambda done, of: run.progress(start + (end - start) * done / max(1, of), 100, message)


def _bayes(data: MaxDiffData, rng: np.random.Generator, on_progress: Callable[[int, int], None]) -> MaxDiffBayes:
    room = MOST_NUMBERS // (data.respondent_count * len(data.items))
    kept = max(FEWEST_WORLDS, min(CHAINS * SWEEPS // THIN, room))
    return maxdiff_bayes.fit(
        data,
        rng=rng,
        iterations=SWEEPS,
        burn=BURN,
        chains=CHAINS,
        thin=max(1, CHAINS * SWEEPS // kept),
        on_progress=on_progress,
    )
