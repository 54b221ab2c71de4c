"""What a grouping says of the needs, brought into their rows; what people decided stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_noop as _

from apps.research.models import Need, NeedMention
from apps.research.needs_grouping import Grouped
from apps.workspaces.models import Workspace
from trimtab.learning.clustering import OTHER

BATCH = 2_000


def drafts(
    workspace: Workspace, grouped: Grouped, names: list[Any], encoder: str, by_pk: dict[int, Need]
) -> list[Need]:
    """The needs of the slots, known or not yet written, with their terms and directions as of now."""
    found = []
    for place, (slot, name) in enumerate(zip(grouped.slots, names, strict=True)):
        need = by_pk.get(slot.need_id or 0) or Need(workspace=workspace, name="")
        if not need.name:
            need.name = (name.name or _("Need %(number)s") % {"number": place + 1})[:120]
        need.terms = name.terms or need.terms
        need.encoder = encoder
        need.centroids = [
            {"vector": [round(float(part), 6) for part in vector], "floor": round(float(floor), 6)}
            for vector, floor in zip(slot.vectors, slot.floors, strict=True)
        ]
        found.append(need)
    return found


def write_needs(drafts: Iterable[Need]) -> None:
    for need in drafts:
        if need.pk is None:
            need.save()
        else:
            # Names and merges are people's: only what the grouping knows is written.
            need.save(update_fields=["terms", "encoder", "centroids"])


def write_mentions(workspace: Workspace, feedback_ids: list[int], grouped: Grouped, origins: list[Need]) -> None:
    """People's own placings stay; the rest is brought to what the grouping says, row by row only where it differs."""
    present = {m.feedback_id: m for m in NeedMention.objects.filter(workspace=workspace)}
    merged = dict(Need.objects.filter(workspace=workspace).values_list("pk", "merged_into_id"))
    fresh, changed, gone = [], [], []
    for row, pk in enumerate(feedback_ids):
        label, mention = int(grouped.labels[row]), present.get(pk)
        if mention is not None and mention.by_person:
            continue
        if label == OTHER:
            gone += [mention.pk] if mention else []
            continue
        origin, root = origins[label].pk, origins[label].pk
        while merged.get(root):
            root = merged[root]
        similarity = float(grouped.similarity[row])
        if mention is None:
            fresh.append(
                NeedMention(workspace=workspace, feedback_id=pk, need_id=root, origin_id=origin, similarity=similarity)
            )
        elif (mention.need_id, mention.origin_id) != (root, origin) or abs(mention.similarity - similarity) > 1e-4:
            mention.need_id, mention.origin_id, mention.similarity = root, origin, similarity
            changed.append(mention)
    for start in range(0, len(gone), 500):
        NeedMention.objects.filter(pk__in=gone[start : start + 500]).delete()
    NeedMention.objects.bulk_create(fresh, batch_size=BATCH)
    NeedMention.objects.bulk_update(changed, ["need", "origin", "similarity"], batch_size=500)
