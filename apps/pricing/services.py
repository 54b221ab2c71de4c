from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.jobs import selectors as jobs
from apps.jobs import services as job_services
from apps.jobs.models import Job
from apps.pricing.selectors import STUDY
from apps.pricing.survey import answers
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


@transaction.atomic
def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study the price answers in the background; one that is already under way is given back."""
    if (under_way := jobs.under_way(workspace, STUDY)) is not None:
        return under_way
    if not answers(workspace).exists():
        raise Refused(
            "no_price_answers",
            _("There are no price answers yet."),
            remedy=_("Import a price survey with the four Van Westendorp questions first."),
        )
    job = job_services.enqueue(workspace=workspace, kind=STUDY, params={}, created_by=actor)
    audit.note(workspace=workspace, actor=actor, action="pricing.study", target=job)
    return job
