from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.jobs import selectors as jobs
from apps.jobs import services as job_services
from apps.jobs.models import Job
from apps.retention.selectors import STUDY, retention_rows
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


@transaction.atomic
def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study satisfaction and retention in the background; a study under way is given back."""
    if (under_way := jobs.under_way(workspace, STUDY)) is not None:
        return under_way
    if not retention_rows(workspace).any:
        raise Refused(
            "nothing_to_study",
            _("There is neither a satisfaction survey nor a subscription log yet."),
            remedy=_("Import one of them first; each is of use without the other."),
        )
    job = job_services.enqueue(workspace=workspace, kind=STUDY, params={}, created_by=actor)
    audit.note(workspace=workspace, actor=actor, action="retention.study", target=job)
    return job
