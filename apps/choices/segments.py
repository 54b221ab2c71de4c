"""The main figure by segment, from each segment's own answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.choices.choice_survey import ChoiceSurvey
from apps.choices.model_reading import money_row, steps
from apps.choices.study_settings import StudySettings
from apps.research.studies import refusal
from trimtab.economics.choice import logit
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.errors import CannotEstimate

LEAST_RESPONDENTS = 20
MOST_SEGMENTS = 12
WORLDS = 1000


def by_segment(survey: ChoiceSurvey, data: ChoiceData, settings: StudySettings, seed: int) -> list[dict[str, Any]]:
    """Each segment with enough people; one segment alone would only repeat the whole."""
    segment = survey.segment_of(data.respondents)
    names, counts = np.unique(segment[segment != ""], return_counts=True)
    if names.size < 2 or settings.price is None:
        return []
    largest = [str(names[place]) for place in np.argsort(-counts, kind="stable")[:MOST_SEGMENTS]]
    return [
        {"segment": name, "respondents": int((segment == name).sum())}
        | _worth(data.subset(segment == name), settings, np.random.default_rng([seed, 9, place]))
        for place, name in enumerate(largest)
    ]


def _worth(data: ChoiceData, settings: StudySettings, rng: np.random.Generator) -> dict[str, Any]:
    if data.respondent_count < LEAST_RESPONDENTS:
        few = CannotEstimate(
            "segment_too_small",
            "Too few people to tell; %(least)d are needed.",
            least=LEAST_RESPONDENTS,
        )
        return {"refused": refusal(few)}
    try:
        people = logit.fit(data).population(WORLDS, rng)
        return money_row(steps(people, data.coding, settings)[0])  # type: ignore[arg-type]
    except CannotEstimate as error:
        return {"refused": refusal(error)}
