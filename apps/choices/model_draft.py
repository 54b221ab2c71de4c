"""The estimate of a choice study: figures to show, draws to compute with, and what to say about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.choices import model_reading as reading
from apps.choices.choice_survey import ChoiceSurvey
from apps.choices.families import WORLDS, Fitted
from apps.choices.fitted_people import KEPT_WORLDS, packed, thinned
from apps.choices.held_out import Foretold
from apps.choices.model_reading import Step
from apps.choices.precision import Precision
from apps.choices.selectors import MODEL
from apps.choices.study_settings import MONTH, OWN_COLUMN, StudySettings, coding_of
from apps.estimates.models import Grade
from apps.research.models import SourceKind
from apps.research.studies import Draft, refusal
from trimtab.economics.choice.data import ChoiceData, Coding
from trimtab.economics.choice.logit import LogitFit
from trimtab.economics.choice.population import Population
from trimtab.economics.draws import Array, Figure, align, summarise
from trimtab.economics.errors import CannotEstimate

PRICE_AS_LEVELS = "price_as_levels"


@dataclass(frozen=True)
class StudyResult:
    """Everything that the study found; ``main`` is ``plain`` where no richer model could be fitted."""

    survey: ChoiceSurvey
    settings: StudySettings
    data: ChoiceData
    none: str
    seed: int
    plain: Fitted
    fit: LogitFit
    levels: LogitFit | None
    main: Fitted
    foretold: Foretold | None
    precision: Precision | None
    segments: list[dict[str, Any]]
    refused: dict[str, dict[str, Any]]

    @property
    def coding(self) -> Coding:
        return coding_of(self.settings, none=self.none == OWN_COLUMN)


def draft(result: StudyResult, currency: str) -> Draft:
    people = _some_worlds(thinned(result.main.people, np.random.default_rng([result.seed, 10])))
    worth, plain_worth, no_money = _money(result)
    return Draft(
        kind=MODEL,
        grade=Grade.OBSERVED,
        draws=_draws(result, people, worth),
        figures=_figures(result, worth, currency),
        parameters=_parameters(result, worth, currency),
        diagnostics=_diagnostics(result, people, worth, plain_worth, no_money),
        inputs=result.survey.inputs,
        sources=(SourceKind.CHOICES,),
    )


def _some_worlds(people: Population) -> Population:
    """Few worlds where there are many people; a model of one or some kinds of people keeps them all."""
    if people.kinds < 10 or people.worlds <= KEPT_WORLDS:
        return people
    kept = np.linspace(0, people.worlds - 1, KEPT_WORLDS).astype(int)
    return Population(people.partworths[kept], people.shares[kept], people.names)


def _typical(people: Population) -> Population:
    """Only the mean part-worths of each world, in WORLDS worlds."""
    mean = align(people.mean(), WORLDS, np.random.default_rng(3))
    return Population(mean[:, None, :], np.ones(1), people.names)


def _money(result: StudyResult) -> tuple[list[Step], list[Step], dict[str, Any] | None]:
    """The worth of each step by the main model and by the plain logit, else why there is none."""
    try:
        worth = reading.steps(_typical(result.main.people), result.coding, result.settings)
        return worth, reading.steps(_typical(result.plain.people), result.coding, result.settings), None
    except CannotEstimate as error:
        return [], [], refusal(error)


def figure_of(step: Step, worth: list[Step]) -> str:
    alone = sum(other.attribute == step.attribute for other in worth) == 1
    return f"wtp:{step.attribute}" if alone else f"wtp:{step.attribute} {step.after}"


def unit_of(settings: StudySettings, currency: str) -> str:
    return f"{currency}/month" if settings.period == MONTH else currency


def _draws(result: StudyResult, people: Population, worth: list[Step]) -> dict[str, Array]:
    draws = packed(people) | {"mean": np.asarray(_typical(result.main.people).partworths[:, 0])}
    if worth:
        draws["wtp"] = np.stack([step.money for step in worth], axis=1)
    return draws


def _figures(result: StudyResult, worth: list[Step], currency: str) -> list[Figure]:
    unit = unit_of(result.settings, currency)
    figures = [summarise(step.money, name=figure_of(step, worth), unit=unit) for step in worth]
    if result.foretold is not None and result.main.code in result.foretold.scores:
        rate = result.foretold.scores[result.main.code].hit_rate
        figures.append(Figure("hit_rate", rate, rate, rate, "share"))
    return figures


def _parameters(result: StudyResult, worth: list[Step], currency: str) -> dict[str, Any]:
    return {
        "seed": result.seed,
        "settings": result.settings.as_json(),
        "none": result.none,
        "names": list(result.coding.names),
        "family": result.main.code,
        "currency": currency,
        "wtp": [figure_of(step, worth) for step in worth],
    }


def _diagnostics(
    result: StudyResult,
    people: Population,
    worth: list[Step],
    plain_worth: list[Step],
    no_money: dict[str, Any] | None,
) -> dict[str, Any]:
    data, coding = result.data, result.coding
    return {
        "respondents": data.respondent_count,
        "tasks": data.tasks,
        "rows": len(data.X),
        "alternatives": [int(data.alternatives_per_task.min()), int(data.alternatives_per_task.max())],
        "none_chosen": _none_chosen(data) if coding.none else None,
        "null_log_likelihood": result.fit.null_log_likelihood,
        "partworths": reading.partworth_table(_typical(result.main.people), coding, result.settings),
        "importance": reading.importance(people, coding, result.settings),
        "wtp": [reading.money_row(step) for step in worth],
        "wtp_logit": _plain_rows(result, plain_worth),
        "no_money": no_money,
        "unmoved": _unmoved(people, coding),
        "coefficients": _coefficients(result.fit),
        "models": _models(result),
        "chance": _chance(result.foretold),
        "settling": result.main.settling,
        "main": result.main.more,
        "precision": _precision(result.precision),
        "segments": result.segments,
    }


def _plain_rows(result: StudyResult, plain_worth: list[Step]) -> list[dict[str, Any]]:
    """With the ratio of the coefficients themselves beside the interval of its draws: the number that papers print."""
    if not plain_worth:
        return []
    alone = Population(result.fit.coefficients[None, None, :], np.ones(1), result.fit.names)
    exact = reading.steps(alone, result.coding, result.settings)
    return [
        reading.money_row(step) | {"point": float(one.money[0])} for step, one in zip(plain_worth, exact, strict=True)
    ]


def _none_chosen(data: ChoiceData) -> float:
    return float(data.task_weight @ (data.X[data.chosen, -1] == 1) / data.task_weight.sum())


def _unmoved(people: Population, coding: Coding) -> float | None:
    """The share of people who, at the mean of the worlds, do not dislike a higher price."""
    column = coding.price_column
    if column is None or people.kinds == 1:
        return None
    slope = people.partworths[:, :, column].mean(axis=0)
    return float(np.asarray(people.shares).mean(axis=0) @ (slope >= 0))


def _coefficients(fit: LogitFit) -> list[dict[str, Any]]:
    rows = zip(fit.names, fit.coefficients, fit.standard_errors, fit.plain_standard_errors, strict=True)
    return [{"name": name, "value": float(b), "error": float(e), "plain_error": float(p)} for name, b, e, p in rows]


def _models(result: StudyResult) -> list[dict[str, Any]]:
    plain, levels, main = result.plain, result.levels, result.main
    rows = [_model(plain.code, plain.coefficients, plain.log_likelihood, plain.bic)]
    if levels is not None:
        rows.append(_model(PRICE_AS_LEVELS, len(levels.coefficients), levels.log_likelihood, levels.bic))
    if main is not plain:
        # Not at the mode but over the posterior: it cannot be compared with the others, so it is not shown as theirs.
        rows.append(_model(main.code, main.coefficients, main.log_likelihood, main.bic))
    scores = result.foretold.scores if result.foretold else {}
    for row in rows:
        row["is_main"] = row["code"] == main.code
        if row["code"] in scores:
            found = scores[row["code"]]
            row |= {"hit_rate": found.hit_rate, "mae": found.share_error, "held_out": found.log_likelihood}
    return rows


def _model(code: str, coefficients: int, log_likelihood: float | None, bic: float | None) -> dict[str, Any]:
    return {"code": code, "coefficients": coefficients, "log_likelihood": log_likelihood, "bic": bic}


def _chance(foretold: Foretold | None) -> dict[str, Any]:
    if foretold is None:
        return {"hit_rate": None, "mae": None, "tasks": 0, "held_each": 0}
    found = foretold.any
    return {
        "hit_rate": found.chance_hit_rate,
        "mae": found.chance_share_error,
        "tasks": found.tasks,
        "held_each": foretold.held_each,
    }


def _precision(found: Precision | None) -> dict[str, Any] | None:
    if found is None:
        return None
    told = {
        "of": found.of,
        "in_money": found.in_money,
        "relative": float(min(found.relative, 1e6)),
        "verdict": found.verdict,
    }
    if found.found is None:
        return told
    more = found.found
    return told | {
        "have": more.have,
        "needed": more.needed,
        "slope": more.slope,
        "sizes": [int(size) for size in more.sizes],
        "widths": [float(width) for width in more.widths],
    }
