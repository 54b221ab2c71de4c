from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.processes import Stack, wait_for

LONGEST_SECONDS = 720


class Loaded:
    """A workspace whose loop real workers bring to its end on a data folder that is thrown away."""

    def __init__(self, data: Path, slug: str, *load: str) -> None:
        self.slug = slug
        self.stack = Stack(
            data,
            env={
                "TRIMTAB_ENCODERS": str(Path(settings.TRIMTAB_ENCODERS).resolve()),
                "TRIMTAB_JOB_LEASE_SECONDS": "30",
                "TRIMTAB_JOB_HEARTBEAT_SECONDS": "5",
                "TRIMTAB_LOG_LEVEL": "ERROR",
            },
        )
        self.stack.manage("migrate", "--verbosity", "0")
        self.stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.stack.manage(*load)

    def run(self) -> dict[str, Any]:
        """Start the workers, and stop them when the loop has ended; returns how it ended."""
        self.stack.start()
        what = f"the loop of {self.slug}"
        wait_for(what, self._ended, LONGEST_SECONDS)
        self.stack.stop()
        loop = self.ask("loop_of")
        print(f"\n{self.slug}: the loop took {loop['seconds']:.0f} s")
        return loop

    def _ended(self) -> bool:
        return bool(self.stack.rows("SELECT 1 FROM planning_looprun WHERE finished_at IS NOT NULL"))

    def ask(self, question: str, *more: Any) -> Any:
        """One of the functions of world.py, called in the stack's world."""
        given = json.dumps([self.slug, *more])
        return self.stack.ask(f"from tests.onboarding import world\nanswer(world.{question}(*json.loads({given!r})))")


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Loaded]]:
    """``load(slug, "load_sample", ...)`` runs that command on an empty installation."""
    made: list[Loaded] = []

    def load(slug: str, *command: str) -> Loaded:
        made.append(Loaded(tmp_path_factory.mktemp(slug), slug, *command))
        return made[-1]

    yield load
    for one in made:
        one.stack.close()
