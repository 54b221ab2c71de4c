"""``python -m trimtab.learning.evaluator <folder>``: exported candidates on one held-out split. See README.md."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trimtab.learning import evaluation
from trimtab.learning.dataset import Example, read
from trimtab.learning.errors import UnusableModel
from trimtab.learning.metrics import calibration_error, confusion_matrix, scores_of
from trimtab.learning.predictor import Predictor
from trimtab.learning.reporting import Reporter, run_entry

PREDICTED_AT_ONCE = 256


@dataclass(frozen=True)
class Held:
    """The held-out items, the places of their true labels (N,), and the resamples (D, N) that all candidates share."""

    examples: list[Example]
    labels: list[str]
    truth: np.ndarray
    counts: np.ndarray

    @property
    def texts(self) -> list[str]:
        return [example.text for example in self.examples]


def work(folder: Path, config: dict[str, Any], reporter: Reporter) -> dict[str, Any]:
    """Evaluate every candidate of ``config``; writes draws.npz and predictions.npz beside result.json."""
    held = _held(folder, config)
    found: dict[str, Any] = {}
    draws: dict[str, np.ndarray] = {}
    predictions: dict[str, np.ndarray] = {"truth": held.truth}
    candidates: dict[str, str] = config["candidates"]
    total = len(candidates) * len(held.examples)
    for index, (name, model) in enumerate(candidates.items()):
        reporter.raise_if_stopped()
        predictor = Predictor(folder / model, threads=int(config.get("threads", 1)))
        if predictor.labels != held.labels:
            raise UnusableModel(
                "other_labels", "A candidate was trained on other labels.", "Train it on this data set.", name=name
            )
        probabilities = _probabilities(predictor, held, reporter, index * len(held.examples), total)
        scores = _scores(held, probabilities)
        times, time_draws = _latency(predictor, held, config, reporter)
        predicted = probabilities.argmax(axis=1)
        score_draws = evaluation.score_draws(held.truth, predicted, len(held.labels), held.counts)
        draws |= {f"{name}/{key}": value for key, value in {**vars(score_draws), **time_draws}.items()}
        predictions |= {
            f"{name}/predicted": probabilities.argmax(axis=1),
            f"{name}/probability": probabilities.max(axis=1),
        }
        found[name] = {**scores, **times, "size_mb": _size_mb(predictor.folder)}
    _save_arrays(folder / "draws.npz", draws)
    _save_arrays(folder / "predictions.npz", predictions)
    return {
        "items": len(held.examples),
        "labels": held.labels,
        "draws_file": "draws.npz",
        "predictions_file": "predictions.npz",
        "candidates": found,
    }


def _held(folder: Path, config: dict[str, Any]) -> Held:
    data = read(folder / config["data_folder"])
    examples = data.part(config.get("split", "test"))
    place = {label: index for index, label in enumerate(data.labels)}
    truth = np.array([place[example.label] for example in examples], dtype=np.int64)
    rng = np.random.default_rng(int(config.get("seed", 0)))
    counts = evaluation.resample_counts(len(examples), int(config.get("draws", 2000)), rng)
    return Held(examples, data.labels, truth, counts)


def _probabilities(predictor: Predictor, held: Held, reporter: Reporter, before: int, total: int) -> np.ndarray:
    texts, parts = held.texts, []
    for start in range(0, len(texts), PREDICTED_AT_ONCE):
        reporter.raise_if_stopped()
        parts.append(predictor.probabilities(texts[start : start + PREDICTED_AT_ONCE]))
        reporter.progress(before + min(len(texts), start + PREDICTED_AT_ONCE), total, "Answering the held-out texts")
    return np.concatenate(parts)


def _scores(held: Held, probabilities: np.ndarray) -> dict[str, Any]:
    predicted = probabilities.argmax(axis=1)
    confusion = confusion_matrix(held.truth, predicted, len(held.labels))
    scores = scores_of(confusion)
    per_label = zip(held.labels, scores.precision, scores.recall, scores.f1, scores.support, strict=True)
    return {
        "accuracy": scores.accuracy,
        "macro_f1": scores.macro_f1,
        "micro_f1": scores.micro_f1,
        "weighted_f1": scores.weighted_f1,
        "macro_precision": scores.macro_precision,
        "macro_recall": scores.macro_recall,
        "expected_calibration_error": calibration_error(probabilities.max(axis=1), predicted == held.truth),
        "per_class": [
            {"label": label, "precision": float(p), "recall": float(r), "f1": float(f), "support": int(s)}
            for label, p, r, f, s in per_label
        ],
        "confusion": confusion.tolist(),
    }


def _latency(
    predictor: Predictor, held: Held, config: dict[str, Any], reporter: Reporter
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Point figures and draws; each candidate meets the same texts in the same order."""
    rng = np.random.default_rng([int(config.get("seed", 0)), 1])
    chosen = rng.permutation(len(held.texts))[:200]
    times = evaluation.measure_latency(
        predictor.predict,
        [held.texts[index] for index in chosen],
        requests=int(config.get("latency_requests", 200)),
        on_request=reporter.raise_if_stopped,
    )
    median, mean = evaluation.latency_draws(times, len(held.counts), rng)
    price, cpus = float(config.get("price_per_cpu_hour", 0.04)), int(config.get("threads", 1))
    cost = evaluation.cost_per_1000(mean, price, cpus=cpus)
    point = {
        "latency_p50_ms": float(np.percentile(times, 50)),
        "latency_p95_ms": float(np.percentile(times, 95)),
        "cost_per_1000": float(evaluation.cost_per_1000(times.mean(), price, cpus=cpus)),
    }
    return point, {"latency_ms": median, "cost_per_1000": cost}


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / 1e6


def _save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    draft = path.with_name(f".{os.getpid()}-{path.name}")
    np.savez_compressed(draft, **arrays)  # type: ignore[arg-type]
    draft.replace(path)


if __name__ == "__main__":
    run_entry(work)
