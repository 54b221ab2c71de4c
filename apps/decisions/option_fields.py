"""What an option may say, checked field by field; the page and the API give the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from apps.modellab.models import Candidate
from apps.planning.upstream import TODAY
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace

LONGEST_NAME = 120
MOST_PLANS, MOST_FEATURES = 6, 12
MOST_MONEY, MOST_TOKENS = 1e12, 1e15
HIGHEST_PRICE = 1e6
LOWEST_FACTOR, HIGHEST_FACTOR = 0.01, 100.0


def checked(workspace: Workspace, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are given, as an option keeps them. Raises Refused with the field at fault."""
    return {name: check(workspace, given[name]) for name, check in _CHECKS.items() if name in given}


def named(name: Any) -> str:
    words = " ".join(str(name or "").split())
    if not words:
        raise Refused("name_missing", _("The option needs a name."), field="name")
    if len(words) > LONGEST_NAME:
        raise Refused("name_too_long", _("The name is longer than 120 characters."), field="name")
    return words


def number(given: Any, field: str, low: float, high: float) -> float:
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = float("nan")
    if isinstance(given, bool) or not isfinite(value):
        raise Refused("not_a_number", _("This is not a number."), field=field)
    if not low <= value <= high:
        told = _("This must lie from %(low)s to %(high)s.") % {"low": f"{low:,g}", "high": f"{high:,g}"}
        raise Refused("out_of_range", told, field=field)
    return value


def price(given: Any) -> float | None:
    """None, or nothing typed, is today's price."""
    if given in (None, ""):
        return None
    value = number(given, "price", 0, HIGHEST_PRICE)
    if value == 0:
        raise Refused("price_out_of_range", _("The price must be above zero."), field="price")
    return value


def candidate_id(workspace: Workspace, given: Any) -> int | None:
    """None, or "today", is today's model."""
    if given in (None, "", TODAY):
        return None
    key = str(given)
    if not key.isdigit() or not Candidate.objects.filter(workspace=workspace, pk=int(key)).exists():
        raise Refused("unknown_candidate", _("This candidate has not been tested."), field="candidate")
    return int(key)


def plans(given: Any) -> list[dict[str, Any]]:
    rows = _rows(given, "plans", MOST_PLANS)
    return [_plan(row, f"plans.{place}") for place, row in enumerate(rows)]


def features(given: Any) -> list[dict[str, Any]]:
    rows = _rows(given, "features", MOST_FEATURES)
    return [_feature(row, f"features.{place}") for place, row in enumerate(rows)]


def _rows(given: Any, field: str, most: int) -> list[dict[str, Any]]:
    rows = given or []
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise Refused("not_a_list", _("This must be a list of objects."), field=field)
    if len(rows) > most:
        raise Refused("too_many", _("At most %(most)s can be given.") % {"most": most}, field=field)
    return [dict(row) for row in rows]


def _plan(row: dict[str, Any], field: str) -> dict[str, Any]:
    included, per_1000 = row.get("included"), row.get("per_1000")
    made = {
        "fee": number(row.get("fee"), f"{field}.fee", 0, HIGHEST_PRICE),
        "included": None if included in (None, "") else number(included, f"{field}.included", 0, MOST_TOKENS),
        "per_1000": None if per_1000 in (None, "") else number(per_1000, f"{field}.per_1000", 0, HIGHEST_PRICE),
    }
    if not made["fee"] and not made["per_1000"]:
        raise Refused("plan_free", _("A plan needs a fee or a price of use."), field=f"{field}.fee")
    return made


def _feature(row: dict[str, Any], field: str) -> dict[str, Any]:
    name = " ".join(str(row.get("name") or "").split())[:LONGEST_NAME]
    if not name:
        raise Refused("name_missing", _("Each feature needs a name."), field=f"{field}.name")
    gains = {key: _gain(row.get(key), f"{field}.{key}") for key in ("functional", "interaction")}
    costs = {
        key: number(row.get(key) or 0, f"{field}.{key}", 0, MOST_MONEY) for key in ("one_off_cost", "monthly_cost")
    }
    return {"name": name, **gains, **costs}


def _gain(given: Any, field: str) -> list[float]:
    if not given:
        return [0.0, 0.0]
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise Refused("not_an_interval", _("This must be a low and a high end."), field=field)
    low, high = (number(end if end not in (None, "") else 0, field, -1, 1) for end in given)
    if low > high:
        raise Refused("ends_reversed", _("The low end lies above the high end."), field=field)
    return [low, high]


def _within(field: str, low: float, high: float) -> Callable[[Workspace, Any], float]:
    return lambda _workspace, given: number(given, field, low, high)


_CHECKS: dict[str, Callable[[Workspace, Any], Any]] = {
    "name": lambda _workspace, given: named(given),
    "price": lambda _workspace, given: price(given),
    "plans": lambda _workspace, given: plans(given),
    "features": lambda _workspace, given: features(given),
    "candidate_id": candidate_id,
    "quality": _within("quality", -1, 1),
    "latency": _within("latency", LOWEST_FACTOR, HIGHEST_FACTOR),
    "arrivals": _within("arrivals", 0, HIGHEST_FACTOR),
    "one_off_cost": _within("one_off_cost", 0, MOST_MONEY),
    "monthly_cost": _within("monthly_cost", 0, MOST_MONEY),
}
