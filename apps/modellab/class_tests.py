"""Which model the outcomes tell of, and how often it erred on the held-out texts: in all, and by class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.estimates import selectors as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.modellab import selectors
from apps.modellab.models import Candidate, CandidateMethod
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

TYPED_WORLDS = 4000


@dataclass(frozen=True)
class ClassTest:
    """By class: ``errors`` among ``texts`` held-out ones, (L,) each, and the test that says so."""

    candidate: Candidate
    labels: list[str]
    errors: Array
    texts: Array
    ref: InputRef


def todays_candidate(workspace: Workspace) -> Candidate | None:
    """Today's model as the newest run tested it."""
    found = selectors.candidates(workspace).filter(method=CandidateMethod.TODAY, evaluated_at__isnull=False)
    return found.order_by("-run_id").first()


def candidate_named(workspace: Workspace, model: str) -> Candidate | None:
    """The candidate, or what the deployment answers with, that bears the name of a model among the outcomes."""
    found = selectors.candidates(workspace).filter(name=model).first()
    if found is None:
        deployed = selectors.deployments(workspace).filter(name=model).first()
        found = deployed.candidate if deployed else None
    return found


def class_test(candidate: Candidate) -> ClassTest | None:
    """None where its single answers were never tested."""
    estimate, rows = selectors.evaluation(candidate), candidate.report.get("per_class")
    if estimate is None or not rows:
        return None
    texts = np.array([row["support"] for row in rows], dtype=float)
    right = np.array([row["recall"] for row in rows], dtype=float) * texts
    labels = [str(row["label"]) for row in rows]
    return ClassTest(candidate, labels, np.rint(texts - right), texts, InputRef.of(estimate))


def error_draws(candidate: Candidate) -> tuple[Array, Estimate]:
    """Test errors 1 - accuracy (D,) in the worlds of its test. Raises CannotEstimate("arm_not_tested")."""
    estimate = selectors.evaluation(candidate)
    if estimate is None:
        raise CannotEstimate(
            "arm_not_tested",
            "“%(name)s” was not tested.",
            "Choose a candidate that was tested, or type how many texts it got right.",
            name=candidate.name,
        )
    return np.clip(1 - estimates.draws(estimate)["accuracy"], 1e-4, 1.0), estimate


def typed_error_draws(right: int, texts: int, rng: np.random.Generator) -> Array:
    """Test errors as somebody states them: Beta(errors + 1/2, right + 1/2), (TYPED_WORLDS,)."""
    return np.clip(rng.beta(texts - right + 0.5, right + 0.5, TYPED_WORLDS), 1e-4, 1.0)
