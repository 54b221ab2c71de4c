"""What people do with needs: find them, name them, merge, split, and say which quote belongs where."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.research import needs_selectors as selectors
from apps.research.models import FeedbackItem, Need, NeedMention
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace

KIND = selectors.KIND
LONGEST_NAME = 120
MOST_QUOTES = 500


@transaction.atomic
def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Find the needs in all feedback; where that is under way already, the same job."""
    if not FeedbackItem.objects.filter(workspace=workspace).exists():
        raise Refused("no_feedback", _("There is no feedback to read."), remedy=_("Import feedback first."))
    under_way = [job for job in selectors.unfinished_jobs(workspace) if not job.params]
    if under_way:
        return under_way[0]
    audit.note(workspace=workspace, actor=actor, action="needs.run")
    return jobs.enqueue(workspace=workspace, kind=KIND, params={}, created_by=actor)


def rescore(*, workspace: Workspace, actor: User | None) -> Job | None:
    """Bring the figures up to what people changed; nothing before the first run, which will see it anyway."""
    if selectors.current(workspace) is None:
        return None
    waiting = [job for job in selectors.unfinished_jobs(workspace) if job.state == Job.State.QUEUED]
    if waiting:
        return waiting[0]
    return jobs.enqueue(workspace=workspace, kind=KIND, params={"only_score": True}, created_by=actor)


@transaction.atomic
def rename(*, need: Need, name: str, actor: User | None = None) -> Need:
    need.name, need.named_by_person = _checked_name(need.workspace, name, need), True
    need.save(update_fields=["name", "named_by_person"])
    audit.note(workspace=need.workspace, actor=actor, action="need.renamed", target=need, details={"name": need.name})
    return need


@transaction.atomic
def merge(*, need: Need, into: Need, actor: User | None = None) -> Need:
    """Count what is said of ``need`` as said of ``into``, until it is unmerged."""
    if need.workspace_id != into.workspace_id or need.pk == into.pk:
        raise Refused("merge_with_itself", _("Choose another need to merge with."), field="into")
    _require_active(need)
    _require_active(into, field="into")
    need.merged_into = into
    need.save(update_fields=["merged_into"])
    NeedMention.objects.filter(need=need).update(need=into)
    _changed("need.merged", need, into, actor=actor)
    return into


@transaction.atomic
def unmerge(*, need: Need, actor: User | None = None) -> Need:
    """Undo a merge: the need takes its own quotes back, those that came with earlier merges included."""
    into = need.merged_into
    if into is None:
        raise Refused("not_merged", _("This need is not merged into another."))
    need.merged_into = None
    need.save(update_fields=["merged_into"])
    origins = _family(need)
    NeedMention.objects.filter(workspace=need.workspace, origin_id__in=origins).update(need=need)
    _changed("need.unmerged", need, into, actor=actor)
    return need


def _family(need: Need) -> list[int]:
    found, level = [need.pk], [need.pk]
    while level:
        level = list(Need.objects.filter(merged_into_id__in=level).values_list("pk", flat=True))
        found += level
    return found


@transaction.atomic
def split(*, need: Need, feedback_ids: Iterable[int], name: str, actor: User | None = None) -> Need:
    """Make a need of its own from chosen quotes; the next run brings texts like them along."""
    _require_active(need)
    chosen = list(feedback_ids)[:MOST_QUOTES]
    mentions = NeedMention.objects.filter(need=need, feedback_id__in=chosen)
    count = mentions.count()
    if not count:
        raise Refused("no_quotes_chosen", _("Choose at least one quote for the new need."), field="feedback_ids")
    if count == need.mentions.count():
        raise Refused(
            "all_quotes_chosen",
            _("All quotes are chosen, so that nothing would be left."),
            field="feedback_ids",
            remedy=_("Rename the need instead."),
        )
    fresh = Need.objects.create(
        workspace=need.workspace, name=_checked_name(need.workspace, name), named_by_person=True
    )
    mentions.update(need=fresh, origin=fresh, by_person=True, similarity=1.0)
    _changed("need.split", need, fresh, actor=actor)
    return fresh


@transaction.atomic
def split_in_two(*, need: Need, actor: User | None = None) -> Job:
    """Have the quotes of a need grouped in two, in the background."""
    _require_active(need)
    if need.merged.exists():
        raise Refused(
            "unmerge_first", _("Other needs are merged into this one."), remedy=_("Undo the merge, or choose quotes.")
        )
    audit.note(workspace=need.workspace, actor=actor, action="need.split_in_two", target=need)
    return jobs.enqueue(workspace=need.workspace, kind=KIND, params={"split": need.pk}, created_by=actor)


@transaction.atomic
def move(*, item: FeedbackItem, need: Need, actor: User | None = None) -> NeedMention:
    """Say that a text voices this need; runs to come keep to it."""
    if item.workspace_id != need.workspace_id:
        raise Refused("need_unknown", _("There is no such need."), field="need")
    _require_active(need, field="need")
    earlier = NeedMention.objects.filter(feedback=item).select_related("need").first()
    mention, _created = NeedMention.objects.update_or_create(
        feedback=item,
        defaults={"workspace": need.workspace, "need": need, "origin": need, "similarity": 1.0, "by_person": True},
    )
    _changed("need.quote_moved", earlier.need if earlier else need, need, actor=actor)
    return mention


@transaction.atomic
def set_aside(*, need: Need, actor: User | None = None) -> Need:
    """Keep gathering what is like this, but do not count it as a need: thanks, chatter, spam."""
    _require_active(need)
    need.retired_at = timezone.now()
    need.save(update_fields=["retired_at"])
    _changed("need.set_aside", need, actor=actor)
    return need


@transaction.atomic
def bring_back(*, need: Need, actor: User | None = None) -> Need:
    need.retired_at = None
    need.save(update_fields=["retired_at"])
    _changed("need.brought_back", need, actor=actor)
    return need


def _changed(action: str, need: Need, other: Need | None = None, *, actor: User | None) -> None:
    touched = [need.pk, other.pk] if other else [need.pk]
    Need.objects.filter(pk__in=touched).update(revision=F("revision") + 1)
    details = {"other": f"need:{other.pk}"} if other else {}
    audit.note(workspace=need.workspace, actor=actor, action=action, target=need, details=details)
    rescore(workspace=need.workspace, actor=actor)


def _require_active(need: Need, field: str | None = None) -> None:
    if not need.is_active:
        raise Refused(
            "need_not_active",
            _("This need is merged into another or set aside."),
            field=field,
            remedy=_("Undo that first."),
        )


def _checked_name(workspace: Workspace, name: str, need: Need | None = None) -> str:
    checked = " ".join(name.split())
    if not checked or len(checked) > LONGEST_NAME:
        message = _("A name has 1 to %(longest)d characters.") % {"longest": LONGEST_NAME}
        raise Refused("name_invalid", message, field="name")
    others = selectors.needs(workspace).filter(name__iexact=checked)
    if (others.exclude(pk=need.pk) if need else others).exists():
        raise Refused("name_taken", _("Another need has this name."), field="name", remedy=_("Merge the two."))
    return checked
