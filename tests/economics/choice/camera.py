"""The camera study of the R package bayesm: 332 people x 16 tasks x 4 cameras and none of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from trimtab.economics.choice.data import ChoiceData


def camera(folder: Path) -> ChoiceData:
    """Columns as in the package; none is 0 in all of them."""
    with gzip.open(folder / "bayesm_camera" / "camera_long.csv.gz", "rt") as file:
        names = file.readline().strip().split(",")[4:]
        rows = np.loadtxt(file, delimiter=",")
    people = np.unique(rows[::5, 0], return_inverse=True)[1]
    return ChoiceData.of(rows[:, 4:], np.arange(0, len(rows) + 1, 5), np.flatnonzero(rows[:, 3]), people, tuple(names))
