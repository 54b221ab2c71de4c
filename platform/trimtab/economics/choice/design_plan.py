"""What a choice design shall hold: attributes with levels, tasks, offers, versions, and what may not stand together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.choice.coding import NONE
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

MOST_LISTED = 200_000

Levels = NDArray[np.intp]


@dataclass(frozen=True)
class DesignAttribute:
    """An attribute and its levels, the first being the reference.

    With ``linear`` the levels are numbers and enter as one column, brought to -1..1; such a design shows mostly the two
    extremes. Leave it out to have all levels shown alike often.
    """

    name: str
    levels: tuple[str, ...]
    linear: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, as a ``Coding`` names them."""
        return (self.name,) if self.linear else tuple(f"{self.name}: {level}" for level in self.levels[1:])

    @property
    def range(self) -> tuple[float, float]:
        """The middle and half the width of a linear attribute's levels."""
        numbers = [float(level) for level in self.levels]
        return (min(numbers) + max(numbers)) / 2, (max(numbers) - min(numbers)) / 2

    def table(self) -> Array:
        """The code of each level, (L, k): effects coding, or the number between -1 and 1."""
        if self.linear:
            middle, half = self.range
            return (np.array([[float(level)] for level in self.levels]) - middle) / half
        return np.vstack([-np.ones(len(self.levels) - 1), np.eye(len(self.levels) - 1)])


