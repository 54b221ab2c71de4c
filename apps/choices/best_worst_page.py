"""What the page of the best-worst study shows, from the estimate's figures and diagnostics."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.choices import study_page
from apps.choices.best_worst_charts import item_shares
from apps.choices.best_worst_selectors import BestWorstStudy
from apps.estimates.models import Estimate
from apps.estimates.reading import number, percent
from apps.research.studies import refusal_text

HEADLINES = 3
# Fewer than three looks at an item say little of one person: Orme 2010, Getting Started with Conjoint Analysis.
LOOKS_WANTED, LOOKS_NEEDED = 3, 1.5
UNEVEN = 1.5
CLEAR = 0.9


def shown(study: BestWorstStudy) -> dict[str, Any]:
    if study.best_worst is None:
        return {}
    estimate, about = study.best_worst, study.best_worst.diagnostics
    has_segments, table = segments(estimate)
    return {
        "about": about,
        "headline": [f"item_share:{name}" for name in estimate.parameters["order"][:HEADLINES]],
        "warnings": warnings(estimate),
        "chart": item_shares(estimate),
        "enough": enough(estimate),
        "settling": settling(estimate),
        "segments": has_segments,
        "segment_rows": table,
        "small_segments": [
            {"segment": row["segment"], "people": row["respondents"], "why": refusal_text(row["refused"])}
            for row in about["segments"]
            if "refused" in row
        ],
    }


def warnings(estimate: Estimate) -> list[str]:
    about, found = estimate.diagnostics, []
    if about["settling"]["verdict"] == "bad":
        found.append(_("The computation did not settle: do not decide by small differences."))
    if about["seen_each"] < LOOKS_NEEDED:
        found.append(
            _(
                "A person saw each item %(times)s times only, so that the shares lean on what all people have in "
                "common: differences between people and segments look smaller than they are."
            )
            % {"times": number(about["seen_each"], 1)}
        )
    if about["shown_most"] > UNEVEN * about["shown_least"]:
        found.append(
            _(
                "Items were not shown equally often (%(least)s to %(most)s times). The shares allow for that; the "
                "counts do not allow for which items stood beside which."
            )
            % {"least": number(about["shown_least"]), "most": number(about["shown_most"])}
        )
    return found


def enough(estimate: Estimate) -> dict[str, Any]:
    """The verdict in plain words: whether the first place is clear, how wide its interval is, what would narrow it."""
    about = estimate.diagnostics
    first, second = about["items"][:2]
    facts = {"first": first["item"], "second": second["item"], "chance": percent(first["p_first"], 0)}
    if first["p_first"] >= CLEAR:
        lines = [_("“%(first)s” matters most in %(chance)s of the worlds: its place is clear.") % facts]
    else:
        lines = [
            _(
                "“%(first)s” matters most in only %(chance)s of the worlds: these answers do not tell it from "
                "“%(second)s” for sure."
            )
            % facts
        ]
    lines += _precision(about["precision"])
    if about["seen_each"] < LOOKS_WANTED:
        lines.append(
            _(
                "A person saw each item %(times)s times; with three or more, each person's own preferences become "
                "clear, and with them the segments."
            )
            % {"times": number(about["seen_each"], 1)}
        )
    verdict = about["precision"]["verdict"]
    return {"verdict": "fair" if verdict == "sure" and first["p_first"] < CLEAR else verdict, "lines": lines}


def _precision(found: dict[str, Any]) -> list[str]:
    lines = [
        _("By the plain logit, the 80%% interval of the share of “%(item)s” spans %(relative)s of it.")
        % {"item": found["item"], "relative": percent(found["relative"], 0)}
    ]
    if "needed" not in found:
        return lines
    more = found["needed"] - found["have"]
    if more <= 0:
        return [*lines, _("More people would hardly change a decision.")]
    said = ngettext(
        "To bring that to a third, about %(count)s more person is needed, with as many tasks each.",
        "To bring that to a third, about %(count)s more people are needed, with as many tasks each.",
        more,
    )
    return [*lines, said % {"count": number(more)}]


def settling(estimate: Estimate) -> dict[str, Any] | None:
    found = study_page.settling(estimate)
    if found and found["verdict"] == "bad":
        found["words"] = _(
            "The chains, begun far apart, did not end in the same place (R-hat %(r_hat)s; 1 is perfect). Collect more "
            "people or tasks before you trust small differences."
        ) % {"r_hat": number(estimate.diagnostics["settling"]["r_hat"], 3)}
    return found


def segments(estimate: Estimate) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The segments that have people enough, and for each item its share in each of them."""
    about = estimate.diagnostics
    told = [row for row in about["segments"] if "shares" in row]
    rows = [
        {
            "item": row["item"],
            "all": row["share"],
            "cells": [one["shares"][row["item"]] | {"is_first": _first(one) == row["item"]} for one in told],
        }
        for row in about["items"]
    ]
    return told, rows if told else []


def _first(segment: dict[str, Any]) -> str:
    shares: dict[str, dict[str, float]] = segment["shares"]
    return max(shares, key=lambda item: shares[item]["median"])
