"""The fitted people of a choice study, as its estimate keeps them: what the simulator and the value of quality read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from apps.choices.study_settings import ABSENT, OWN_COLUMN, ZEROS, StudySettings, coding_of, settings_of
from apps.estimates import draws as draw_files
from apps.estimates.models import Estimate
from trimtab.economics.choice.data import Coding
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.simulator import NONE, Market
from trimtab.economics.draws import Array, align

KEPT_WORLDS, KEPT_PEOPLE = 400, 300


@dataclass(frozen=True)
class FittedPeople:
    """The population in KEPT_WORLDS worlds or more, with the coding that its columns follow."""

    population: Population
    coding: Coding
    settings: StudySettings
    none: str
    currency: str

    @property
    def knows_none(self) -> bool:
        """Whether people could choose nothing, so that its appeal is known."""
        return self.none != ABSENT

    def market(self, offers: Mapping[str, Mapping[str, str | float]], with_none: bool) -> Market:
        """The offers as the economics takes them; where "none" has no column of its own it is an offer of zeros."""
        if with_none and self.none == ZEROS:
            return Market({**offers, NONE: {one.name: 0.0 for one in self.settings.used}})
        return Market(offers, with_none)

    def mean_people(self, worlds: int) -> Population:
        """The mean part-worths alone, in so many worlds: all that a willingness to pay of the typical person reads."""
        mean = align(self.population.mean(), worlds, np.random.default_rng(2))
        return Population(mean[:, None, :], np.ones(1), self.population.names)

    @property
    def typical_offer(self) -> dict[str, str | float]:
        """An offer from which others can differ: each attribute at its reference, the price in the middle."""
        return {one.name: _start(one.name, self.settings) for one in self.settings.used}


def fitted_people(model: Estimate) -> FittedPeople:
    settings = settings_of(model.parameters["settings"])
    none = model.parameters["none"]
    coding = coding_of(settings, none=none == OWN_COLUMN)
    population = _population(model.draws_file.name, model.draws_sha256, coding.names)
    return FittedPeople(population, coding, settings, none, model.parameters["currency"])


def thinned(population: Population, rng: np.random.Generator) -> Population:
    """At most KEPT_PEOPLE of many people, drawn by chance: their number costs at each answer of the simulator."""
    if population.kinds <= KEPT_PEOPLE:
        return population
    kept = np.sort(rng.choice(population.kinds, KEPT_PEOPLE, replace=False))
    return Population(population.partworths[:, kept], np.asarray(population.shares)[:, kept], population.names)


def packed(population: Population) -> dict[str, Array]:
    """What the estimate's draws hold of it."""
    return {
        "population": np.asarray(population.partworths, dtype=np.float32),
        "population_shares": np.asarray(population.shares, dtype=np.float32),
    }


@lru_cache(maxsize=6)
def _population(name: str, sha256: str, names: tuple[str, ...]) -> Population:
    """Kept by the hash of the draws, which never change under it; single precision halves what a process holds."""
    draws = draw_files.read(name)
    partworths: NDArray[np.float32] = draws["population"].astype(np.float32)
    return Population(partworths, draws["population_shares"], names)


def _start(name: str, settings: StudySettings) -> str | float:
    one = next(found for found in settings.used if found.name == name)
    if one.kind == "levels":
        return one.reference
    numbers = one.numbers
    return float(numbers[len(numbers) // 2])
