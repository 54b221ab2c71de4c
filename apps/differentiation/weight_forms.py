"""What the forms of judgements post, as the answers that services check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.differentiation.models import Criterion, WeightMethod
from apps.workspaces.errors import Refused

RATIOS = tuple(range(2, 10))


def posted(method: str, post: Mapping[str, str], criteria: Sequence[Criterion]) -> dict[str, Any]:
    """Answers by attribute from fields by key; an empty field was not asked. Raises Refused for what is no number."""
    name_of = {str(one.pk): one.attribute for one in criteria}
    if method == WeightMethod.AHP:
        return {"pairs": _pairs(post, criteria)}
    if method == WeightMethod.BEST_WORST:
        return {
            "best": name_of.get(post.get("best", "")),
            "worst": name_of.get(post.get("worst", "")),
            "best_to_others": _numbers(post, "down", criteria),
            "others_to_worst": _numbers(post, "up", criteria),
        }
    return {"points": _numbers(post, "points", criteria)}


def _pairs(post: Mapping[str, str], criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
    found = []
    for at, one in enumerate(criteria):
        for other in criteria[at + 1 :]:
            # The form lists criteria by weight, so that either may come first.
            said, turned = (post.get(f"pair-{a.pk}-{b.pk}", "").strip() for a, b in ((one, other), (other, one)))
            if said or turned:
                ratio = _number(said) if said else -_number(turned)
                more, less = (one, other) if ratio > 0 else (other, one)
                found.append({"more": more.attribute, "less": less.attribute, "ratio": abs(ratio)})
    return found


def _numbers(post: Mapping[str, str], prefix: str, criteria: Sequence[Criterion]) -> dict[str, float]:
    said = {one.attribute: post.get(f"{prefix}-{one.pk}", "").strip() for one in criteria}
    return {name: _number(text) for name, text in said.items() if text}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Refused("not_a_number", _("“%(text)s” is no number.") % {"text": text[:40]}, field="answers") from error


def pair_fields(criteria: Sequence[Criterion], answers: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """One field for each pair with what was said: above 1 the first matters more, below -1 the second."""
    said = {}
    for pair in answers["pairs"] if answers else []:
        said[pair["more"], pair["less"]] = pair["ratio"]
    fields = []
    for at, one in enumerate(criteria):
        for other in criteria[at + 1 :]:
            more, less = said.get((one.attribute, other.attribute)), said.get((other.attribute, one.attribute))
            value = more if more is not None else -less if less is not None else None
            fields.append({"one": one, "other": other, "choices": _choices(value)})
    return fields


def _choices(value: float | None) -> list[dict[str, Any]]:
    """From the first matters nine times as much to the second does; what was said stands among them."""
    steps = [*(float(ratio) for ratio in reversed(RATIOS)), 1.0, *(-float(ratio) for ratio in RATIOS)]
    value = 1.0 if value == -1.0 else value
    if value is not None and value not in steps:
        steps = sorted([*steps, value], key=lambda step: -step if step > 0 else 2 - step)
    return [{"value": f"{step:g}", "ratio": f"{abs(step):g}", "first": step > 1, "even": step == 1.0,
             "chosen": step == value} for step in steps]  # fmt: skip


def rows(method: str, criteria: Sequence[Criterion], answers: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """One row for each criterion with what was said of it."""
    if method == WeightMethod.BEST_WORST:
        down, up = (answers[name] if answers else {} for name in ("best_to_others", "others_to_worst"))
        return [{"criterion": one, "down": _text(down, one), "up": _text(up, one)} for one in criteria]
    points = answers["points"] if answers else {}
    return [{"criterion": one, "points": _text(points, one)} for one in criteria]


def _text(said: Mapping[str, float], one: Criterion) -> str:
    return f"{said[one.attribute]:g}" if one.attribute in said else ""
