"""A run that was stopped and goes on is the run that was not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from trimtab.learning import checkpoints
from trimtab.learning.candidates import FrozenHead, FullFineTune, LoraFineTune, candidate_from, to_dict
from trimtab.learning.errors import CannotTrain
from trimtab.learning.linear_head import fit_head
from trimtab.learning.process import Outcome, run_subprocess
from trimtab.learning.reporting import Reporter, Stopped
from trimtab.learning.trainer import work

FULL = {"kind": "full", "epochs": 2, "batch_size": 8, "body_rate": 1e-3, "seed": 11}
LORA = {"kind": "lora", "epochs": 2, "batch_size": 8, "rank": 4, "alpha": 8, "seed": 11}
EVERY_STEP = {"metric_steps": 1, "evaluation_steps": 10, "checkpoint_steps": 4}


class Told(Reporter):
    """Remembers its events, and asks to stop once ``stop_at`` steps were reported."""

    def __init__(self, folder: Path, stop_at: int | None) -> None:
        super().__init__(folder)
        self.events: list[dict] = []
        self.stop_at = stop_at

    def emit(self, event: str, **values) -> None:
        super().emit(event, **values)
        self.events.append({"event": event, **values})
        if self.stop_at is not None and event == "metric" and values["step"] >= self.stop_at:
            self.request_stop()


def train(folder: Path, stop_at: int | None = None) -> tuple[dict | None, list[dict]]:
    """The trainer's work in this process: its result, or None where it was stopped."""
    reporter = Told(folder, stop_at)
    try:
        return work(folder, json.loads((folder / "config.json").read_text()), reporter), reporter.events
    except Stopped:
        return None, reporter.events


def start(folder: Path, stop_at: int | None = None) -> tuple[Outcome, list[dict]]:
    """The trainer as a process of its own, stopped by a signal."""
    events: list[dict] = []

    def should_stop() -> bool:
        return stop_at is not None and any(e["event"] == "metric" and e["step"] >= stop_at for e in events)

    module = "trimtab.learning.trainer"
    outcome = run_subprocess(
        module, folder, on_event=events.append, should_stop=should_stop, poll_seconds=0.01, threads=1
    )
    return outcome, events


def curve(folder: Path) -> dict[int, float]:
    lines = (folder / "events.jsonl").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    return {event["step"]: event["loss"] for event in events if event["event"] == "metric" and "loss" in event}


def assert_same_weights(one: Path, other: Path) -> None:
    first, second = (load_file(folder / "weights" / "trained.safetensors") for folder in (one, other))
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


@pytest.mark.parametrize("candidate", [FULL, LORA], ids=["full", "lora"])
def test_a_stopped_run_goes_on_to_exactly_the_same_weights_and_losses(run_folder, candidate):
    unbroken, broken = (run_folder(name, candidate, **EVERY_STEP) for name in ("unbroken", "broken"))
    train(unbroken)
    assert train(broken, stop_at=6)[0] is None
    assert train(broken)[0]["resumed_at_step"] == 6
    assert_same_weights(unbroken, broken)
    assert curve(unbroken) == curve(broken)


def test_a_process_told_to_stop_saves_leaves_and_goes_on_where_it_stood(run_folder):
    folder = run_folder("run", FULL, **EVERY_STEP)
    stopped, _ = start(folder, stop_at=6)
    assert (stopped.state, stopped.exit_code) == ("cancelled", 3)
    assert not (folder / "result.json").exists()
    resumed, events = start(folder)
    assert resumed.state == "succeeded"
    assert resumed.result["resumed_at_step"] >= 6
    assert events[-1] == {"event": "result", "result": resumed.result}
    again, events = start(folder)
    assert again.result == resumed.result
    assert [event["event"] for event in events] == ["result"]


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(run_folder):
    unbroken, broken = (run_folder(name, FULL, **EVERY_STEP) for name in ("unbroken", "broken"))
    train(unbroken)
    train(broken, stop_at=10)
    place = broken / "checkpoints"
    older, newest = sorted(path.name for path in place.iterdir())
    tensors = place / newest / "tensors.safetensors"
    damaged = bytearray(tensors.read_bytes())
    damaged[-1] ^= 1
    tensors.write_bytes(damaged)
    resumed, _ = train(broken)
    assert resumed["resumed_at_step"] == int(older.removeprefix("step-"))
    assert_same_weights(unbroken, broken)


