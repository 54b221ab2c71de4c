"""The names of forms, coefficients and groups, for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SATISFACTION_FAMILIES: dict[str, str | Promise] = {
    "product": _("Product F × I × C"),
    "additive": _("Sum of the three"),
    "cobb_douglas": _("Weighted product (Cobb-Douglas)"),
    "ces": _("Weighted mean with substitution (CES)"),
    "ordered_logit": _("Steps of the scale (ordered logit)"),
    "monotone": _("Free rising curves"),
}
LINK_FAMILIES: dict[str, str | Promise] = {
    "linear": _("Straight"),
    "saturating": _("Saturating"),
    "convex": _("Convex"),
    "s_shaped": _("S-shaped"),
}
CHURN_FAMILIES: dict[str, str | Promise] = {
    "geometric": _("Everyone alike (geometric)"),
    "sbg": _("Customers differ (shifted beta-geometric)"),
    "bdw": _("Customers differ and change (beta-discrete-Weibull)"),
}
COEFFICIENTS: dict[str, str | Promise] = {
    "scale": _("Scale"),
    "intercept": _("Starting level"),
    "functionality": _("Functionality, F"),
    "interaction": _("Interaction, I"),
    "cost": _("Cost, C"),
    "r": _("Substitution, r"),
}
PURCHASE_MODELS: dict[str, str | Promise] = {
    "bg_nbd": _("BG/NBD: leaving after a purchase"),
    "pareto_nbd": _("Pareto/NBD: leaving at any time"),
}
MOVEMENTS: dict[str, str | Promise] = {
    "new": _("New"),
    "expansion": _("Expansion"),
    "reactivation": _("Came back"),
    "contraction": _("Contraction"),
    "churned": _("Churned"),
}
GROUPS: dict[str, str | Promise] = {
    "new": _("New customers"),
    "established": _("Established customers"),
}


def coefficient(name: str) -> str:
    """``functionality_2`` is the second quarter of the scale of functionality."""
    part, _underscore, quarter = name.rpartition("_")
    if part == "cut" and quarter.isdigit():
        return str(_("Cut above step %(step)s") % {"step": quarter})
    if part in COEFFICIENTS and quarter.isdigit():
        words = {"part": COEFFICIENTS[part], "quarter": quarter}
        return str(_("%(part)s, quarter %(quarter)s of the scale") % words)
    return str(COEFFICIENTS.get(name, name))
