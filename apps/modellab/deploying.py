"""Deployments: a name under which a candidate answers, changed, rolled back and taken down."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from apps.modellab import serving
from apps.modellab.models import Candidate, Deployment
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User

REMEMBERED = 20


@transaction.atomic
def deploy(*, candidate: Candidate, name: str, actor: User | None) -> Deployment:
    """Let a candidate answer under a name; who answered there before can be rolled back to."""
    _check_name(name)
    if not candidate.can_answer:
        raise Refused("nothing_to_deploy", _("This candidate has no trained model that could answer."))
    serving.open_model(candidate)
    found = Deployment.objects.select_for_update().filter(workspace=candidate.workspace, name=name).first()
    if found is None:
        found = Deployment(workspace=candidate.workspace, name=name, candidate=candidate)
    elif found.candidate_id != candidate.pk:
        found.earlier = [*found.earlier, found.candidate_id][-REMEMBERED:]
        found.candidate = candidate
    found.deployed_by = actor
    found.save()
    details = {"name": name, "candidate": candidate.name}
    audit.note(workspace=candidate.workspace, actor=actor, action="model.deployed", target=found, details=details)
    return found


def _check_name(name: str) -> None:
    try:
        validate_slug(name)
    except ValidationError:
        raise Refused("name_invalid", _("Use letters, digits, hyphens and underscores only."), field="name") from None
    if len(name) > 80:
        raise Refused("name_too_long", _("The name is longer than 80 characters."), field="name")


def previous(deployment: Deployment) -> Candidate | None:
    """Who would answer after a roll-back: the newest earlier candidate that still exists."""
    kept = Candidate.objects.filter(workspace=deployment.workspace_id).exclude(artefact_sha256="")
    known = kept.exclude(pk=deployment.candidate_id).in_bulk(deployment.earlier)
    return next((known[key] for key in reversed(deployment.earlier) if key in known), None)


@transaction.atomic
def roll_back(*, deployment: Deployment, actor: User | None) -> Deployment:
    """Let the candidate before the present one answer again."""
    target = previous(deployment)
    if target is None:
        raise Refused("nothing_before", _("No earlier candidate is left to roll back to."))
    serving.open_model(target)
    details = {"name": deployment.name, "from": deployment.candidate.name, "to": target.name}
    places = [place for place, key in enumerate(deployment.earlier) if key == target.pk]
    deployment.earlier = deployment.earlier[: places[-1]]
    deployment.candidate, deployment.deployed_by = target, actor
    deployment.save()
    audit.note(
        workspace=deployment.workspace, actor=actor, action="model.rolled_back", target=deployment, details=details
    )
    return deployment


@transaction.atomic
def undeploy(*, deployment: Deployment, actor: User | None) -> None:
    details = {"name": deployment.name, "candidate": deployment.candidate.name}
    audit.note(
        workspace=deployment.workspace, actor=actor, action="model.undeployed", target=deployment, details=details
    )
    deployment.delete()
