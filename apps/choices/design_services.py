from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.choices.design_plans import checked
from apps.choices.design_selectors import DESIGN
from apps.choices.models import ChoiceDesign
from apps.jobs import services as jobs
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace

MOST_DESIGNS = 200


@transaction.atomic
def create(
    *, workspace: Workspace, kind: str, name: str, plan: Mapping[str, Any], actor: User | None = None
) -> ChoiceDesign:
    """Keep what is asked for and make the design in the background. Raises Refused with the field at fault."""
    if ChoiceDesign.objects.filter(workspace=workspace).count() >= MOST_DESIGNS:
        text = _("There are %(most)d designs already.") % {"most": MOST_DESIGNS}
        raise Refused("too_many_designs", text, remedy=_("Delete one that is no longer needed."))
    design = ChoiceDesign.objects.create(
        workspace=workspace, kind=kind, name=name, plan=checked(kind, plan), made_by=actor
    )
    jobs.start_study(workspace=workspace, kind=DESIGN, actor=actor, params={"subject": str(design.pk)})
    audit.note(workspace=workspace, actor=actor, action="choices.design_asked", target=design)
    return design


@transaction.atomic
def delete(*, design: ChoiceDesign, actor: User | None = None) -> None:
    audit.note(workspace=design.workspace, actor=actor, action="choices.design_deleted", target=design)
    design.delete()
