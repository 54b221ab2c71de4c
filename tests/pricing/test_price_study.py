"""The price study against published numbers and the known truth of the sample company."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate, Grade
from apps.research.models import Source, SourceKind
from tests.economics.price.price_surveys import load
from tests.research_rows import add_source, load_sample, price_rows
from trimtab.sample_company import generate

pytestmark = pytest.mark.django_db


def results(workspace):
    return estimates.current(workspace, "pricing.van_westendorp"), estimates.current(workspace, "pricing.demand")


def test_the_seeded_survey_gives_the_published_points(workspace, study, public_data):
    add_source(workspace, SourceKind.PRICES, price_rows(load(public_data, "seed20").answers))
    assert study().state == "succeeded"
    points = results(workspace)[0].diagnostics["points"]
    # Vignette of the R package pricesensitivitymeter 1.3.3, seed 20.
    assert round(points["pmc"]["price"], 2) == 7.17
    assert round(points["pme"]["price"], 2) == 16.82
    assert points["idp"]["price"] == pytest.approx(12.055, abs=5e-4)
    assert points["opp"]["price"] == pytest.approx(7.995, abs=5e-4)
    figures = results(workspace)[0].figures
    for name, point in points.items():
        assert figures[name]["low"] <= point["price"] <= figures[name]["high"]


def test_the_manipulated_survey_keeps_240_answers_and_lists_the_others(workspace, study, public_data):
    add_source(workspace, SourceKind.PRICES, price_rows(load(public_data, "seed20_manipulated").answers))
    study()
    diagnostics = results(workspace)[0].diagnostics
    # The same vignette: 240 of 250 answers are transitive; 7.22 to 17.03, IDP 12.0725.
    assert diagnostics["kept"] == 240
    assert diagnostics["intransitive"] == len(diagnostics["intransitive_rows"]) == diagnostics["n"] - 240
    assert diagnostics["points"]["pmc"]["price"] == pytest.approx(7.22, abs=0.0051)
    assert diagnostics["points"]["pme"]["price"] == pytest.approx(17.03, abs=0.0051)
    assert diagnostics["points"]["idp"]["price"] == pytest.approx(12.0725, abs=5e-4)


def test_weights_of_the_rows_are_used(workspace, study, public_data):
    survey = load(public_data, "seed1976")
    add_source(workspace, SourceKind.PRICES, price_rows(survey.answers, weights=survey.balanced_weights))
    study()
    points = results(workspace)[0].diagnostics["points"]
    # The same vignette, weighted by gender: IDP 13.68877; its OPP 13.63 is the middle of a stretch.
    assert points["idp"]["price"] == pytest.approx(13.68877, abs=5e-5)
    assert points["opp"]["is_flat"]
    assert (points["opp"]["flat_from"] + points["opp"]["flat_to"]) / 2 == pytest.approx(13.63, abs=1e-6)


def test_the_best_price_of_the_sample_company_is_within_its_interval(workspace, study):
    sample = generate(scale=0.5)
    load_sample(workspace, sample)
    study()
    points, demand = results(workspace)
    best = demand.figures["best_price"]
    assert best["low"] <= sample.truth.best_price <= best["high"]
    assert best["unit"] == "EUR/month"
    worth = demand.figures["worth_at_current"]
    assert worth["low"] - 0.02 <= sample.truth.worth(sample.truth.current_price) <= worth["high"] + 0.02
    assert demand.parameters["current_price"] == 49.0
    assert points.simulated
    assert demand.simulated
    assert {row["segment"] for row in points.diagnostics["segments"]} == {s.name for s in sample.truth.segments}


def test_the_draws_are_as_the_contract_says_and_a_second_run_repeats_them(workspace, survey, study):
    study()
    points, demand = results(workspace)
    drawn = estimates.draws(points)
    assert {name: values.shape for name, values in drawn.items()} == dict.fromkeys(
        ("pmc", "pme", "idp", "opp", "pmc_narrow", "pme_narrow"), (2000,)
    )
    worth = estimates.draws(demand)["worth"]
    assert worth.shape == (2000, len(demand.parameters["grid"]))
    assert np.all(np.diff(worth, axis=1) <= 1e-6)
    study()
    assert results(workspace)[0].draws_sha256 == points.draws_sha256
    assert results(workspace)[0].version == 2


def test_both_definitions_of_the_range_are_shown_and_the_narrow_one_lies_within(workspace, survey, study):
    study()
    diagnostics = results(workspace)[0].diagnostics
    assert diagnostics["points"]["pmc"]["price"] <= diagnostics["points_narrow"]["pmc"]["price"]
    assert diagnostics["points_narrow"]["pme"]["price"] <= diagnostics["points"]["pme"]["price"]


def test_several_answers_of_one_customer_count_once(workspace, answers, study):
    people = [f"P-{place // 3}" for place in range(len(answers))]
    add_source(workspace, SourceKind.PRICES, price_rows(answers, customers=people))
    study()
    assert results(workspace)[0].diagnostics["customers"] == 20


def test_a_segment_with_few_answers_is_named_but_not_judged(workspace, answers, study):
    segments = ["large" if place < 10 else "small" for place in range(len(answers))]
    add_source(workspace, SourceKind.PRICES, price_rows(answers, segments=segments))
    study()
    rows = {row["segment"]: row for row in results(workspace)[0].diagnostics["segments"]}
    assert rows["large"] == {"segment": "large", "n": 10, "kept": 10, "enough": False}
    assert rows["small"]["points"]["best_price"]["low"] < rows["small"]["points"]["best_price"]["high"]


def test_swapped_columns_are_noticed(workspace, answers, study):
    swapped = answers[:, [1, 0, 2, 3]].copy()
    swapped[:8] = answers[:8]
    add_source(workspace, SourceKind.PRICES, price_rows(swapped))
    study()
    assert results(workspace)[0].diagnostics["suggested_columns"]["cheap"] == "too_cheap"


def test_answers_that_all_contradict_themselves_fail_the_job_with_a_reason(workspace, study):
    add_source(workspace, SourceKind.PRICES, price_rows([[40, 30, 20, 10]] * 12))
    job = study()
    assert job.state == "failed"
    assert job.error_code == "no_transitive_answers"
    assert "Check which column holds which question" in job.error_text
    assert not Estimate.objects.exists()


def test_one_mistyped_price_does_not_coarsen_the_curve(workspace, answers, study):
    typo = np.vstack([answers, [[20, 30, 40, 40_000]]])
    add_source(workspace, SourceKind.PRICES, price_rows(typo))
    study()
    best = results(workspace)[1].figures["best_price"]
    assert 20 < best["median"] < 60
    grid = np.array(results(workspace)[1].parameters["grid"])
    assert np.sum(grid < 80) > 150
    assert results(workspace)[0].diagnostics["curves"]["price"][-1] < 100


def test_a_new_price_survey_makes_the_results_stale_and_its_rows_lead_to_them(workspace, survey, study):
    study()
    moved = estimates.figures_moved_by(workspace, "source", str(survey.pk))
    assert {estimate.kind for estimate in moved} == {"pricing.van_westendorp", "pricing.demand"}
    Source.objects.filter(pk=survey.pk).update(content_sha256="f" * 64)
    assert all(estimates.staleness(estimate).stale for estimate in results(workspace))
    assert all(estimate.grade == Grade.OBSERVED for estimate in results(workspace))


def test_the_current_price_is_that_of_the_plan_of_the_newest_customers(workspace, survey, study):
    old = [
        {"customer": f"o{n}", "plan": "Old", "started_on": date(2024, 1, 1), "monthly_price": 10} for n in range(150)
    ]
    new = [{"customer": f"n{n}", "plan": "New", "started_on": date(2026, 1, 1), "monthly_price": 30} for n in range(90)]
    add_source(workspace, SourceKind.SUBSCRIPTIONS, old + new)
    study()
    demand = results(workspace)[1]
    assert (demand.parameters["current_plan"], demand.parameters["current_price"]) == ("New", 30)
    assert 0 < demand.figures["worth_at_current"]["median"] < 1
    assert demand.inputs.count() == 2