@dataclass(frozen=True)
class DesignPlan:
    """``versions`` questionnaires of ``tasks`` tasks, each showing ``alternatives`` offers and, with ``none``,
    buying nothing.

    Each entry of ``prohibited`` names levels, {attribute: level, ...}, that may not all occur in one offer.
    """

    attributes: tuple[DesignAttribute, ...]
    alternatives: int
    tasks: int
    versions: int = 1
    none: bool = False
    prohibited: tuple[Mapping[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the K coefficients."""
        own = tuple(column for attribute in self.attributes for column in attribute.columns)
        return (*own, NONE) if self.none else own

    @property
    def coefficients(self) -> int:
        """K."""
        return len(self.names)

    @cached_property
    def sizes(self) -> Levels:
        """The number of levels of each attribute, (A,)."""
        return np.array([len(attribute.levels) for attribute in self.attributes])

    def offer(self, levels: Levels) -> dict[str, str]:
        """One offer as {attribute: level}."""
        return {a.name: a.levels[place] for a, place in zip(self.attributes, levels, strict=True)}

    @cached_property
    def _tables(self) -> list[Array]:
        return [attribute.table() for attribute in self.attributes]

    def coded(self, tasks: Levels) -> Array:
        """Tasks (T, J, A) as numbers, (T, J, K), with a last row for none where it is offered: (T, J + 1, K)."""
        own = np.concatenate([table[tasks[..., place]] for place, table in enumerate(self._tables)], axis=-1)
        if not self.none:
            return own
        count, shown, columns = own.shape
        result = np.zeros((count, shown + 1, columns + 1))
        result[:, :shown, :columns] = own
        result[:, shown, columns] = 1.0
        return result

    def scaled_prior(self, prior: Array) -> Array:
        """Part-worths (R, K) of the numbers as they are, brought to columns between -1 and 1."""
        scaled, column = prior.copy(), 0
        for attribute in self.attributes:
            if attribute.linear:
                middle, half = attribute.range
                if self.none:
                    scaled[:, -1] -= prior[:, column] * middle
                scaled[:, column] = prior[:, column] * half
            column += len(attribute.columns)
        return scaled

    @cached_property
    def _bans(self) -> list[tuple[Levels, Levels]]:
        """Each prohibition as (attributes, levels), by place."""
        place = {attribute.name: index for index, attribute in enumerate(self.attributes)}
        bans = []
        for ban in self.prohibited:
            unknown = [
                key for key, level in ban.items() if key not in place or level not in self.attributes[place[key]].levels
            ]
            if unknown or len(ban) < 2:
                raise CannotEstimate(
                    "prohibition_unknown",
                    "The prohibited pair “%(pair)s” does not name levels of two attributes.",
                    "Write it as attribute: level + attribute: level, with names from the list.",
                    pair=" + ".join(f"{key}: {level}" for key, level in ban.items()),
                )
            at = np.array([place[key] for key in ban])
            bans.append((at, np.array([self.attributes[p].levels.index(ban[self.attributes[p].name]) for p in at])))
        return bans

    def allowed(self, offers: Levels) -> NDArray[np.bool_]:
        """Which offers (..., A) hold no prohibited levels together."""
        fine = np.ones(offers.shape[:-1], dtype=bool)
        for at, levels in self._bans:
            fine &= ~np.all(offers[..., at] == levels, axis=-1)
        return fine

    def random_tasks(self, rng: np.random.Generator) -> Levels:
        """All tasks filled at random with allowed offers, different within a task, shape (V * T, J, A)."""
        pool = self._some_offers(rng)
        count = self.versions * self.tasks
        picks = rng.random((count, len(pool))) if len(pool) <= 2000 else None
        if picks is not None:
            return pool[np.argpartition(picks, self.alternatives - 1, axis=1)[:, : self.alternatives]]
        return pool[np.stack([rng.choice(len(pool), self.alternatives, replace=False) for _ in range(count)])]

    def _some_offers(self, rng: np.random.Generator) -> Levels:
        """All allowed offers where there are not too many, else a random part of them, without repeats, (n, A)."""
        if np.prod(self.sizes.astype(float)) <= MOST_LISTED:
            return self._listed
        offers = np.unique(rng.integers(0, self.sizes, (MOST_LISTED, len(self.sizes))), axis=0)
        return offers[self.allowed(offers)]

    @cached_property
    def _listed(self) -> Levels:
        offers = np.stack(np.unravel_index(np.arange(np.prod(self.sizes)), tuple(self.sizes)), axis=1)
        return offers[self.allowed(offers)]

    @cached_property
    def _moves(self) -> tuple[Levels, Levels, Levels]:
        """Every (offer, attribute, shift of the level) that an exchange can make."""
        moves = [
            (offer, attribute, shift)
            for offer in range(self.alternatives)
            for attribute, size in enumerate(self.sizes)
            for shift in range(1, size)
        ]
        offers, attributes, shifts = np.array(moves).T
        return offers, attributes, shifts

    def exchanges(self, task: Levels) -> Levels:
        """All tasks (B, J, A) that differ from ``task`` (J, A) in one level, are allowed and show no offer twice."""
        offers, attributes, shifts = self._moves
        trials = np.repeat(task[None], len(offers), axis=0)
        rows = np.arange(len(offers))
        trials[rows, offers, attributes] = (task[offers, attributes] + shifts) % self.sizes[attributes]
        changed = trials[rows, offers]
        same = np.all(trials == changed[:, None], axis=-1).sum(axis=1) > 1
        return trials[self.allowed(changed) & ~same]

    def check(self) -> None:
        """Refuse a plan that cannot be carried out.

        CannotEstimate: ``attribute_twice``, ``levels_too_few``, ``level_twice``, ``level_not_a_number``,
        ``alternatives_too_few``, ``tasks_too_few``, ``prohibition_unknown``, ``level_never_allowed``,
        ``offers_too_few``.
        """
        self._check_attributes()
        if self.alternatives + self.none < 2 or self.alternatives < 1 or min(self.tasks, self.versions) < 1:
            raise CannotEstimate(
                "alternatives_too_few",
                "A task needs two offers, or one and none.",
                "Give at least one task, one version and two offers.",
            )
        least = int(np.ceil(self.coefficients / (self.alternatives - 1 + self.none) / self.versions))
        if self.tasks < least:
            raise CannotEstimate(
                "tasks_too_few",
                "%(coefficients)d part-worths cannot be told apart by %(tasks)d tasks of %(alternatives)d offers.",
                "Ask at least %(least)d tasks, show more offers, or make more versions.",
                coefficients=self.coefficients,
                tasks=self.tasks * self.versions,
                alternatives=self.alternatives,
                least=least,
            )
        self._check_offers()

    def _check_attributes(self) -> None:
        names = [attribute.name for attribute in self.attributes]
        if not names or len(set(names)) < len(names):
            raise CannotEstimate(
                "attribute_twice", "Two attributes have the same name, or there is none.", "Name each attribute once."
            )
        for attribute in self.attributes:
            _check_levels(attribute)

    def _check_offers(self) -> None:
        offers = self._some_offers(np.random.default_rng(0))
        for place, attribute in enumerate(self.attributes):
            gone = set(range(len(attribute.levels))) - set(offers[:, place].tolist())
            if gone:
                raise CannotEstimate(
                    "level_never_allowed",
                    "The level “%(level)s” of %(attribute)s is prohibited with everything.",
                    "Prohibit fewer pairs, or leave the level out.",
                    level=attribute.levels[min(gone)],
                    attribute=attribute.name,
                )
        if len(offers) < self.alternatives:
            raise CannotEstimate(
                "offers_too_few",
                "Only %(offers)d different offers are allowed, but a task shall show %(alternatives)d.",
                "Show fewer offers in a task, or prohibit fewer pairs.",
                offers=len(offers),
                alternatives=self.alternatives,
            )


def _check_levels(attribute: DesignAttribute) -> None:
    if len(attribute.levels) < 2:
        raise CannotEstimate(
            "levels_too_few",
            "The attribute %(attribute)s has fewer than two levels.",
            "Give each attribute at least two levels.",
            attribute=attribute.name,
        )
    if len(set(attribute.levels)) < len(attribute.levels):
        raise CannotEstimate(
            "level_twice",
            "The attribute %(attribute)s names a level twice.",
            "Name each level once.",
            attribute=attribute.name,
        )
    if attribute.linear:
        try:
            usable = attribute.range[1] > 0
        except ValueError:
            usable = False
        if not usable:
            raise CannotEstimate(
                "level_not_a_number",
                "The levels of %(attribute)s are not different numbers.",
                "Write numbers, or let it enter by levels.",
                attribute=attribute.name,
            )
