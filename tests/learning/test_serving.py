"""From a trained run to answers: export, predictor, evaluator."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as oracle

from trimtab.learning import evaluator, trainer
from trimtab.learning.dataset import read
from trimtab.learning.errors import UnusableModel
from trimtab.learning.predictor import LONGEST_TEXT_CHARACTERS, Predictor
from trimtab.learning.reporting import Reporter

KINDS = {
    "frozen_head": {"kind": "frozen_head"},
    "full": {"kind": "full", "epochs": 1, "batch_size": 16},
    "lora": {"kind": "lora", "epochs": 1, "batch_size": 16, "rank": 4, "body_rate": 1e-2},
}
TEXTS = ["refund my money please", "password reset", "", "a " * 400 + "csv export", "退款", "price \ud800"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory, tiny_encoder, data_folder) -> dict[str, Path]:
    """One trained run of each kind."""
    folders = {}
    for name, candidate in KINDS.items():
        folder = tmp_path_factory.mktemp(name)
        config = {"encoder": str(tiny_encoder), "data_folder": str(data_folder), "device": "cpu", "threads": 1}
        result = trainer.work(folder, {**config, "candidate": candidate}, Reporter(folder))
        (folder / "result.json").write_text(json.dumps(result))
        folders[name] = folder
    return folders


@pytest.fixture
def model(runs, tmp_path) -> Path:
    """A copy of a model folder that a test may damage."""
    return Path(shutil.copytree(runs["frozen_head"] / "model", tmp_path / "model"))


@pytest.mark.parametrize("kind", KINDS)
def test_served_scores_equal_the_trained_models(runs, kind, tiny_encoder):
    """Oracle: the saved weights put into torch again, without the exported graph."""
    import torch
    from safetensors.torch import load_file

    from trimtab.learning.candidates import candidate_from
    from trimtab.learning.classifier import Classifier, prepare
    from trimtab.learning.device import Compute
    from trimtab.learning.text_encoder import Tokens, load_body
    from trimtab.learning.training import EncodedTexts, predict_logits

    tokens = Tokens(tiny_encoder, 128)
    classifier = prepare(Classifier(load_body(tiny_encoder, 128), 6), candidate_from(KINDS[kind]))
    trained = load_file(runs[kind] / "weights" / "trained.safetensors")
    left = classifier.load_state_dict(trained, strict=False)
    assert not left.unexpected_keys
    rows = EncodedTexts(tokens.rows(TEXTS), [0] * len(TEXTS), tokens.pad_id)
    expected = predict_logits(classifier, rows, Compute(torch.device("cpu"), "float32"))
    np.testing.assert_allclose(Predictor(runs[kind] / "model").logits(TEXTS), expected, atol=2e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_run_reports_its_agreement_and_its_size(runs, kind):
    result = json.loads((runs[kind] / "result.json").read_text())
    assert result["onnx_largest_difference"] < 1e-3
    on_disk = sum(path.stat().st_size for path in (runs[kind] / "model").iterdir())
    assert result["size_mb"] == pytest.approx(on_disk / 1e6)
    assert result["labels"] == Predictor(runs[kind] / "model").labels


def test_a_prediction_does_not_depend_on_its_neighbours(runs):
    predictor = Predictor(runs["full"] / "model")
    together = predictor.probabilities(TEXTS)
    alone = np.concatenate([predictor.probabilities([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-5)


def test_predictions_name_the_likeliest_labels_in_order(runs):
    predictor = Predictor(runs["frozen_head"] / "model")
    (prediction,) = predictor.predict(["password reset email"], top=3)
    probabilities = [probability for _, probability in prediction.top]
    assert (prediction.label, prediction.probability) == prediction.top[0]
    assert probabilities == sorted(probabilities, reverse=True)
    assert len(prediction.top) == 3
    assert predictor.predict([]) == []


def test_threads_share_a_predictor(runs):
    predictor = Predictor(runs["frozen_head"] / "model")
    expected = [prediction.label for prediction in predictor.predict(TEXTS)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: [p.label for p in predictor.predict(TEXTS)], range(40)))
    assert answers == [expected] * 40


def test_a_very_long_text_is_cut_not_refused(runs):
    predictor = Predictor(runs["frozen_head"] / "model")
    long = "refund " * LONGEST_TEXT_CHARACTERS
    assert predictor.predict([long])[0].label == predictor.predict([long[:LONGEST_TEXT_CHARACTERS]])[0].label


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "labels.json"])
def test_a_changed_file_is_refused(model, name):
    (model / name).write_bytes((model / name).read_bytes() + b" ")
    with pytest.raises(UnusableModel) as refused:
        Predictor(model)
    assert refused.value.code == "model_changed"
    assert refused.value.params == {"file": name}


def test_a_folder_without_a_manifest_is_refused(model):
    (model / "manifest.json").unlink()
    with pytest.raises(UnusableModel) as refused:
        Predictor(model)
    assert refused.value.code == "model_incomplete"


def test_serving_never_imports_torch(runs):
    program = (
        "import sys\nfrom trimtab.learning.predictor import Predictor\n"
        f"print(Predictor({str(runs['full'] / 'model')!r}).predict(['refund my money'])[0].label)\n"
        "assert not {'torch', 'transformers', 'sklearn'} & set(sys.modules), 'heavy'"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_light_modules_never_import_torch():
    names = "dataset candidates process clustering naming evaluation metrics errors encoders evaluator"
    program = "import sys\n" + "".join(f"import trimtab.learning.{name}\n" for name in names.split())
    program += "assert not {'torch', 'transformers', 'django'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def evaluated(runs, tmp_path_factory, data_folder) -> tuple[dict, Path]:
    folder = tmp_path_factory.mktemp("evaluation")
    config = {
        "candidates": {name: str(run / "model") for name, run in runs.items()},
        "data_folder": str(data_folder),
        "draws": 200,
        "latency_requests": 30,
        "price_per_cpu_hour": 0.05,
    }
    return evaluator.work(folder, config, Reporter(folder)), folder


def test_the_evaluation_equals_scikit_learn_on_the_predictors_answers(evaluated, runs, data_folder):
    result, _ = evaluated
    test = read(data_folder).test
    assert result["items"] == len(test)
    truth = [example.label for example in test]
    for name, found in result["candidates"].items():
        predicted = [p.label for p in Predictor(runs[name] / "model").predict([example.text for example in test])]
        assert found["accuracy"] == pytest.approx(oracle.accuracy_score(truth, predicted))
        assert found["macro_f1"] == pytest.approx(oracle.f1_score(truth, predicted, average="macro", zero_division=0))
        assert found["confusion"] == oracle.confusion_matrix(truth, predicted, labels=result["labels"]).tolist()


def test_the_draws_are_those_the_forecast_needs(evaluated):
    result, folder = evaluated
    with np.load(folder / result["draws_file"]) as draws:
        for name, found in result["candidates"].items():
            for key in ("accuracy", "macro_f1", "micro_f1", "latency_ms", "cost_per_1000"):
                assert draws[f"{name}/{key}"].shape == (200,)
            assert draws[f"{name}/recall"].shape == (200, 6)
            assert draws[f"{name}/accuracy"].mean() == pytest.approx(found["accuracy"], abs=0.03)
            assert draws[f"{name}/cost_per_1000"].mean() == pytest.approx(found["cost_per_1000"], rel=0.2)
            assert found["latency_p50_ms"] <= found["latency_p95_ms"]


def test_candidates_meet_the_same_resamples(evaluated, runs, tmp_path, data_folder):
    model = str(runs["full"] / "model")
    config = {"candidates": {"a": model, "b": model}, "data_folder": str(data_folder), "draws": 50}
    evaluator.work(tmp_path, {**config, "latency_requests": 2}, Reporter(tmp_path))
    with np.load(tmp_path / "draws.npz") as draws:
        np.testing.assert_array_equal(draws["a/macro_f1"], draws["b/macro_f1"])
