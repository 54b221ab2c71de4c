"""The seeded price surveys of psm_r_seeded as arrays."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Survey:
    answers: np.ndarray
    gender: np.ndarray
    intent: np.ndarray | None

    @property
    def balanced_weights(self) -> np.ndarray:
        """5000 people of each gender stand behind those who answered, as in the vignette."""
        return np.array([5000 / np.sum(self.gender == gender) for gender in self.gender])


def load(folder: Path, name: str) -> Survey:
    with (folder / "psm_r_seeded" / f"{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    answers = np.array([[float(row[key]) for key in ("tch", "ch", "ex", "tex")] for row in rows])
    intent = np.array([[int(row["pi_ch"]), int(row["pi_ex"])] for row in rows]) if "pi_ch" in rows[0] else None
    return Survey(answers, np.array([row["gender"] for row in rows]), intent)
