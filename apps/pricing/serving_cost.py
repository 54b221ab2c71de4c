"""What 1,000 tokens cost to serve: typed, or from the model lab's test of today's model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.pricing.token_rows import tokens_per_request
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array

EVALUATION = "modellab.evaluation"
IN_SERVICE = "today"


@dataclass(frozen=True)
class ServingCost:
    """In currency for 1,000 tokens: one number, or draws (D,); ``estimate`` is the test that it comes from."""

    per_1000: Array
    estimate: Estimate | None

    @property
    def middle(self) -> float:
        return float(np.median(self.per_1000))


def typed(per_1000: float) -> ServingCost:
    return ServingCost(np.array([per_1000]), None)


def measured(workspace: Workspace) -> ServingCost | None:
    """The cost of 1,000 requests over the tokens of a request; None where either is not known."""
    per_request, test = tokens_per_request(workspace), test_of_today(workspace)
    if per_request is None or test is None:
        return None
    return ServingCost(np.maximum(estimates.draws(test)["cost_per_1000"], 0.0) / per_request, test)


def test_of_today(workspace: Workspace) -> Estimate | None:
    tests = estimates.current_of_kind(workspace, EVALUATION).order_by("-created_at")
    return next((test for test in tests if test.parameters.get("method") == IN_SERVICE), None)
