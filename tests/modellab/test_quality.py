"""What a candidate's errors cost: from its answers through the mapping to the estimate."""

from __future__ import annotations

import numpy as np
import pytest

from apps.estimates import selectors as estimates
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.modellab import incumbent, quality_services, selectors, services
from apps.modellab.models import QualityMapping
from apps.research.models import FeedbackItem, Need, NeedMention
from apps.workspaces.errors import Refused
from tests.modellab.conftest import made_rows
from tests.modellab.drawn import LABELS, by_method, drawn_run, outcome_rows
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db


def weigh(run, **given):
    _mapping, job = quality_services.set_mapping(labelled_set=run.labelled_set, given=given, actor=None)
    assert run_now(job).state == "succeeded"
    return {method: selectors.quality(one) for method, one in by_method(run).items()}


def test_the_defaults_give_plain_accuracy_in_the_worlds_of_the_test(workspace):
    run = drawn_run(workspace)
    for one in by_method(run).values():
        found, test = selectors.quality(one), selectors.evaluation(one)
        np.testing.assert_array_equal(estimates.draws(found)["success"], estimates.draws(test)["accuracy"])
        np.testing.assert_array_equal(estimates.draws(found)["latency_ms"], estimates.draws(test)["latency_ms"])
        assert estimates.draws(found)["success_segment"].shape == (2000, 1)
        assert (found.grade, found.parameters["segments"], found.parameters["seeds"]) == ("tested", [""], 1)
        assert [item.kind for item in estimates.inputs(found)] == ["estimate"]
    gap = by_method(run)
    ours, today = (estimates.draws(selectors.quality(gap[name]))["success"] for name in ("full", "today"))
    told = selectors.quality(gap["full"]).diagnostics["against_today"]
    assert told["median"] == pytest.approx(np.median(ours - today))


def test_outcomes_say_how_often_each_class_comes_by_segment(workspace):
    rows = [
        row
        for row in outcome_rows(1200)
        if row["label"] != "team" and (row["segment"], row["label"]) != ("solo", "price")
    ]
    add_source(workspace, "outcomes", rows)
    run = drawn_run(workspace)
    found = selectors.quality(by_method(run)["full"])
    assert found.parameters["segments"] == ["solo", "team"]
    assert found.parameters["frequency"] == "outcomes"
    assert estimates.draws(found)["success_segment"].shape == (2000, 2)
    shares = {row["label"]: row["segments"] for row in found.diagnostics["classes"]}
    assert shares["team"] == [0, 0]
    assert shares["price"][0] == 0
    told = np.mean([row["label"] == "refund" for row in rows if row["segment"] == "team"])
    assert shares["refund"][1] == pytest.approx(told, abs=0.02)
    assert {item.kind for item in estimates.inputs(found)} == {"estimate", "source"}


def test_without_outcomes_feedback_says_how_often_where_needs_bear_the_names_of_classes(workspace):
    said = [(label, place) for place, label in enumerate([*["refund"] * 40, *["login"] * 20, *["Speed"] * 20])]
    rows = [
        {"text": f"{label} {place}", "customer": f"C-{place}", "segment": "solo", "language": "en"}
        for label, place in said
    ]
    add_source(workspace, "feedback", rows)
    needs = {name: Need.objects.create(workspace=workspace, name=name) for name in ("refund", "login", "Speed")}
    for item in FeedbackItem.objects.all():
        NeedMention.objects.create(workspace=workspace, need=needs[item.text.split()[0]], feedback=item, similarity=0.9)
    found = selectors.quality(by_method(drawn_run(workspace))["full"])
    assert (found.parameters["frequency"], found.diagnostics["counted"]) == ("feedback", 80)
    shares = {row["label"]: row["share"] for row in found.diagnostics["classes"]}
    assert [shares[label] for label in ("refund", "login", "speed", "price")] == pytest.approx(
        [0.5, 0.25, 0.25, 0], abs=0.02
    )


