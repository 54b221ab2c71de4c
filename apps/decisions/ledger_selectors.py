from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from apps.decisions.ledger_models import Actual, Decision
from apps.estimates.models import Estimate
from apps.estimates.selectors import current
from apps.workspaces.models import Workspace

FROZEN, CORRECTION = "decisions.frozen", "decisions.correction"


def decisions(workspace: Workspace) -> QuerySet[Decision]:
    return Decision.objects.filter(workspace=workspace).select_related(
        "workspace", "scenario", "estimate__workspace", "decided_by"
    )


def standing(workspace: Workspace) -> QuerySet[Decision]:
    """Those that count: the newest first."""
    return decisions(workspace).filter(withdrawn_at=None)


def decision(workspace: Workspace, decision_id: int) -> Decision:
    found = decisions(workspace).filter(pk=decision_id).first()
    if found is None:
        raise Http404
    return found


def actuals(workspace: Workspace) -> QuerySet[Actual]:
    return Actual.objects.filter(workspace=workspace).select_related("workspace")


def actual(workspace: Workspace, actual_id: int) -> Actual:
    found = actuals(workspace).filter(pk=actual_id).first()
    if found is None:
        raise Http404
    return found


def correction(workspace: Workspace) -> Estimate | None:
    return current(workspace, CORRECTION)
