"""Following the loop of a workspace from a terminal, while workers elsewhere do it."""

from __future__ import annotations

import time
from collections.abc import Callable

from apps.planning.loop import BY_CODE
from apps.planning.selectors import latest_loop
from apps.workspaces.models import Workspace

EVERY_SECONDS = 1.0


def wait_for_loop(workspace: Workspace, say: Callable[[str], object]) -> None:
    """Say each study that changes its state, until the newest round has ended."""
    began = time.monotonic()
    seen: dict[str, str] = {}
    while True:
        loop = latest_loop(workspace)
        if loop is None:
            return
        for step in loop.steps:
            if seen.get(step["study"]) != step["state"]:
                seen[step["study"]] = step["state"]
                why = f" ({step['why']})" if step.get("why") else ""
                say(f"{time.monotonic() - began:5.0f} s  {BY_CODE[step['study']].label}: {step['state']}{why}")
        if loop.finished_at is not None:
            return
        time.sleep(EVERY_SECONDS)
