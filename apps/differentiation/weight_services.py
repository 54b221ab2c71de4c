"""What people do with weights: choose the method, judge the criteria, take a judgement back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.differentiation import selectors, weight_answers
from apps.differentiation.models import JUDGED, Weighing, WeightJudgement, WeightMethod
from apps.differentiation.services import score_anew
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace

LONGEST_NAME = 80


@transaction.atomic
def choose_method(*, workspace: Workspace, method: str, actor: User | None = None) -> Weighing:
    """Weigh by this method from now on; the position is then scored anew."""
    if method not in WeightMethod.values:
        raise Refused("method_unknown", _("There is no such method."), field="method")
    if method in JUDGED and not selectors.judgements(workspace).filter(method=method).exists():
        raise Refused(
            "nobody_judged",
            _("Nobody has judged the criteria by this method."),
            field="method",
            remedy=_("Fill in its form first."),
        )
    weighing, _created = Weighing.objects.update_or_create(workspace=workspace, defaults={"method": method})
    audit.note(workspace=workspace, actor=actor, action="weights.method", details={"method": method})
    score_anew(workspace, actor)
    return weighing


@transaction.atomic
def judge(
    *,
    workspace: Workspace,
    method: str,
    person: str,
    answers: Any,
    actor: User | None = None,
    simulated: bool = False,
) -> WeightJudgement:
    """Keep what a person says; what they said by this method before is replaced, and the position scored anew."""
    if method not in JUDGED:
        raise Refused("method_unknown", _("This method asks nobody."), field="method")
    name = " ".join(person.split())
    if not name or len(name) > LONGEST_NAME:
        message = _("A name has 1 to %(longest)d characters.") % {"longest": LONGEST_NAME}
        raise Refused("name_invalid", message, field="person")
    attributes = [one.attribute for one in selectors.compared(workspace)]
    said = weight_answers.checked(method, answers, attributes)
    return _kept(workspace, method, name, said, actor, simulated)


def _kept(
    workspace: Workspace, method: str, person: str, said: dict[str, Any], actor: User | None, simulated: bool
) -> WeightJudgement:
    one = WeightJudgement.objects.filter(workspace=workspace, method=method, person=person).first()
    one = one or WeightJudgement(workspace=workspace, method=method, person=person)
    one.answers, one.simulated, one.revision = said, simulated, one.revision + 1
    one.save()
    audit.note(workspace=workspace, actor=actor, action="weights.judged", target=one, details={"method": method})
    score_anew(workspace, actor)
    return one


@transaction.atomic
def foresee(*, workspace: Workspace, method: str, person: str, answers: dict[str, Any], actor: User | None) -> None:
    """A judgement of a simulated person about criteria that the import is yet to bring."""
    _kept(workspace, method, person, answers, actor, simulated=True)


@transaction.atomic
def take_back(*, judgement: WeightJudgement, actor: User | None = None) -> None:
    """Delete a judgement; where the chosen method loses its last one, the needs weigh again."""
    workspace, method = judgement.workspace, judgement.method
    audit.note(workspace=workspace, actor=actor, action="weights.taken_back", target=judgement)
    judgement.delete()
    if not selectors.judgements(workspace).filter(method=method).exists():
        Weighing.objects.filter(workspace=workspace, method=method).update(method=WeightMethod.NEEDS)
    score_anew(workspace, actor)
