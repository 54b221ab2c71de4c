from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.research import selectors, storing
from apps.research.fields import MOST_REST, CellType, Kind
from apps.research.importing import table_name
from apps.research.kinds import KINDS
from apps.research.models import Source, SourceState
from apps.research.preview import preview, sample
from apps.research.uploading import Upload, drop_files, guess_reading, shown_name, upload
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User

__all__ = ["Upload", "delete_source", "set_columns", "start_import", "swap_prices", "take_back", "upload"]

PARAMETERS = ("date_order", "decimal", "scale_min", "scale_max", "as_of", "our_offer")


@transaction.atomic
def set_columns(
    *,
    source: Source,
    columns: Mapping[str, list[str]],
    parameters: Mapping[str, Any] | None = None,
    actor: User | None = None,
    name: str | None = None,
    collected_on: date | None = None,
    expires_on: date | None = None,
) -> Source:
    """Say which columns hold which fields and how they are read; parameters left out keep what was guessed."""
    if source.state != SourceState.UPLOADED and not (source.state == SourceState.FAILED and not source.rows_total):
        raise Refused(
            "already_imported",
            _("This file is imported already."),
            remedy=_("Take the import back first, then change the columns."),
        )
    kind = KINDS[source.kind]
    chosen = _without_rest_of_others(kind, {field: list(names) for field, names in columns.items() if names})
    _check_columns(kind, chosen, source.parameters["header"])
    changed = chosen != source.columns
    source.columns = chosen
    given = _checked_parameters(parameters or {})
    if changed:
        seen = sample(table_name(source), source.parameters["file"])
        source.parameters |= guess_reading(source, seen)
    source.parameters |= given
    source.name = shown_name(name, source.kind) if name else source.name
    source.collected_on = collected_on or source.collected_on
    source.expires_on = expires_on or source.expires_on
    source.save(update_fields=["columns", "parameters", "name", "collected_on", "expires_on"])
    return source


def _without_rest_of_others(kind: Kind, chosen: dict[str, list[str]]) -> dict[str, list[str]]:
    """A column given to a field of its own is not one of the rest any more."""
    if kind.rest is None or kind.rest.name not in chosen:
        return chosen
    used = {column for name, columns in chosen.items() if name != kind.rest.name for column in columns}
    kept = [column for column in chosen.pop(kind.rest.name) if column not in used]
    return chosen | {kind.rest.name: kept} if kept else chosen


def _check_columns(kind: Kind, chosen: Mapping[str, list[str]], header: list[str]) -> None:
    known = {field.name: field for field in kind.fields}
    used: dict[str, str] = {}
    for name, names in chosen.items():
        if name not in known:
            raise Refused("field_unknown", _("There is no field “%(field)s”.") % {"field": name}, field=name)
        if len(names) > 1 and not known[name].several:
            raise Refused("one_column_only", _("This field takes one column."), field=name)
        if known[name].is_rest and len(names) > MOST_REST:
            message = _("At most %(limit)d columns can be kept here.") % {"limit": MOST_REST}
            raise Refused("too_many_columns_kept", message, field=name)
        for column in names:
            if column not in header:
                message = _("The file has no column “%(column)s”.") % {"column": column}
                raise Refused("column_unknown", message, field=name)
            if column in used:
                values = {"column": column, "field": known[used[column]].label}
                message = _("“%(column)s” is already used for %(field)s.") % values
                raise Refused("column_used_twice", message, field=name)
            used[column] = name


def _require_columns(source: Source) -> None:
    kind = KINDS[source.kind]
    for field in kind.fields:
        if field.required and not source.columns.get(field.name):
            message = _("Choose the column that holds %(field)s.") % {"field": field.label}
            raise Refused("column_missing", message, field=field.name)
    if kind.one_of and not any(source.columns.get(name) for name in kind.one_of):
        fields = " / ".join(str(kind.field(name).label) for name in kind.one_of)
        message = _("Choose a column for one of these: %(fields)s.") % {"fields": fields}
        raise Refused("column_missing", message, field=kind.one_of[0])
    if kind.has(CellType.SCALE) and not source.parameters["scale_min"] < source.parameters["scale_max"]:
        raise Refused("scale_reversed", _("The scale must end above where it begins."), field="scale_max")


