from __future__ import annotations

from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.research.kano_study import KANO, kano_rows
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study the Kano answers in the background; a study under way is given back."""
    nothing = Refused(
        "no_kano_answers",
        _("There are no Kano answers yet."),
        remedy=_("Import a Kano survey first: one row for each person and feature."),
    )
    refusal = None if kano_rows(workspace).exists() else nothing
    return jobs.start_study(workspace=workspace, kind=KANO, actor=actor, refusal=refusal)
