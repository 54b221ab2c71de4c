"""The links of a forecast, its verdicts, and what would settle an open one, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class LinkWords:
    """``label`` of the link, ``says`` what its number means, ``page`` where data for it comes in."""

    label: Text
    says: Text
    page: str = ""


LINKS: dict[str, LinkWords] = {
    "price": LinkWords(_("Price today"), _("what customers pay now"), "retention:home"),
    "arrivals": LinkWords(_("New customers a month"), _("mean of the coming year"), "retention:home"),
    "hazard": LinkWords(_("Leaving"), _("a month, mean of the first year"), "retention:home"),
    "satisfaction": LinkWords(_("Satisfaction U = f(F, I, C)"), _("F today"), "retention:home"),
    "link": LinkWords(_("Satisfaction to retention h(U)"), _("slope"), "retention:home"),
    "worth": LinkWords(_("Price to acceptability C(p)"), _("share for whom today's price is worth it"), "pricing:home"),
    "preference": LinkWords(_("Preference S against competitors"), _("our score, or share"), "differentiation:home"),
    "gamma": LinkWords(_("Strength of preference γ"), _("no choice study yet")),
    "none_weight": LinkWords(_("Weight of buying nothing"), _("no choice study yet")),
    "today": LinkWords(_("Test of today's model"), _("accuracy"), "modellab:home"),
    "quality_elasticity": LinkWords(_("Test quality to F"), _("elasticity")),
    "latency_elasticity": LinkWords(_("Latency to I"), _("elasticity")),
    "requests_per_month": LinkWords(
        _("Requests of a customer"), _("a month; decides the serving cost"), "research:home"
    ),
    "usage": LinkWords(
        _("Spread of use"), _("part of the use that the heaviest tenth of customers makes"), "research:home"
    ),
    "expansion": LinkWords(_("Growth of spending"), _("a month, of a customer who stays"), "retention:revenue"),
    "past_errors": LinkWords(_("Correction by the ledger"), _("shift in spreads of the forecast"), "decisions:ledger"),
    "training": LinkWords(_("Training a candidate"), _("GPU hours to train and test it once"), "modellab:home"),
    "quality_wins_buyers": LinkWords(
        _("Quality to preference S"), _("worth of the best quality asked about over the least"), "choices:home"
    ),
}

SET_ASIDE: dict[str, Text] = {
    "survey_denies_price": _(
        "assumed: in the price survey hardly anybody finds today's price worth it, as if it were about another product"
    ),
    "no_adoption_curve": _("from the log: there is no adoption curve yet"),
    "choices_of_other_prices": _("assumed: the choice survey asked about prices far from today's"),
}

VERDICTS: dict[str, Text] = {"ship": _("Ship"), "hold": _("Hold"), "cannot_tell": _("Cannot tell yet")}
VERDICT_CLASSES = {"ship": "ship", "hold": "hold", "cannot_tell": "unsure"}
REASONS: dict[str, Text] = {
    "surely_better": _("It earns more than today's model in nearly every world that the data allows."),
    "surely_worse": _("It earns less than today's model in nearly every world that the data allows."),
    "practically_nothing": _(
        "It changes practically nothing, and a change that changes nothing is not worth its trouble."
    ),
    "too_uncertain": _("It earns more in some worlds that the data allows, and less in others."),
}
SETTLED_BY: dict[str, tuple[Text, Text]] = {
    "tests": (_("Label and test %(count)s more texts."), _("Test on more texts, and today's model on the same ones.")),
    "satisfaction": (
        _("Ask %(count)s more customers how satisfied they are."), _("Ask customers how satisfied they are."),
    ),
    "link": (
        _("See %(count)s more endings of customers whose satisfaction is known."),
        _("Join satisfaction answers to subscriptions, so that the link is observed."),
    ),
    "worth": (_("Ask %(count)s more people the four price questions."), _("Run a price survey.")),
    "arrivals": (_("Log %(count)s more months of new customers."), _("Import a longer subscription log.")),
    "hazard": (_("Observe %(count)s more customers."), _("Import a subscription log.")),
    "quality_elasticity": (
        "",
        _("Give the candidate to part of the customers and ask both parts how satisfied they are with its answers."),
    ),
    "latency_elasticity": ("", _("Slow the answers down for part of the customers and ask both parts how it feels.")),
    "requests_per_month": ("", _("Count the requests of a customer in a month and type the number.")),
    "preference": ("", _("Study choices among offers and mark today's market.")),
    "expansion": (_("Watch %(count)s more customers for a year."), _("Study recurring revenue.")),
    "costs": ("", _("Ask those who pay the bills, and type the number.")),
}  # fmt: skip
SETTLERS: dict[str, Text] = {
    "tests": _("The models' test quality"),
    "costs": _("Costs of new customers and of training"),
}


def link_label(code: str) -> str:
    if code.startswith("candidate:"):
        return gettext("Test of %(name)s") % {"name": code.removeprefix("candidate:")}
    return str(SETTLERS.get(code) or LINKS[code].label if code in SETTLERS or code in LINKS else code)


def link_says(code: str, set_aside: str = "") -> str:
    if set_aside:
        return str(SET_ASIDE[set_aside])
    return str(LINKS[code].says) if code in LINKS else gettext("accuracy")


def link_page(code: str) -> str:
    return "modellab:home" if code.startswith("candidate:") else LINKS[code].page if code in LINKS else ""


def what_settles(code: str, needed: int | None, observed: bool = False) -> str:
    """What to do about one uncertain input; with a number where so many more observations would be enough."""
    counted, otherwise = SETTLED_BY.get(code, ("", ""))
    if counted and needed:
        return str(counted) % {"count": f"{needed:,}"}
    if counted and observed:
        return gettext("No amount of such data would settle it alone.")
    return str(otherwise)
