"""Texts in, unit vectors out, and no work done twice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from trimtab.learning import embedding, features
from trimtab.learning.errors import UnusableData
from trimtab.learning.process import run_subprocess
from trimtab.learning.reporting import Reporter, Stopped


def make(folder: Path, encoder: Path, texts: list, **settings) -> dict:
    (folder / "texts.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts), "utf-8")
    config = {
        "encoder": str(encoder),
        "texts": "texts.jsonl",
        "output": "vectors.npy",
        "device": "cpu",
        "threads": 1,
        "chunk_size": 8,
        **settings,
    }
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return config


def made_texts(count: int) -> list[str]:
    words = ["refund", "password", "slow", "export", "price", "team", "the", "my", "app"]
    return [" ".join(words[(i * k) % 9] for k in range(1, 2 + i % 7)) for i in range(count)]


def test_vectors_are_the_normalised_mean_of_the_token_states(tmp_path, tiny_encoder):
    """Oracle: transformers, one text at a time, no padding."""
    import torch
    from transformers import BertModel, PreTrainedTokenizerFast

    texts = made_texts(20)
    result = embedding.work(tmp_path, make(tmp_path, tiny_encoder, texts), Reporter())
    found = np.load(tmp_path / "vectors.npy")
    assert (result["rows"], result["dimensions"], found.dtype) == (20, 32, np.float32)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(tiny_encoder / "tokenizer.json"))
    body = BertModel.from_pretrained(tiny_encoder).eval()
    with torch.no_grad():
        means = [body(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0) for text in texts]
    expected = torch.nn.functional.normalize(torch.stack(means)).numpy()
    assert (found * expected).sum(axis=1).min() > (0.99999 if result["precision"] == "float32" else 0.999)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_a_stopped_embedding_goes_on_without_repeating_a_chunk(tmp_path, tiny_encoder, monkeypatch):
    config = make(tmp_path, tiny_encoder, [{"text": text} for text in made_texts(40)])
    encoded: list[int] = []
    real = features.encode

    def counting(body, rows, *args, **settings):
        encoded.append(len(rows))
        return real(body, rows, *args, **settings)

    monkeypatch.setattr(features, "encode", counting)
    reporter = Reporter()
    monkeypatch.setattr(reporter, "progress", lambda done, of, message: done >= 16 and reporter.request_stop())
    with pytest.raises(Stopped):
        embedding.work(tmp_path, config, reporter)
    before = sum(encoded)
    assert not (tmp_path / "vectors.npy").exists()
    embedding.work(tmp_path, config, Reporter())
    assert 16 <= before < 40
    assert sum(encoded) <= 40 + 8
    whole = tmp_path / "whole"
    whole.mkdir()
    embedding.work(whole, make(whole, tiny_encoder, made_texts(40)), Reporter())
    np.testing.assert_array_equal(np.load(tmp_path / "vectors.npy"), np.load(whole / "vectors.npy"))
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_it_runs_as_a_process_and_reports_progress(tmp_path, tiny_encoder):
    make(tmp_path, tiny_encoder, made_texts(10))
    events: list[dict] = []
    outcome = run_subprocess(
        "trimtab.learning.embedding", tmp_path, on_event=events.append, should_stop=lambda: False, threads=1
    )
    assert outcome.state == "succeeded"
    assert {"event": "progress", "done": 10, "of": 10, "message": "Reading the texts"} in events
    assert np.load(outcome.result["output"]).shape == (10, 32)


@pytest.mark.parametrize(
    ("lines", "code"), [("", "no_texts"), ("{broken", "texts_unreadable"), ("5\n", "texts_unreadable")]
)
def test_texts_that_cannot_be_read_are_refused(tmp_path, lines, code):
    (tmp_path / "texts.jsonl").write_text(lines)
    with pytest.raises(UnusableData) as refused:
        embedding.read_texts(tmp_path / "texts.jsonl")
    assert refused.value.code == code
