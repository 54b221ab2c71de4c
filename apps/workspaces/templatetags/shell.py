from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.template import Context
from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True)
class Section:
    """A place in the side navigation, as it is drawn."""

    label: str | Promise
    icon: str
    url: str
    is_current: bool


# In the order of the loop. The first address that exists is the section's front page.
SECTIONS = [
    ("overview", _("Overview"), ["dashboards:overview"]),
    ("research", _("Research"), ["research:home", "research:sources"]),
    ("needs", _("Needs"), ["research:needs"]),
    ("differentiation", _("Differentiation"), ["differentiation:home", "differentiation:position"]),
    ("pricing", _("Price"), ["pricing:home", "pricing:price"]),
    ("choices", _("Choices"), ["choices:home"]),
    ("retention", _("Retention"), ["retention:home", "retention:retention"]),
    ("adoption", _("Adoption"), ["adoption:home"]),
    ("modellab", _("Model lab"), ["modellab:home", "modellab:runs"]),
    ("planning", _("Forecast"), ["planning:home", "planning:scenarios", "planning:forecast"]),
    ("decisions", _("Decisions"), ["decisions:home"]),
    ("jobs", _("Jobs"), ["jobs:home", "jobs:list"]),
    ("settings", _("Settings"), ["workspaces:settings"]),
]
_ROOM_OF_NAMESPACE = {"dashboards": "overview", "workspaces": "settings"}


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Section]:
    request = context["request"]
    here = _room(request.resolver_match)
    places = [(room, label, _address(names, request.workspace.slug)) for room, label, names in SECTIONS]
    return [Section(label, room, url, room == here) for room, label, url in places if url]


def _room(match: ResolverMatch | None) -> str:
    """The section a page belongs to; the needs are a section of their own within research."""
    if match is None:
        return ""
    if match.namespace == "research" and (match.url_name or "").startswith("need"):
        return "needs"
    return _ROOM_OF_NAMESPACE.get(match.namespace, match.namespace)


def _address(names: list[str], slug: str) -> str:
    for name in names:
        try:
            return reverse(name, kwargs={"slug": slug})
        except NoReverseMatch:
            continue
    return ""


ACCOUNT_PAGES = [
    (_("Email"), "account_email"),
    (_("Password"), "account_change_password"),
    (_("Two-factor sign-in"), "mfa_index"),
    (_("Devices"), "usersessions_list"),
]


@register.simple_tag(takes_context=True)
def account_pages(context: Context) -> list[Section]:
    path = context["request"].path
    places = [(label, reverse(name)) for label, name in ACCOUNT_PAGES]
    return [Section(label, "", url, path.startswith(url)) for label, url in places]
