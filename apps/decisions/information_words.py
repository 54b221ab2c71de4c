"""What the uncertain groups and their single numbers are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.planning.wording import link_label

_GROUPS: dict[str, str | Promise] = {
    "features": _("What the features add"),
    "expansion": _("What customers come to spend"),
    "costs": _("Cost of winning customers and of training"),
}
_DRIVERS: dict[str, str | Promise] = {
    "tests": _("Success of the model in its test"),
    "functional": _("Functional performance F today"),
    "interaction": _("Interaction experience I today"),
    "link": _("Slope of h(U)"),
    "worth": _("Share for whom the price is worth it"),
    "preference": _("Our share of preference today"),
    "arrivals": _("New customers a month"),
    "hazard": _("Customers who leave in a month"),
    "requests_per_month": _("Requests of a customer in a month"),
    "costs": _("Cost of winning a customer"),
    "expansion": _("Growth of what a customer spends"),
}


def group_label(code: str) -> str:
    return str(_GROUPS[code]) if code in _GROUPS else link_label(code)


def driver_label(code: str) -> str:
    return str(_DRIVERS[code]) if code in _DRIVERS else group_label(code)
