"""The verdict on each candidate, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from apps.choices.value_of_quality import values_of_candidates
from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.estimates.reading import percent
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
        "breaks_even": needed_in_words(card.get("needed_quality"), card.get("needed_quality_interval")),
    }


def needed_in_words(median: float | None, spread: Mapping[str, Any] | None) -> str:
    """The accuracy at which a candidate breaks even; earlier verdicts kept no ``spread`` over the worlds."""
    if median is None:
        return gettext("none: even a faultless one would lose")
    if spread is None:
        return percent(median)
    words = {"median": percent(median), "low": percent(spread["low"]), "never": percent(spread["never"], 0)}
    if spread["high"] is None:
        said = gettext("%(median)s (%(low)s or more; in %(never)s of the worlds even a faultless one would lose)")
        return said % words
    return gettext("%(median)s (%(low)s to %(high)s)") % (words | {"high": percent(spread["high"])})
