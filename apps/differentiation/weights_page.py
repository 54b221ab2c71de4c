"""What the page of the weights shows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.differentiation import method_words, selectors
from apps.differentiation.models import JUDGED, WeightMethod
from apps.estimates import charts
from apps.estimates.models import Estimate
from apps.research.studies import refusal_text
from apps.workspaces.models import Workspace


def shown(workspace: Workspace) -> dict[str, Any]:
    estimate = selectors.current(workspace, selectors.WEIGHTS)
    judged = list(selectors.judgements(workspace))
    return {
        "estimate": estimate,
        "job": selectors.latest_job(workspace),
        "has_criteria": selectors.criteria(workspace).exists(),
        "choices": _choices(workspace, {one.method for one in judged}),
        "judgements": _judgements(judged, estimate),
        "methods": _methods(estimate),
        "criteria": _criteria(estimate),
        "offers": _offers(workspace, estimate),
        "refused": _refused(estimate),
        "unjudged": _unjudged(estimate),
        "chart": weights_chart(estimate),
    }


def _choices(workspace: Workspace, judged: set[str]) -> list[dict[str, Any]]:
    chosen = selectors.weight_method(workspace)
    return [
        {
            "method": method.value,
            "label": method.label,
            "says": method_words.WEIGHING[method],
            "path": f"differentiation:{method_words.PATHS[method]}" if method in JUDGED else "",
            "chosen": method == chosen,
            "ready": method not in JUDGED or method in judged,
        }
        for method in WeightMethod
    ]


def _judgements(judged: list[Any], estimate: Estimate | None) -> list[dict[str, Any]]:
    """Each judgement with what the last run found of it; one that came later waits for the next."""
    methods = estimate.diagnostics["methods"] if estimate else []
    found = {person["judgement_id"]: person for one in methods for person in one["people"]}
    name_of = (
        dict(zip(estimate.parameters["attributes"], estimate.parameters["names"], strict=True)) if estimate else {}
    )
    return [
        {
            "judgement": one,
            "method": method_words.weighing_name(one.method),
            "path": f"differentiation:{method_words.PATHS[WeightMethod(one.method)]}",
            "found": named(found.get(one.pk), name_of),
        }
        for one in judged
    ]


def named(found: dict[str, Any] | None, name_of: dict[str, str]) -> dict[str, Any] | None:
    """What was found of a judgement, with the criteria called as they are now."""
    if found is None:
        return None
    misfit = found.get("misfit")
    weights = [
        {"criterion": name_of.get(name, name), "weight": weight}
        for name, weight in sorted(found["weights"].items(), key=lambda pair: -pair[1])
    ]
    said = {
        key: name_of.get(value, value) if isinstance(value, str) else value for key, value in (misfit or {}).items()
    }
    return found | {"weights": weights, "misfit": said or None, "agrees": (found.get("ratio") or 0) <= 0.1}


def _methods(estimate: Estimate | None) -> list[dict[str, Any]]:
    if estimate is None:
        return []
    chosen = estimate.parameters["method"]
    return [
        {"method": one["method"], "label": method_words.weighing_name(one["method"]), "chosen": one["method"] == chosen}
        for one in estimate.diagnostics["methods"]
    ]


def _criteria(estimate: Estimate | None) -> list[dict[str, Any]]:
    if estimate is None:
        return []
    methods = estimate.diagnostics["methods"]
    place = next(one for one in methods if one["method"] == estimate.parameters["method"])["weights"]
    rows = [
        {
            "criterion_id": pk,
            "name": name,
            "weights": [one["weights"][at] for one in methods],
            "by": place[at]["median"],
        }
        for at, (pk, name) in enumerate(zip(estimate.parameters["criteria"], estimate.parameters["names"], strict=True))
    ]
    return sorted(rows, key=lambda row: -row["by"])


def _offers(workspace: Workspace, estimate: Estimate | None) -> list[dict[str, Any]]:
    scored = selectors.current(workspace)
    if estimate is None or scored is None:
        return []
    return [
        {"offer": offer, "p_first": [one["p_first"][at] for one in estimate.diagnostics["methods"]], "ours": at == 0}
        for at, offer in enumerate(scored.parameters["offers"])
    ]


def _refused(estimate: Estimate | None) -> list[dict[str, str]]:
    reasons = estimate.diagnostics["refused"] if estimate else {}
    return [
        {"method": method_words.weighing_name(method), "reason": refusal_text(one)} for method, one in reasons.items()
    ]


def _unjudged(estimate: Estimate | None) -> list[str]:
    methods = estimate.diagnostics["methods"] if estimate else []
    return next((one["unjudged"] for one in methods if estimate and one["method"] == estimate.parameters["method"]), [])


def weights_chart(estimate: Estimate | None) -> dict[str, Any] | None:
    rows = _criteria(estimate)
    if estimate is None or not rows:
        return None
    at = [one["method"] for one in estimate.diagnostics["methods"]].index(estimate.parameters["method"])
    return charts.bars_with_intervals(
        [{"criterion": row["name"], **row["weights"][at]} for row in rows],
        label="criterion",
        value="median",
        low="low",
        high="high",
        label_title=_("Criterion"),
        value_title=_("Part of all weight"),
        value_format=".0%",
    )
