"""What looks on while a model trains: progress, metrics, checkpoints, and the wish to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from trimtab.learning import checkpoints
from trimtab.learning.checkpoints import Checkpoint
from trimtab.learning.metrics import confusion_matrix, scores_of
from trimtab.learning.reporting import Reporter, Stopped
from trimtab.learning.training import EncodedTexts, Training, predict_logits

Watcher = Callable[[Training], None]


def watchers(
    config: dict[str, Any], reporter: Reporter, place: Path, identity: str, validation: EncodedTexts
) -> list[Watcher]:
    """In the order in which they look: metrics first, so that a checkpoint never repeats or loses one."""
    measure = Metrics(
        reporter, validation, int(config.get("metric_steps", 10)), int(config.get("evaluation_steps", 100))
    )
    keep = Checkpoints(
        reporter, place, identity, int(config.get("checkpoint_steps", 100)), float(config.get("checkpoint_seconds", 20))
    )
    return [lambda training: show_progress(training, reporter), measure, keep]


def show_progress(training: Training, reporter: Reporter) -> None:
    reporter.progress(training.step, training.total_steps, "Training")


class Metrics:
    """The loss every ``metric_steps``, the validation scores every ``evaluation_steps`` and at the end."""

    def __init__(self, reporter: Reporter, validation: EncodedTexts, metric_steps: int, evaluation_steps: int) -> None:
        self.reporter = reporter
        self.validation = validation
        self.metric_steps = max(1, metric_steps)
        self.evaluation_steps = max(1, evaluation_steps)

    def __call__(self, training: Training) -> None:
        last = training.step == training.total_steps
        evaluates = last or training.step % self.evaluation_steps == 0
        if not (evaluates or training.step % self.metric_steps == 0):
            return
        values: dict[str, Any] = {
            "loss": float(np.mean(training.losses)),
            "learning_rate": training.rate() * training.candidate.body_rate,
            "seconds": round(training.seconds, 3),
        }
        training.losses = []
        if evaluates:
            logits = predict_logits(training.classifier, self.validation, training.compute)
            values |= validation_scores(np.asarray(self.validation.truth), logits)
        self.reporter.emit("metric", step=training.step, epoch=round(training.epoch, 4), **values)


class Checkpoints:
    """Save every ``steps``, at most ``seconds`` apart, and when told to stop."""

    def __init__(self, reporter: Reporter, place: Path, identity: str, steps: int, seconds: float) -> None:
        self.reporter = reporter
        self.place = place
        self.identity = identity
        self.steps = max(1, steps)
        self.seconds = seconds
        self._saved_at = time.monotonic()

    def __call__(self, training: Training) -> None:
        late = time.monotonic() - self._saved_at >= self.seconds
        if self.reporter.stop_requested or late or training.step % self.steps == 0:
            self._save(training)
        if self.reporter.stop_requested:
            raise Stopped

    def _save(self, training: Training) -> None:
        found = training.checkpoint()
        position = {**found.position, "identity": self.identity}
        checkpoints.save(self.place, Checkpoint(found.step, found.tensors, position))
        self._saved_at = time.monotonic()


def validation_scores(truth: np.ndarray, logits: np.ndarray) -> dict[str, float]:
    """Accuracy, macro F1 and mean log loss of logits (N, L) against places of labels (N,)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probability = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    scores = scores_of(confusion_matrix(truth, logits.argmax(axis=1), logits.shape[1]))
    return {
        "validation_accuracy": scores.accuracy,
        "validation_macro_f1": scores.macro_f1,
        "validation_loss": float(-log_probability[np.arange(len(truth)), truth].mean()),
    }
