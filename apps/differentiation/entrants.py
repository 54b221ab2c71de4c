"""What if this competitor enters: its place against the offers of the current result, without writing anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from apps.differentiation import ranking, selectors
from apps.differentiation.standing import KNOWN_SD
from apps.differentiation.weights_draft import ends
from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace
from trimtab.economics.differentiation.position import ranks, rating_draws, weighted_sum
from trimtab.economics.draws import Array

SEED = 34
UNKNOWN = 0.5
LONGEST_NAME = 120


@dataclass(frozen=True)
class Entered:
    """``offers`` with the entrant last: chance of being first without and with it; ``turned`` pairs by method."""

    name: str
    offers: list[dict[str, Any]]
    score: dict[str, float]
    turned: list[dict[str, Any]]

    @property
    def ours(self) -> dict[str, Any]:
        return self.offers[0]


def entered(workspace: Workspace, *, name: str, ratings: Mapping[int, float | None]) -> Entered:
    """``ratings`` 0..1 by the criterion's key; one that is left out is unknown. Raises Refused."""
    scored, weighed = selectors.current(workspace), selectors.current(workspace, selectors.WEIGHTS)
    if scored is None or weighed is None or scored.parameters["offers"] == []:
        raise Refused("not_scored", _("The offers are not scored yet."), remedy=_("Score them first."))
    name = _named(name, scored.parameters["offers"])
    value = _values(ratings, weighed.parameters["criteria"])
    weights = estimates.draws(weighed)["weights"]
    score = _scores(value, weights)
    return Entered(name, _offers(scored, name, score), ends(score[:, None])[0], _turned(scored, value, weights, name))


def _named(name: str, offers: list[str]) -> str:
    name = " ".join(name.split()) or _("New competitor")
    if len(name) > LONGEST_NAME or name in offers:
        raise Refused("name_taken", _("Give the new offer a name of its own, up to 120 characters."), field="name")
    return name


def _values(ratings: Mapping[int, float | None], criteria: list[int]) -> Array:
    found = np.full(len(criteria), np.nan)
    for criterion_id, rating in ratings.items():
        if criterion_id not in criteria:
            raise Refused("criterion_unknown", _("There is no such criterion."), field="ratings")
        if rating is None:
            continue
        if not math.isfinite(rating) or not 0 <= rating <= 1:
            raise Refused("rating_out_of_range", _("A rating lies between 0 and 1."), field="ratings")
        found[criteria.index(criterion_id)] = rating
    return found


def _scores(value: Array, weights: Array) -> Array:
    """Scores (D,): on fixed scales an entrant moves no other offer's score."""
    table = np.vstack([value, np.zeros_like(value)])
    sd = np.where(np.isnan(table), 0.0, KNOWN_SD)
    drawn = rating_draws(table, len(weights), np.random.default_rng(SEED), sd, weights.any(axis=0))
    return weighted_sum(drawn, weights)[:, 0]


def _offers(scored: Estimate, name: str, score: Array) -> list[dict[str, Any]]:
    present = estimates.draws(scored)["score"]
    _rank, before = ranks(present)
    _rank, after = ranks(np.column_stack([present, score]))
    names = [*scored.parameters["offers"], name]
    return [
        {"offer": offer, "before": float(before[at, 0]) if at < len(before) else None, "after": float(after[at, 0])}
        for at, offer in enumerate(names)
    ]


def _turned(scored: Estimate, value: Array, weights: Array, name: str) -> list[dict[str, Any]]:
    present = np.array(scored.diagnostics["ratings"])
    entrant = np.where(np.isnan(value), UNKNOWN, value)
    return ranking.turned_by_entrant(present, weights.mean(axis=0), entrant, scored.parameters["offers"], name)
