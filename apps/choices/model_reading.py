"""What fitted part-worths say in words that people use: each level's worth, importance, willingness to pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.choices.study_settings import NUMBER, AttributeSetting, StudySettings
from trimtab.economics.choice.data import Coding
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.willingness_to_pay import willingness_to_pay
from trimtab.economics.draws import Array, interval

MOST_SHOWN_NUMBERS = 7


@dataclass(frozen=True)
class Step:
    """A change of one attribute whose money value is told: from its reference to another level."""

    attribute: str
    before: str
    after: str
    money: Array
    unmoved: Array


def options(one: AttributeSetting) -> list[str | float]:
    """The levels that were shown; of many numbers some that span them."""
    if one.kind != NUMBER:
        return list(one.levels)
    numbers = np.array(one.numbers)
    if numbers.size > MOST_SHOWN_NUMBERS:
        numbers = numbers[np.linspace(0, numbers.size - 1, MOST_SHOWN_NUMBERS).astype(int)]
    return [float(number) for number in numbers]


def worths(people: Population, coding: Coding, one: AttributeSetting) -> tuple[list[str | float], Array]:
    """The utility of each option of an attribute by world, (D, L), of the mean part-worths; numbers from their mean."""
    shown = options(one)
    rows = _rows(coding, one, shown)
    return shown, people.mean() @ rows.T


def _rows(coding: Coding, one: AttributeSetting, shown: list[str | float]) -> Array:
    """The columns of the attribute for each of its options, zero elsewhere; a number is told from its mean."""
    attribute = next(found for found in coding.attributes if found.name == one.name)
    rows = np.zeros((len(shown), len(coding.names)))
    rows[:, coding.place(one.name)] = attribute.code(shown, np.arange(len(shown)))
    return rows - rows.mean(axis=0) if attribute.kind == NUMBER else rows


def partworth_table(people: Population, coding: Coding, settings: StudySettings) -> list[dict[str, Any]]:
    table = []
    for one in settings.used:
        shown, utility = worths(people, coding, one)
        middle, low, high = interval(utility)
        table += [
            {"attribute": one.name, "level": told(level), "median": float(m), "low": float(lo), "high": float(hi)}
            for level, m, lo, hi in zip(shown, middle, low, high, strict=True)
        ]
    if coding.none:
        middle, low, high = interval(people.mean() @ _none_row(coding, settings))
        table.append(
            {"attribute": "", "level": "none", "median": float(middle), "low": float(low), "high": float(high)}
        )
    return table


def _none_row(coding: Coding, settings: StudySettings) -> Array:
    """The columns of "none", told as those of the levels are: from the middle of each number."""
    row = np.zeros(len(coding.names))
    for one in settings.used:
        if one.kind == NUMBER:
            row[coding.place(one.name)] = -float(np.mean([float(level) for level in options(one)]))
    row[-1] = 1.0
    return row


def importance(people: Population, coding: Coding, settings: StudySettings) -> list[dict[str, Any]]:
    """How far each attribute alone moves a person's utility, as a share of all: the mean over people, most first."""
    ranges = []
    for one in settings.used:
        rows = _rows(coding, one, options(one)).astype(people.partworths.dtype)
        ranges.append(np.ptp(people.partworths @ rows.T, axis=2))
    size = np.stack(ranges, axis=-1)
    share = size / np.maximum(size.sum(axis=-1, keepdims=True), 1e-12)
    of_all = np.einsum("dm,dma->da", people.shares, share)
    middle, low, high = interval(of_all)
    told_rows = [
        {"attribute": one.name, "median": float(m), "low": float(lo), "high": float(hi)}
        for one, m, lo, hi in zip(settings.used, middle, low, high, strict=True)
    ]
    return sorted(told_rows, key=lambda row: -float(row["median"]))


def steps(people: Population, coding: Coding, settings: StudySettings) -> list[Step]:
    """The money that each level is worth over the reference, quality first; of a 0-1 number the whole step.

    Raises CannotEstimate where no price is linear or a higher price is not disliked.
    """
    start = {one.name: one.reference if one.kind != NUMBER else one.numbers[0] for one in settings.used}
    found = []
    for one in sorted(settings.used, key=lambda one: one.role != "quality"):
        if one.is_price:
            continue
        for after in _steps_of(one):
            value = willingness_to_pay(people, coding, start, {**start, one.name: after})
            found.append(Step(one.name, told(start[one.name]), told(after), value.typical, value.unmoved))
    return found


def _steps_of(one: AttributeSetting) -> list[str | float]:
    if one.kind != NUMBER:
        return [level for level in one.levels if level != one.reference]
    return [one.numbers[-1]]


def told(level: str | float) -> str:
    return level if isinstance(level, str) else f"{level:g}"


def money_row(step: Step) -> dict[str, Any]:
    middle, low, high = interval(step.money)
    return {
        "attribute": step.attribute,
        "before": step.before,
        "after": step.after,
        "median": float(middle),
        "low": float(low),
        "high": float(high),
        "p_positive": float(np.mean(step.money > 0)),
    }
