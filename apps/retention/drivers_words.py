"""Columns, levels and reasons of the study of leaving, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.estimates.reading import number
from apps.retention.drivers_columns import OTHERS
from apps.retention.drivers_settings import PLAN, PRICE, SATISFACTION, SEGMENT

COLUMNS: dict[str, str | Promise] = {
    SEGMENT: _("Segment"),
    PLAN: _("Plan"),
    PRICE: _("Price a month"),
    SATISFACTION: _("Satisfaction, U"),
}
LEFT_OUT: dict[str, str | Promise] = {
    "absent": _("no longer in the log"),
    "constant": _("the same for all customers"),
    "id_like": _("different for nearly every customer, like a number that names them"),
    "too_many_levels": _("too many different values to compare"),
    "mostly_empty": _("unknown for most customers; choose it below to use it all the same"),
    "follows_tenure": _("grows with the time as a customer, so it follows from staying; choose it below to use it"),
    "told_by_others": _("says nothing that the other columns do not say already"),
    "no_room": _("too few customers have left to compare this many columns at once"),
    "separates": _("a value of it that everybody or nobody left has no finite ratio"),
}
MODELS: dict[str, str | Promise] = {
    "cox": _("Cox"),
    "hazard": _("Month by month"),
    "bdw": _("Customers differ (BdW)"),
}


def column(name: str) -> str:
    return str(COLUMNS.get(name, name))


def level(name: str) -> str:
    if name == OTHERS:
        return gettext("all others")
    return name or gettext("not stated")


def term(row: Mapping[str, Any]) -> str:
    """What a ratio compares: a level, or a step of a number."""
    if row["level"] is None:
        words = {"column": column(row["column"]), "step": _step(row)}
        return gettext("%(column)s, each %(step)s more") % words
    return gettext("%(column)s: %(level)s") % {"column": column(row["column"]), "level": level(row["level"])}


def reference(row: Mapping[str, Any]) -> str:
    """What it is compared with; nothing for a number."""
    return "" if row["reference"] is None else level(row["reference"])


def left_out(row: Mapping[str, Any]) -> str:
    words = {"column": column(row["column"]), "why": str(LEFT_OUT.get(row["why"], row["why"]))}
    if row["level"] is None:
        return gettext("%(column)s: %(why)s.") % words
    return gettext("%(column)s, value “%(level)s”: %(why)s.") % (words | {"level": level(row["level"])})


def _step(row: Mapping[str, Any]) -> str:
    if row["column"] == SATISFACTION:
        return gettext("10 points of 100")
    return number(row["step"])
