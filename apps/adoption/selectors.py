from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.http import Http404

from apps.adoption.adopters import adoption_counts, adoption_series, subscriptions
from apps.adoption.adoption_settings import AdoptionSettings
from apps.adoption.kinds import BASS
from apps.estimates import messages
from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.estimates.seeds import seed_from
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research.studies import refusal_text
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace
from trimtab.economics.adoption import bass, bass_prior
from trimtab.economics.draws import Figure, summarise
from trimtab.economics.errors import CannotEstimate

TRIED_WORLDS = 800
SURE, FAIR = 0.2, 0.5


@dataclass(frozen=True)
class AdoptionStudy(jobs.WithLatestJob):
    """What the page shows: the result, what waits to be studied, and the latest job."""

    estimate: Estimate | None
    periods: int
    subscriptions: int
    job: Job | None

    @property
    def is_new(self) -> bool:
        return self.estimate is None

    @property
    def has_rows(self) -> bool:
        return bool(self.periods or self.subscriptions)

    @property
    def settings(self) -> AdoptionSettings:
        """Those of the last start, so that a figure that was missing can be added to them."""
        if self.job is not None and self.job.params:
            return AdoptionSettings.of(self.job.params)
        if self.estimate is not None:
            return AdoptionSettings.of(self.estimate.parameters)
        return AdoptionSettings(source="counts" if self.periods else "arrivals")

    @property
    def why_not_fitted(self) -> str:
        """Why the forecast rests on typed figures."""
        why = self.estimate.diagnostics.get("refused") if self.estimate is not None else None
        return refusal_text(why) if why else ""


@dataclass(frozen=True)
class Enough:
    """Whether the periods place the market: how wide its interval is, relative to it."""

    verdict: str
    width: float
    periods: int


@dataclass(frozen=True)
class TriedPrior:
    """What follows from other typed figures: the market, the peak, the next period and those still to come."""

    market: Figure
    peak: Figure
    next: Figure
    to_come: Figure


def adoption_study(workspace: Workspace) -> AdoptionStudy:
    return AdoptionStudy(
        estimate=estimates.current(workspace, BASS),
        periods=adoption_counts(workspace).count(),
        subscriptions=subscriptions(workspace).count(),
        job=jobs.latest(workspace, BASS),
    )


def enough(estimate: Estimate) -> Enough:
    figure = estimate.figures["market"]
    width = (figure["high"] - figure["low"]) / figure["median"]
    verdict = "sure" if width <= SURE else "fair" if width <= FAIR else "thin"
    return Enough(verdict, width, estimate.diagnostics["periods"])


def tried_prior(workspace: Workspace, market: float, p: float, q: float) -> TriedPrior:
    """The answer to the sliders, by the same series as the result; 404 without one that rests on typed figures.

    Raises Refused where the figures and the data exclude each other.
    """
    estimate = estimates.current(workspace, BASS)
    if estimate is None or estimate.parameters["method"] != "priors":
        raise Http404
    settings = replace(AdoptionSettings.of(estimate.parameters), market=market, p=p, q=q)
    try:
        series = adoption_series(workspace, settings)
        rng = np.random.default_rng([seed_from(series.inputs), 22])
        found = bass_prior.posterior(series.counts, settings.prior(series.period), TRIED_WORLDS, rng, settings.form)
    except CannotEstimate as error:
        raise Refused(error.code, messages.reason(error)) from error
    draws = found.draws
    ahead = bass.forecast(draws, series.counts.size, 1, rng)[:, 0]
    size = draws.parameters[:, 0]
    return TriedPrior(
        market=summarise(size, name="market", unit="customers"),
        peak=summarise(bass.peak_time(draws.parameters), name="peak_period"),
        next=summarise(ahead, name="adopters_next", unit="customers"),
        to_come=summarise(np.maximum(size - series.counts.sum(), 0), name="adopters_still_to_come", unit="customers"),
    )
