"""Are more answers needed? The main figure's interval as the number of people grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from apps.choices.model_reading import steps
from apps.choices.study_settings import StudySettings
from trimtab.economics.choice import logit
from trimtab.economics.choice.answers_needed import AnswersNeeded, answers_needed
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

WORLDS = 400
# A figure is settled when its interval is a third of itself wide, and gives a fair idea at all of itself.
SURE, FAIR = 1 / 3, 1.0


@dataclass(frozen=True)
class Precision:
    """``of`` names the attribute whose worth is looked at (its first column's utility where there is no money)."""

    of: str
    in_money: bool
    middle: float
    width: float
    found: AnswersNeeded | None

    @property
    def relative(self) -> float:
        return self.width / abs(self.middle) if self.middle else np.inf

    @property
    def verdict(self) -> str:
        return "sure" if self.relative <= SURE else "fair" if self.relative <= FAIR else "thin"


def precision(
    data: ChoiceData,
    settings: StudySettings,
    rng: np.random.Generator,
    on_progress: Callable[[int, int], None],
) -> Precision | None:
    """By the plain logit, which is refitted in a moment; None where not even that can be said."""
    of, in_money = _subject(data, settings)

    def quantity(part: ChoiceData, chance: np.random.Generator) -> Array:
        return _quantity(part, settings, chance, in_money)

    try:
        whole = quantity(data, rng)
    except CannotEstimate:
        return None
    low, middle, high = (float(value) for value in np.quantile(whole, (0.1, 0.5, 0.9)))
    try:
        target = max(SURE * abs(middle), 1e-9)
        found = answers_needed(data, quantity, target=target, rng=rng, on_progress=on_progress)
    except CannotEstimate:
        found = None
    return Precision(of, in_money, middle, high - low, found)


def _subject(data: ChoiceData, settings: StudySettings) -> tuple[str, bool]:
    first = settings.quality or next((one for one in settings.used if not one.is_price), settings.used[0])
    return first.name, settings.price is not None and not first.is_price


def _quantity(part: ChoiceData, settings: StudySettings, chance: np.random.Generator, in_money: bool) -> Array:
    people = logit.fit(part).population(WORLDS, chance)
    if part.coding is None or not in_money:
        return np.asarray(people.partworths[:, 0, 0])
    return steps(people, part.coding, settings)[0].money
