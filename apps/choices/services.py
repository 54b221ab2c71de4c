from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.choices import selectors
from apps.choices.choice_survey import columns_of
from apps.choices.models import ChoiceStudy
from apps.choices.settings_check import checked
from apps.choices.study_settings import StudySettings
from apps.estimates.messages import reason
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace
from trimtab.economics.errors import CannotEstimate


def start(*, workspace: Workspace, actor: User | None = None) -> Job:
    """Fit the choice models in the background; a study under way is given back."""
    nothing = Refused(
        "no_choice_answers",
        _("There are no choice answers yet."),
        remedy=_("Import a choice survey first: one row for each alternative shown."),
    )
    refusal = None if selectors.has_answers(workspace) else nothing
    return jobs.start_study(workspace=workspace, kind=selectors.MODEL, actor=actor, refusal=refusal)


@transaction.atomic
def change_settings(*, workspace: Workspace, given: Mapping[str, Any], actor: User | None = None) -> StudySettings:
    """Read the answers in another way from now on. Raises Refused with the field at fault."""
    try:
        columns = columns_of(workspace)
    except CannotEstimate as error:
        raise Refused(error.code, reason(error)) from error
    settings = checked(given, columns)
    study, _made = ChoiceStudy.objects.select_for_update().get_or_create(workspace=workspace)
    _keep(study, settings.as_json(), actor)
    return settings


@transaction.atomic
def foresee_settings(*, workspace: Workspace, given: Mapping[str, Any], actor: User | None = None) -> None:
    """Say how answers will be read before they are imported; what does not fit them then is left aside."""
    study, _made = ChoiceStudy.objects.select_for_update().get_or_create(workspace=workspace)
    _keep(study, dict(given), actor)


@transaction.atomic
def use_guess(*, workspace: Workspace, actor: User | None = None) -> None:
    """Back to the reading that the data suggests."""
    study, _made = ChoiceStudy.objects.select_for_update().get_or_create(workspace=workspace)
    _keep(study, {}, actor)


@transaction.atomic
def undo_settings(*, workspace: Workspace, actor: User | None = None) -> None:
    """Take the last change back; asked twice, it is there again."""
    study = ChoiceStudy.objects.select_for_update().filter(workspace=workspace).first()
    if study is None or not study.before:
        raise Refused("nothing_to_undo", _("Nothing was changed yet."))
    _keep(study, study.before.get("settings", {}), actor)


def _keep(study: ChoiceStudy, settings: dict[str, Any], actor: User | None) -> None:
    if settings == study.settings:
        return
    study.before, study.settings, study.changed_by = {"settings": study.settings}, settings, actor
    study.save()
    audit.note(workspace=study.workspace, actor=actor, action="choices.settings_changed", target=study)
