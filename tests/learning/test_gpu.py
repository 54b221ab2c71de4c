"""The same public interface on a GPU, where this machine has one."""

from __future__ import annotations

import pytest

from trimtab.learning.predictor import Predictor
from trimtab.learning.process import run_subprocess

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="No GPU on this machine.")

FULL = {"kind": "full", "epochs": 8, "batch_size": 8, "body_rate": 1e-3, "head_rate": 1e-2, "train_embeddings": True}
LORA = {"kind": "lora", "epochs": 8, "batch_size": 8, "body_rate": 1e-2, "head_rate": 1e-2, "rank": 8}
FROZEN = {"kind": "frozen_head"}
MODULE = "trimtab.learning.trainer"


@pytest.mark.parametrize("candidate", [FROZEN, FULL, LORA], ids=["frozen_head", "full", "lora"])
def test_each_kind_trains_on_the_gpu_and_serves_on_the_cpu(run_folder, candidate):
    folder = run_folder("run", candidate, device="auto")
    outcome = run_subprocess(MODULE, folder, on_event=lambda event: None, should_stop=lambda: False)
    assert outcome.state == "succeeded", outcome.error
    assert outcome.result["device"] == "cuda"
    assert outcome.result["validation"]["accuracy"] >= 0.7
    assert outcome.result["onnx_largest_difference"] < 1e-3
    assert len(Predictor(folder / "model").predict(["refund my money", "password reset"])) == 2


def test_a_run_stopped_on_the_gpu_goes_on_and_finishes(run_folder):
    folder = run_folder("run", FULL, device="cuda", metric_steps=1, checkpoint_steps=4)
    events: list[dict] = []

    def should_stop() -> bool:
        return any(event["event"] == "metric" and event["step"] >= 6 for event in events)

    stopped = run_subprocess(MODULE, folder, on_event=events.append, should_stop=should_stop, poll_seconds=0.01)
    assert stopped.exit_code == 3
    resumed = run_subprocess(MODULE, folder, on_event=lambda event: None, should_stop=lambda: False)
    assert resumed.state == "succeeded", resumed.error
    assert resumed.result["resumed_at_step"] >= 6
    assert resumed.result["validation"]["accuracy"] >= 0.9
