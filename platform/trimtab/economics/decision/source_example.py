"""The source document's own example, an intelligent customer service product, with every number in sight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, isfinite

from trimtab.economics.errors import CannotEstimate

FORMULA = "U = F * I * C;  h(U) = slope * (U - U_reference);  R_t = min(R_0 * exp(h(U)), 1)"


@dataclass(frozen=True)
class SourceExample:
    """The inputs of the example: F, I, C in 0..1, R_0 in 0..1, and the link h(U) = slope * (U - reference).

    F, I, C and R_0 are the source document's. It leaves h open: the slope is assumed here, and h is 0 at the
    document's own satisfaction .072, so that the example as it stands retains R_0.
    """

    functionality: float = 0.9
    interaction: float = 0.8
    cost: float = 0.1
    retained_before: float = 0.1
    slope: float = 5.0
    reference: float = 0.9 * 0.8 * 0.1
    grade: str = "assumed"

    @property
    def satisfaction(self) -> float:
        """U = F * I * C, in 0..1."""
        return self.functionality * self.interaction * self.cost

    @property
    def link(self) -> float:
        """h(U) = slope * (U - reference)."""
        return self.slope * (self.satisfaction - self.reference)

    @property
    def uncapped(self) -> float:
        """R_0 * exp(h(U)), which can exceed 1."""
        return self.retained_before * exp(self.link)

    @property
    def retained(self) -> float:
        """R_t: the retained share, in 0..1."""
        return min(self.uncapped, 1.0)

    @property
    def is_capped(self) -> bool:
        """Whether the formula gave more than everybody."""
        return self.uncapped > 1.0


@dataclass(frozen=True)
class ExampleRow:
    """One line to show: the example, and what it changes against the first line. ``code`` names it for the page."""

    code: str
    example: SourceExample
    satisfaction_change: float
    retained_change: float


def checked(example: SourceExample) -> SourceExample:
    """The same example, or CannotEstimate (``example_out_of_range``) naming the first value that cannot be."""
    shares = {
        "F": example.functionality,
        "I": example.interaction,
        "C": example.cost,
        "R_0": example.retained_before,
    }
    for symbol, value in shares.items():
        if not 0 <= value <= 1:
            raise CannotEstimate(
                "example_out_of_range",
                "%(symbol)s is %(value)s but must lie from 0 to 1.",
                "Enter a share from 0 to 1.",
                symbol=symbol,
                value=value,
            )
    if not isfinite(example.slope) or example.slope < 0:
        raise CannotEstimate(
            "example_out_of_range",
            "%(symbol)s is %(value)s but must be zero or more.",
            "Enter a slope of zero or more: better satisfaction cannot lower retention here.",
            symbol="slope",
            value=example.slope,
        )
    return example


def effects(
    example: SourceExample, *, better_interaction: float = 0.9, better_cost: float = 0.3
) -> tuple[ExampleRow, ...]:
    """Rows to show: the example as it is, with I improved, with C improved, with both.

    ``better_interaction`` and ``better_cost`` are the improved I and C, in 0..1. Raises CannotEstimate
    (``example_out_of_range``).
    """
    today = checked(example)
    variants = {
        "as_is": today,
        "better_interaction": replace(today, interaction=better_interaction),
        "better_cost": replace(today, cost=better_cost),
        "both": replace(today, interaction=better_interaction, cost=better_cost),
    }
    return tuple(
        ExampleRow(
            code,
            checked(variant),
            variant.satisfaction - today.satisfaction,
            variant.retained - today.retained,
        )
        for code, variant in variants.items()
    )
