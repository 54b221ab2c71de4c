"""Whether the figures of a page can still be relied on: for all of its results in a few queries, not a few for each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.estimates import lineage
from apps.estimates.formulas import title_of
from apps.estimates.models import Estimate, EstimateInput
from apps.estimates.selectors import Staleness
from apps.workspaces.models import Workspace

DEEPEST = 6
_FIELDS = (
    "estimate_id", "kind", "object_id", "label", "sha256", "upstream_id", "upstream__is_current",
    "upstream__expires_at", "upstream__kind", "upstream__subject", "upstream__parameters__subject_label",
)  # fmt: skip


class Freshness:
    """By the same rule as ``estimates.selectors.staleness``, which asks for one result at a time."""

    def __init__(self, workspace: Workspace, estimates: Iterable[Estimate], now: datetime) -> None:
        self.workspace, self.now = workspace, now
        self._inputs = _inputs_of([estimate.pk for estimate in estimates])
        self._contents: dict[str, dict[str, str]] = {}
        self._known: dict[UUID, list[str]] = {}

    def mark(self, estimates: Iterable[Estimate]) -> None:
        """Let each estimate carry its freshness and its workspace, so that no component looks them up again."""
        for estimate in estimates:
            estimate.workspace = self.workspace
            estimate.shown_freshness = self.of(estimate)  # type: ignore[attr-defined]

    def of(self, estimate: Estimate) -> Staleness:
        return Staleness(self._reasons(estimate.pk, estimate.expires_at))

    def _reasons(self, key: UUID, expires_at: datetime) -> list[str]:
        if key in self._known:
            return self._known[key]
        self._known[key] = []
        reasons = []
        if self.now >= expires_at:
            reasons.append(_("It expired on %(date)s.") % {"date": expires_at.date()})
        for item in self._inputs.get(key, []):
            if reason := self._reason(item):
                reasons.append(reason)
        self._known[key] = reasons
        return reasons

    def _reason(self, item: dict[str, Any]) -> str:
        if item["upstream_id"] is None:
            return _("%(input)s has changed since.") % {"input": item["label"]} if self._has_changed(item) else ""
        subject = item["upstream__parameters__subject_label"] or item["upstream__subject"]
        name = {"input": title_of(item["upstream__kind"], subject)}
        if not item["upstream__is_current"]:
            return _("%(input)s has a newer version.") % name
        upstream = self._reasons(item["upstream_id"], item["upstream__expires_at"])
        return _("%(input)s is stale: %(reason)s") % {**name, "reason": upstream[0]} if upstream else ""

    def _has_changed(self, item: dict[str, Any]) -> bool:
        kind, object_id = item["kind"], item["object_id"]
        if not lineage.is_registered(kind):
            return False
        if kind not in self._contents:
            self._contents[kind] = lineage.content_sha256s(self.workspace, kind, self._object_ids(kind))
        return self._contents[kind].get(object_id) != item["sha256"]

    def _object_ids(self, kind: str) -> set[str]:
        """All inputs of a kind, of whichever result, so that they are looked up together."""
        return {item["object_id"] for items in self._inputs.values() for item in items if item["kind"] == kind}


def _inputs_of(keys: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The inputs of these results and of everything upstream, one query a level."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    level = keys
    for _depth in range(DEEPEST):
        if not level:
            break
        found |= {key: [] for key in level}
        for item in EstimateInput.objects.filter(estimate__in=level).values(*_FIELDS):
            found[item["estimate_id"]].append(item)
        upstream = {item["upstream_id"] for key in level for item in found[key]} - {None}
        level = [key for key in upstream if key not in found]
    return found
