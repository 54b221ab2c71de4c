"""The verdict on each candidate, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.choices.value_of_quality import values_of_candidates
from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.planning import wording
from apps.workspaces.models import Workspace


def verdict_cards(verdict: Estimate | None, worth: Mapping[str, dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Each candidate's verdict in words, those to ship first; ``worth`` to users by candidate where it is known."""
    if verdict is None:
        return []
    known = worth or {}
    cards = [
        card | _worded(card) | {"worth": known.get(card["key"])} for card in verdict.diagnostics.get("verdict", [])
    ]
    return sorted(cards, key=lambda card: -card["expected_gain"])


def worth_to_users(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """By candidate, what its quality is worth to a user and month over today's, where choices were studied."""
    model = estimates.current(workspace, "choices.model")
    if model is None:
        return {}
    values, _why = values_of_candidates(workspace, model)
    return {one.candidate_id: one.worth.as_dict() for one in values}


def _worded(card: dict[str, Any]) -> dict[str, Any]:
    settle = [
        one
        | {
            "label": wording.link_label(one["name"]),
            "do": wording.what_settles(one["name"], one["needed_observations"], one.get("observed", False)),
        }
        for one in card["settle"]
        if one["value"] > 0
    ]
    return {
        "word": wording.VERDICTS[card["verdict"]],
        "css": wording.VERDICT_CLASSES[card["verdict"]],
        "because": wording.REASONS[card["reason"]],
        "settle": settle[:3],
    }
