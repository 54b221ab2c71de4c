"""Write a classifier as one ONNX graph with all that serving needs beside it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from trimtab.learning.classifier import Classifier, merged
from trimtab.learning.encoders import file_sha256
from trimtab.learning.errors import UnusableModel
from trimtab.learning.text_encoder import Tokens

OPSET = 18
FORMAT = 1
LARGEST_DIFFERENCE = 1e-3


class _Serving(nn.Module):
    """Only tensors in, only logits out, as a graph wants it."""

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.classifier(input_ids, attention_mask)


def export_model(
    classifier: Classifier, tokens: Tokens, labels: Sequence[str], folder: Path, *, about: dict[str, Any] | None = None
) -> Path:
    """model.onnx (float32, tokens to logits), tokenizer.json, labels.json and manifest.json in ``folder``, or nothing.

    Low-rank additions are merged into ``classifier``, which is left on the CPU in evaluation mode.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write_graph(merged(classifier).cpu().float().eval(), draft / "model.onnx")
        tokens.tokenizer.save(str(draft / "tokenizer.json"))
        (draft / "labels.json").write_text(json.dumps(list(labels), ensure_ascii=False), "utf-8")
        files = {path.name: file_sha256(path) for path in sorted(draft.iterdir())}
        manifest = {
            "format": FORMAT,
            "max_tokens": tokens.max_tokens,
            "pad_id": tokens.pad_id,
            "files": files,
            **(about or {}),
        }
        (draft / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
        draft.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def size_mb(folder: Path) -> float:
    """Megabytes (10^6 bytes) of all that must be deployed."""
    return sum(path.stat().st_size for path in folder.iterdir()) / 1e6


def check_agreement(ours: np.ndarray, served: np.ndarray) -> float:
    """The largest difference between two logit arrays (N, L). Raises ``UnusableModel`` above a thousandth."""
    largest = float(np.abs(ours - served).max(initial=0.0))
    if largest > LARGEST_DIFFERENCE:
        raise UnusableModel(
            "export_differs",
            "The exported model's scores differ from the trained one's by up to %(largest).4g.",
            "Report this with the run's configuration; the model was not released.",
            largest=largest,
        )
    return largest


def _write_graph(classifier: Classifier, path: Path) -> None:
    ids = torch.ones(2, 8, dtype=torch.int64)
    # The tracer speaks of shapes it has fixed; the agreement test at other shapes is what says whether that is so.
    with warnings.catch_warnings(), _quiet(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Serving(classifier),
            (ids, torch.ones_like(ids)),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask")}
            | {"logits": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )


@contextlib.contextmanager
def _quiet() -> Any:
    """The exporter prints to stdout, which belongs to the events."""
    level = logging.getLogger("torch.onnx").level
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        try:
            yield
        finally:
            logging.getLogger("torch.onnx").setLevel(level)
