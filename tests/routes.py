"""Every route of the product, with an object of a given workspace for each place in its address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

_PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    template: str

    @property
    def places(self) -> list[str]:
        return [first or second for first, second in _PLACE.findall(self.template)]

    def address(self, values: dict[str, object]) -> str:
        filled = _PLACE.sub(lambda match: str(values[match.group(1) or match.group(2)]), self.template)
        return "/" + filled.replace("^", "").replace("$", "").replace("\\", "")


def routes(prefix: str) -> list[Route]:
    return [Route(template) for template in _templates(get_resolver(), "") if template.startswith(prefix)]


def _templates(resolver: URLResolver, before: str):
    for pattern in resolver.url_patterns:
        template = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield template
        else:
            yield from _templates(pattern, template)
