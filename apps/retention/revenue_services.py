from __future__ import annotations

from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.retention.kinds import REVENUE
from apps.retention.subscription_log import subscriptions
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Study recurring revenue in the background; a study under way is given back."""
    return jobs.start_study(workspace=workspace, kind=REVENUE, actor=actor, refusal=_refusal(workspace))


def _refusal(workspace: Workspace) -> Refused | None:
    rows = subscriptions(workspace)
    if not rows.exists():
        return Refused(
            "no_subscriptions",
            _("There are no subscriptions yet."),
            remedy=_("Import a subscription log first: customer, start, end or still active, and the monthly price."),
        )
    if not rows.filter(monthly_price__isnull=False).exists():
        return Refused(
            "no_prices",
            _("None of the subscriptions has a monthly price."),
            remedy=_("Import the log with a column of monthly prices."),
        )
    return None
