"""``python -m trimtab.learning.embedding <folder or config.json>``: texts in, unit vectors out. See README.md."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np

from trimtab.learning.device import choose_compute
from trimtab.learning.encoders import choose_encoder, prepare_encoder
from trimtab.learning.errors import UnusableData
from trimtab.learning.features import unit_features
from trimtab.learning.reporting import Reporter, run_entry
from trimtab.learning.text_encoder import Tokens, load_body


def work(folder: Path, config: dict[str, Any], reporter: Reporter) -> dict[str, Any]:
    """Embed what ``config`` names; finished chunks of an earlier attempt are not computed again."""
    started = time.monotonic()
    texts = read_texts(folder / config["texts"])
    name = config.get("encoder", "auto")
    name = choose_encoder(texts) if name == "auto" else name
    encoder = prepare_encoder(name, folder / config.get("encoders_folder", "encoders"))
    compute = choose_compute(config.get("device", "auto"), threads=config.get("threads"))
    max_tokens = int(config.get("max_tokens", 128))
    tokens, body = Tokens(encoder, max_tokens), load_body(encoder, max_tokens).to(compute.device)
    output = folder / config.get("output", "embeddings.npy")
    chunks = output.with_name(f".{output.stem}-chunks")

    def on_rows(done: int) -> None:
        reporter.raise_if_stopped()
        reporter.progress(done, len(texts), "Reading the texts")

    vectors = unit_features(
        body,
        tokens.rows(texts),
        tokens.pad_id,
        compute,
        folder=chunks,
        encoder_key=name,
        chunk_size=int(config.get("chunk_size", 1024)),
        on_rows=on_rows,
    )
    _save(output, vectors)
    shutil.rmtree(chunks, ignore_errors=True)
    return {
        "rows": len(vectors),
        "dimensions": int(vectors.shape[1]),
        "encoder": name,
        "output": str(output),
        "device": compute.device.type,
        "precision": compute.precision,
        "seconds": time.monotonic() - started,
    }


def read_texts(path: Path) -> list[str]:
    """JSON Lines of strings or of objects with a "text". Raises ``UnusableData``: texts_unreadable, no_texts."""
    try:
        with path.open(encoding="utf-8") as file:
            rows = [json.loads(line) for line in file if line.strip()]
        texts = [row if isinstance(row, str) else str(row["text"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableData(
            "texts_unreadable", "The file of texts cannot be read.", "Import the texts again."
        ) from error
    if not texts:
        raise UnusableData("no_texts", "There are no texts to read.", "Import texts first.")
    return texts


def _save(path: Path, vectors: np.ndarray) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        np.save(file, vectors, allow_pickle=False)
    draft.replace(path)


if __name__ == "__main__":
    run_entry(work)
