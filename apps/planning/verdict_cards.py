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
    needed = card.get("needed_quality"), card.get("needed_quality_interval")
    return {
        "word": wording.VERDICTS[card["verdict"]],
        "css": wording.VERDICT_CLASSES[card["verdict"]],
        "because": wording.REASONS[card["reason"]],
        "settle": settle[:3],
        "breaks_even": needed_in_words(*needed),
        "breaks_even_in_brief": needed_in_brief(*needed),
    }


def needed_in_words(median: float | None, spread: Mapping[str, Any] | None) -> str:
    """The accuracy at which a candidate breaks even; earlier verdicts kept no ``spread`` over the worlds."""
    if median is not None and spread is not None and spread["high"] is None:
        said = gettext("%(median)s (%(low)s or more; in %(never)s of the worlds even a faultless one would lose)")
        return said % {"median": percent(median), "low": percent(spread["low"]), "never": percent(spread["never"], 0)}
    if median is None and spread is not None and spread["never"] < 1:
        said = gettext("none: in %(never)s of the worlds even a faultless one would lose")
        return said % {"never": percent(spread["never"], 0)}
    return needed_in_brief(median, spread) or gettext("none: even a faultless one would lose")


def needed_in_brief(median: float | None, spread: Mapping[str, Any] | None) -> str:
    """For a column; empty where no accuracy would do."""
    if median is None or spread is None:
        return "" if median is None else percent(median)
    words = {"median": percent(median), "low": percent(spread["low"])}
    if spread["high"] is None:
        return gettext("%(median)s (%(low)s or more)") % words
    return gettext("%(median)s (%(low)s to %(high)s)") % (words | {"high": percent(spread["high"])})
