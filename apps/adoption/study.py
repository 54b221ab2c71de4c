"""The adoption study: least squares where the peak is behind, else what other products did, corrected by the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.adoption.adopters import AdoptionSeries, adoption_series
from apps.adoption.adoption_settings import AdoptionSettings
from apps.adoption.kinds import BASS
from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.studies import WORLDS, Attempts, Draft, keep, refusal
from trimtab.economics.adoption import bass, bass_prior
from trimtab.economics.adoption.bass import BassDraws, BassFit
from trimtab.economics.adoption.bass_prior import PriorForecast
from trimtab.economics.draws import Array, Figure, interval, summarise
from trimtab.economics.errors import CannotEstimate

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

MOST_AHEAD, FEWEST_AHEAD = 120, 4
# What only typed figures can help against; other refusals are about the data itself.
OPEN = ("inflection_not_reached", "too_few_periods", "adopters_all_alike")


@dataclass(frozen=True)
class Forecast:
    """The draws and where they come from: a fit, or priors and the reason why there is no fit."""

    draws: BassDraws
    fitted: BassFit | None
    prior: PriorForecast | None
    refused: dict[str, Any] | None

    @property
    def grade(self) -> Grade:
        return Grade.OBSERVED if self.fitted else Grade.ASSUMED


def run_study(run: JobRun) -> None:
    """Raises CannotEstimate where neither the data nor typed figures can give a forecast."""
    settings = AdoptionSettings.of(run.params)
    run.progress(0, 4, _("Reading the adopters"))
    series = adoption_series(run.workspace, settings)
    counts = bass.series(series.counts)
    seed = seed_from(series.inputs)
    rng = np.random.default_rng([seed, 21])
    run.progress(1, 4, _("Fitting the adoption curve"))
    attempts = Attempts()
    found = forecast(series, settings, rng)
    other = attempts.of("adoption.other_form", lambda: bass.fit(counts, _other(settings.form)))
    run.progress(2, 4, _("Looking ahead"))
    periods = settings.ahead or _until_over(found.draws, counts.size)
    ahead = bass.forecast(found.draws, counts.size, periods, rng)
    run.progress(3, 4, _("Keeping the forecast"))
    draft = Draft(
        kind=BASS,
        grade=found.grade,
        draws=_draws(found.draws, ahead),
        figures=_figures(found.draws, counts, ahead),
        parameters=settings.as_json()
        | {
            "seed": seed,
            "method": "least_squares" if found.fitted else "priors",
            "period": series.period,
            "product": series.product,
            "names": list(bass.NAMES),
            "fitted": found.fitted.parameters.tolist() if found.fitted else None,
        },
        diagnostics=_diagnostics(series, found, other, ahead),
        inputs=series.inputs,
        sources=(series.source_kind,),
    )
    keep(run, [draft])


def forecast(series: AdoptionSeries, settings: AdoptionSettings, rng: np.random.Generator) -> Forecast:
    """From the data where it can tell; else from the typed market and other products' p and q.

    Raises CannotEstimate as ``bass.fit`` where no market was typed, and as ``bass_prior.posterior``.
    """
    try:
        fitted = bass.fit(series.counts, settings.form)
        return Forecast(bass.parameter_draws(fitted, series.counts, WORLDS, rng), fitted, None, None)
    except CannotEstimate as reason:
        if reason.code not in OPEN or not settings.market:
            raise
        prior = bass_prior.posterior(series.counts, settings.prior(series.period), WORLDS, rng, settings.form)
        return Forecast(prior.draws, None, prior, refusal(reason))


def _other(form: bass.Form) -> bass.Form:
    return "increment" if form == "density" else "density"


def _until_over(draws: BassDraws, seen: int) -> int:
    """As far again as the peak of the middle world lies from the start, within bounds."""
    peak = float(np.median(bass.peak_time(draws.parameters)))
    return int(np.clip(np.ceil(2.2 * max(peak, seen / 2)) - seen, FEWEST_AHEAD, MOST_AHEAD))


def _draws(draws: BassDraws, ahead: Array) -> dict[str, Array]:
    kept = {name: draws.parameters[:, place] for place, name in enumerate(bass.NAMES)}
    return kept | {"sigma": draws.sigma, "adopters": ahead}


def _figures(draws: BassDraws, counts: Array, ahead: Array) -> list[Figure]:
    m, p, q = draws.parameters.T
    to_come = np.maximum(m - counts.sum(), 0.0)
    return [
        summarise(m, name="market", unit="customers"),
        summarise(p, name="innovation"),
        summarise(q, name="imitation"),
        summarise(bass.peak_time(draws.parameters), name="peak_period"),
        summarise(ahead[:, 0], name="adopters_next", unit="customers"),
        summarise(to_come, name="adopters_still_to_come", unit="customers"),
    ]


def _diagnostics(series: AdoptionSeries, found: Forecast, other: BassFit | None, ahead: Array) -> dict[str, Any]:
    counts = series.counts
    return {
        "periods": int(counts.size),
        "adopters": float(counts.sum()),
        "repeated": series.repeated,
        "products": list(series.products),
        "series": [{"t": t, "label": series.label(t), "adopters": float(count)} for t, count in enumerate(counts, 1)],
        "curve": _curve(series, found.draws, ahead),
        "cumulative": _cumulative(series, found.draws, ahead),
        "peak_label": _peak_label(series, found.draws),
        "fits": [_fit(one) for one in (found.fitted, other) if one is not None],
        "just_past_peak": bool(found.fitted and found.fitted.just_past_peak),
        "refused": found.refused,
        "learned": found.prior.learned.tolist() if found.prior else None,
        "effective": found.prior.effective if found.prior else None,
    }


def _curve(series: AdoptionSeries, draws: BassDraws, ahead: Array) -> list[dict[str, Any]]:
    """The curve's band where periods were seen, and after them that of what will be counted."""
    seen = bass.curve(draws.parameters, np.arange(1, series.counts.size + 1), draws.form)
    return _bands(series, np.concatenate([seen, ahead], axis=1), first=1)


def _cumulative(series: AdoptionSeries, draws: BassDraws, ahead: Array) -> list[dict[str, Any]]:
    """Adopters so far, and after the data the sum with those ahead."""
    return _bands(series, series.counts.sum() + np.cumsum(ahead, axis=1), first=series.counts.size + 1)


def _bands(series: AdoptionSeries, values: Array, first: int) -> list[dict[str, Any]]:
    middle, low, high = interval(values)
    return [
        {
            "t": first + place,
            "label": series.label(first + place),
            "median": float(middle[place]),
            "low": float(low[place]),
            "high": float(high[place]),
        }
        for place in range(middle.size)
    ]


def _peak_label(series: AdoptionSeries, draws: BassDraws) -> dict[str, str] | None:
    """The periods of the peak and of the ends of its interval; None where adopters fall from the start."""
    middle, low, high = interval(bass.peak_time(draws.parameters))
    if middle < 1:
        return None
    names = {"median": middle, "low": low, "high": high}
    return {name: series.label(max(1, int(np.ceil(min(float(value), 10_000))))) for name, value in names.items()}


def _fit(fitted: BassFit) -> dict[str, Any]:
    return {
        "form": fitted.form,
        "fitted": fitted.parameters.tolist(),
        "standard_errors": fitted.standard_errors.tolist(),
        "sigma": fitted.sigma,
        "peak": fitted.peak,
        "agreeing": fitted.agreeing,
        "starts": fitted.starts,
    }