def test_a_checkpoint_of_another_run_is_not_taken_up(run_folder):
    one, other = run_folder("one", FULL, **EVERY_STEP), run_folder("other", {**FULL, "seed": 12}, **EVERY_STEP)
    train(one, stop_at=6)
    shutil.copytree(one / "checkpoints", other / "checkpoints")
    assert train(other)[0]["resumed_at_step"] == 0


def test_two_checkpoints_are_kept_and_no_draft(tmp_path):
    import torch

    for step in (1, 2, 3):
        checkpoints.save(tmp_path, checkpoints.Checkpoint(step, {"a": torch.ones(2)}, {"losses": []}))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-00000002", "step-00000003"]
    assert checkpoints.latest(tmp_path).step == 3


def test_a_half_written_checkpoint_does_not_count(tmp_path):
    import torch

    checkpoints.save(tmp_path, checkpoints.Checkpoint(1, {"a": torch.ones(2)}, {}))
    shutil.copytree(tmp_path / "step-00000001", tmp_path / "step-00000002")
    (tmp_path / "step-00000002" / "manifest.json").unlink()
    assert checkpoints.latest(tmp_path).step == 1


def test_training_learns_and_reports_what_it_did(run_folder):
    result, events = train(
        run_folder("run", {**FULL, "epochs": 8, "head_rate": 1e-2, "train_embeddings": True}, **EVERY_STEP)
    )
    assert result["validation"]["accuracy"] >= 0.9
    progress = [event for event in events if event["event"] == "progress" and event["message"] == "Training"]
    assert progress[-1]["done"] == progress[-1]["of"] == result["steps"]
    scored = [event for event in events if "validation_accuracy" in event]
    assert {"loss", "learning_rate", "seconds", "validation_macro_f1"} <= scored[-1].keys()


def test_weights_are_safetensors_and_nothing_is_pickled(run_folder):
    folder = run_folder("run", FULL, **EVERY_STEP)
    train(folder, stop_at=6)
    train(folder)
    names = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert not names & {".pt", ".pth", ".bin", ".pkl", ".ckpt"}
    assert (folder / "weights" / "trained.safetensors").is_file()


def test_a_wrong_configuration_fails_with_a_code_and_a_remedy(run_folder):
    outcome, _ = start(run_folder("run", {"kind": "magic"}))
    assert (outcome.state, outcome.exit_code) == ("failed", 1)
    assert outcome.error["code"] == "unknown_kind"
    assert outcome.error["remedy"]


@pytest.mark.parametrize("candidate", [FrozenHead(), FullFineTune(epochs=2), LoraFineTune(rank=8)])
def test_a_candidate_survives_json(candidate):
    assert candidate_from(json.loads(json.dumps(to_dict(candidate)))) == candidate


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"kind": "full", "epochs": -1}, "bad_setting"),
        ({"kind": "full", "epochs": "many"}, "bad_setting"),
        ({"kind": "full", "speed": 3}, "unknown_setting"),
        ({"kind": "frozen_head", "inverse_penalties": []}, "bad_setting"),
        ({}, "unknown_kind"),
    ],
)
def test_settings_that_make_no_sense_are_refused(values, code):
    with pytest.raises(CannotTrain) as refused:
        candidate_from(values)
    assert refused.value.code == code


def test_the_head_is_scikit_learns_logistic_regression():
    # Oracle: sklearn 1.9 LogisticRegression on the same standardised features; C here is per item as there.
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 400)
    features = (rng.normal(size=(4, 10))[truth] + rng.normal(size=(400, 10)) * 1.5).astype(np.float32)
    ours = fit_head(features, truth, 4, inverse_penalties=[0.5])
    scaler = StandardScaler().fit(features)
    theirs = LogisticRegression(C=0.5, max_iter=2000, tol=1e-8).fit(scaler.transform(features), truth)
    expected = theirs.predict_proba(scaler.transform(features))
    logits = ours.logits(features)
    found = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_the_penalty_is_chosen_by_the_validation_part():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 60)
    features = (truth[:, None] * 0.8 + rng.normal(size=(60, 40))).astype(np.float32)
    held_truth = rng.integers(0, 2, 400)
    held = (held_truth[:, None] * 0.8 + rng.normal(size=(400, 40))).astype(np.float32)
    found = fit_head(features, truth, 2, inverse_penalties=[1e-3, 1e4], validation=(held, held_truth))
    alone = {c: fit_head(features, truth, 2, inverse_penalties=[c]).logits(held).argmax(1) for c in (1e-3, 1e4)}
    best = max(alone, key=lambda c: (alone[c] == held_truth).mean())
    assert found.inverse_penalty == best
