from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.differentiation import selectors
from apps.differentiation.facts import guessed_scale, less_is_better, numbers_of
from apps.differentiation.models import Criterion, Rating
from apps.differentiation.selectors import Sheet
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.research import need_matching, needs_selectors
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace

CHANGEABLE = ("name", "need", "less_is_better", "assumed_weight", "worst", "best")


@transaction.atomic
def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Score the offers; where there are no criteria yet they are suggested from the sheet first."""
    found = selectors.sheet(workspace)
    if not found.cells:
        raise Refused("no_competitors", _("There is no competitor sheet."), remedy=_("Import one first."))
    suggest_criteria(workspace=workspace, actor=actor)
    return selectors.waiting_job(workspace) or jobs.enqueue(
        workspace=workspace, kind=selectors.KIND, params={}, created_by=actor
    )


@transaction.atomic
def suggest_criteria(*, workspace: Workspace, actor: User | None = None) -> list[Criterion]:
    """A criterion for each attribute that has none, and a need for those that wait for one; people's own stay."""
    found = selectors.sheet(workspace)
    present = {criterion.attribute: criterion for criterion in selectors.criteria(workspace)}
    waiting = [one for one in present.values() if one.need_id is None and not one.by_person]
    fresh = [attribute for attribute in found.attributes if attribute not in present]
    if not fresh and not waiting:
        return []
    words = [needs_selectors.words_of(need) for need in selectors.needs_of(workspace)]
    changed = [_drafted(workspace, attribute, found) for attribute in fresh]
    needs = need_matching.matched([criterion.attribute for criterion in [*waiting, *changed]], words)
    for criterion in [*waiting, *changed]:
        criterion.need_id = needs.get(criterion.attribute)
        if criterion.need_id or criterion.pk is None:
            criterion.revision += 1
            criterion.save()
    if changed:
        audit.note(workspace=workspace, actor=actor, action="criteria.suggested", details={"count": len(changed)})
    return changed


def _drafted(workspace: Workspace, attribute: str, found: Sheet) -> Criterion:
    is_cost = less_is_better(attribute)
    plain = [number for name in found.attributes if not less_is_better(name) for number in numbers_of(found.of(name))]
    ten = any(5 < number <= 10 for number in plain)
    scale = guessed_scale(numbers_of(found.of(attribute)), is_cost=is_cost, ten=ten)
    return Criterion(
        workspace=workspace,
        name=attribute,
        attribute=attribute,
        less_is_better=is_cost,
        worst=scale.worst if scale else None,
        best=scale.best if scale else None,
    )


@transaction.atomic
def change_criterion(*, criterion: Criterion, changes: Mapping[str, Any], actor: User | None = None) -> Criterion:
    """Change name, need, direction, assumed weight or scale; the position is then scored anew."""
    for name, value in changes.items():
        if name not in CHANGEABLE:
            raise Refused("field_unknown", _("There is no field “%(field)s”.") % {"field": name}, field=name)
        setattr(criterion, name, value)
    _check(criterion)
    if changes.get("less_is_better") is not None and criterion.worst is not None and criterion.best is not None:
        ends = sorted((criterion.worst, criterion.best))
        criterion.best, criterion.worst = ends if criterion.less_is_better else reversed(ends)
    criterion.by_person = True
    criterion.revision += 1
    criterion.save()
    audit.note(workspace=criterion.workspace, actor=actor, action="criterion.changed", target=criterion)
    score_anew(criterion.workspace, actor)
    return criterion


def _check(criterion: Criterion) -> None:
    if not criterion.assumed_weight >= 0:
        raise Refused("weight_negative", _("A weight is zero or more."), field="assumed_weight")
    if criterion.need is not None and criterion.need.workspace_id != criterion.workspace_id:
        raise Refused("need_unknown", _("There is no such need."), field="need")
    if (criterion.worst is None) != (criterion.best is None):
        raise Refused("scale_half", _("State both ends of the scale, or none."), field="best")


@transaction.atomic
def rate(*, criterion: Criterion, offer: str, value: float | None, actor: User | None = None) -> None:
    """Set a person's rating, 0..1; without a value the sheet's word counts again."""
    if offer not in selectors.sheet(criterion.workspace).offers:
        raise Refused("offer_unknown", _("There is no offer of this name."), field="offer")
    if value is None:
        Rating.objects.filter(criterion=criterion, offer=offer).delete()
    elif 0 <= value <= 1:
        Rating.objects.update_or_create(
            criterion=criterion, offer=offer, defaults={"workspace": criterion.workspace, "value": value}
        )
    else:
        raise Refused("rating_out_of_range", _("A rating lies between 0 and 1."), field="value")
    Criterion.objects.filter(pk=criterion.pk).update(revision=F("revision") + 1)
    details = {"offer": offer, "value": value}
    audit.note(workspace=criterion.workspace, actor=actor, action="criterion.rated", target=criterion, details=details)
    score_anew(criterion.workspace, actor)


@transaction.atomic
def leave_out(*, criterion: Criterion, actor: User | None = None) -> None:
    """Leave an attribute out of the comparison: it keeps its place with weight zero, so that it is not suggested."""
    change_criterion(criterion=criterion, changes={"need": None, "assumed_weight": 0.0}, actor=actor)


def score_anew(workspace: Workspace, actor: User | None) -> None:
    if selectors.current(workspace) is not None and selectors.waiting_job(workspace) is None:
        jobs.enqueue(workspace=workspace, kind=selectors.KIND, params={}, created_by=actor)
