"""Best-worst answers of simulated people, and those of a published survey."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np

from trimtab.economics.choice.maxdiff import MaxDiffData, maxdiff_data


def issues(folder: Path) -> MaxDiffData:
    """Political issues, 350 people x 13 tasks x 4 of 13 items: `vdata` of the R package bwsTools."""
    with gzip.open(folder / "maxdiff_issues" / "vdata.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    names = ("id", "block", "issue", "value")
    people, task, item, answer = ([row[name] for row in rows] for name in names)
    return maxdiff_data(people, task, item, np.array(answer, dtype=float))


def answers(
    utilities: np.ndarray, tasks: int, shown: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Respondent, task, item and answer of people with utilities (N, I), by sequential best-worst choice."""
    people, items = utilities.shape
    picked = rng.permuted(np.tile(np.arange(items), (people * tasks, 1)), axis=1)[:, :shown]
    owner = np.repeat(np.arange(people), tasks)
    value = utilities[owner[:, None], picked]
    best = (value + rng.gumbel(size=value.shape)).argmax(axis=1)
    against = -value + rng.gumbel(size=value.shape)
    against[np.arange(len(best)), best] = -np.inf
    answer = np.zeros(picked.shape, dtype=int)
    answer[np.arange(len(best)), best] = 1
    answer[np.arange(len(best)), against.argmax(axis=1)] = -1
    task = np.tile(np.arange(tasks), people)
    names = np.array([f"item {number:02d}" for number in range(items)])
    return np.repeat(owner, shown), np.repeat(task, shown), names[picked.ravel()], answer.ravel()
