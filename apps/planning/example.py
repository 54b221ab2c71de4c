"""The source document's example as a scenario: its five numbers, and what improving I and C does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.estimates.messages import reason
from apps.workspaces.errors import Refused
from trimtab.economics.decision.source_example import FORMULA, ExampleRow, SourceExample, checked, effects
from trimtab.economics.errors import CannotEstimate


@dataclass(frozen=True)
class Slider:
    key: str
    label: str | Promise
    symbol: str
    high: float
    step: float
    value: float


SLIDERS: dict[str, tuple[str | Promise, str, float, float]] = {
    "functionality": (_("Functional performance"), "F", 1.0, 0.01),
    "interaction": (_("Interaction experience"), "I", 1.0, 0.01),
    "cost": (_("Cost acceptability"), "C", 1.0, 0.01),
    "retained_before": (_("Retained before"), "R₀", 1.0, 0.01),
    "slope": (_("Slope of h, assumed"), "s", 30.0, 0.5),
}
ROWS: dict[str, str | Promise] = {
    "as_is": _("As it is"),
    "better_interaction": _("Better interaction, I"),
    "better_cost": _("Better cost acceptability, C"),
    "both": _("Both"),
}
STEP_INTERACTION, STEP_COST = 0.1, 0.2


@dataclass(frozen=True)
class Shown:
    """The example with its sliders and the effects of improving I and C from where they stand."""

    example: SourceExample
    sliders: list[Slider]
    rows: list[tuple[str, ExampleRow]]
    formula: str = FORMULA

    def as_dict(self) -> dict[str, Any]:
        return {
            "inputs": {slider.key: slider.value for slider in self.sliders},
            "satisfaction": self.example.satisfaction,
            "link": self.example.link,
            "retained": self.example.retained,
            "is_capped": self.example.is_capped,
            "grade": self.example.grade,
            "formula": self.formula,
            "effects": [
                {
                    "code": row.code,
                    "interaction": row.example.interaction,
                    "cost": row.example.cost,
                    "satisfaction": row.example.satisfaction,
                    "retained": row.example.retained,
                    "retained_change": row.retained_change,
                }
                for _label, row in self.rows
            ],
        }


def checked_values(given: Mapping[str, Any]) -> dict[str, float]:
    """The numbers that differ from the document's. Raises Refused for one that cannot be."""
    example = _example(given)
    defaults = asdict(SourceExample())
    return {key: getattr(example, key) for key in SLIDERS if getattr(example, key) != defaults[key]}


def shown(given: Mapping[str, Any]) -> Shown:
    """Improving means I up by .1 and C up by .2, at most to 1: for the document's own numbers .9 and .3."""
    example = _example(given)
    rows = effects(
        example,
        better_interaction=round(min(1.0, example.interaction + STEP_INTERACTION), 10),
        better_cost=round(min(1.0, example.cost + STEP_COST), 10),
    )
    sliders = [
        Slider(key, label, symbol, high, step, getattr(example, key))
        for key, (label, symbol, high, step) in SLIDERS.items()
    ]
    return Shown(example, sliders, [(str(ROWS[row.code]), row) for row in rows])


def _example(given: Mapping[str, Any]) -> SourceExample:
    values: dict[str, Any] = {}
    for key in SLIDERS:
        if (raw := given.get(key)) in (None, ""):
            continue
        try:
            values[key] = float(raw)
        except (TypeError, ValueError) as error:
            raise Refused("not_a_number", gettext("This is not a number."), field=key) from error
    unknown = set(given) - set(SLIDERS)
    if unknown:
        name = min(unknown)
        raise Refused("unknown_assumption", gettext("There is no assumption “%(key)s”.") % {"key": name}, field=name)
    try:
        return checked(replace(SourceExample(), **values))
    except CannotEstimate as error:
        raise Refused(error.code, reason(error), field=str(error.params.get("symbol", ""))) from error
