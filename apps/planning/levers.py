"""The levers beside price and model: quality, latency and arrivals, each as it is until somebody moves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.estimates import reading
from apps.workspaces.errors import Refused


@dataclass(frozen=True)
class Lever:
    """``neutral`` is as it is now; the slider runs from ``low`` to ``high``, a typed value ``least`` to ``most``."""

    key: str
    label: str | Promise
    help: str | Promise
    neutral: float
    low: float
    high: float
    step: float
    least: float
    most: float


_ALL = (
    Lever(
        "quality", _("Quality in the test"), _("Points added to what the chosen model's test measured."),
        0.0, -0.2, 0.2, 0.005, -1.0, 1.0,
    ),
    Lever(
        "latency", _("Latency of an answer"), _("Times the chosen model's own."), 1.0, 0.2, 3.0, 0.05, 0.01, 100.0,
    ),
    Lever(
        "arrivals", _("New customers a month"), _("Times those who come as things are."),
        1.0, 0.2, 3.0, 0.05, 0.01, 100.0,
    ),
)  # fmt: skip
LEVERS: dict[str, Lever] = {one.key: one for one in _ALL}


def pulled(saved: Mapping[str, float], given: Mapping[str, Any]) -> dict[str, float]:
    """Where every lever stands: as ``given``, else as ``saved``, else as it is now. Raises Refused."""
    return {key: _in_range(lever, given.get(key), saved.get(key, lever.neutral)) for key, lever in LEVERS.items()}


def pulled_of(choice: Any) -> dict[str, float]:
    """Where the levers of a choice stand."""
    return {key: getattr(choice, key) for key in LEVERS}


def moved(levers: Mapping[str, float]) -> dict[str, float]:
    """Those that are not as they are now: what a scenario keeps."""
    return {key: value for key, value in levers.items() if value != LEVERS[key].neutral}


def checked_levers(given: Any) -> dict[str, float]:
    """The levers of a program's body: names and ranges are held to. Raises Refused."""
    named = given or {}
    if not isinstance(named, dict) or set(named) - set(LEVERS):
        raise Refused("unknown_lever", gettext("Levers are quality, latency and arrivals."), field="levers")
    return moved(pulled({}, named))


def in_words(key: str, value: float) -> str:
    """How far a lever is moved: points for quality, a factor for the others."""
    if key == "quality":
        points = gettext("%(points)s points") % {"points": reading.number(100 * value, 1)}
        return points if value <= 0 else f"+{points}"
    return f"× {reading.number(value, 2)}"


def all_in_words(levers: Mapping[str, float]) -> list[tuple[str, str]]:
    """Label and how far, of each lever that is moved."""
    return [(str(LEVERS[key].label), in_words(key, value)) for key, value in moved(levers).items()]


def _in_range(lever: Lever, raw: Any, otherwise: float) -> float:
    if raw in (None, ""):
        return otherwise
    try:
        value = float(raw)
    except (TypeError, ValueError):
        value = float("nan")
    if isinstance(raw, bool) or not isfinite(value) or not lever.least <= value <= lever.most:
        message = gettext("%(name)s must be a number from %(low)s to %(high)s.")
        words = {"name": lever.label, "low": f"{lever.least:g}", "high": f"{lever.most:g}"}
        raise Refused("lever_out_of_range", message % words, field=lever.key)
    return value
