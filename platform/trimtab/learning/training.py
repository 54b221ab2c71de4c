"""The training loop: short, and able to stop at any step and go on as if it had not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from trimtab.learning.batches import padded, shuffled_batches, sorted_batches
from trimtab.learning.candidates import FullFineTune, LoraFineTune
from trimtab.learning.checkpoints import Checkpoint
from trimtab.learning.classifier import Classifier
from trimtab.learning.device import Compute

LARGEST_GRADIENT = 1.0
_OPTIMIZER_PARTS = ("exp_avg", "exp_avg_sq", "step")


@dataclass(frozen=True)
class EncodedTexts:
    """N token rows with their labels' places, and the id that fills short rows."""

    rows: Sequence[Sequence[int]]
    truth: Sequence[int]
    pad_id: int


class Training:
    """One run over ``data``. ``step`` counts finished steps; ``losses`` are those since a callback last took them."""

    def __init__(
        self, classifier: Classifier, data: EncodedTexts, candidate: FullFineTune | LoraFineTune, compute: Compute
    ) -> None:
        self.classifier = classifier.to(compute.device)
        self.data = data
        self.candidate = candidate
        self.compute = compute
        self.steps_per_epoch = ceil(len(data.rows) / candidate.batch_size)
        self.total_steps = max(1, ceil(candidate.epochs * self.steps_per_epoch))
        self.step = 0
        self.losses: list[float] = []
        self.seconds_before = 0.0
        self._started = time.monotonic()
        self._lengths = [len(row) for row in data.rows]
        self._order: tuple[int, list[list[int]]] = (-1, [])
        self._optimizer = _optimizer(self.classifier, candidate)
        torch.manual_seed(candidate.seed)

    @property
    def epoch(self) -> float:
        return self.step / self.steps_per_epoch

    @property
    def seconds(self) -> float:
        """Of training, over all attempts."""
        return self.seconds_before + time.monotonic() - self._started

    def run(self, callbacks: Sequence[Callable[[Training], None]]) -> None:
        """Until the last step; after each step every callback is called, and may raise to stop."""
        self._started = time.monotonic()
        while self.step < self.total_steps:
            self._advance()
            for callback in callbacks:
                callback(self)

    def rate(self) -> float:
        """The share of the full learning rates at this step: up linearly, then down to 0."""
        warm = self.candidate.warm_up * self.total_steps
        if self.step < warm:
            return (self.step + 1) / (warm + 1)
        return (self.total_steps - self.step) / max(1.0, self.total_steps - warm)

    def _advance(self) -> None:
        self.classifier.train()
        chosen = self._batch()
        ids, mask = padded([self.data.rows[index] for index in chosen], self.data.pad_id, self.compute.device)
        truth = torch.tensor([self.data.truth[index] for index in chosen], device=self.compute.device)
        for group in self._optimizer.param_groups:
            group["lr"] = group["full_rate"] * self.rate()
        with self.compute.autocast():
            logits = self.classifier(ids, mask)
        loss = cross_entropy(logits.float(), truth)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.classifier.trainable().values(), LARGEST_GRADIENT)
        self._optimizer.step()
        self.losses.append(float(loss.detach()))
        self.step += 1

    def _batch(self) -> list[int]:
        epoch, place = divmod(self.step, self.steps_per_epoch)
        if self._order[0] != epoch:
            size, seed = self.candidate.batch_size, self.candidate.seed
            self._order = (epoch, shuffled_batches(self._lengths, size, seed=seed, epoch=epoch))
        return self._order[1][place]

    def checkpoint(self) -> Checkpoint:
        """Everything that decides the steps to come; batches are decided by the step and the seed alone."""
        tensors: dict[str, torch.Tensor] = {"random.cpu": torch.get_rng_state()}
        if self.compute.device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self.compute.device)
        for name, parameter in self.classifier.trainable().items():
            tensors[f"weight.{name}"] = parameter.data
            for part in _OPTIMIZER_PARTS:
                if part in self._optimizer.state[parameter]:
                    tensors[f"{part}.{name}"] = self._optimizer.state[parameter][part]
        position = {"losses": self.losses, "seconds": self.seconds, "precision": self.compute.precision}
        return Checkpoint(self.step, tensors, position)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Stand exactly where ``checkpoint`` was taken."""
        tensors = checkpoint.tensors
        for name, parameter in self.classifier.trainable().items():
            parameter.data.copy_(tensors[f"weight.{name}"])
            state = {part: tensors[f"{part}.{name}"] for part in _OPTIMIZER_PARTS if f"{part}.{name}" in tensors}
            if state:
                self._optimizer.state[parameter] = {key: value.to(parameter.device) for key, value in state.items()}
        torch.set_rng_state(tensors["random.cpu"])
        if self.compute.device.type == "cuda" and "random.cuda" in tensors:
            torch.cuda.set_rng_state(tensors["random.cuda"], self.compute.device)
        self.step = checkpoint.step
        self.losses = list(checkpoint.position["losses"])
        self.seconds_before = float(checkpoint.position["seconds"])


def predict_logits(
    classifier: Classifier, data: EncodedTexts, compute: Compute, *, on_batch: Callable[[int], None] = lambda done: None
) -> np.ndarray:
    """Logits of all rows in their order, float32 (N, L); leaves the random state as it was."""
    classifier.eval()
    out = np.zeros((len(data.rows), classifier.head.out_features), dtype=np.float32)
    done = 0
    with torch.inference_mode(), compute.autocast():
        for chosen in sorted_batches([len(row) for row in data.rows], 64):
            ids, mask = padded([data.rows[index] for index in chosen], data.pad_id, compute.device)
            out[chosen] = classifier(ids, mask).float().cpu().numpy()
            done += len(chosen)
            on_batch(done)
    return out


def _optimizer(classifier: Classifier, candidate: FullFineTune | LoraFineTune) -> torch.optim.Optimizer:
    """AdamW with the head's rate far above the body's, and no decay of biases and norms."""
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in classifier.trainable().items():
        groups.setdefault((name.startswith("head."), parameter.ndim > 1), []).append(parameter)
    described = [
        {
            "params": parameters,
            "full_rate": candidate.head_rate if is_head else candidate.body_rate,
            "weight_decay": candidate.weight_decay if decays else 0.0,
        }
        for (is_head, decays), parameters in groups.items()
    ]
    return torch.optim.AdamW(described, lr=0.0, betas=(0.9, 0.99), fused=True)
