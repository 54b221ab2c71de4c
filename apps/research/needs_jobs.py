"""The work behind the button on the needs page: read the texts, group them, score the needs."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.estimates import selectors as estimates
from apps.estimates import services as estimate_services
from apps.estimates.models import Estimate, Grade
from apps.jobs.run import JobFailure, JobRun
from apps.research import needs, needs_grouping, needs_selectors, needs_texts, needs_writing, selectors, text_vectors
from apps.research.models import Need, NeedMention, SourceKind
from apps.research.needs_grouping import UNSEEN, Grouped, Slot
from apps.research.needs_scoring import Scored, score, shares_of
from apps.research.needs_texts import Texts
from apps.workspaces.models import Workspace
from trimtab.learning.clustering import OTHER, Grouping
from trimtab.learning.encoders import choose_encoder
from trimtab.learning.naming import name_groups

ALL_ALIKE = _(
    "The quotes of this need are all alike, so that it cannot be split in two. Choose quotes by hand instead."
)
NO_NEEDS = _("No feedback belongs to a need yet. Import more feedback, then run this again.")
GROUPING, SCORING = _("Grouping what was said"), _("Scoring the needs")


def find_needs(run: JobRun) -> dict[str, Any]:
    """Group all feedback anew around the needs that exist, then score."""
    texts = needs_texts.read_texts(run.workspace)
    encoder = choose_encoder(texts.text)
    read = text_vectors.vectors(run, run.workspace, texts.text, encoder)
    ratings = shares_of(texts.rating, texts.source)
    without_tone = _without_tone(run.workspace, encoder, read, texts, ratings)
    rows = needs_grouping.topic_rows(read, texts.text, ratings, without_tone=without_tone)
    run.progress(0, 0, GROUPING)
    mentioned = {m.feedback_id: m for m in NeedMention.objects.filter(workspace=run.workspace)}
    known = list(Need.objects.filter(workspace=run.workspace).order_by("pk"))
    slots = _slots(known, encoder, rows, texts, mentioned)
    place_of = {slot.need_id: place for place, slot in enumerate(slots)}
    if split := run.params.get("split"):
        slots = _split(slots, place_of[int(split)], rows, texts, mentioned)
    before = _before(run.workspace, texts, mentioned, place_of)
    by_hand = {
        row: place_of[mentioned[pk].origin_id or mentioned[pk].need_id]
        for row, pk in enumerate(texts.pk)
        if pk in mentioned and mentioned[pk].by_person
    }
    grouped = needs_grouping.regroup(rows, slots, before, by_hand)
    space = {"encoder": encoder, "without_tone": without_tone}
    return _keep(run, texts, grouped, space, known)


def _without_tone(workspace: Workspace, encoder: str, read: np.ndarray, texts: Texts, ratings: np.ndarray) -> bool:
    """As in the run that found the present needs, whose directions lie in its space."""
    earlier = estimates.current(workspace, needs.KIND)
    if earlier is not None and earlier.parameters.get("encoder") == encoder:
        return bool(earlier.parameters.get("without_tone"))
    return needs_grouping.tone_is_apart(read, texts.text, ratings)


def score_needs(run: JobRun) -> dict[str, Any]:
    """Score the needs as people left them, without reading the texts again."""
    texts = needs_texts.read_texts(run.workspace)
    at = {pk: row for row, pk in enumerate(texts.pk)}
    need_of = np.full(len(texts.pk), OTHER)
    for feedback_id, need_id in NeedMention.objects.filter(workspace=run.workspace).values_list(
        "feedback_id", "need_id"
    ):
        need_of[at[feedback_id]] = need_id
    active = list(Need.objects.filter(workspace=run.workspace, merged_into=None, retired_at=None).order_by("pk"))
    scored, kept = _score(run, texts, need_of, active)
    earlier = estimates.current(run.workspace, needs.KIND)
    parameters = earlier.parameters if earlier else {}
    with run.finish() as result:
        result["estimate"] = str(_record(run, texts, kept, scored, parameters, {}).pk)
    return {}


def _slots(
    known: list[Need], encoder: str, rows: np.ndarray, texts: Texts, mentioned: dict[int, NeedMention]
) -> list[Slot]:
    members = _members(texts, mentioned)
    slots = []
    for need in known:
        if need.centroids and need.encoder == encoder:
            vectors = np.asarray([centroid["vector"] for centroid in need.centroids], dtype=np.float32)
            slots.append(Slot(need.pk, vectors, np.array([centroid["floor"] for centroid in need.centroids])))
        else:
            slots.append(needs_grouping.learned_slot(need.pk, rows, members[need.pk]))
    return slots


def _members(texts: Texts, mentioned: dict[int, NeedMention]) -> defaultdict[int, np.ndarray]:
    found: dict[int, list[int]] = defaultdict(list)
    for row, pk in enumerate(texts.pk):
        if pk in mentioned:
            found[mentioned[pk].origin_id or mentioned[pk].need_id].append(row)
    empty = np.zeros(0, dtype=np.intp)
    return defaultdict(lambda: empty, {need: np.asarray(members) for need, members in found.items()})


def _split(
    slots: list[Slot], place: int, rows: np.ndarray, texts: Texts, mentioned: dict[int, NeedMention]
) -> list[Slot]:
    need_id = slots[place].need_id
    members = _members(texts, mentioned)[need_id or 0]
    parts = needs_grouping.halves(rows[members]) if members.size > 1 else None
    if parts is None:
        raise JobFailure("need_all_alike", ALL_ALIKE)
    kept = Slot(need_id, parts[0].vectors, parts[0].floors)
    return [*slots[:place], kept, *slots[place + 1 :], parts[1]]


def _before(
    workspace: Workspace, texts: Texts, mentioned: dict[int, NeedMention], place_of: dict[int | None, int]
) -> np.ndarray:
    estimate = estimates.current(workspace, needs.KIND)
    last_seen = estimate.parameters.get("last_feedback_id", 0) if estimate else 0
    before = np.where(np.asarray(texts.pk) > last_seen, UNSEEN, OTHER)
    for row, pk in enumerate(texts.pk):
        if pk in mentioned:
            before[row] = place_of[mentioned[pk].origin_id or mentioned[pk].need_id]
    return before


def _keep(run: JobRun, texts: Texts, grouped: Grouped, space: dict[str, Any], known: list[Need]) -> dict[str, Any]:
    """Score outside the transaction, then write all at once; what people changed meanwhile is scored anew."""
    by_pk = {need.pk: need for need in known}
    roots = [_root(by_pk, slot.need_id) for slot in grouped.slots]
    # New needs have no key yet: they count below zero until they are written.
    keys = [root.pk if root else -2 - place for place, root in enumerate(roots)]
    need_of = np.array([OTHER if label == OTHER else keys[label] for label in grouped.labels.tolist()], dtype=np.int64)
    names = name_groups(texts.text, _as_grouping(grouped))
    drafts = needs_writing.drafts(run.workspace, grouped, names, space["encoder"], by_pk)
    active = [draft for draft, root in zip(drafts, roots, strict=True) if root is None or root.pk == draft.pk]
    active = [draft for draft in active if draft.retired_at is None]
    key_of = {id(draft): key for draft, key in zip(drafts, keys, strict=True)}
    scored, kept = _score(run, texts, need_of, active, [key_of[id(draft)] for draft in active])
    parameters = {**space, "last_feedback_id": texts.pk[-1]}
    stamp = {need.pk: need.revision for need in known}
    with run.finish() as result:
        changed = stamp != dict(Need.objects.filter(workspace=run.workspace).values_list("pk", "revision"))
        needs_writing.write_needs(drafts)
        needs_writing.write_mentions(run.workspace, texts.pk, grouped, drafts)
        diagnostics = {"grouping": {name: float(value) for name, value in grouped.diagnostics.items()}}
        result["estimate"] = str(_record(run, texts, kept, scored, parameters, diagnostics).pk)
        result["needs"] = len(kept)
        if changed:
            needs.rescore(workspace=run.workspace, actor=None)
    return {}


def _root(by_pk: dict[int, Need], need_id: int | None) -> Need | None:
    need = by_pk.get(need_id or 0)
    while need is not None and need.merged_into_id in by_pk:
        need = by_pk[need.merged_into_id]
    return need


def _as_grouping(grouped: Grouped) -> Grouping:
    """What naming asks for: it looks at labels and similarities, and counts the centroids."""
    counted = np.zeros((len(grouped.slots), 1))
    return Grouping(grouped.labels, counted, grouped.similarity, counted[:, 0])


def _score(
    run: JobRun, texts: Texts, need_of: np.ndarray, active: list[Need], keys: list[int] | None = None
) -> tuple[Scored, list[Need]]:
    """Score the active needs that anybody voices; gives them in the order of the draws."""
    run.progress(0, 0, SCORING)
    keys = keys if keys is not None else [need.pk for need in active]
    voiced = set(np.unique(need_of).tolist())
    chosen = [(need, key) for need, key in zip(active, keys, strict=True) if key in voiced]
    if not chosen:
        raise JobFailure("no_needs", NO_NEEDS)
    place = {key: at for at, (_need, key) in enumerate(chosen)}
    index = np.array([place.get(key, OTHER) for key in need_of.tolist()], dtype=np.intp)
    return score(texts.said(run.workspace), index, len(chosen)), [need for need, _key in chosen]


def _record(
    run: JobRun,
    texts: Texts,
    kept: list[Need],
    scored: Scored,
    parameters: dict[str, Any],
    diagnostics: dict[str, Any],
) -> Estimate:
    workspace = run.workspace
    rows = [
        {"need_id": need.pk, "name": need.name, "examples": needs_selectors.example_ids(need), **row}
        for need, row in zip(kept, scored.needs, strict=True)
    ]
    rows.sort(key=lambda row: -row["opportunity"]["median"])
    sources = selectors.source_refs(workspace, SourceKind.FEEDBACK)
    money = selectors.source_refs(workspace, SourceKind.SUBSCRIPTIONS) if any(row["money"] for row in rows) else []
    earlier = estimates.current(workspace, needs.KIND)
    grouping = earlier.diagnostics.get("grouping", {}) if earlier else {}
    return estimate_services.record(
        workspace=workspace,
        kind=needs.KIND,
        grade=Grade.ASSUMED if scored.satisfaction_assumed else Grade.OBSERVED,
        draws=scored.draws,
        figures=scored.figures,
        inputs=[*sources, *money, *(needs_selectors.need_ref(need) for need in kept)],
        parameters={**parameters, "need_ids": [need.pk for need in kept], "texts": len(texts.pk)},
        diagnostics={
            "grouping": grouping,
            **diagnostics,
            **scored.diagnostics,
            "needs": rows,
            "satisfaction_assumed": scored.satisfaction_assumed,
        },
        job_id=run.job_id,
        expires_at=selectors.expires_at(workspace, [SourceKind.FEEDBACK]),
    )


def work(run: JobRun) -> dict[str, Any]:
    return score_needs(run) if run.params.get("only_score") else find_needs(run)
