from __future__ import annotations

from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.retention.selectors import STUDY, retention_rows
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study satisfaction and retention in the background; a study under way is given back."""
    nothing = Refused(
        "nothing_to_study",
        _("There is neither a satisfaction survey nor a subscription log yet."),
        remedy=_("Import one of them first; each is of use without the other."),
    )
    refusal = None if retention_rows(workspace).any else nothing
    return jobs.start_study(workspace=workspace, kind=STUDY, actor=actor, refusal=refusal)