def _checked_parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in PARAMETERS:
            raise Refused("parameter_unknown", _("There is no parameter “%(name)s”.") % {"name": name}, field=name)
    checked = {name: value for name, value in given.items() if value not in (None, "") or name == "our_offer"}
    for name, allowed in (("date_order", ("dmy", "mdy")), ("decimal", (".", ","))):
        if checked.get(name, allowed[0]) not in allowed:
            raise Refused("parameter_invalid", _("This is not one of the choices."), field=name)
    try:
        for name in ("scale_min", "scale_max"):
            if name in checked:
                checked[name] = float(checked[name])
        if isinstance(checked.get("as_of"), str):
            date.fromisoformat(checked["as_of"])
    except (TypeError, ValueError):
        raise Refused("parameter_invalid", _("This value cannot be read."), field=name) from None
    if isinstance(checked.get("as_of"), date):
        checked["as_of"] = checked["as_of"].isoformat()
    return checked


@transaction.atomic
def swap_prices(*, source: Source, actor: User | None = None) -> Source:
    """Take the order of the four price columns under which far more answers make sense."""
    swap = preview(source).swap
    if swap is None:
        raise Refused("nothing_to_swap", _("The price columns make sense as they are."))
    changed = {role: [column] for role, column in swap.columns.items()}
    return set_columns(source=source, columns={**source.columns, **changed}, actor=actor)


@transaction.atomic
def start_import(*, source: Source, actor: User | None = None) -> Job:
    """Import the file in the background; where an import stopped, it goes on from there."""
    _require_columns(source)
    job = selectors.import_job(source)
    if source.state == SourceState.IMPORTED:
        raise Refused("already_imported", _("This file is imported already."))
    if job is not None and job.params.get("round") == source.parameters.get("round", 0):
        if not job.can_be_retried:
            return job
        Source.objects.filter(pk=source.pk).update(state=SourceState.IMPORTING)
        return jobs.retry(job=job, actor=actor)
    turn = source.parameters.get("round", 0)
    Source.objects.filter(pk=source.pk).update(state=SourceState.IMPORTING)
    source.state = SourceState.IMPORTING
    audit.note(workspace=source.workspace, actor=actor, action="source.import", target=source)
    return jobs.enqueue(
        workspace=source.workspace,
        kind="research.import",
        params={"source_id": source.pk, "subject": str(source.pk), "round": turn},
        idempotency_key=f"research.import:{source.pk}:{turn}",
        created_by=actor,
    )


@transaction.atomic
def take_back(*, source: Source, actor: User | None = None) -> Source:
    """Undo an import: its rows go, the file stays, and its columns can be chosen anew."""
    _refuse_while_importing(source)
    storing.forget_rows(source)
    source.parameters["round"] = source.parameters.get("round", 0) + 1
    source.state, source.content_sha256 = SourceState.UPLOADED, ""
    source.rows_total = source.rows_imported = source.rows_known = source.rows_refused = 0
    source.save()
    audit.note(workspace=source.workspace, actor=actor, action="source.taken_back", target=source)
    return source


@transaction.atomic
def delete_source(*, source: Source, actor: User | None = None) -> None:
    """Delete a source with its rows and its file."""
    _refuse_while_importing(source)
    audit.note(
        workspace=source.workspace, actor=actor, action="source.deleted", target=source, details={"name": source.name}
    )
    storing.forget_rows(source)
    source.delete()
    transaction.on_commit(lambda: drop_files(source))


def _refuse_while_importing(source: Source) -> None:
    job = selectors.import_job(source)
    if job is not None and not job.is_ended:
        raise Refused("import_running", _("This file is being imported."), remedy=_("Cancel the import first."))
