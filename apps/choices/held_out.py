"""Held-out choices: each model is fitted without some of everybody's tasks and has to foretell them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.holdout import HoldoutScore, score, split
from trimtab.economics.choice.population import Population

MANY_TASKS = 8


@dataclass(frozen=True)
class Trial:
    """A model to be tested: its answers, how its people are fitted to a part of them, and whether these are persons."""

    code: str
    data: ChoiceData
    people: Callable[[ChoiceData], Population]
    individual: bool


@dataclass(frozen=True)
class Foretold:
    """The score of each model by its code, and how many tasks of each person were held back."""

    scores: dict[str, HoldoutScore]
    held_each: int

    @property
    def any(self) -> HoldoutScore:
        return next(iter(self.scores.values()))


def foretell(trials: list[Trial], seed: int) -> Foretold:
    """The same tasks are held back for all. Raises CannotEstimate where somebody answered too few."""
    counts = np.bincount(trials[0].data.respondent)
    held_each = 2 if counts.min() >= MANY_TASKS else 1
    scores = {}
    for trial in trials:
        parts = split(trial.data, held_each, np.random.default_rng([seed, 4]))
        scores[trial.code] = score(trial.people(parts.kept), parts.held, individual=trial.individual)
    return Foretold(scores, held_each)
