"""Serve an exported classifier on the CPU; needs numpy, onnxruntime and tokenizers, and never torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from trimtab.learning.errors import UnusableModel

LONGEST_TEXT_CHARACTERS = 20_000
BATCH = 32


@dataclass(frozen=True)
class Prediction:
    """The likeliest label of a text, its probability (0..1), and the best few labels with theirs, best first."""

    label: str
    probability: float
    top: list[tuple[str, float]]


class Predictor:
    """A model folder opened for serving; may be shared by threads.

    The hashes in ``manifest.json`` are checked once, here; an altered file raises ``UnusableModel``.
    """

    def __init__(self, folder: Path | str, *, threads: int = 1) -> None:
        self.folder = Path(folder)
        self.manifest = verified_manifest(self.folder)
        self.labels: list[str] = json.loads((self.folder / "labels.json").read_text("utf-8"))
        self._tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(int(self.manifest["max_tokens"]))
        self._tokenizer.no_padding()
        self._pad_id = int(self.manifest["pad_id"])
        self._session = onnxruntime.InferenceSession(
            str(self.folder / "model.onnx"), _session_options(threads), providers=["CPUExecutionProvider"]
        )

    def predict(self, texts: Sequence[str], *, top: int = 3) -> list[Prediction]:
        """One prediction per text, in order; an empty text is answered too (from its empty encoding)."""
        return [self._prediction(row, top) for row in self.probabilities(texts)]

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Softmax of ``logits``: (N, L), rows sum to 1."""
        scores = self.logits(texts)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)

    def logits(self, texts: Sequence[str]) -> np.ndarray:
        """Scores before the softmax: float32 (N, L). Texts are grouped by length, so padding costs little."""
        encodings = self._tokenizer.encode_batch([readable(text) for text in texts])
        ids = [encoding.ids for encoding in encodings]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        scores = np.zeros((len(ids), len(self.labels)), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            scores[chosen] = self._run([ids[index] for index in chosen])
        return scores

    def _run(self, ids: list[list[int]]) -> np.ndarray:
        width = max(1, *(len(row) for row in ids))
        padded = np.full((len(ids), width), self._pad_id, dtype=np.int64)
        mask = np.zeros((len(ids), width), dtype=np.int64)
        for index, row in enumerate(ids):
            padded[index, : len(row)] = row
            mask[index, : len(row)] = 1
        return np.asarray(self._session.run(["logits"], {"input_ids": padded, "attention_mask": mask})[0])

    def _prediction(self, probabilities: np.ndarray, top: int) -> Prediction:
        best = np.argsort(-probabilities, kind="stable")[: max(1, top)]
        ranked = [(self.labels[index], float(probabilities[index])) for index in best]
        return Prediction(label=ranked[0][0], probability=ranked[0][1], top=ranked)


def readable(text: str) -> str:
    """The text cut at 20,000 characters; halves of surrogate pairs, which no tokenizer can read, become "?"."""
    return text[:LONGEST_TEXT_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def verified_manifest(folder: Path) -> dict[str, Any]:
    """The folder's manifest after each file that it names was found with the sha256 that it names."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        named = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableModel(
            "model_incomplete", "The model folder has no readable manifest.", "Export or deploy the model again."
        ) from error
    for name in ("model.onnx", "tokenizer.json", "labels.json"):
        if named.get(name) != _sha256(folder / name):
            raise UnusableModel(
                "model_changed",
                "The file %(file)s is missing or is not the one that was exported.",
                "Export or deploy the model again.",
                file=name,
            )
    return manifest


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _session_options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options
