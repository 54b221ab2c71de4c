"""The first candidate on a public data set, at full size."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from trimtab.learning import dataset
from trimtab.learning.predictor import Predictor
from trimtab.learning.process import run_subprocess


def examples(path: Path) -> list[dataset.Example]:
    with path.open(encoding="utf-8", newline="") as file:
        return [dataset.Example(row["text"], row["category"]) for row in csv.DictReader(file)]


@pytest.mark.slow
def test_the_frozen_head_names_92_percent_of_the_banking77_test_right(public_data, encoders_folder, tmp_path):
    # Expected: the same encoder with scikit-learn's LogisticRegression on unit features, C = 8, names .9211 right.
    folder = public_data / "banking77"
    data = dataset.given_split(examples(folder / "train.csv"), None, examples(folder / "test.csv"))
    dataset.write(data, tmp_path / "data")
    config = {
        "encoder": "english",
        "encoders_folder": str(encoders_folder),
        "data_folder": "data",
        "candidate": {"kind": "frozen_head"},
        "device": "cpu",
        "threads": 2,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    outcome = run_subprocess(
        "trimtab.learning.trainer", tmp_path, on_event=lambda event: None, should_stop=lambda: False, threads=2
    )
    assert outcome.state == "succeeded", outcome.error
    answers = Predictor(tmp_path / "model", threads=2).predict([example.text for example in data.test])
    right = [answer.label == example.label for answer, example in zip(answers, data.test, strict=True)]
    assert sum(right) / len(right) >= 0.92
