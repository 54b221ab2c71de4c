"""What a whole file says of its tasks: whether each is answered as one question can be.

A model of choice needs each task whole, and its rows may stand anywhere in the file. So the file is read once before it
is imported, and what is kept of it grows with its tasks and not with their cells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from apps.research.checking import CheckedRow
from apps.research.models import SourceKind
from apps.research.refusals import Refusal

MASK = (1 << 64) - 1


@dataclass(slots=True)
class _Task:
    """Counts over the rows of one task; ``spoiled`` is the number of a row of it that cannot be taken by itself."""

    rows: int = 0
    best: int = 0
    worst: int = 0
    none: int = 0
    digest: int = 0
    spoiled: int = 0
    twice: str = ""


class TaskSurvey:
    """The tasks of one file, or of the rows that a correction brings together."""

    def __init__(self, kind: SourceKind) -> None:
        self._is_choice = kind == SourceKind.CHOICES
        self._tasks: dict[int, _Task] = {}
        self._named: set[int] = set()

    def add(self, row: CheckedRow) -> None:
        values = row.values
        place = hash((values["customer"], values["task"]))
        task = self._tasks.get(place)
        if task is None:
            task = self._tasks[place] = _Task()
        task.rows += 1
        # A sum does not ask in which order the rows come.
        task.digest = (task.digest + int.from_bytes(row.sha256[:8], "big")) & MASK
        if self._is_choice:
            task.best += values["chosen"]
            task.none += values["is_none"]
            name = values.get("alternative")
        else:
            task.best += values["answer"] == 1
            task.worst += values["answer"] == -1
            name = values["item"]
        if name:
            named = hash((place, name))
            if named in self._named:
                task.twice = name
            self._named.add(named)

    def spoil(self, task: tuple[str, str] | None, number: int) -> None:
        """A row of the task cannot be taken, so that the task is not whole."""
        if task is not None:
            kept = self._tasks.setdefault(hash(task), _Task())
            kept.spoiled = kept.spoiled or number

    def forgive(self, task: tuple[str, str] | None) -> None:
        """The task is cut off where the look at the file ends."""
        self._tasks.pop(hash(task), None)

    @property
    def is_scattered(self) -> bool:
        """Whether most tasks have a single row, as in the beginning of a file that is not sorted by task."""
        single = sum(task.rows < 2 for task in self._tasks.values())
        return single > len(self._tasks) / 2

    def fault(self, row: CheckedRow) -> Refusal | None:
        task = self._tasks.get(hash((row.values["customer"], row.values["task"])))
        if task is None:
            return None
        named = {"task": row.values["task"], "customer": row.values["customer"]}
        if task.spoiled:
            return Refusal("task", "task_spoiled", named | {"row": task.spoiled})
        return self._choice_fault(task, named) if self._is_choice else self._best_worst_fault(task, named)

    def sealed(self, row: CheckedRow) -> CheckedRow:
        """The row, made one of its task: the same row in another task's company is another row."""
        task = self._tasks.get(hash((row.values["customer"], row.values["task"])))
        if task is None:
            return row
        return replace(row, sha256=hashlib.sha256(row.sha256 + task.digest.to_bytes(8, "big")).digest())

    @staticmethod
    def _choice_fault(task: _Task, named: dict[str, str]) -> Refusal | None:
        if task.twice:
            return Refusal("alternative", "alternative_twice", named | {"name": task.twice})
        if task.rows < 2:
            return Refusal("task", "task_of_one", named)
        if task.none > 1:
            return Refusal("is_none", "none_twice", named)
        if task.best != 1:
            return Refusal("chosen", "none_chosen" if not task.best else "several_chosen", named | {"count": task.best})
        return None

    @staticmethod
    def _best_worst_fault(task: _Task, named: dict[str, str]) -> Refusal | None:
        if task.twice:
            return Refusal("item", "item_twice", named | {"name": task.twice})
        if task.rows < 2:
            return Refusal("task", "task_of_one", named)
        for count, code in ((task.best, "best"), (task.worst, "worst")):
            if count != 1:
                return Refusal("answer", f"no_{code}" if not count else f"several_{code}", named | {"count": count})
        return None


def surveyed(kind: SourceKind, rows: Iterable[CheckedRow]) -> TaskSurvey:
    survey = TaskSurvey(kind)
    for row in rows:
        survey.add(row)
    return survey
