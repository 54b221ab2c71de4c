"""What quality, speed and errors do to customers, from outcomes of answers."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pytest

from apps.estimates import selectors as estimates
from apps.jobs.testing import run_now, run_waiting
from apps.modellab import quality_services, selectors
from apps.modellab.models import OutcomeExperiment
from apps.research.studies import refused_parts
from apps.workspaces.errors import Refused
from tests.modellab.conftest import INTENTS, made_rows
from tests.modellab.drawn import by_method, drawn_run, outcome_rows
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db
ERRORS = dict(zip(INTENTS, (0.08, 0.15, 0.25, 0.35, 0.5, 0.2), strict=True))


def study(workspace):
    job = run_now(quality_services.start(workspace=workspace))
    return job, estimates.current(workspace, "modellab.quality_to_function")


def uneven_rows(each=300):
    """Labelled texts in which today's model errs by class as ERRORS has it."""
    rng = random.Random(5)
    rows = made_rows(each, wrong=0.0)
    for row in rows:
        if rng.random() < ERRORS[row["label"]]:
            row["predicted_today"] = rng.choice([name for name in INTENTS if name != row["label"]])
    return rows


def test_classes_tell_the_elasticity_where_todays_model_errs_unevenly(workspace):
    drawn_run(workspace, rows=uneven_rows())
    add_source(workspace, "outcomes", outcome_rows(12_000, errors=ERRORS, slope=0.8, customers=12_000))
    job, found = study(workspace)
    assert job.state == "succeeded", job.error_message
    assert (found.grade, found.parameters["source"]) == ("observed", "classes")
    assert found.figures["elasticity"]["low"] < 0.8 < found.figures["elasticity"]["high"]
    assert found.diagnostics["learned"] > 0.3
    assert estimates.draws(found)["elasticity"].shape == (2000,)
    assert {item.kind for item in estimates.inputs(found)} == {"source", "estimate"}
    speed = estimates.current(workspace, "modellab.latency_to_interaction")
    assert speed.figures["elasticity"]["low"] < 0.3 < speed.figures["elasticity"]["high"]
    assert speed.diagnostics["only_settled"]


def test_an_experiment_between_two_models_is_tested_and_goes_before_the_classes(workspace):
    rows = outcome_rows(4000, customers=4000) + outcome_rows(
        4000, seed=2, errors=dict.fromkeys(INTENTS, 0.15), model="new-2", customers=4000
    )
    add_source(workspace, "outcomes", rows)
    quality_services.state_experiment(
        workspace=workspace, changed="quality", first_model="today-1", second_model="new-2", actor=None,
        first_right=700, first_texts=1000, second_right=850, second_texts=1000,
    )  # fmt: skip
    job, found = study(workspace)
    # Truth: failures halve where the errors halve.
    assert (found.grade, found.parameters["source"]) == ("tested", "experiment")
    assert found.figures["elasticity"]["low"] < 1.0 < found.figures["elasticity"]["high"]
    assert found.figures["elasticity"]["high"] - found.figures["elasticity"]["low"] < 0.45
    assert {row["model"]: row["asked"] for row in found.diagnostics["arms"]} == {"today-1": 4000, "new-2": 4000}
    assert "No test says how often" in refused_parts(job)["quality_to_function:classes"]


def test_where_all_classes_are_alike_the_reason_is_told_and_no_result_is_made(workspace):
    drawn_run(workspace, each=150)
    add_source(workspace, "outcomes", outcome_rows(2000))
    job, found = study(workspace)
    assert found is None
    assert "errs about equally often in all classes" in refused_parts(job)["quality_to_function:classes"]
    assert "in the subscription log" in refused_parts(job)["error_price"]


def test_a_class_after_whose_failures_customers_leave_has_its_price(workspace):
    rng = np.random.default_rng(3)
    begin, until = date(2026, 1, 1), date(2026, 10, 31)
    log, rows = [], []
    for number in range(1500):
        name, hit = f"C-{number}", number % 3 == 0
        months = rng.exponential(1 / (0.25 if hit else 0.03))
        end = begin + timedelta(days=int(30.4 * months))
        log.append(
            {"customer": name, "started_on": begin, "ended_on": end if end < until else None, "monthly_price": 50.0}
        )
        label = "refund" if hit else "login"
        day = begin + timedelta(days=1 if hit else int(rng.integers(60, 200)))
        rows.append({"customer": name, "label": label, "answered_on": day, "resolved": False})
        rows.append({"customer": name, "label": label, "answered_on": begin, "resolved": True})
    source = add_source(workspace, "subscriptions", log)
    source.parameters["as_of"] = until.isoformat()
    source.save()
    add_source(workspace, "outcomes", rows)
    job, _found = study(workspace)
    assert job.state == "succeeded", job.error_message
    found = estimates.current(workspace, "modellab.error_price")
    prices = {row["label"]: row for row in found.diagnostics["classes"]}
    assert prices["refund"]["low"] > 5 * prices["login"]["high"]
    run = drawn_run(workspace)
    _mapping, job = quality_services.set_mapping(labelled_set=run.labelled_set, given={"costs": "churn"}, actor=None)
    run_now(job)
    weighed = selectors.quality(by_method(run)["today"])
    assert weighed.grade == "observed"
    assert {row["label"]: row["cost"] for row in weighed.diagnostics["classes"]}["refund"] > 0
    assert found.pk in {item.upstream.pk for item in estimates.inputs(weighed) if item.upstream}


def test_new_outcomes_weigh_the_candidates_again(workspace):
    run = drawn_run(workspace, rows=uneven_rows(80))
    assert selectors.quality(by_method(run)["full"]).parameters["frequency"] == "test"
    add_source(workspace, "outcomes", outcome_rows(3000, errors=ERRORS))
    study(workspace)
    run_waiting(workspace)
    assert selectors.quality(by_method(run)["full"]).parameters["frequency"] == "outcomes"


def test_without_outcomes_and_with_models_that_nobody_knows_it_is_refused(workspace):
    with pytest.raises(Refused) as refused:
        quality_services.start(workspace=workspace)
    assert refused.value.code == "no_outcomes"
    add_source(workspace, "outcomes", outcome_rows(60))
    both = {"workspace": workspace, "changed": "quality", "actor": None}
    for first, second, code in (("a", "b", "model_unknown"), ("today-1", "today-1", "models_alike")):
        with pytest.raises(Refused) as refused:
            quality_services.state_experiment(**both, first_model=first, second_model=second)
        assert refused.value.code == code
    assert not OutcomeExperiment.objects.exists()
