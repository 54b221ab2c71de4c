from __future__ import annotations

from datetime import date

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.retention.kinds import LIFETIME_VALUE
from apps.retention.lifetime_settings import LifetimeSettings
from apps.retention.purchase_rows import purchases
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


def start(*, workspace: Workspace, settings: LifetimeSettings | None = None, actor: User | None = None) -> Job:
    """Value the customers in the background; a study under way is given back."""
    settings = settings or LifetimeSettings()
    return jobs.start_study(
        workspace=workspace,
        kind=LIFETIME_VALUE,
        actor=actor,
        refusal=_refusal(workspace, settings),
        params=settings.as_json(),
    )


def _refusal(workspace: Workspace, settings: LifetimeSettings) -> Refused | None:
    span = purchases(workspace).aggregate(first=Min("bought_on"), last=Max("bought_on"))
    if span["first"] is None:
        return Refused(
            "no_purchases",
            _("There are no purchases yet."),
            remedy=_("Import a list of purchases first: customer, day and amount."),
        )
    if settings.until and not span["first"] < date.fromisoformat(settings.until) <= span["last"]:
        return Refused(
            "until_outside_log",
            _("The purchases run from %(first)s to %(last)s; the fit must end between them.") % span,
            field="until",
        )
    return None
