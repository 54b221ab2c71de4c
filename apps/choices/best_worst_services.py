from __future__ import annotations

from django.utils.translation import gettext as _

from apps.choices.best_worst_rows import best_worst_rows
from apps.choices.best_worst_selectors import BEST_WORST
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study the best-worst answers in the background; a study under way is given back."""
    nothing = Refused(
        "no_best_worst_answers",
        _("There are no best-worst answers yet."),
        remedy=_("Import a best-worst survey first: one row for each item that a person was shown in a task."),
    )
    refusal = None if best_worst_rows(workspace).exists() else nothing
    return jobs.start_study(workspace=workspace, kind=BEST_WORST, actor=actor, refusal=refusal)
