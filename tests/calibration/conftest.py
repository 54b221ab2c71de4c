"""Collects the coverage of every method and writes the table of docs/calibration.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.calibration.coverage import HIGHEST, LOWEST, Coverage, Trial, coverage

HEAD = """# Calibration

Data sets are simulated from a known truth, each is estimated as the product does it, and the 80 % intervals are counted
that hold the truth. Between 75 % and 85 % is asked of each. Made by `make calibrate`.

| method | quantity | data sets | refused | intervals that hold the truth |
|---|---|---|---|---|
"""
DECISIONS = """
## Decisions

What is recommended to companies whose truth is known, beside what would have been best for them; see
[simulated companies](methods/simulated-companies.md).

| quantity | counted over | found | asked |
|---|---|---|---|
"""
_rows: list[dict[str, Any]] = []
_decisions: list[dict[str, Any]] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--calibration-table", type=Path, default=None, help="where to write the table of coverage")


@pytest.fixture
def calibrated(record_property: Callable[[str, object], None]) -> Iterator[Callable[..., list[Coverage]]]:
    """``calibrated(method, trial)`` runs the trials and fails where an interval is too narrow or too wide."""
    found: list[Coverage] = []

    def run(method: str, trial: Trial, **options: Any) -> list[Coverage]:
        rows = coverage(method, trial, **options)
        found.extend(rows)
        for row in rows:
            record_property("coverage", row.as_dict())
        return rows

    yield run
    wrong = [row for row in found if not LOWEST <= row.covered <= HIGHEST]
    assert not wrong, "\n".join(f"{row.method}, {row.quantity}: {row.covered:.3f}" for row in wrong)


@pytest.fixture
def decided(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """``decided(quantity, count, figure, asked)`` tells a share that is no coverage in the second table."""

    def tell(quantity: str, count: int, figure: float, asked: str = "") -> None:
        row = {"quantity": quantity, "count": int(count), "figure": float(figure), "asked": asked}
        record_property("decision", row)

    return tell


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown":
        _rows.extend(value for name, value in report.user_properties if name == "coverage")
        _decisions.extend(value for name, value in report.user_properties if name == "decision")


def pytest_sessionfinish(session: pytest.Session) -> None:
    target = session.config.getoption("--calibration-table", default=None)
    if target is None or not _rows or hasattr(session.config, "workerinput"):
        return
    lines = [
        f"| {row['method']} | {row['quantity']} | {row['data_sets']} | {row['refused']} | {row['covered']:.1%} |"
        for row in sorted(_rows, key=lambda row: (row["method"], row["quantity"]))
    ]
    target.write_text(HEAD + "\n".join(lines) + "\n" + _told_decisions(), encoding="utf-8")


def _told_decisions() -> str:
    lines = [
        f"| {row['quantity']} | {row['count']} | {row['figure']:.1%} | {row['asked'] or '-'} |" for row in _decisions
    ]
    return DECISIONS + "\n".join(lines) + "\n" if lines else ""
