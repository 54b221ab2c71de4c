"""A child that talks, is stopped, dies, or is orphaned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trimtab.learning.process import run_subprocess

CHILD = """
import os, signal, subprocess, sys, time
from pathlib import Path
sys.path.insert(0, {sources!r})
from trimtab.learning.reporting import Stopped, run_entry
from trimtab.learning.errors import UnusableData

def work(folder, config, reporter):
    (folder / "pid").write_text(str(os.getpid()))
    mode = config["mode"]
    if mode == "talks":
        print("a stray line")
        for index in range(3):
            reporter.progress(index + 1, 3, "counting")
        return {{"answer": 42}}
    if mode == "refuses":
        raise UnusableData("one_class", "All the same.", "Add another.")
    if mode == "breaks":
        raise RuntimeError("out of luck")
    if mode == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        (folder / "grandchild").write_text(str(grandchild.pid))
    while True:
        reporter.progress(1, 2, "waiting")
        if mode != "deaf":
            reporter.raise_if_stopped()
        time.sleep(0.02)

run_entry(work)
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import trimtab.learning.process as process

    (tmp_path / "spoken_child.py").write_text(CHILD.format(sources=str(process.SOURCES)), "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def folder(mode: str) -> Path:
        place = tmp_path / mode
        place.mkdir()
        (place / "config.json").write_text(f'{{"mode": "{mode}"}}', "utf-8")
        return place

    return folder


def run(folder: Path, should_stop=lambda: False, events=None, **settings):
    heard = [] if events is None else events
    return run_subprocess(
        "spoken_child", folder, on_event=heard.append, should_stop=should_stop, poll_seconds=0.05, **settings
    )


def is_gone(pid: int) -> bool:
    """No such process, or a zombie that waits for a parent that is not ours."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def eventually(condition) -> bool:
    for _ in range(400):
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_events_arrive_in_order_and_the_result_at_the_end(child):
    events: list[dict] = []
    outcome = run(child("talks"), events=events)
    assert (outcome.state, outcome.exit_code, outcome.result) == ("succeeded", 0, {"answer": 42})
    assert events[0] == {"event": "log", "message": "a stray line"}
    assert events[-2] == {"event": "progress", "done": 3, "of": 3, "message": "counting"}
    assert events[-1] == {"event": "result", "result": {"answer": 42}}


def test_an_expected_failure_keeps_its_code_and_remedy(child):
    outcome = run(child("refuses"))
    assert (outcome.state, outcome.exit_code) == ("failed", 1)
    assert outcome.error == {"code": "one_class", "message": "All the same.", "remedy": "Add another."}


def test_an_unexpected_failure_says_what_it_was_and_leaves_a_trace(child):
    folder = child("breaks")
    outcome = run(folder)
    assert outcome.error["code"] == "unexpected"
    assert "out of luck" in outcome.error["message"]
    assert "Traceback" in (folder / "stderr.txt").read_text()


def test_a_killed_child_is_a_failure_that_speaks_of_memory(child):
    outcome = run(child("dies"))
    assert (outcome.state, outcome.exit_code) == ("failed", -signal.SIGKILL)
    assert outcome.error["code"] == "out_of_memory_or_killed"


def test_a_stopped_child_leaves_by_itself_and_is_gone_on_return(child):
    folder = child("waits")
    outcome = run(folder, should_stop=(folder / "pid").exists)
    assert (outcome.state, outcome.exit_code) == ("cancelled", 3)
    assert is_gone(int((folder / "pid").read_text()))


def test_a_deaf_child_is_killed_with_its_own_children(child):
    folder = child("deaf")
    outcome = run(folder, should_stop=(folder / "grandchild").exists, grace_seconds=0.2)
    assert (outcome.state, outcome.exit_code) == ("cancelled", -signal.SIGKILL)
    assert eventually(lambda: is_gone(int((folder / "grandchild").read_text())))


def test_a_lost_lease_kills_the_child_at_once_and_is_raised(child):
    folder = child("waits")

    class LeaseLost(Exception):
        pass

    def should_stop() -> bool:
        if (folder / "pid").exists():
            raise LeaseLost
        return False

    with pytest.raises(LeaseLost):
        run(folder, should_stop=should_stop)
    assert is_gone(int((folder / "pid").read_text()))


def test_the_heartbeat_goes_on_while_the_child_is_silent_or_leaving(child):
    folder, asked = child("deaf"), []

    def should_stop() -> bool:
        asked.append((folder / "grandchild").exists())
        return asked[-1]

    run(folder, should_stop=should_stop, grace_seconds=0.5)
    assert sum(asked) >= 3


@pytest.mark.parametrize("prevent", ["", "reporting._PR_SET_PDEATHSIG = 0"], ids=["by signal", "by closed stdin"])
def test_a_child_does_not_outlive_a_killed_parent(child, tmp_path, prevent):
    folder = child("waits")
    source = (tmp_path / "spoken_child.py").read_text()
    (tmp_path / "spoken_child.py").write_text(
        source.replace("run_entry(work)", f"from trimtab.learning import reporting\n{prevent}\nrun_entry(work)")
    )
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from trimtab.learning.process import run_subprocess as r\n"
            "r('spoken_child', sys.argv[1], on_event=lambda e: None, should_stop=lambda: False)",
            str(folder),
        ]
    )
    assert eventually((folder / "pid").exists)
    assert eventually(lambda: (folder / "pid").read_text() != "")
    parent.kill()
    parent.wait()
    assert eventually(lambda: is_gone(int((folder / "pid").read_text())))
