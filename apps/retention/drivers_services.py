from __future__ import annotations

from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.retention.drivers_rows import offered_columns
from apps.retention.drivers_settings import MOST_COLUMNS, DriversSettings
from apps.retention.kinds import DRIVERS
from apps.retention.subscription_log import subscriptions
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


def start(*, workspace: Workspace, settings: DriversSettings | None = None, actor: User | None = None) -> Job:
    """Study in the background what goes with leaving; a study under way is given back."""
    settings = settings or DriversSettings()
    return jobs.start_study(
        workspace=workspace,
        kind=DRIVERS,
        actor=actor,
        refusal=_refusal(workspace, settings),
        params=settings.as_json(),
    )


def _refusal(workspace: Workspace, settings: DriversSettings) -> Refused | None:
    if not subscriptions(workspace).exists():
        return Refused(
            "no_subscriptions",
            _("There is no subscription log yet."),
            remedy=_("Import one with further columns of each customer, such as country, size or channel."),
        )
    if len(settings.columns) > MOST_COLUMNS:
        return Refused(
            "too_many_columns",
            _("At most %(most)d columns can be compared at once.") % {"most": MOST_COLUMNS},
            field="columns",
        )
    unknown = sorted(set(settings.columns) - set(offered_columns(workspace)))
    if unknown:
        return Refused(
            "column_unknown", _("The log has no column “%(column)s”.") % {"column": unknown[0]}, field="columns"
        )
    return None
