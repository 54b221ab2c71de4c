"""The choice study: a plain logit always, a model of how people differ, and what both foretell of held-out choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.choices import families
from apps.choices.choice_survey import ChoiceSurvey, choice_survey
from apps.choices.families import Fitted, code_of, fit_family, fit_logit
from apps.choices.held_out import Foretold, Trial, foretell
from apps.choices.model_draft import StudyResult, draft
from apps.choices.precision import precision
from apps.choices.segments import by_segment
from apps.choices.selectors import stored
from apps.choices.study_settings import StudySettings, settled
from apps.estimates.seeds import seed_from
from apps.research.studies import Attempts, keep
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.logit import LogitFit
from trimtab.economics.choice.population import Population
from trimtab.economics.errors import CannotEstimate

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

MOST_PRICE_LEVELS = 12


@dataclass(frozen=True)
class _Work:
    """What all parts of the study share; each part has a stream of chance of its own."""

    run: JobRun
    survey: ChoiceSurvey
    settings: StudySettings
    data: ChoiceData
    none: str
    seed: int
    attempts: Attempts

    def rng(self, part: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, part])

    def hears(self, start: float, end: float, message: str) -> Callable[[int, int], None]:
        """Progress within a part of the whole, in hundredths."""
        return lambda done, of: self.run.progress(start + (end - start) * done / max(1, of), 100, message)


def run_study(run: JobRun) -> None:
    """Raises CannotEstimate where not even the plain logit is identified."""
    run.progress(0, 100, _("Reading the choices"))
    work = _begin(run)
    run.progress(3, 100, _("Fitting the plain logit"))
    plain, fit = fit_logit(work.data, work.rng(1))
    levels = _price_as_levels(work)
    main = _main(work) or plain
    foretold = _foretold(work, levels is not None, main)
    needed = precision(work.data, work.settings, work.rng(5), work.hears(80, 92, _("Asking how many answers it takes")))
    run.progress(93, 100, _("Comparing segments"))
    segments = by_segment(work.survey, work.data, work.settings, work.seed)
    result = StudyResult(
        survey=work.survey,
        settings=work.settings,
        data=work.data,
        none=work.none,
        seed=work.seed,
        plain=plain,
        fit=fit,
        levels=levels,
        main=main,
        foretold=foretold,
        precision=needed,
        segments=segments,
        refused=work.attempts.refused,
    )
    run.progress(96, 100, _("Writing it down"))
    keep(run, [draft(result, run.workspace.currency)], work.attempts.refused)


def _begin(run: JobRun) -> _Work:
    study = stored(run.workspace)
    left_out = tuple(study.settings.get("left_out", ()))
    survey = choice_survey(run.workspace, left_out)
    settings = settled(study.settings, survey.summary())
    if not settings.used:
        raise CannotEstimate(
            "attributes_do_not_vary",
            "No attribute differs between the alternatives that were shown.",
            "Check which columns of the file hold the attributes.",
        )
    none = survey.none_reading(settings)
    return _Work(run, survey, settings, survey.data(settings, none=none), none, seed_from(survey.inputs), Attempts())


def _price_as_levels(work: _Work) -> LogitFit | None:
    """The logit that gives each price a worth of its own, to see whether a straight line is good enough."""
    price = work.settings.price
    if price is None or not 2 < len(price.numbers) <= MOST_PRICE_LEVELS:
        return None
    data = work.attempts.of("price_as_levels", lambda: _levels_data(work))
    if data is None:
        return None
    found = work.attempts.of("price_as_levels", lambda: fit_logit(data, work.rng(2)))
    return found[1] if found else None


def _levels_data(work: _Work) -> ChoiceData:
    return work.survey.data(work.settings, none=work.none, price_as_levels=True)


def _main(work: _Work) -> Fitted | None:
    family = work.settings.family
    hears = work.hears(5, 60, _("Learning how people differ"))
    return work.attempts.of(code_of(family), lambda: fit_family(family, work.data, work.rng(3), hears))


def _foretold(work: _Work, with_levels: bool, main: Fitted) -> Foretold | None:
    trials = [Trial(families.LOGIT, work.data, lambda kept: _plain(kept, work.rng(6)), False)]
    if with_levels:
        data = _levels_data(work)
        trials.append(Trial("price_as_levels", data, lambda kept: _plain(kept, work.rng(7)), False))
    if main.code != families.LOGIT:
        hears = work.hears(60, 80, _("Foretelling held-out choices"))
        family = work.settings.family
        trials.append(
            Trial(
                main.code,
                work.data,
                lambda kept: fit_family(family, kept, work.rng(8), hears, short=True).people,
                main.individual,
            )
        )
    return work.attempts.of("held_out", lambda: foretell(trials, work.seed))


def _plain(data: ChoiceData, rng: np.random.Generator) -> Population:
    return fit_logit(data, rng)[0].people
