"""Numbers of a real small training, each against a recomputation or a value by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support

from apps.estimates import selectors as estimates
from apps.modellab import comparison, incumbent, selectors, services, today
from apps.modellab.models import Candidate, LabelledSet, TrainingRun
from apps.modellab.run_folders import artefact_folder, log_tail, run_folder
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace
from tests.modellab.conftest import QUICK, as_csv, made_rows
from trimtab.learning import dataset, evaluation

pytestmark = pytest.mark.slow


def held_out(run: TrainingRun) -> tuple[list[dataset.Example], list[dict]]:
    folder = run_folder(run)
    return dataset.read(folder / "data").test, json.loads((folder / "today.json").read_text())


def test_todays_scores_are_those_of_scikit_learn_on_the_held_out_answers(
    finished_run: TrainingRun, by_method: dict[str, Candidate]
) -> None:
    held, answers = held_out(finished_run)
    rows = {row["text"]: row["predicted_today"] for row in made_rows()}
    truth, predicted = [example.label for example in held], [answer["predicted"] for answer in answers]
    assert predicted == [rows[example.text] for example in held]
    report = by_method["today"].report
    assert report["accuracy"] == pytest.approx(np.mean([t == p for t, p in zip(truth, predicted, strict=True)]))
    assert report["macro_f1"] == pytest.approx(f1_score(truth, predicted, average="macro"))
    expected = precision_recall_fscore_support(truth, predicted, labels=report["labels"], zero_division=0)
    got = [[row[name] for row in report["per_class"]] for name in ("precision", "recall", "f1", "support")]
    assert np.allclose(got, expected)
    assert report["latency_p50_ms"] == pytest.approx(np.median([answer["latency_ms"] for answer in answers]))
    assert sum(count for _i, _j, count in report["confusion"]) == len(held) == report["items"]


def test_all_candidates_and_todays_model_meet_the_same_resamples(finished_run: TrainingRun) -> None:
    folder = run_folder(finished_run) / "evaluation"
    arrays, answers = np.load(folder / "draws.npz"), np.load(folder / "predictions.npz")
    truth = answers["truth"]
    counts = evaluation.resample_counts(len(truth), 2000, np.random.default_rng(finished_run.seed))
    ours = today.resampled_scores(truth, answers["full/predicted"], 6, counts)
    for name in ("accuracy", "macro_f1"):
        assert np.allclose(arrays[f"full/{name}"], ours[name])
    lines = {line.candidate.method: line for line in comparison.compare(finished_run)}
    gap = estimates.draws(lines["full"].estimate)["accuracy"] - estimates.draws(lines["today"].estimate)["accuracy"]
    shown = lines["full"].against_today["accuracy"]
    assert shown.figure.median == pytest.approx(np.median(gap))
    assert shown.p_better == pytest.approx((gap > 0).mean() + 0.5 * (gap == 0).mean())
    assert lines["today"].against_today == {}


def test_an_answer_that_is_no_label_is_wrong_and_takes_nothing_from_other_labels() -> None:
    # By hand: truth 0 0 1 1, answers 0 2 1 2 of two labels: F1 of each is 2*1/(2+1) = 2/3, accuracy 1/2.
    truth, predicted = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 2])
    counts = np.ones((1, 4), dtype=np.uint16)
    found = today.tested(truth, predicted, np.array([]), {}, ["a", "b"], counts, np.random.default_rng(0))
    assert found.report["accuracy"] == found.draws["accuracy"][0] == 0.5
    assert found.report["macro_f1"] == pytest.approx(2 / 3)
    assert found.draws["macro_f1"][0] == pytest.approx(2 / 3)
    assert found.stated == ["latency_p50_ms", "latency_p95_ms", "cost_per_1000"]


def test_what_is_typed_of_todays_model_is_drawn_with_the_stated_spread() -> None:
    facts = {"accuracy": 0.8, "latency_p50_ms": 820, "latency_p95_ms": 1900, "cost_per_1000": 1.9}
    draws = today.typed(facts, 20_000, np.random.default_rng(1)).draws
    assert draws["accuracy"].mean() == pytest.approx(0.8, abs=0.002)
    assert draws["accuracy"].std() == pytest.approx(today.ACCURACY_SPREAD, rel=0.05)
    assert np.median(draws["cost_per_1000"]) == pytest.approx(1.9, rel=0.01)


def test_estimates_are_tested_and_stand_on_the_labelled_set(
    workspace: Workspace, finished_run: TrainingRun, by_method: dict[str, Candidate]
) -> None:
    for candidate in by_method.values():
        estimate = estimates.current(workspace, "modellab.evaluation", str(candidate.pk))
        assert (estimate.grade, estimate.parameters["subject_label"]) == ("tested", candidate.name)
        assert set(estimates.draws(estimate)) == {"accuracy", "macro_f1", "micro_f1", "latency_ms", "cost_per_1000"}
        assert {len(values) for values in estimates.draws(estimate).values()} == {2000}
        assert [item.kind for item in estimates.inputs(estimate)] == ["labelled_set", "training_run"]
        assert not estimates.staleness(estimate).stale
        figures = estimate.figures
        assert figures["cost_per_1000"]["unit"] == "USD per 1000 requests"
        assert figures["accuracy"]["low"] <= candidate.report["accuracy"] <= figures["accuracy"]["high"]
    cost, mean_ms = by_method["full"].report["cost_per_1000"], by_method["full"].report["latency_p50_ms"]
    # 5 cents an hour: 1,000 requests of m milliseconds cost 1000 * m / 3.6e6 * 0.05.
    assert cost == pytest.approx(1000 * mean_ms / 3.6e6 * 0.05, rel=1.0)


def test_a_typed_accuracy_is_graded_assumed_and_can_be_restated(workspace: Workspace, finish) -> None:
    columns = ("text", "label", "predicted_today", "latency_today_ms")
    found = services.upload_set(
        workspace=workspace,
        file=as_csv(made_rows(), *columns),
        actor=None,
        columns={"text": "text", "label": "label"},
    )
    run, _job = services.start_run(workspace=workspace, labelled_set=found, actor=None, parameters=QUICK)
    finish(run)
    assert not run.candidates.filter(method="today").exists()
    facts = {"accuracy": 0.8, "latency_p50_ms": 820, "latency_p95_ms": 1900, "cost_per_1000": 1.9}
    incumbent.set_today(labelled_set=found, actor=None, **facts)
    candidate = run.candidates.get(method="today")
    estimate = selectors.evaluation(candidate)
    assert estimate.grade == "assumed"
    assert estimate.figures["accuracy"]["median"] == pytest.approx(0.8, abs=0.01)
    assert candidate.report["stated"] == []
    incumbent.set_today(labelled_set=found, actor=None, accuracy=0.9)
    assert selectors.evaluation(candidate).version == 2
    with pytest.raises(Refused):
        incumbent.set_today(labelled_set=found, actor=None, accuracy=80)


def test_stating_the_cost_keeps_the_tested_scores(labelled_set: LabelledSet, by_method: dict[str, Candidate]) -> None:
    before = estimates.draws(selectors.evaluation(by_method["today"]))
    incumbent.set_today(labelled_set=labelled_set, actor=None, cost_per_1000=1.9)
    after = selectors.evaluation(by_method["today"])
    assert after.grade == "tested"
    assert np.array_equal(before["accuracy"], estimates.draws(after)["accuracy"])
    assert np.array_equal(before["latency_ms"], estimates.draws(after)["latency_ms"])
    assert after.figures["cost_per_1000"]["median"] == pytest.approx(1.9, rel=0.02)


def test_curves_have_each_step_once_and_the_log_tells_the_attempt(finished_run: TrainingRun) -> None:
    losses = selectors.metrics(finished_run).filter(candidate="full", name="loss")
    assert [point.step for point in losses] == [1, 2, 3, 4]
    assert any("Attempt 1 begins." in line for line in log_tail(finished_run))


def test_a_run_is_deleted_with_its_files_and_its_estimates_are_no_longer_current(
    workspace: Workspace, finished_run: TrainingRun, by_method: dict[str, Candidate], django_capture_on_commit_callbacks
) -> None:
    folder = artefact_folder(by_method["full"])
    assert folder.is_dir()
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_run(run=finished_run)
    assert not folder.exists()
    assert not estimates.current_of_kind(workspace, "modellab.evaluation").exists()
