"""What tests of several rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of public data sets; a test that needs it is skipped where it is not there."""
    folder = Path(os.environ.get("TRIMTAB_PUBLIC_DATA") or ROOT.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        pytest.skip("The public data sets are not here: set TRIMTAB_PUBLIC_DATA to their folder.")
    return folder