def test_a_costly_class_weighs_more_and_undo_brings_back_what_was(workspace):
    run = drawn_run(workspace)
    before = {method: selectors.quality(one) for method, one in by_method(run).items()}
    after = weigh(run, error_cost={"login": 0.0, "refund": 5.0})
    classes = {row["label"]: row for row in after["today"].diagnostics["classes"]}
    assert classes["login"]["loss"]["high"] == 0
    assert classes["refund"]["cost"] == 5
    # By hand: success = 1 - sum of the losses, at the middle of the worlds nearly so.
    assert after["today"].figures["task_success"]["median"] == pytest.approx(
        1 - sum(row["loss"]["median"] for row in classes.values()), abs=0.01
    )
    assert after["today"].grade == "assumed"
    _mapping, job = quality_services.undo_mapping(labelled_set=run.labelled_set, actor=None)
    run_now(job)
    again = selectors.quality(by_method(run)["today"])
    assert again.figures["task_success"] == before["today"].figures["task_success"]
    assert again.version == 3
    with pytest.raises(Refused, match="nothing to undo"):
        quality_services.undo_mapping(labelled_set=run.labelled_set, actor=None)


def test_escalation_lifts_success_and_costs_money_and_time(workspace):
    run = drawn_run(workspace)
    before = selectors.quality(by_method(run)["full"])
    after = weigh(run, threshold=0.6, escalation_cost=2.0, escalation_latency_ms=60_000.0)
    found = after["full"]
    old, new = estimates.draws(before), estimates.draws(found)
    assert np.all(new["success"] >= old["success"])
    assert 0 < np.median(new["rejected"]) < 0.5
    # Draws are kept in single precision.
    np.testing.assert_allclose(new["cost_per_1000"] - old["cost_per_1000"], 2000 * new["rejected"], rtol=1e-4)
    np.testing.assert_allclose(new["latency_ms"] - old["latency_ms"], 60_000 * new["rejected"], rtol=1e-4)
    # Today's model tells no confidence, so nothing of it is handed over.
    assert not estimates.draws(after["today"])["rejected"].any()


def test_the_spread_between_trainings_enters_the_interval(workspace):
    run = drawn_run(workspace, seeds=3)
    found = selectors.quality(by_method(run)["full"])
    assert found.parameters["seeds"] == 3
    alone = estimates.draws(selectors.evaluation(by_method(run)["full"]))["accuracy"]
    assert estimates.draws(found)["success"].std() > 0
    assert not np.array_equal(estimates.draws(found)["success"], alone)
    assert set(by_method(run)) == {"frozen_head", "full", "today"}


def test_an_accuracy_that_was_only_typed_is_kept_as_it_is(workspace):
    rows = [{"text": row["text"], "label": row["label"]} for row in made_rows(60)]
    run = drawn_run(workspace, rows=rows)
    incumbent.set_today(labelled_set=run.labelled_set, actor=None, accuracy=0.8)
    found = selectors.quality(by_method(run)["today"])
    assert (found.grade, found.parameters["weighed"]) == ("assumed", False)
    assert found.figures["task_success"]["median"] == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"threshold": 1.2}, "out_of_range"),
        ({"escalation_cost": float("nan")}, "out_of_range"),
        ({"error_cost": {"nonsense": 1}}, "label_unknown"),
        ({"error_cost": dict.fromkeys(LABELS, 0)}, "no_class_matters"),
        ({"error_cost": [1]}, "costs_not_usable"),
        ({"frequency": "moon"}, "choice_unknown"),
        ({"colour": 1}, "setting_unknown"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_and_nothing_is_kept(workspace, labelled_set, given, code):
    with pytest.raises(Refused) as refused:
        quality_services.set_mapping(labelled_set=labelled_set, given=given, actor=None)
    assert refused.value.code == code
    assert not QualityMapping.objects.exists()
    assert not Job.objects.exists()


def test_a_deleted_run_leaves_no_current_result(workspace):
    run = drawn_run(workspace)
    services.delete_run(run=run)
    assert not estimates.current_of_kind(workspace, "modellab.quality").exists()
