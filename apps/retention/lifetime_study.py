"""The lifetime value study: two models fitted to the early purchases, judged by the later ones, the better one used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Attempts, Draft, keep
from apps.retention import lifetime_diagnostics as diagnostics
from apps.retention.kinds import LIFETIME_VALUE
from apps.retention.lifetime_settings import LifetimeSettings
from apps.retention.purchase_rows import PurchaseBook, purchase_book
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import gamma_gamma
from trimtab.economics.retention.gamma_gamma import Spend, SpendFit
from trimtab.economics.retention.lifetime_value import (
    MODELS,
    Ahead,
    CustomerValue,
    Progress,
    ahead,
    customer_values,
    value_draws,
)
from trimtab.economics.retention.purchase_models import Model, PurchaseFit
from trimtab.economics.retention.purchase_tracking import HoldoutScore, Tracking, holdout_score, tracking
from trimtab.economics.retention.purchases import Calibration, calibrate

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

SPEND = "retention.spend"
HOLDOUT_PEOPLE, MOST_HOLDOUT_WORLDS, FEWEST_HOLDOUT_WORLDS = 8_000_000, 400, 40
TRACKED_WORLDS = 200
TOP, TOP_WORLDS = 20, 400


@dataclass(frozen=True)
class Judged:
    """A model as fitted before the holdout, its path past it, and its score there; no score without a holdout."""

    fitted: PurchaseFit
    path: Tracking
    score: HoldoutScore | None


@dataclass(frozen=True)
class SpendPart:
    """What repeat customers spend, its draws, and how many of them got everything for nothing."""

    fitted: SpendFit
    draws: Array
    independence: gamma_gamma.Independence
    free: int


@dataclass(frozen=True)
class Valued:
    """The better model fitted to all purchases, what lies ahead, and what each customer is worth.

    ``best`` (n,) are the places of the most valuable customers, ``worth`` (D, n) what they may be worth.
    """

    fitted: PurchaseFit
    draws: Array
    spend: SpendPart | None
    sums: Ahead
    each: CustomerValue
    best: np.ndarray
    worth: Array


def run_study(run: JobRun) -> None:
    """Raises CannotEstimate where the purchases say nothing of repeat buying."""
    settings = LifetimeSettings.of(run.params)
    attempts = Attempts()
    run.progress(0, 100, _("Reading the purchases"))
    book = purchase_book(run.workspace)
    rng = np.random.default_rng([seed_from(book.inputs), 11])
    early = calibrate(book.log, settings.unit, settings.last_day_of_fit(book.log))
    judged = _judge(run, attempts, book, early, rng)
    if not judged:
        raise attempts.main_reason
    model = better(judged)
    early_spend = attempts.of(SPEND, lambda: spend_part(book, early, rng, worlds=1))
    now = calibrate(book.log, settings.unit)
    spend = attempts.of(SPEND, lambda: spend_part(book, now, rng, worlds=WORLDS))
    valued = _value(run, model, now, settings, spend, rng)
    found = (
        diagnostics.of_log(book, early, now)
        | diagnostics.of_models(judged, early, model)
        | diagnostics.of_spend(early_spend, spend)
        | diagnostics.of_customers(now, valued.each, valued.best, valued.worth)
        | {"final_log_likelihood": valued.fitted.log_likelihood}
    )
    draft = Draft(
        kind=LIFETIME_VALUE,
        grade=Grade.OBSERVED,
        draws=_draws(valued),
        figures=_figures(run.workspace.currency, valued, now),
        parameters=_parameters(run.workspace.currency, settings, book, early, valued),
        diagnostics=found,
        inputs=book.inputs,
        sources=(SourceKind.PURCHASES,),
    )
    keep(run, [draft], attempts.refused)


def _value(
    run: JobRun,
    model: Model,
    now: Calibration,
    settings: LifetimeSettings,
    spend: SpendPart | None,
    rng: np.random.Generator,
) -> Valued:
    run.progress(50, 100, _("Fitting the better model to all purchases"))
    fitted = MODELS[model].fit(now.customers)
    draws = MODELS[model].parameter_draws(fitted, now.customers, WORLDS, rng)
    money: dict[str, Any] = {"discount": settings.discount, "margin": settings.margin}
    follow = _between(run, 60, 90, _("Looking ahead"))
    amounts = spend.draws if spend else None
    sums = ahead(model, draws, now, horizon=settings.year, rng=rng, spend=amounts, on_progress=follow, **money)
    run.progress(90, 100, _("Valuing each customer"))
    point = spend.fitted.parameters if spend else None
    each = customer_values(model, fitted.parameters, now, horizon=settings.year, spend=point, **money)
    best = np.argsort(-(each.residual if each.value is None else each.value), kind="stable")[:TOP]
    few = amounts[:TOP_WORLDS] if amounts is not None else None
    worth = value_draws(model, draws[:TOP_WORLDS], now, best, rng=rng, spend=few, **money)
    return Valued(fitted, draws, spend, sums, each, best, worth)


def better(judged: dict[Model, Judged]) -> Model:
    """The one that misses less per customer in the holdout; without one, the more likely of the two."""

    def loss(model: Model) -> tuple[float, float]:
        one = judged[model]
        return (one.score.root_mean_square if one.score else 0.0, -one.fitted.log_likelihood)

    return min(judged, key=loss)


def spend_part(book: PurchaseBook, known: Calibration, rng: np.random.Generator, worlds: int) -> SpendPart:
    """Raises CannotEstimate: amounts_missing, and as ``gamma_gamma.spend``."""
    if book.unpriced:
        raise CannotEstimate(
            "amounts_missing",
            "%(rows)d of the purchases have no amount.",
            "Import the amounts to value customers.",
            rows=book.unpriced,
        )
    free = (known.customers.frequency > 0) & (known.spend <= 0)
    data: Spend = gamma_gamma.spend(known.customers.frequency[~free], known.spend[~free])
    fitted = gamma_gamma.fit(data)
    draws = gamma_gamma.parameter_draws(fitted, data, worlds, rng)
    return SpendPart(fitted, draws, gamma_gamma.independence(data), int(free.sum()))


def _judge(
    run: JobRun, attempts: Attempts, book: PurchaseBook, early: Calibration, rng: np.random.Generator
) -> dict[Model, Judged]:
    names = {"bg_nbd": _("Fitting BG/NBD"), "pareto_nbd": _("Fitting Pareto/NBD")}
    found: dict[Model, Judged] = {}
    for place, model in enumerate(MODELS):
        follow = _between(run, 5 + 20 * place, 25 + 20 * place, names[model])
        one = attempts.of(f"retention.{model}", lambda model=model, follow=follow: _of(model, book, early, rng, follow))  # type: ignore[misc]
        if one is not None:
            found[model] = one
    return found


def _of(model: Model, book: PurchaseBook, early: Calibration, rng: np.random.Generator, follow: Progress) -> Judged:
    follow(0, 1)
    fitted = MODELS[model].fit(early.customers)
    people = early.customers.frequency.size
    worlds = int(np.clip(HOLDOUT_PEOPLE // people, FEWEST_HOLDOUT_WORLDS, MOST_HOLDOUT_WORLDS))
    draws = MODELS[model].parameter_draws(fitted, early.customers, max(worlds, TRACKED_WORLDS), rng)
    score = None
    if early.later is not None:
        score = holdout_score(model, fitted.parameters, draws[:worlds], early, rng, follow)
    return Judged(fitted, tracking(model, draws[:TRACKED_WORLDS], book.log, early), score)


def _between(run: JobRun, low: int, high: int, message: str) -> Progress:
    return lambda done, of: run.progress(low + (high - low) * done / max(of, 1), 100, message)


def _draws(valued: Valued) -> dict[str, Array]:
    sums = valued.sums
    kept = {name: valued.draws[:, place] for place, name in enumerate(valued.fitted.names)}
    kept |= {"alive": sums.alive, "purchases": sums.purchases, "residual_purchases": sums.residual}
    if valued.spend is not None and sums.value is not None:
        kept |= {f"spend_{name}": valued.spend.draws[:, place] for place, name in enumerate(gamma_gamma.NAMES)}
        kept["residual_value"] = sums.value
    return kept


def _figures(currency: str, valued: Valued, now: Calibration) -> list[Figure]:
    sums, spend = valued.sums, valued.spend
    figures = [
        summarise(sums.alive, name="customers_alive", unit="customers"),
        summarise(sums.purchases, name="purchases_next_year", unit="purchases"),
    ]
    if spend is None or sums.value is None:
        return [*figures, summarise(sums.residual, name="residual_purchases", unit="purchases")]
    p, q, gamma = spend.draws.T
    return [
        *figures,
        summarise(sums.value, name="residual_value", unit=currency),
        summarise(sums.value / now.customers.count, name="residual_value_each", unit=f"{currency} per customer"),
        summarise(p * gamma / np.maximum(q - 1, 0.05), name="mean_spend", unit=currency),
    ]


def _parameters(
    currency: str, settings: LifetimeSettings, book: PurchaseBook, early: Calibration, valued: Valued
) -> dict[str, Any]:
    spend = valued.spend
    return settings.as_json() | {
        "seed": seed_from(book.inputs),
        "model": valued.fitted.model,
        "names": list(valued.fitted.names),
        "fitted": valued.fitted.parameters.tolist(),
        "spend": spend.fitted.parameters.tolist() if spend else None,
        "fit_ends": str(early.until),
        "as_of": str(book.log.day.max()),
        "discount_per_month": settings.discount.per_month,
        "currency": currency,
    }
