"""An import on the real worker, killed in the middle together with its broker: every row arrives, and arrives once."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Stack, wait_for

pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("processes")]
ROWS = 60_000
BAD = 25


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path / "data")
    stack.data.mkdir()
    try:
        stack.manage("migrate", "--verbosity", "0")
        yield stack.start()
    finally:
        stack.close()


def write_feedback(path: Path) -> None:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "customer", "segment", "date", "rating"])
        for number in range(ROWS):
            text = "" if number % (ROWS // BAD) == 7 else f"The answer number {number} was slow"
            rows.writerow([text, f"c{number % 900}", "solo", "2026-05-04", number % 5 + 1])


def upload_and_start(stack: Stack, path: Path) -> tuple[str, int]:
    return tuple(
        stack.ask(
            "from django.core.files import File\n"
            "from apps.research import services\n"
            "from apps.workspaces.models import User\n"
            "from apps.workspaces.services import create_workspace\n"
            "owner = User.objects.create_user('owner@example.org')\n"
            "workspace = create_workspace(name='Kills', owner=owner)\n"
            f"with open({str(path)!r}, 'rb') as file:\n"
            "    source = services.upload(workspace=workspace, kind='feedback', file=File(file, name='f.csv'),"
            " actor=owner).source\n"
            "job = services.start_import(source=source, actor=owner)\n"
            "answer([str(job.pk), source.pk])"
        )
    )


def test_an_import_killed_with_its_worker_and_its_broker_loses_and_doubles_nothing(
    stack: Stack, tmp_path: Path
) -> None:
    path = tmp_path / "feedback.csv"
    write_feedback(path)
    job_id, source_id = upload_and_start(stack, path)

    def imported() -> int:
        return stack.rows("SELECT COUNT(*) FROM research_feedbackitem")[0][0]

    wait_for("the first rows", imported)
    stack.kill_child("analysis")
    at_first_kill = imported()
    wait_for("more rows after the worker was killed", lambda: imported() > at_first_kill)
    stack.kill("broker")
    stack.kill("analysis")
    assert imported() < ROWS - BAD, "the kills came too late to prove anything"

    wait_for("the import to end", lambda: stack.job(job_id)["state"] == "succeeded", seconds=120)
    assert stack.job(job_id)["attempt"] >= 2
    assert imported() == ROWS - BAD
    assert stack.rows("SELECT COUNT(DISTINCT row_number) FROM research_feedbackitem")[0][0] == ROWS - BAD
    assert stack.rows("SELECT COUNT(*) FROM research_quarantinedrow")[0][0] == BAD
    counts = stack.rows("SELECT rows_imported, rows_known, rows_refused FROM research_source WHERE id = ?", source_id)
    assert counts[0] == (ROWS - BAD, 0, BAD)
    assert json.loads(stack.job(job_id)["result"]) != {}
