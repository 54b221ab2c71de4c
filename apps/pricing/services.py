from __future__ import annotations

from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.pricing.ladder import ladder_rows
from apps.pricing.ladder_selectors import LADDER
from apps.pricing.selectors import STUDY
from apps.pricing.survey import answers
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study the price answers in the background; one that is already under way is given back."""
    nothing = Refused(
        "no_price_answers",
        _("There are no price answers yet."),
        remedy=_("Import a price survey with the four Van Westendorp questions first."),
    )
    refusal = None if answers(workspace).exists() else nothing
    return jobs.start_study(workspace=workspace, kind=STUDY, actor=actor, refusal=refusal)


def start_ladder(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study the price-ladder answers in the background; one that is already under way is given back."""
    nothing = Refused(
        "no_ladder_answers",
        _("There are no price-ladder answers yet."),
        remedy=_("Import one row for each price that a person was asked about, with yes or no."),
    )
    refusal = None if ladder_rows(workspace).exists() else nothing
    return jobs.start_study(workspace=workspace, kind=LADDER, actor=actor, refusal=refusal)
