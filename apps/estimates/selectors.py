from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.estimates import draws as draw_files
from apps.estimates import lineage
from apps.estimates.formulas import title_of
from apps.estimates.models import Estimate, EstimateInput
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array


@dataclass(frozen=True)
class Staleness:
    """Whether a result can still be relied on, and each reason why not."""

    reasons: list[str] = field(default_factory=list)

    @property
    def stale(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True)
class Input:
    """An input as the evidence page shows it."""

    kind: str
    label: str
    url: str | None
    changed: bool
    upstream: Estimate | None


def current(workspace: Workspace, kind: str, subject: str = "") -> Estimate | None:
    return Estimate.objects.filter(workspace=workspace, kind=kind, subject=subject, is_current=True).first()


def current_of_kind(workspace: Workspace, kind: str) -> QuerySet[Estimate]:
    return Estimate.objects.filter(workspace=workspace, kind=kind, is_current=True).order_by("subject")


def of_workspace(workspace: Workspace) -> QuerySet[Estimate]:
    return Estimate.objects.filter(workspace=workspace)


def history(workspace: Workspace, kind: str, subject: str = "") -> QuerySet[Estimate]:
    return Estimate.objects.filter(workspace=workspace, kind=kind, subject=subject).order_by("-version")


def made_by(workspace: Workspace, job_id: UUID) -> QuerySet[Estimate]:
    """What a job recorded, in every try; earlier versions too."""
    found = Estimate.objects.filter(workspace=workspace, job_id=job_id).select_related("workspace")
    return found.order_by("kind", "subject", "-version")


def draws(estimate: Estimate) -> dict[str, Array]:
    return draw_files.read(str(estimate.draws_file.name))


def inputs(estimate: Estimate) -> list[Input]:
    workspace, items = estimate.workspace, list(estimate.inputs.select_related("upstream"))
    changed = _changed(workspace, items)
    return [
        Input(
            kind=item.kind,
            label=item.label,
            url=lineage.page_of(workspace, item.kind, item.object_id),
            changed=item.pk in changed,
            upstream=item.upstream,
        )
        for item in items
    ]


def figures_moved_by(workspace: Workspace, kind: str, object_id: str) -> list[Estimate]:
    """The current results that this input moves, directly or through other results, nearest first."""
    found: dict[str, Estimate] = {}
    level = list(
        Estimate.objects.filter(
            workspace=workspace, is_current=True, inputs__kind=kind, inputs__object_id=str(object_id)
        ).distinct()
    )
    while level:
        fresh = [estimate for estimate in level if str(estimate.pk) not in found]
        found |= {str(estimate.pk): estimate for estimate in fresh}
        level = list(
            Estimate.objects.filter(workspace=workspace, is_current=True, inputs__upstream__in=fresh).distinct()
        )
    return list(found.values())


def staleness(estimate: Estimate, now: datetime | None = None) -> Staleness:
    """Stale by date, by a changed input, or because something upstream is stale or superseded."""
    return Staleness(_reasons(estimate, now or timezone.now(), seen=set()))


def _reasons(estimate: Estimate, now: datetime, seen: set[str]) -> list[str]:
    if str(estimate.pk) in seen:
        return []
    seen.add(str(estimate.pk))
    reasons = []
    if estimate.is_expired(now):
        reasons.append(_("It expired on %(date)s.") % {"date": estimate.expires_at.date()})
    items = list(estimate.inputs.select_related("upstream"))
    changed = _changed(estimate.workspace, items)
    for item in items:
        if item.upstream is None:
            if item.pk in changed:
                reasons.append(_("%(input)s has changed since.") % {"input": item.label})
            continue
        above = item.upstream
        name = title_of(above.kind, above.parameters.get("subject_label") or above.subject)
        if not above.is_current:
            reasons.append(_("%(input)s has a newer version.") % {"input": name})
        elif upstream := _reasons(above, now, seen):
            reasons.append(_("%(input)s is stale: %(reason)s") % {"input": name, "reason": upstream[0]})
    return reasons


def _changed(workspace: Workspace, items: Iterable[EstimateInput]) -> set[int]:
    """The keys of the inputs that are not what they were; each kind is looked up once."""
    changed = set()
    by_kind: defaultdict[str, list[EstimateInput]] = defaultdict(list)
    for item in items:
        if item.upstream is None:
            by_kind[item.kind].append(item)
        elif not item.upstream.is_current:
            changed.add(item.pk)
    for kind, same in by_kind.items():
        if lineage.is_registered(kind):
            now = lineage.content_sha256s(workspace, kind, [item.object_id for item in same])
            changed |= {item.pk for item in same if now.get(item.object_id) != item.sha256}
    return changed
