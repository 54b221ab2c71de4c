"""Stands in for the child processes of a training run: candidates whose answers are drawn, not learned.

All that a run records of them is real: the split, today's model, the resamples, the reports and estimates.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from trimtab.learning import dataset, evaluation
from trimtab.learning.metrics import confusion_matrix, scores_of

# Accuracy, latency in ms, cost of 1,000 requests and size in MB of each candidate.
DRAWN = {"frozen_head": (0.87, 11.0, 0.09, 91.0), "full": (0.93, 12.0, 0.1, 90.0)}
STEPS = 40


def draw_child(listener, module: str, folder: Path) -> None:
    """In place of ``apps.modellab.training._child``."""
    work = _evaluate if module.endswith("evaluator") else _train
    result = work(listener, folder, json.loads((folder / "config.json").read_text("utf-8")))
    (folder / "result.json").write_text(json.dumps(result), "utf-8")
    listener.flush()


def _train(listener, folder: Path, config: dict) -> dict:
    # Another test of this process may have had a workspace of the same number.
    (folder / "model").mkdir(exist_ok=True)
    (folder / "model" / "manifest.json").write_text(json.dumps({"drawn": folder.name}))
    accuracy, rng = DRAWN[_method(folder.name)][0], np.random.default_rng(7)
    if _method(folder.name) != "frozen_head":
        for step in range(1, STEPS + 1):
            near = 1 - np.exp(-step / 9)
            loss = 3.0 * (1 - near) + 0.12 + rng.normal(0, 0.04)
            listener.on_event({"event": "metric", "step": step, "loss": loss})
            if step % 5 == 0:
                scores = {"validation_accuracy": accuracy * near, "validation_macro_f1": (accuracy - 0.01) * near}
                listener.on_event({"event": "metric", "step": step, **scores})
    listener.on_event({"event": "log", "message": "Computing on cpu in float32."})
    return {
        "candidate": folder.name, "encoder": config["encoder"], "device": "cpu", "precision": "float32",
        "train_examples": 2800, "steps": STEPS, "epochs": 2, "seconds": 61.0,
        "parameters": 22_700_000, "trainable_parameters": 22_700_000,
    }  # fmt: skip


def _evaluate(listener, folder: Path, config: dict) -> dict:
    data = dataset.read(Path(config["data_folder"]))
    place = {label: index for index, label in enumerate(data.labels)}
    truth = np.array([place[example.label] for example in data.test], dtype=np.int64)
    counts = evaluation.resample_counts(len(truth), config["draws"], np.random.default_rng(config["seed"]))
    draws, predictions, found = {}, {"truth": truth}, {}
    for seed, name in enumerate(config["candidates"]):
        accuracy, latency, cost, size = DRAWN[_method(name)]
        rng = np.random.default_rng([seed, 11])
        # Errors fall on the next label more often than on any other, as they do where intents are alike.
        step = np.where(rng.random(len(truth)) < 0.6, 1, rng.integers(1, len(place), len(truth)))
        predicted = np.where(rng.random(len(truth)) < accuracy, truth, (truth + step) % len(place))
        times = latency * rng.lognormal(0, 0.15, 200)
        drawn = vars(evaluation.score_draws(truth, predicted, len(place), counts))
        median, mean = evaluation.latency_draws(times, len(counts), rng)
        drawn = {**drawn, "latency_ms": median, "cost_per_1000": cost * mean / mean.mean()}
        draws |= {f"{name}/{key}": value for key, value in drawn.items()}
        predictions[f"{name}/predicted"] = predicted
        # Surer where it is right, as a trained model is; a stream of its own leaves the other draws alone.
        sure = np.random.default_rng([seed, 12]).beta(2, 2, len(truth))
        predictions[f"{name}/probability"] = np.where(predicted == truth, 1 - sure**2 / 3, 0.3 + sure / 2)
        found[name] = _report(truth, predicted, data.labels) | {
            "latency_p50_ms": float(np.percentile(times, 50)), "latency_p95_ms": float(np.percentile(times, 95)),
            "cost_per_1000": cost, "size_mb": size, "expected_calibration_error": 0.021,
        }  # fmt: skip
    np.savez(folder / "draws.npz", **draws)
    np.savez(folder / "predictions.npz", **predictions)
    return {"items": len(truth), "labels": data.labels, "candidates": found}


def _method(name: str) -> str:
    """A further seed of a method is named after it."""
    return name.partition("-seed-")[0]


def _report(truth: np.ndarray, predicted: np.ndarray, labels: list[str]) -> dict:
    confusion = confusion_matrix(truth, predicted, len(labels))
    scores = scores_of(confusion)
    columns = (labels, scores.precision, scores.recall, scores.f1, scores.support)
    return {
        "accuracy": scores.accuracy, "macro_f1": scores.macro_f1, "micro_f1": scores.micro_f1,
        "weighted_f1": scores.weighted_f1, "confusion": confusion.tolist(),
        "per_class": [
            {"label": label, "precision": float(p), "recall": float(r), "f1": float(f), "support": int(s)}
            for label, p, r, f, s in zip(*columns, strict=True)
        ],
    }  # fmt: skip
