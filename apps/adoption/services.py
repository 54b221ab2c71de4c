from __future__ import annotations

from django.utils.translation import gettext as _

from apps.adoption.adopters import FROM_SUBSCRIPTIONS, adoption_counts, products, subscriptions
from apps.adoption.adoption_settings import AdoptionSettings
from apps.adoption.kinds import BASS
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


def start(*, workspace: Workspace, settings: AdoptionSettings | None = None, actor: User | None = None) -> Job:
    """Study adoption in the background; a study under way is given back."""
    settings = settings or AdoptionSettings()
    return jobs.start_study(
        workspace=workspace,
        kind=BASS,
        actor=actor,
        refusal=_refusal(workspace, settings),
        params=settings.as_json(),
    )


def _refusal(workspace: Workspace, settings: AdoptionSettings) -> Refused | None:
    if settings.source == FROM_SUBSCRIPTIONS:
        if subscriptions(workspace).exists():
            return None
        return Refused(
            "no_subscriptions",
            _("There is no subscription log yet."),
            field="source",
            remedy=_("Import one, or the adopters of each period."),
        )
    if not adoption_counts(workspace).exists():
        return Refused(
            "no_adopters",
            _("There are no adopters by period yet."),
            field="source",
            remedy=_("Import one row a year, quarter or month, or take the subscription log."),
        )
    if settings.product and settings.product not in products(workspace):
        return Refused("product_unknown", _("There is no such product among the adopters."), field="product")
    return None
