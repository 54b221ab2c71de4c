from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.estimates import draws as draw_files
from apps.estimates.lineage import ESTIMATE, InputRef
from apps.estimates.models import Estimate, EstimateInput, Grade
from apps.workspaces.models import Workspace
from apps.workspaces.storage import workspace_path
from trimtab.economics.draws import Array, Figure

LIFE_DAYS = 180


@transaction.atomic
def record(
    *,
    workspace: Workspace,
    kind: str,
    grade: Grade | str,
    draws: Mapping[str, Array],
    figures: Iterable[Figure],
    inputs: Iterable[InputRef],
    subject: str = "",
    parameters: dict[str, Any] | None = None,
    diagnostics: dict[str, Any] | None = None,
    formula: str = "",
    job_id: UUID | None = None,
    expires_at: datetime | None = None,
    simulated: bool | None = None,
) -> Estimate:
    """Keep a result as the next version of its kind and subject; the one before stays, no longer current."""
    references = list({(ref.kind, ref.object_id): ref for ref in inputs}.values())
    earlier = Estimate.objects.filter(workspace=workspace, kind=kind, subject=subject)
    last = earlier.order_by("-version").values_list("version", flat=True).first() or 0
    earlier.filter(is_current=True).update(is_current=False)
    name, sha256 = draw_files.write(workspace_path(workspace, "draws", ".npz"), dict(draws))
    estimate = Estimate.objects.create(
        workspace=workspace,
        kind=kind,
        subject=subject,
        version=last + 1,
        grade=grade,
        figures={figure.name: figure.as_dict() for figure in figures},
        parameters=parameters or {},
        diagnostics=diagnostics or {},
        formula=formula or kind,
        draws_file=name,
        draws_sha256=sha256,
        job_id=job_id,
        expires_at=expires_at or timezone.now() + timedelta(days=LIFE_DAYS),
        simulated=any(ref.simulated for ref in references) if simulated is None else simulated,
    )
    EstimateInput.objects.bulk_create(_input(estimate, ref) for ref in references)
    return estimate


def retire(*, estimate: Estimate) -> None:
    """Its subject is gone: the result stays as evidence, but is nobody's current one."""
    Estimate.objects.filter(pk=estimate.pk).update(is_current=False)


def _input(estimate: Estimate, ref: InputRef) -> EstimateInput:
    return EstimateInput(
        estimate=estimate,
        kind=ref.kind,
        object_id=ref.object_id,
        label=ref.label[:200],
        sha256=ref.sha256,
        simulated=ref.simulated,
        upstream_id=ref.object_id if ref.kind == ESTIMATE else None,
    )
