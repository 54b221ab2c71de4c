"""Checked rows into their table, at once and each content only once."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import connection, models

from apps.research.checking import CheckedRow
from apps.research.delimited import RawRow
from apps.research.judging import nth
from apps.research.kinds import KINDS
from apps.research.models import FeedbackItem, NeedMention, QuarantinedRow, Row, Source
from apps.research.reading import storable
from apps.research.refusals import Refusal

GIVEN = ("id", "workspace", "source", "row_number", "sha256")


def insert(source: Source, rows: Sequence[CheckedRow]) -> int:
    """Add the rows whose content the workspace does not hold yet; gives how many those are.

    One statement for all, without model instances: a million rows pass here.
    """
    model = KINDS[source.kind].model
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    own = [
        (field.name, _blank(field))
        for field in fields
        if field.name not in ("workspace", "source", "row_number", "sha256")
    ]
    names = ["workspace_id", "source_id", "row_number", "sha256", *(name for name, _empty in own)]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    places = ", ".join(["%s"] * len(names))
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"INSERT INTO {table} ({quoted}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 names are our own
    # In the order of the hashes the unique index is written page by page: twice as fast for a large file.
    ordered = sorted(rows, key=lambda row: row.sha256)
    head, stored = (source.workspace_id, source.pk), _stored()
    with connection.cursor() as cursor:
        cursor.executemany(
            sql,
            [
                (*head, row.number, row.sha256, *[stored(row.values.get(name), empty) for name, empty in own])
                for row in ordered
            ],
        )
        return max(cursor.rowcount, 0) if rows else 0


def _blank(field: models.Field[Any, Any]) -> Any:
    if field.null:
        return None
    if isinstance(field, models.JSONField):
        return "{}"
    return "" if isinstance(field, models.CharField | models.TextField) else field.get_default()


def _stored() -> Callable[[Any, Any], Any]:
    adapt = connection.ops.adapt_datefield_value

    def stored(value: Any, empty: Any) -> Any:
        if value is None:
            return empty
        if isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False)
        return adapt(value) if isinstance(value, date) else value

    return stored


def quarantine(
    source: Source,
    refused: Sequence[tuple[RawRow, Refusal]],
    task_of: Callable[[Sequence[str]], tuple[str, str] | None] = lambda cells: None,
) -> None:
    """Keep refused rows aside; those of one task under one key, so that a correction finds them together."""
    QuarantinedRow.objects.bulk_create(
        [
            QuarantinedRow(
                workspace_id=source.workspace_id,
                source=source,
                row_number=row.number,
                raw=_raw(row, task_of(row.cells)),
                field=refusal.field,
                reason_code=refusal.code,
                reason_values={
                    name: storable(value) if isinstance(value, str) else value for name, value in refusal.values.items()
                },
            )
            for row, refusal in refused
        ],
        ignore_conflicts=True,
    )


def task_key(task: tuple[str, str]) -> str:
    return "\t".join(storable(part) for part in task)


def _raw(row: RawRow, task: tuple[str, str] | None) -> dict[str, Any]:
    raw: dict[str, Any] = {"cells": [storable(cell) for cell in row.cells]}
    return raw if task is None else raw | {"task": task_key(task)}


def content_sha256(source: Source) -> str:
    """What the source adds to the workspace, as one hash."""
    hashed = hashlib.sha256()
    hashes = rows_of(source).order_by("pk").values_list("sha256", flat=True)
    for row_sha256 in hashes.iterator(chunk_size=10_000):
        hashed.update(row_sha256)
    return hashed.hexdigest()


def rows_of(source: Source) -> models.QuerySet[Row]:
    return KINDS[source.kind].model._default_manager.filter(source=source)


def rows_of_task(source: Source, task: tuple[str, str]) -> list[CheckedRow]:
    """The rows of a respondent's task that are imported already."""
    model = KINDS[source.kind].model
    names = [field.name for field in model._meta.concrete_fields if field.name not in GIVEN]
    known: dict[str, Any] = {"customer": task[0], "task": task[1]}
    found = model._default_manager.filter(source=source, **known)
    return [
        CheckedRow(row.row_number, bytes(row.sha256), {name: getattr(row, name) for name in names}) for row in found
    ]


def next_of_its_content(source: Source, row: CheckedRow) -> CheckedRow:
    """The row as one more of its content, where the source has some that are alike."""
    held = rows_of(source)
    return next(
        later for count in itertools.count(1) if not held.filter(sha256=(later := nth(row, count)).sha256).exists()
    )


def forget_rows(source: Source) -> None:
    """Delete the source's rows and refusals without fetching them: there may be a million."""
    rows = rows_of(source)
    if rows.model is FeedbackItem:
        _delete(NeedMention.objects.filter(feedback__source=source))
    _delete(rows)
    _delete(QuarantinedRow.objects.filter(source=source))


def _delete(rows: models.QuerySet[Any]) -> None:
    # Nothing else points at these tables, so Django's collecting of dependants would only cost memory.
    rows._raw_delete(rows.db)
