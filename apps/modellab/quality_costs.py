"""What one error in each class costs: as typed, or from who leaves after an unresolved request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.estimates import selectors as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from apps.modellab.models import CostSource, QualityMapping
from apps.modellab.outcome_kinds import ERROR_PRICE
from apps.modellab.outcome_rows import places_of
from apps.modellab.plans import DRAWS
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array


@dataclass(frozen=True)
class Costs:
    """``k`` (D, L), only its proportions matter; ``grade`` None where all classes count alike."""

    k: Array
    grade: Grade | None
    source: str
    inputs: tuple[InputRef, ...] = ()


def costs_of(workspace: Workspace, mapping: QualityMapping, labels: list[str]) -> Costs:
    """Prices from churn where they were asked for and are known, else the typed ones, else 1 each."""
    if mapping.costs == CostSource.CHURN and (found := _from_churn(workspace, labels)):
        return found
    typed = {label.casefold(): float(cost) for label, cost in mapping.error_cost.items()}
    k = np.array([typed.get(label.casefold(), 1.0) for label in labels])
    if not k.any():
        k = np.ones(len(labels))
    alike = bool(np.all(k == k[0]))
    return Costs(np.broadcast_to(k, (DRAWS, k.size)), None if alike else Grade.ASSUMED, CostSource.TYPED)


def _from_churn(workspace: Workspace, labels: list[str]) -> Costs | None:
    estimate = estimates.current(workspace, ERROR_PRICE)
    if estimate is None:
        return None
    price = estimates.draws(estimate)["price"]
    place = places_of(np.array(labels, dtype=str), estimate.parameters["labels"])
    # A class that no outcome named costs what the others do on average.
    k = np.where(place >= 0, price[:, np.maximum(place, 0)], price.mean(axis=1, keepdims=True))
    return Costs(k, Grade(estimate.grade), CostSource.CHURN, (InputRef.of(estimate),))
