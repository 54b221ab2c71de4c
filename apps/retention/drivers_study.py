"""What goes with leaving: the Cox model, two other models beside it, and satisfaction where it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop as _
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Attempts, Draft, keep
from apps.retention import drivers_diagnostics as diagnostics
from apps.retention.drivers_columns import Prepared, prepare
from apps.retention.drivers_rows import Column, stay_columns
from apps.retention.drivers_settings import SATISFACTION, DriversSettings
from apps.retention.kinds import DRIVERS
from apps.retention.link_joined import Joined, join
from apps.retention.subscription_log import SubscriptionLog, subscription_log
from apps.retention.survey import satisfaction_survey
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import covariate_churn, cox, hazard
from trimtab.economics.retention.covariate_churn import CovariateChurnFit
from trimtab.economics.retention.cox import CoxFit
from trimtab.economics.retention.hazard import HazardFit

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

RUNAWAY = "covariate_separates"


@dataclass(frozen=True)
class Ratios:
    """A Cox fit with what went in, and the hazard ratio of each step in each world, (D, p)."""

    prepared: Prepared
    fitted: CoxFit
    draws: Array


@dataclass(frozen=True)
class Satisfied:
    """The same among customers who answered, from their answer on."""

    ratios: Ratios
    joined: Joined


def run_study(run: JobRun) -> None:
    """Raises CannotEstimate where no column can be compared, or too few customers have left."""
    settings = DriversSettings.of(run.params)
    attempts = Attempts()
    run.progress(0, 5, _("Reading the log and its columns"))
    log = subscription_log(run.workspace)
    columns = stay_columns(run.workspace, log)
    rng = np.random.default_rng([seed_from(log.inputs), 21])
    run.progress(1, 5, _("Comparing customers who left with those who stayed"))
    prepared = prepare(columns, tuple(c for c in settings.columns if c != SATISFACTION), log.duration, log.ended)
    main = ratios(prepared, log.duration, log.ended, rng, customer=log.customer)
    run.progress(2, 5, _("Asking two other models"))
    others = _others(attempts, main, log, rng)
    halves = attempts.of(f"{DRIVERS}_halves", lambda: _halves(main, log, rng)) if main.fitted.changing else None
    run.progress(3, 5, _("Looking at satisfaction"))
    inputs, satisfied = log.inputs, None
    if settings.satisfaction:
        found = attempts.of(f"{DRIVERS}_satisfaction", lambda: _satisfied(run, log, columns, main, rng))
        inputs, satisfied = (log.inputs + found[0], found[1]) if found else (log.inputs, None)
    run.progress(4, 5, _("Keeping the results"))
    keep(run, [_draft(settings, log, inputs, main, others, halves, satisfied)], attempts.refused)


def ratios(
    prepared: Prepared,
    duration: Array,
    ended: NDArray[np.bool_],
    rng: np.random.Generator,
    *,
    customer: NDArray[Any],
    entry: Array | None = None,
) -> Ratios:
    """Fits, leaving out a column whose effect has no limit, as long as another remains."""
    while True:
        try:
            fitted = cox.fit(prepared.covariates, duration, ended, entry=entry, customer=customer)
            return Ratios(prepared, fitted, np.exp(fitted.draws(WORLDS, rng) * prepared.steps))
        except CannotEstimate as error:
            column = _column_of(prepared, str(error.params.get("column", "")))
            if error.code != RUNAWAY or column is None or len(prepared.columns) == 1:
                raise
            prepared = prepared.without(column, "separates")


def _column_of(prepared: Prepared, named: str) -> str | None:
    for term in prepared.covariates.terms:
        if named in (term.name, f"{term.column}: {term.reference}"):
            return term.column
    return None


def _others(attempts: Attempts, main: Ratios, log: SubscriptionLog, rng: np.random.Generator) -> dict[str, Array]:
    """The ratios by month (complementary log-log) and with customers who differ (BdW), each (D, p), if there."""
    coded, steps = main.prepared.covariates, main.prepared.steps
    known = (coded, log.duration, log.ended)
    fits: dict[str, Callable[[], HazardFit | CovariateChurnFit]] = {
        "hazard": lambda: hazard.fit(*known, customer=log.customer, link="cloglog"),
        "bdw": lambda: covariate_churn.fit(*known, "bdw", customer=log.customer),
    }
    found = {name: attempts.of(f"{DRIVERS}_{name}", work) for name, work in fits.items()}
    return {name: np.exp(fit.draws(WORLDS, rng) * steps) for name, fit in found.items() if fit is not None}


def _halves(main: Ratios, log: SubscriptionLog, rng: np.random.Generator) -> diagnostics.Halves:
    """The ratios before and after the month by which half of those who left had gone."""
    coded, steps = main.prepared.covariates, main.prepared.steps
    month = max(1.0, float(np.rint(np.median(log.duration[log.ended]))))
    rows, parts = hazard.split_at(coded, log.duration, log.ended, month)
    late = parts.entry >= month
    found = []
    for own in (~late, late):
        fitted = hazard.fit(
            coded.take(rows[own]),
            parts.duration[own],
            parts.event[own],
            entry=parts.entry[own],
            customer=log.customer[rows[own]],
            link="cloglog",
        )
        found.append(np.exp(fitted.draws(WORLDS, rng) * steps))
    return diagnostics.Halves(month, found[0], found[1])


def _satisfied(
    run: JobRun, log: SubscriptionLog, columns: dict[str, Column], main: Ratios, rng: np.random.Generator
) -> tuple[tuple[InputRef, ...], Satisfied]:
    """Raises CannotEstimate: as the survey; nobody_in_both; satisfaction_alike; as ``cox.fit``."""
    survey = satisfaction_survey(run.workspace)
    joined = join(survey, log)
    if not joined.satisfaction.size:
        raise CannotEstimate(
            "nobody_in_both",
            "No customer has both a dated satisfaction answer and a subscription.",
            "Ask subscribers, and keep the customer's name and the date with each answer.",
        )
    own = {SATISFACTION: joined.satisfaction} | {name: columns[name][joined.stay] for name in main.prepared.columns}
    prepared = prepare(own, (), joined.duration, joined.ended)
    if SATISFACTION not in prepared.columns:
        raise CannotEstimate(
            "satisfaction_alike",
            "Those who answered and are in the log are all equally satisfied.",
            "Ask more customers.",
        )
    customer = log.customer[joined.stay]
    found = ratios(prepared, joined.duration, joined.ended, rng, customer=customer, entry=joined.entry)
    return survey.inputs, Satisfied(found, joined)


def _draft(
    settings: DriversSettings,
    log: SubscriptionLog,
    inputs: tuple[InputRef, ...],
    main: Ratios,
    others: dict[str, Array],
    halves: diagnostics.Halves | None,
    satisfied: Satisfied | None,
) -> Draft:
    draws = {"ratios": main.draws} | {f"ratios_{name}": drawn for name, drawn in others.items()}
    figures = _figures(main)
    if satisfied is not None and SATISFACTION in satisfied.ratios.fitted.names:
        place = satisfied.ratios.fitted.names.index(SATISFACTION)
        draws["ratio_satisfaction"] = satisfied.ratios.draws[:, place]
        figures.append(summarise(draws["ratio_satisfaction"], name="hazard_ratio_satisfaction"))
    found = diagnostics.of_study(log, main, others, halves)
    if satisfied is not None:
        found["satisfaction"] = diagnostics.of_satisfied(satisfied)
    return Draft(
        kind=DRIVERS,
        grade=Grade.OBSERVED,
        draws=draws,
        figures=figures,
        parameters=settings.as_json()
        | {
            "seed": seed_from(log.inputs),
            "used": list(main.prepared.columns),
            "ties": main.fitted.ties,
            "as_of": log.as_of.isoformat(),
        },
        diagnostics=found,
        inputs=inputs,
        sources=(SourceKind.SUBSCRIPTIONS, SourceKind.SATISFACTION) if satisfied else (SourceKind.SUBSCRIPTIONS,),
    )


def _figures(main: Ratios) -> list[Figure]:
    return [
        summarise(main.draws[:, place], name=f"hazard_ratio:{name}") for place, name in enumerate(main.fitted.names)
    ]
