"""What the kinds of menu are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MENU_NAMES = {
    "flat": _("One flat price"),
    "two_tiers": _("Two plans"),
    "three_tiers": _("Three plans"),
    "usage": _("Price by use"),
    "hybrid": _("Fee and price by use"),
}
