"""Links by which anybody reads one scenario without signing in: made, counted, taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.planning.models import Scenario, ScenarioLink
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User
from apps.workspaces.secrets import digest, new_secret

DAYS = 30
MOST_DAYS = 365


@transaction.atomic
def share(*, scenario: Scenario, actor: User | None = None, days: int = DAYS) -> tuple[ScenarioLink, str]:
    """A new link and its secret, which is told this once. Raises Refused."""
    if scenario.is_example:
        raise Refused("example_not_shared", _("The example holds nothing of yours: there is nothing to share."))
    if scenario.is_archived:
        raise Refused("scenario_archived", _("The scenario is archived: restore it first."))
    if not 1 <= days <= MOST_DAYS:
        raise Refused("days_out_of_range", _("A link lives 1 to 365 days."), field="days")
    secret = new_secret()
    link = ScenarioLink.objects.create(
        workspace=scenario.workspace,
        scenario=scenario,
        secret_sha512=digest(secret),
        created_by=actor,
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.note(
        workspace=scenario.workspace, actor=actor, action="scenario.shared", target=scenario,
        details={"link": link.pk, "days": days},
    )  # fmt: skip
    return link, secret


@transaction.atomic
def revoke(*, link: ScenarioLink, actor: User | None = None) -> ScenarioLink:
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        audit.note(
            workspace=link.workspace, actor=actor, action="scenario.link_revoked", target=link.scenario,
            details={"link": link.pk},
        )  # fmt: skip
    return link


def links(scenario: Scenario) -> QuerySet[ScenarioLink]:
    """All that were made, the newest first."""
    return ScenarioLink.objects.filter(workspace=scenario.workspace, scenario=scenario).select_related("created_by")


def live_links(scenario: Scenario, now: datetime) -> QuerySet[ScenarioLink]:
    return links(scenario).filter(revoked_at=None, expires_at__gt=now)


def link_of(scenario: Scenario, link_id: int) -> ScenarioLink:
    found = links(scenario).filter(pk=link_id).first()
    if found is None:
        raise Http404
    return found


def opened(secret: str, now: datetime) -> ScenarioLink | None:
    """The live link of a secret, counted as opened; None where it is unknown, revoked or expired, or put away."""
    found = (
        ScenarioLink.objects.filter(secret_sha512=digest(secret), revoked_at=None, expires_at__gt=now)
        .filter(scenario__archived_at=None)
        .select_related("scenario__workspace", "workspace")
        .first()
    )
    if found is not None:
        ScenarioLink.objects.filter(pk=found.pk).update(opened=F("opened") + 1, last_opened_at=now)
    return found
