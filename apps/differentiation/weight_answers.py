"""What people say of the weights of criteria: its form, its check, and the arrays that it becomes.

Criteria are named by their attribute on the sheet, so that a judgement outlives a new import. Forms of the answers:
pairwise {"pairs": [{"more": a, "less": b, "ratio": 3}]}, swing {"points": {a: 100}}, best and worst {"best": a,
"worst": b, "best_to_others": {c: 2}, "others_to_worst": {c: 4}}.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from apps.differentiation.models import WeightMethod
from apps.workspaces.errors import Refused
from trimtab.economics.differentiation.best_worst_weights import BestWorst, best_worst
from trimtab.economics.differentiation.pairwise import LARGEST, judgement_table
from trimtab.economics.draws import Array

MOST_POINTS = 1000.0


def checked(method: str, answers: Any, attributes: Sequence[str]) -> dict[str, Any]:
    """The answers in their plain form, about criteria that exist; raises Refused where they say nothing usable."""
    if not isinstance(answers, Mapping):
        raise _refused(_("The answers are not of the form that this method asks for."))
    if method == WeightMethod.AHP:
        return _checked_pairs(answers, attributes)
    if method == WeightMethod.BEST_WORST:
        return _checked_best_worst(answers, attributes)
    return _checked_points(answers, attributes)


def _refused(message: str) -> Refused:
    return Refused("judgement_not_usable", message, field="answers")


def _number(value: Any, low: float, high: float) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not usable or not low <= value <= high:
        raise _refused(_("A number lies outside %(low)g to %(high)g.") % {"low": low, "high": high})
    return float(value)


def _checked_pairs(answers: Mapping[str, Any], attributes: Sequence[str]) -> dict[str, Any]:
    found: dict[frozenset[str], dict[str, Any]] = {}
    pairs = answers.get("pairs")
    for pair in pairs if isinstance(pairs, list) else []:
        more, less = (str(pair.get("more")), str(pair.get("less"))) if isinstance(pair, Mapping) else ("", "")
        if more not in attributes or less not in attributes or more == less:
            raise _refused(_("A comparison names a criterion that does not exist."))
        ratio = _number(pair.get("ratio"), 1, LARGEST)
        if frozenset((more, less)) in found:
            raise _refused(_("A pair is compared twice."))
        found[frozenset((more, less))] = {"more": more, "less": less, "ratio": ratio}
    if not found:
        raise _refused(_("Compare at least one pair of criteria."))
    return {"pairs": list(found.values())}


def _checked_best_worst(answers: Mapping[str, Any], attributes: Sequence[str]) -> dict[str, Any]:
    best, worst = str(answers.get("best")), str(answers.get("worst"))
    if best not in attributes or worst not in attributes or best == worst:
        raise _refused(_("Name the criterion that matters most and another one that matters least."))
    down = _ratios(answers.get("best_to_others"), attributes, best)
    up = _ratios(answers.get("others_to_worst"), attributes, worst)
    between = [name for name in attributes if name in down and name in up and name not in (best, worst)]
    apart = down.get(worst) or up.get(best)
    if apart is None:
        raise _refused(_("Say how many times as much the best matters as the worst."))
    return {
        "best": best,
        "worst": worst,
        "best_to_others": {name: down[name] for name in between} | {worst: apart},
        "others_to_worst": {name: up[name] for name in between} | {best: apart},
    }


def _ratios(given: Any, attributes: Sequence[str], itself: str) -> dict[str, float]:
    if not isinstance(given, Mapping) or any(name not in attributes for name in given):
        raise _refused(_("A comparison names a criterion that does not exist."))
    return {name: _number(value, 1, LARGEST) for name, value in given.items() if name != itself and value is not None}


def _checked_points(answers: Mapping[str, Any], attributes: Sequence[str]) -> dict[str, Any]:
    given = answers.get("points")
    if not isinstance(given, Mapping) or any(name not in attributes for name in given):
        raise _refused(_("The points name a criterion that does not exist."))
    points = {name: _number(value, 0, MOST_POINTS) for name, value in given.items() if value is not None}
    if not any(points.values()):
        raise _refused(_("Give at least one criterion points above zero."))
    return {"points": points}


def judged(method: str, answers: Mapping[str, Any]) -> set[str]:
    """The attributes on which a person said something."""
    if method == WeightMethod.AHP:
        return {name for pair in answers["pairs"] for name in (pair["more"], pair["less"])}
    if method == WeightMethod.BEST_WORST:
        return {answers["best"], answers["worst"], *answers["best_to_others"]}
    return set(answers["points"])


def pairs_table(answers: Mapping[str, Any], attributes: Sequence[str]) -> Array:
    """The judgement table (K, K) over these attributes, nan where a pair was not asked."""
    at = {name: place for place, name in enumerate(attributes)}
    said = {
        (at[pair["more"]], at[pair["less"]]): pair["ratio"]
        for pair in answers["pairs"]
        if pair["more"] in at and pair["less"] in at
    }
    return judgement_table(said, len(attributes))


def best_worst_of(answers: Mapping[str, Any], attributes: Sequence[str]) -> BestWorst:
    """The two rows of judgements over these attributes, all of which the person judged."""
    best, worst = answers["best"], answers["worst"]
    down = [1.0 if name == best else answers["best_to_others"].get(name, 1.0) for name in attributes]
    up = [1.0 if name == worst else answers["others_to_worst"].get(name, 1.0) for name in attributes]
    at = list(attributes)
    if best not in at or worst not in at:
        raise _refused(_("The best or the worst criterion of a judgement is left out of the comparison now."))
    return best_worst(at.index(best), at.index(worst), down, up)


def points_row(answers: Mapping[str, Any], attributes: Sequence[str]) -> Array:
    """Points (K,), 0 where nothing was said."""
    return np.array([float(answers["points"].get(name, 0.0)) for name in attributes])
