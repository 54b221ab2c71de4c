"""What a design was asked for, as it is kept, and as the economics take it.

Choice survey: {"attributes": [{"name", "levels"}], "alternatives", "tasks", "versions", "none", "prohibited":
[{attribute: level}], "prior": {column: part-worth}}. Best-worst survey: {"items", "per_task", "tasks", "versions"}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from apps.choices.models import ChoiceDesign
from apps.estimates.messages import reason
from apps.workspaces.errors import Refused
from trimtab.economics.choice.design_plan import DesignAttribute, DesignPlan
from trimtab.economics.choice.maxdiff_design import check_plan
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

MOST = {"attributes": 15, "levels": 15, "alternatives": 8, "tasks": 40, "versions": 50, "items": 100, "per_task": 10}
MOST_TASKS = 1000
LONGEST = 120
TAKEN = {"respondent", "task", "alternative", "chosen", "is_none", "segment", "weight", "none"}
FIELDS = {
    "attribute_twice": "attributes",
    "levels_too_few": "attributes",
    "level_twice": "attributes",
    "alternatives_too_few": "alternatives",
    "offers_too_few": "alternatives",
    "tasks_too_few": "tasks",
    "prohibition_unknown": "prohibited",
    "level_never_allowed": "prohibited",
    "item_twice": "items",
    "items_too_few": "per_task",
    "items_not_all_shown": "tasks",
}


def checked(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with nothing else in it. Raises Refused with the field at fault."""
    plan = _choice(given) if kind == ChoiceDesign.Kind.CHOICE else _maxdiff(given)
    if plan["tasks"] * plan["versions"] > MOST_TASKS:
        text = _("A design may have %(most)d tasks in all its versions.") % {"most": MOST_TASKS}
        raise Refused("too_many_tasks", text, field="versions")
    try:
        if kind == ChoiceDesign.Kind.CHOICE:
            design_plan(plan).check()
            prior(plan)
        else:
            check_plan(tuple(plan["items"]), plan["per_task"], plan["tasks"], plan["versions"])
    except CannotEstimate as error:
        raise Refused(error.code, reason(error), field=FIELDS.get(error.code)) from error
    return plan


def design_plan(plan: Mapping[str, Any]) -> DesignPlan:
    return DesignPlan(
        attributes=tuple(DesignAttribute(one["name"], tuple(one["levels"])) for one in plan["attributes"]),
        alternatives=plan["alternatives"],
        tasks=plan["tasks"],
        versions=plan["versions"],
        none=plan["none"],
        prohibited=tuple(plan["prohibited"]),
    )


def prior(plan: Mapping[str, Any]) -> Array | None:
    """The expected part-worths (K,); columns that are not named are 0. None where nothing is expected."""
    if not plan["prior"]:
        return None
    names = design_plan(plan).names
    unknown = [name for name in plan["prior"] if name not in names]
    if unknown:
        raise Refused(
            "prior_unknown",
            _("There is no part-worth named “%(name)s”.") % {"name": unknown[0]},
            field="prior",
            remedy=_("The names are: %(names)s.") % {"names": ", ".join(names)},
        )
    return np.array([plan["prior"].get(name, 0.0) for name in names])


def _choice(given: Mapping[str, Any]) -> dict[str, Any]:
    attributes: list[dict[str, Any]] = [
        {"name": _text(one.get("name"), "attributes"), "levels": _texts(one.get("levels"), "levels", "attributes")}
        for one in _rows(given.get("attributes"), "attributes")
    ]
    for one in attributes:
        if one["name"].lower() in TAKEN:
            text = _("“%(name)s” is the name of a column that the survey needs itself.") % {"name": one["name"]}
            raise Refused("attribute_name_taken", text, field="attributes", remedy=_("Give it another name."))
    bans = given.get("prohibited") or []
    return {
        "attributes": attributes,
        "alternatives": _count(given, "alternatives"),
        "tasks": _count(given, "tasks"),
        "versions": _count(given, "versions"),
        "none": bool(given.get("none", False)),
        "prohibited": [{_text(k, "prohibited"): _text(v, "prohibited") for k, v in ban.items()} for ban in bans],
        "prior": {_text(name, "prior"): float(worth) for name, worth in (given.get("prior") or {}).items()},
    }


def _maxdiff(given: Mapping[str, Any]) -> dict[str, Any]:
    counts = {name: _count(given, name) for name in ("per_task", "tasks", "versions")}
    return {"items": _texts(given.get("items"), "items", "items"), **counts}


def _rows(given: Any, field: str) -> list[Mapping[str, Any]]:
    rows = list(given or [])
    if not rows or len(rows) > MOST[field]:
        raise _count_refused(field, MOST[field])
    return rows


def _texts(given: Any, name: str, field: str) -> list[str]:
    texts = [_text(one, field) for one in given or []]
    if not texts or len(texts) > MOST[name]:
        raise _count_refused(field, MOST[name])
    return texts


def _text(given: Any, field: str) -> str:
    text = str(given or "").strip()
    if not text or len(text) > LONGEST:
        raise Refused(
            "text_not_usable",
            _("A name is empty or longer than %(most)d characters.") % {"most": LONGEST},
            field=field,
        )
    return text


def _count(given: Mapping[str, Any], field: str) -> int:
    number = given.get(field)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST[field]:
        raise _count_refused(field, MOST[field])
    return number


def _count_refused(field: str, most: int) -> Refused:
    return Refused("count_not_usable", _("Between 1 and %(most)d are possible here.") % {"most": most}, field=field)
