"""What each kind of source holds, as the research page shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Sum
from django.utils import timezone

from apps.research.fields import Kind
from apps.research.kinds import GROUPS, KINDS
from apps.research.models import QuarantinedRow, Source, SourceState
from apps.workspaces.models import Workspace


@dataclass(frozen=True)
class KindSummary:
    kind: Kind
    rows: int
    sources: int
    to_correct: int
    newest: date | None
    expired: bool


@dataclass(frozen=True)
class KindGroup:
    label: str
    summaries: list[KindSummary]


def grouped(workspace: Workspace) -> list[KindGroup]:
    by_name = {summary.kind.name: summary for summary in summaries(workspace)}
    return [KindGroup(str(label), [by_name[kind.name] for kind in kinds]) for label, kinds in GROUPS]


def summaries(workspace: Workspace) -> list[KindSummary]:
    """From the sources' own counts: counting a million rows would keep the page waiting."""
    counted: dict[str, dict[str, Any]] = {
        row["kind"]: dict(row)
        for row in Source.objects.filter(workspace=workspace, state=SourceState.IMPORTED)
        .values("kind")
        .order_by("kind")
        .annotate(rows=Sum("rows_imported"), newest=Max("collected_on"), first_expiry=Min("expires_on"))
    }
    files = Counter(Source.objects.filter(workspace=workspace).values_list("kind", flat=True))
    open_rows = QuarantinedRow.objects.filter(workspace=workspace, resolved_at=None)
    waiting = dict(open_rows.values_list("source__kind").order_by().annotate(count=Count("pk")))
    return [_summary(kind, counted.get(name, {}), files[name], waiting.get(name, 0)) for name, kind in KINDS.items()]


def _summary(kind: Kind, counted: dict[str, Any], files: int, waiting: int) -> KindSummary:
    expiry = counted.get("first_expiry")
    expired = expiry is not None and expiry < timezone.localdate()
    return KindSummary(kind, counted.get("rows") or 0, files, waiting, counted.get("newest"), expired)
