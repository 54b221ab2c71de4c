from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research.models import FeedbackItem, Need, NeedMention
from apps.research.need_matching import NeedWords, need_words
from apps.workspaces.models import Workspace

KIND = "research.needs"
NEED = "need"
QUOTES = 20
EXAMPLES = 3
LOOKED_AT = 200
ALIKE = 0.5
VERSIONS = 12
QUOTES_READ = 200


@dataclass(frozen=True)
class NeedRow:
    """A need with its figures of the current result, none while it waits to be scored, and quotes to show."""

    need: Need
    figures: dict[str, Any] | None = None
    quotes: list[FeedbackItem] = field(default_factory=list)


@dataclass(frozen=True)
class Quotes:
    items: list[NeedMention]
    page: int
    more: bool


def needs(workspace: Workspace) -> QuerySet[Need]:
    """The needs that count: not merged into another, not set aside."""
    return Need.objects.filter(workspace=workspace, merged_into=None, retired_at=None).order_by("name", "pk")


def set_aside(workspace: Workspace) -> QuerySet[Need]:
    return Need.objects.filter(workspace=workspace, merged_into=None, retired_at__isnull=False).order_by("name")


def need(workspace: Workspace, need_id: int) -> Need:
    found = Need.objects.filter(workspace=workspace, pk=need_id).select_related("workspace", "merged_into").first()
    if found is None:
        raise Http404
    return found


def current(workspace: Workspace) -> Estimate | None:
    return estimates.current(workspace, KIND)


def latest_job(workspace: Workspace) -> Job | None:
    return jobs.latest(workspace, KIND)


def unfinished_jobs(workspace: Workspace) -> list[Job]:
    return list(jobs.unfinished(workspace).filter(kind=KIND))


def ranked(workspace: Workspace, estimate: Estimate | None) -> list[NeedRow]:
    """Active needs by opportunity, those not scored yet at the end."""
    by_pk = {need.pk: need for need in needs(workspace)}
    scored = estimate.diagnostics["needs"] if estimate else []
    shown = _examples(workspace, [pk for row in scored for pk in row["examples"]])
    rows = [NeedRow(by_pk[row["need_id"]], row, shown[row["need_id"]]) for row in scored if row["need_id"] in by_pk]
    known = {row.need.pk for row in rows}
    return rows + [NeedRow(need) for pk, need in by_pk.items() if pk not in known]


def _examples(workspace: Workspace, feedback_ids: list[int]) -> defaultdict[int, list[FeedbackItem]]:
    found: defaultdict[int, list[FeedbackItem]] = defaultdict(list)
    mentions = NeedMention.objects.filter(workspace=workspace, feedback_id__in=feedback_ids)
    for mention in mentions.select_related("feedback").order_by("-similarity"):
        found[mention.need_id].append(mention.feedback)
    return found


def example_ids(need: Need) -> list[int]:
    """Quotes close to what the need is about, of different customers and in different words."""
    mentions = NeedMention.objects.filter(need=need).order_by("-similarity", "pk").select_related("feedback")
    chosen: list[FeedbackItem] = []
    for mention in mentions[:LOOKED_AT]:
        item = mention.feedback
        if not any(item.customer == other.customer or _sound_alike(item.text, other.text) for other in chosen):
            chosen.append(item)
        if len(chosen) == EXAMPLES:
            break
    return [item.pk for item in chosen]


def _sound_alike(one: str, other: str) -> bool:
    """Whether more than half of the pairs of characters are the same: said with a template, or quoted."""
    pairs, others = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (one.casefold(), other.casefold()))
    return len(pairs & others) > ALIKE * max(1, len(pairs | others))


def words_of(need: Need) -> NeedWords:
    """The words of a need and of its quotes, to know it again under another name."""
    quotes = NeedMention.objects.filter(need=need).order_by("-similarity").values_list("feedback__text", flat=True)
    return need_words(need.pk, need.name, need.terms, quotes[:QUOTES_READ])


def figures_of(estimate: Estimate | None, need: Need) -> dict[str, Any] | None:
    rows = estimate.diagnostics["needs"] if estimate else []
    return next((row for row in rows if row["need_id"] == need.pk), None)


def history(need: Need) -> list[dict[str, Any]]:
    """The need's opportunity in each version of the result, oldest first."""
    versions = estimates.history(need.workspace, KIND)[:VERSIONS]
    found = [(estimate, figures_of(estimate, need)) for estimate in versions]
    return [
        {"version": estimate.version, "at": estimate.created_at, **figures["opportunity"]}
        for estimate, figures in reversed(found)
        if figures
    ]


def quotes(need: Need, *, segment: str | None = None, page: int = 1) -> Quotes:
    found = NeedMention.objects.filter(need=need).select_related("feedback").order_by("-similarity", "pk")
    if segment is not None:
        found = found.filter(feedback__segment=segment)
    start = (page - 1) * QUOTES
    items = list(found[start : start + QUOTES + 1])
    return Quotes(items[:QUOTES], page, len(items) > QUOTES)


def left_over(workspace: Workspace, *, page: int = 1) -> tuple[list[FeedbackItem], bool]:
    """Feedback that voices no need, newest first."""
    found = FeedbackItem.objects.filter(workspace=workspace, mention=None).order_by("-pk")
    start = (page - 1) * QUOTES
    items = list(found[start : start + QUOTES + 1])
    return items[:QUOTES], len(items) > QUOTES


def feedback_count(workspace: Workspace) -> int:
    return FeedbackItem.objects.filter(workspace=workspace).count()


def segments_of(need: Need) -> list[tuple[str, int]]:
    """The segments whose customers voice the need, with their mentions."""
    found = NeedMention.objects.filter(need=need).values_list("feedback__segment").annotate(count=Count("pk"))
    return [(segment, count) for segment, count in found.order_by("-count")]


def feedback_item(workspace: Workspace, feedback_id: int) -> FeedbackItem:
    found = FeedbackItem.objects.filter(workspace=workspace, pk=feedback_id).first()
    if found is None:
        raise Http404
    return found


def figures_moved_by(need: Need) -> list[Estimate]:
    return estimates.figures_moved_by(need.workspace, NEED, str(need.pk))


def need_ref(need: Need) -> InputRef:
    return InputRef(NEED, str(need.pk), need.name, need_sha256(need))


def need_sha256(need: Need) -> str:
    """What people changed in the need, not its name: a new name moves no figure."""
    return f"{need.pk}:{need.revision}:{need.merged_into_id or ''}:{need.retired_at or ''}"[:64]


def need_contents(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    found = Need.objects.filter(workspace=workspace, pk__in=object_ids).defer("centroids")
    return {str(need.pk): need_sha256(need) for need in found}


def need_page(workspace: Workspace, object_id: str) -> str | None:
    if not Need.objects.filter(workspace=workspace, pk=object_id).exists():
        return None
    return reverse("research:need", args=[workspace.slug, object_id])
