"""What the page says about a verdict on options, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.decisions.comparison import Judged
from apps.planning import wording

REASONS: dict[str, str | Promise] = {
    "surely_better": _("It earns more than what you do today in nearly every world that the data allows."),
    "surely_worse": _("It earns less than what you do today in nearly every world that the data allows."),
    "practically_nothing": _(
        "It changes practically nothing, and a change that changes nothing is not worth its trouble."
    ),
    "too_uncertain": _("It earns more than today in some worlds that the data allows, and less in others."),
}
KINDS: dict[str, str | Promise] = {
    "one_price": _("One price"),
    "two_plans": _("Two plans, one with a limit"),
    "fee_and_use": _("A fee with tokens, then by use"),
}


@dataclass(frozen=True)
class Told:
    """A verdict in words; ``settle`` says what to do first and what that is worth."""

    judged: Judged
    word: str | Promise
    css: str
    because: str | Promise
    settle: list[dict[str, object]]


def told(judged: Judged | None) -> Told | None:
    if judged is None:
        return None
    settle = [
        {
            "label": wording.link_label(one.name),
            "do": wording.what_settles(one.name, one.needed_observations, one.name in judged.observed),
            "value": one.value,
            "explained": one.explained,
        }
        for one in judged.settle
    ]
    return Told(
        judged=judged,
        word=wording.VERDICTS[judged.verdict],
        css=wording.VERDICT_CLASSES[judged.verdict],
        because=REASONS[judged.reason],
        settle=settle,
    )
