"""What the studies of differentiation start from: the rated offers, drawn many times, and the needs behind criteria.

Notation: J offers with ours first, K criteria, D worlds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.translation import gettext_noop as _
from numpy.typing import ArrayLike

from apps.differentiation import selectors
from apps.differentiation.models import Criterion
from apps.differentiation.selectors import CriterionRow
from apps.differentiation.weighing import counted
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.jobs.run import JobFailure
from apps.workspaces.models import Workspace
from trimtab.economics.differentiation.position import rating_draws
from trimtab.economics.draws import Array

SEED = 30
KNOWN_SD, STALE_SD = 0.05, 0.15
NO_OURS = _("No offer on the competitor sheet is marked as ours. Say which one is, then run this again.")


@dataclass(frozen=True)
class Standing:
    """``ratings`` (J, K) with nan where unknown, ``sd`` (J, K) of each; ``need_ids`` of the criteria, None for none."""

    workspace: Workspace
    offers: list[str]
    rows: list[CriterionRow]
    ratings: Array
    sd: Array
    needs: Estimate | None
    need_ids: list[int | None]
    inputs: tuple[InputRef, ...]

    @property
    def criteria(self) -> list[Criterion]:
        return [row.criterion for row in self.rows]

    @property
    def names(self) -> list[str]:
        return [row.criterion.name for row in self.rows]

    @property
    def attributes(self) -> list[str]:
        return [row.criterion.attribute for row in self.rows]

    @property
    def takes_part(self) -> list[bool]:
        return [counted(row.criterion, need) for row, need in zip(self.rows, self.need_ids, strict=True)]

    @cached_property
    def value(self) -> Array:
        """Mean ratings (J, K): an unknown one is in the middle."""
        return np.where(np.isnan(self.ratings), 0.5, self.ratings)

    @property
    def read_error(self) -> Array:
        """Standard deviation of what was read, (J, K): 0 where nothing was."""
        return np.where(np.isnan(self.ratings), 0.0, self.sd)

    def drawn(self, worlds: int, used: ArrayLike) -> Array:
        """Ratings (D, J, K) of the criteria used, the same in every study of one run."""
        return rating_draws(self.ratings, worlds, np.random.default_rng(SEED), self.sd, used)


def standing(workspace: Workspace) -> Standing:
    """Raises JobFailure where no offer is marked as ours."""
    found = selectors.sheet(workspace)
    if found.ours is None:
        raise JobFailure("no_offer_of_ours", NO_OURS)
    rows = selectors.rows(workspace, found)
    needs = selectors.needs_estimate(workspace)
    known = set(needs.parameters["need_ids"]) if needs else set()
    behind = [selectors.need_behind(row.criterion) for row in rows]
    return Standing(
        workspace,
        found.offers,
        rows,
        np.array([[_value(cell.rating) for cell in row.cells] for row in rows]).T,
        np.array([[STALE_SD if cell.stale else KNOWN_SD for cell in row.cells] for row in rows]).T,
        needs,
        [need.pk if need is not None and need.pk in known else None for need in behind],
        tuple(selectors.inputs(workspace, [row.criterion for row in rows])),
    )


def _value(rating: float | None) -> float:
    return np.nan if rating is None else rating
