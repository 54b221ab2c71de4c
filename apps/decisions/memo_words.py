"""The sentences of the memo that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext

from apps.decisions.comparison import OptionComparison
from apps.estimates.reading import interval, money, number, percent
from trimtab.economics.decision.options import Reached


def verdict_line(told: OptionComparison) -> str:
    """The verdict on the leading option in one sentence; without options that there are none."""
    judged = told.judged
    if judged is None:
        return gettext("No option is held beside today yet, so there is nothing to recommend.")
    words = {
        "name": judged.row.name,
        "gain": money(judged.row.standing.expected_gain, told.values.world.currency),
        "interval": interval(judged.row.standing.gain.as_dict()),
        "chance": percent(judged.p_better, 0),
        "worth": money(told.comparison.evpi, told.values.world.currency),
    }
    if judged.verdict == "ship":
        said = gettext(
            "Recommended: %(name)s. Expected gain over today %(gain)s (80%% interval %(interval)s); the chance that it "
            "is a gain is %(chance)s."
        )
    elif judged.verdict == "hold":
        said = gettext(
            "Recommended: stay with today. The best other option, %(name)s, is expected to change the discounted "
            "margin by %(gain)s (80%% interval %(interval)s); the chance that it is a gain is %(chance)s."
        )
    else:
        said = gettext(
            "Cannot tell yet. %(name)s leads with an expected gain of %(gain)s (80%% interval %(interval)s) and a "
            "chance of %(chance)s that it is a gain; knowing everything before choosing would be worth %(worth)s."
        )
    return said % words


def months_in_words(paid: Reached | None) -> str:
    if paid is None:
        return "—"
    if paid.median is None:
        return gettext("not in %(share)s of worlds") % {"share": percent(paid.never, 0)}
    if paid.median < 1:
        return gettext("at once")
    return gettext("%(months)s months") % {"months": number(round(paid.median))}
