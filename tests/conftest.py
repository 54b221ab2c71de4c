"""What tests of several rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Where TRIMTAB_ALLOW_NO_SKIP is set, only a missing GPU excuses a skip."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith("No GPU"):
            _skipped.append(f"{report.nodeid}: {reason}")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(f"{report.nodeid}: {report.longrepr}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    # With xdist the controller sees the reports of all workers and decides once.
    controls = not hasattr(session.config, "workerinput")
    if controls and _skipped and os.environ.get("TRIMTAB_ALLOW_NO_SKIP") == "1" and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _skipped and os.environ.get("TRIMTAB_ALLOW_NO_SKIP") == "1":
        terminalreporter.section("Skipped, which is not allowed here", red=True)
        for line in _skipped:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of public data sets; a test that needs it is skipped where it is not there."""
    folder = Path(os.environ.get("TRIMTAB_PUBLIC_DATA") or ROOT.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        pytest.skip("The public data sets are not here: set TRIMTAB_PUBLIC_DATA to their folder.")
    return folder
