"""In the continuous run a skipped test is a failed run; only a missing GPU excuses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run_suite(folder: Path, body: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A suite of one test, which skips or not, under this suite's own rules."""
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (folder / "test_one.py").write_text(f"import pytest\n\n{body}\n")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:django",
            "-c",
            os.devnull,
            *arguments,
            ".",
        ],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("def test_one(): pass", 0),
        ("def test_one(): pytest.skip('No Chromium here')", 1),
        ("not_today = pytest.mark.skip(reason='Not today')\n@not_today\ndef test_one(): pass", 1),
        ("pytest.skip('Nothing of it', allow_module_level=True)", 1),
        ("def test_one(): pytest.skip('No GPU on this machine')", 0),
        ("@pytest.mark.skipif(True, reason='No GPU: needs one')\ndef test_one(): pass", 0),
        ("@pytest.mark.xfail\ndef test_one(): assert False", 0),
    ],
)
def test_a_skip_fails_the_run_where_none_is_allowed(tmp_path, body, status):
    answer = run_suite(tmp_path, body, TRIMTAB_ALLOW_NO_SKIP="1")
    assert (answer.returncode != 0) == bool(status), answer.stdout


def test_a_skip_seen_by_a_parallel_worker_counts_too(tmp_path):
    body = "def test_one(): pytest.skip('No Chromium here')"
    assert run_suite(tmp_path, body, "-n", "1", TRIMTAB_ALLOW_NO_SKIP="1").returncode != 0


def test_elsewhere_a_skip_is_only_a_skip(tmp_path):
    body = "def test_one(): pytest.skip('No Chromium here')"
    assert run_suite(tmp_path, body, TRIMTAB_ALLOW_NO_SKIP="").returncode == 0
