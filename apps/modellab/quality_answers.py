"""What each candidate of a run answered to each held-out text, as the run left it on the disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from apps.modellab.models import CandidateMethod, TrainingRun
from apps.modellab.plans import DRAWS, SEED_MARK
from apps.modellab.run_folders import run_folder
from trimtab.economics.decision.quality_success import Answers
from trimtab.learning import evaluation


@dataclass(frozen=True)
class HeldOut:
    """N texts of L ``labels``: ``truth`` (N,) and the answers by method; ``counts`` (D, N) are those of the test."""

    labels: list[str]
    truth: NDArray[np.int64]
    answers: dict[str, Answers]
    counts: NDArray[np.uint16]


def held_out(training: TrainingRun, folder: Path | None = None) -> HeldOut | None:
    """None where the files of the run are gone, or it has not been tested."""
    place = (folder or run_folder(training)) / "evaluation"
    if not (place / "result.json").is_file() or not (place / "predictions.npz").is_file():
        return None
    labels = json.loads((place / "result.json").read_text("utf-8"))["labels"]
    with np.load(place / "predictions.npz", allow_pickle=False) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    truth = kept["truth"]
    answers = {method: _of_all_seeds(kept, method) for method in training.methods if f"{method}/predicted" in kept}
    if training.labelled_set.tests_today:
        answers[CandidateMethod.TODAY] = _todays(place.parent / "today.json", labels)
    # The evaluator draws its resamples from the same seed: the same worlds for all.
    counts = evaluation.resample_counts(len(truth), DRAWS, np.random.default_rng(training.seed))
    return HeldOut(labels, truth, answers, counts)


def _of_all_seeds(kept: dict[str, NDArray[np.float64]], method: str) -> Answers:
    names = [name.rpartition("/")[0] for name in kept if name.endswith("/predicted")]
    names = sorted((name for name in names if name == method or name.startswith(f"{method}{SEED_MARK}")), key=len)
    predicted = np.stack([kept[f"{name}/predicted"] for name in names])
    if any(f"{name}/probability" not in kept for name in names):
        return Answers(predicted)
    return Answers(predicted, np.stack([kept[f"{name}/probability"] for name in names]))


def _todays(path: Path, labels: list[str]) -> Answers:
    place = {label: index for index, label in enumerate(labels)}
    told = json.loads(path.read_text("utf-8"))
    return Answers(np.array([[place.get(answer["predicted"], len(labels)) for answer in told]], dtype=np.int64))
