"""A part of the retention study before it is kept: computed outside the transaction, written inside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from trimtab.economics.draws import Array, Figure
from trimtab.economics.errors import CannotEstimate

SATISFACTION, SURVIVAL = "retention.satisfaction", "retention.survival"
LINK, ARRIVALS = "retention.link", "retention.arrivals"
WORLDS = 2000
MONTHS = 60


@dataclass(frozen=True)
class Draft:
    """``sources`` are the kinds of research rows behind it; ``upstream`` kinds of drafts of this study that it uses."""

    kind: str
    grade: Grade
    draws: dict[str, Array]
    figures: list[Figure]
    parameters: dict[str, Any]
    diagnostics: dict[str, Any]
    inputs: tuple[InputRef, ...]
    sources: tuple[str, ...]
    subject: str = ""
    upstream: tuple[str, ...] = field(default=())


def refusal(error: CannotEstimate) -> dict[str, Any]:
    """A refusal as plain JSON, with its open template so that a page can say it in the reader's language."""
    return {
        "code": error.code,
        "message": error.template,
        "remedy": error.remedy_template,
        "params": {name: _plain(value) for name, value in error.params.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | bool) or value is None:
        return value
    return float(value)
