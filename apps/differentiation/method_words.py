"""What the methods are called, and what a choice among them means."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.differentiation.models import WeightMethod

RANKING: dict[str, str | Promise] = {
    "weighted_sum": _("Weighted sum"),
    "topsis": _("TOPSIS"),
    "promethee": _("PROMETHEE II"),
    "rescaled_sum": _("Weighted sum on scales drawn anew"),
}

WEIGHING: dict[str, str | Promise] = {
    WeightMethod.NEEDS: _("A criterion weighs as much as the opportunity of the need that it answers."),
    WeightMethod.AHP: _("People say of two criteria at a time how many times as much one matters."),
    WeightMethod.BEST_WORST: _("People compare all criteria with the one that matters most and the one least."),
    WeightMethod.SWING: _("People give points for moving each criterion from its worst to its best end."),
    WeightMethod.ENTROPY: _("Nobody is asked: a criterion weighs by how much the offers differ on it."),
}

PATHS = {WeightMethod.AHP: "judge-ahp", WeightMethod.BEST_WORST: "judge-best-worst", WeightMethod.SWING: "judge-swing"}


def ranking_name(method: str) -> str:
    return str(RANKING.get(method, method))


def weighing_name(method: str) -> str:
    return str(WeightMethod(method).label) if method in WeightMethod.values else method
