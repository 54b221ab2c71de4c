"""The models of people that a study can ask for, behind one form: their population, and how well the fit settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from apps.choices.study_settings import AUTOMATIC, LATENT_CLASSES, MIXED_LOGIT
from trimtab.economics.choice import hierarchical_bayes, latent_classes, logit, mixed_logit
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.population import Population

LOGIT, HIERARCHICAL_BAYES = "logit", "hierarchical_bayes"
WORLDS = 2000
MIXTURE_WORLDS = 400
SWEEPS, BURN, CHAINS, THIN = 4000, 1500, 4, 8
# A test fit answers one question only, so it may be shorter.
SHORT = 3
MOST_NUMBERS = 120_000_000
CLASSES = (1, 2, 3, 4, 5)
AGREED, NEARLY, ENOUGH_DRAWS = 1.05, 1.1, 400

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Fitted:
    """``people`` in D worlds; ``individual`` where its kinds are the respondents in the order of the data."""

    code: str
    people: Population
    coefficients: int
    log_likelihood: float | None = None
    bic: float | None = None
    individual: bool = False
    settling: dict[str, Any] | None = None
    more: dict[str, Any] = field(default_factory=dict)


def code_of(family: str) -> str:
    return HIERARCHICAL_BAYES if family == AUTOMATIC else family


def fit_logit(data: ChoiceData, rng: np.random.Generator) -> tuple[Fitted, logit.LogitFit]:
    found = logit.fit(data)
    people = found.population(WORLDS, rng)
    return Fitted(LOGIT, people, data.coefficients, found.log_likelihood, found.bic), found


def fit_family(
    family: str, data: ChoiceData, rng: np.random.Generator, on_progress: Progress | None = None, *, short: bool = False
) -> Fitted:
    """Raises CannotEstimate where the answers do not identify the model."""
    fits = {AUTOMATIC: _bayes, MIXED_LOGIT: _mixed, LATENT_CLASSES: _latent}
    return fits[family](data, rng, on_progress, short)


def _bayes(data: ChoiceData, rng: np.random.Generator, on_progress: Progress | None, short: bool) -> Fitted:
    part = SHORT if short else 1
    sweeps = SWEEPS // part
    # Everybody's part-worths are held in memory at once.
    kept = max(50, min(CHAINS * sweeps // THIN, MOST_NUMBERS // (data.respondent_count * data.coefficients)))
    found = hierarchical_bayes.fit(
        data,
        rng=rng,
        iterations=sweeps,
        burn=BURN // part,
        chains=CHAINS,
        thin=max(THIN, CHAINS * sweeps // kept),
        on_progress=on_progress,
    )
    return Fitted(
        HIERARCHICAL_BAYES,
        found.population(found.worlds, rng),
        data.coefficients * (data.coefficients + 3) // 2,
        individual=True,
        settling=_settling(found),
        more={
            "mean": _summary(found.mean, found.names),
            "acceptance": float(np.mean(found.acceptance)),
            "log_likelihood": float(np.median(found.log_likelihood)),
        },
    )


def _settling(found: hierarchical_bayes.BayesFit) -> dict[str, Any]:
    r_hat = float(max(found.r_hat.max(), found.spread_r_hat.max()))
    effective = float(min(found.effective_size.min(), found.spread_effective_size.min()))
    good = r_hat <= AGREED and effective >= ENOUGH_DRAWS
    verdict = "good" if good else "fair" if r_hat <= NEARLY else "bad"
    return {"verdict": verdict, "r_hat": r_hat, "effective_size": effective, "chains": found.chains}


def _summary(draws: Any, names: tuple[str, ...]) -> dict[str, dict[str, float]]:
    return {
        name: {"mean": float(column.mean()), "sd": float(column.std())}
        for name, column in zip(names, np.asarray(draws).T, strict=True)
    }


def _mixed(data: ChoiceData, rng: np.random.Generator, on_progress: Progress | None, short: bool) -> Fitted:
    """Tastes vary normally between people, but all mind the price alike, so that a ratio to it means something."""
    price = data.coding.price if data.coding is not None else None
    random: dict[str, Any] = {name: "normal" for name in data.names if price is None or name != price.name}
    found = mixed_logit.fit(
        data, random=random, points=200 if short else 500, starts=1 if short else 3, rng=rng, on_progress=on_progress
    )
    people = found.population(MIXTURE_WORLDS, rng)
    return Fitted(MIXED_LOGIT, people, len(found.theta), found.log_likelihood, found.bic)


def _latent(data: ChoiceData, rng: np.random.Generator, on_progress: Progress | None, short: bool) -> Fitted:
    """As many classes as the information criterion prefers."""
    best = latent_classes.choose(data, CLASSES, rng=rng, starts=3 if short else 10, on_progress=on_progress).best
    return Fitted(
        LATENT_CLASSES,
        best.population(WORLDS, rng),
        len(best.theta),
        best.log_likelihood,
        best.bic,
        more={"classes": best.classes, "shares": [float(share) for share in best.shares]},
    )
