"""Settings of a choice study as a person or a program gives them, checked against the columns that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from apps.choices import study_settings as known
from apps.choices.reading_guess import Column
from apps.choices.study_settings import AttributeSetting, StudySettings, settled
from apps.workspaces.errors import Refused

CHOICES = {
    "kind": (known.LEVELS, known.NUMBER),
    "coding": (known.EFFECTS, known.DUMMY),
    "role": ("", known.PRICE, known.QUALITY),
}


def checked(given: Mapping[str, Any], columns: Iterable[Column]) -> StudySettings:
    """Raises Refused with the attribute at fault as its field."""
    found = list(columns)
    _refuse_unknown(given, found)
    settings = settled(_typed(given), found)
    if not settings.used:
        raise Refused("no_attributes", _("At least one attribute must be used."), field="attributes")
    for role, words in ((known.PRICE, _("the price")), (known.QUALITY, _("the quality"))):
        if sum(one.role == role for one in settings.used) > 1:
            raise Refused("role_twice", _("Only one attribute can be %(role)s.") % {"role": words}, field="role")
    return replace(settings, attributes=tuple(_checked(one) for one in settings.attributes))


def _refuse_unknown(given: Mapping[str, Any], columns: list[Column]) -> None:
    rows = given.get("attributes", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and "name" in row for row in rows):
        raise Refused("attributes_not_usable", _("Each attribute needs a name."), field="attributes")
    names = {column.name for column in columns}
    for row in rows:
        if row["name"] not in names:
            raise Refused(
                "attribute_unknown",
                _("The answers have no column named %(name)s.") % {"name": row["name"]},
                field="attributes",
            )
        for field, allowed in CHOICES.items():
            if row.get(field, allowed[0]) not in allowed:
                raise _not_one_of(field, allowed)
    for field, allowed in (("family", known.FAMILIES), ("period", (known.MONTH, known.ONCE))):
        if given.get(field, allowed[0]) not in allowed:
            raise _not_one_of(field, allowed)


def _not_one_of(field: str, allowed: Iterable[str]) -> Refused:
    listed = ", ".join(one or '""' for one in allowed)
    return Refused("not_one_of", _("%(field)s must be one of: %(allowed)s.") % {"field": field, "allowed": listed},
                   field=field)  # fmt: skip


def _typed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Only what settings hold, in their types."""
    try:
        return {
            "family": str(given.get("family", known.AUTOMATIC)),
            "period": str(given.get("period", known.MONTH)),
            "left_out": [int(one) for one in given.get("left_out", [])],
            "attributes": [_typed_attribute(row) for row in given.get("attributes", [])],
        }
    except (TypeError, ValueError) as error:
        raise Refused("settings_not_usable", _("A setting is not of its type."), field="attributes") from error


def _typed_attribute(row: Mapping[str, Any]) -> dict[str, Any]:
    typed: dict[str, Any] = {name: row[name] for name in ("name", "kind", "coding", "reference", "role") if name in row}
    if "used" in row:
        typed["used"] = bool(row["used"])
    if "levels" in row:
        typed["levels"] = [str(level) for level in row["levels"]]
    if row.get("quality"):
        typed["quality"] = {str(level): float(value) for level, value in dict(row["quality"]).items()}
    return typed


def _checked(one: AttributeSetting) -> AttributeSetting:
    if one.role == known.PRICE and one.used and one.kind != known.NUMBER:
        raise Refused(
            "price_not_a_number",
            _("%(name)s cannot be the price: not all of its values are numbers.") % {"name": one.name},
            field=one.name,
            remedy=_("Read it as levels, or correct the values in the file."),
        )
    if one.role == known.QUALITY and one.used:
        values = list((one.quality or {}).values())
        if not all(0 <= value <= 1 for value in values) or len(set(values)) < len(values):
            raise Refused(
                "quality_not_usable",
                _("Each level of %(name)s needs a quality of its own between 0 and 1.") % {"name": one.name},
                field=one.name,
            )
    return one
