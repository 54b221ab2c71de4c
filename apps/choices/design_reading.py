"""A finished design in words: the tasks as people see them, and the rows of its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.choices.models import ChoiceDesign

SHOWN_TASKS = 4
MOST_PEOPLE = 5000
NONE = "none"


@dataclass(frozen=True)
class TaskPreview:
    """One task: for a choice survey a row of cells for each attribute; for a best-worst survey its items."""

    number: int
    rows: list[tuple[str, list[str]]]
    items: list[str]


def offers(design: ChoiceDesign) -> list[list[list[dict[str, str]]]]:
    """By version and task, the offers as {attribute: level}, in the order in which they are shown."""
    attributes = [(one["name"], one["levels"]) for one in design.plan["attributes"]]
    return [
        [
            [{name: levels[at] for (name, levels), at in zip(attributes, offer, strict=True)} for offer in task]
            for task in version
        ]
        for version in design.shown
    ]


def items(design: ChoiceDesign) -> list[list[list[str]]]:
    """By version and task, the items in the order in which they are shown."""
    names = design.plan["items"]
    return [[[names[at] for at in task] for task in version] for version in design.shown]


def preview(design: ChoiceDesign, version: int) -> list[TaskPreview]:
    """The first tasks of a version, counted from 1; a version that is not there is the first."""
    place = version - 1 if 1 <= version <= len(design.shown) else 0
    if design.kind == ChoiceDesign.Kind.MAXDIFF:
        return [TaskPreview(n, [], task) for n, task in enumerate(items(design)[place][:SHOWN_TASKS], start=1)]
    names = [one["name"] for one in design.plan["attributes"]]
    return [
        TaskPreview(number, [(name, [offer[name] for offer in task]) for name in names], [])
        for number, task in enumerate(offers(design)[place][:SHOWN_TASKS], start=1)
    ]


def file_rows(design: ChoiceDesign, people: int = 0) -> Iterator[Sequence[str]]:
    """What the import of a survey reads once the answers are filled in.

    A version stands for a respondent, or each of ``people`` respondents gets a version in turn.
    """
    yield header(design)
    tasks = _task_rows(design)
    if not people:
        for version, rows in enumerate(tasks, start=1):
            yield from ([f"version {version}", *row] for row in rows)
    for person in range(people):
        yield from ([f"{person + 1}", *row] for row in tasks[person % len(tasks)])


def header(design: ChoiceDesign) -> list[str]:
    if design.kind == ChoiceDesign.Kind.MAXDIFF:
        return ["respondent", "task", "item", "answer"]
    return ["respondent", "task", "alternative", *(one["name"] for one in design.plan["attributes"]), "chosen"]


def _task_rows(design: ChoiceDesign) -> list[list[list[str]]]:
    """The rows of each version, without the respondent."""
    if design.kind == ChoiceDesign.Kind.MAXDIFF:
        return [
            [[f"{number}", item, ""] for number, task in enumerate(version, start=1) for item in task]
            for version in items(design)
        ]
    return [
        [row for number, task in enumerate(version, start=1) for row in _offer_rows(design.plan, number, task)]
        for version in offers(design)
    ]


def _offer_rows(plan: dict[str, Any], number: int, task: list[dict[str, str]]) -> Iterator[list[str]]:
    for place, offer in enumerate(task, start=1):
        yield [f"{number}", f"{place}", *offer.values(), ""]
    if plan["none"]:
        yield [f"{number}", NONE, *("" for _attribute in plan["attributes"]), ""]
