"""Plans from imported usage and a price study to the advised menu, on the page and for programs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.estimates import services as estimate_services
from apps.jobs import services as job_services
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.pricing import plans_study, services
from apps.research.models import SourceKind
from tests.pricing.test_price_ladder import ladder_rows
from tests.research_rows import add_source
from trimtab.economics.draws import Figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def usage(workspace):
    """80 customers in two months, log-normal around 200,000 tokens, with 100 tokens of a request."""
    tokens = np.exp(np.random.default_rng(2).normal(np.log(2e5), 1.1, 80))
    rows = [
        {"customer": f"P-{place}", "month": date(2026, month, 1), "tokens": float(used), "requests": float(used / 100)}
        for place, used in enumerate(tokens)
        for month in (3, 4)
    ]
    return add_source(workspace, SourceKind.USAGE, rows)


@pytest.fixture
def worth(workspace, owner):
    most = np.exp(np.random.default_rng(5).normal(np.log(30), 0.5, 120))
    add_source(workspace, SourceKind.LADDER, ladder_rows(most))
    run_now(services.start_ladder(workspace=workspace, actor=owner))
    return estimates.current(workspace, "pricing.ladder")


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda: client.get(reverse("pricing:plans", args=[workspace.slug])).content.decode()


def search(workspace, owner, **given):
    job = run_now(services.start_plans(workspace=workspace, actor=owner, **({"cost_per_1000_tokens": 0.05} | given)))
    assert job.state == "succeeded", job.error_message
    return estimates.current(workspace, "pricing.plans")


def menu(estimate, kind):
    return next(found for found in estimate.diagnostics["menus"] if found["kind"] == kind)


def test_the_page_says_what_is_missing_and_starting_is_refused(client, owner, workspace, page):
    assert "Plans need two things" in page()
    twin = reverse("api-pricing-plans")
    assert client.post(twin, {}, content_type="application/json").json()["code"] == "no_price_study"


def test_without_a_cost_the_way_out_is_told(client, owner, workspace, usage, worth, page):
    refused = client.post(reverse("api-pricing-plans"), {}, content_type="application/json").json()
    assert refused["code"] == "no_serving_cost"
    answer = client.post(reverse("pricing:plans-run", args=[workspace.slug]), {}, follow=True)
    assert "Type the cost of 1,000 tokens" in answer.content.decode()
    wrong = client.post(reverse("pricing:plans-run", args=[workspace.slug]), {"cost_per_1000_tokens": "-1"})
    assert wrong.status_code == 422


def test_from_the_form_to_the_advised_plans(client, workspace, usage, worth, page):
    assert "Search for the best plans" in page()
    client.post(reverse("pricing:plans-run", args=[workspace.slug]), {"cost_per_1000_tokens": "0.05"})
    assert run_now(Job.objects.get(kind="pricing.plans")).state == "succeeded"
    shown = page()
    for words in ("The best plans of each kind", "Advised", "Sold at a loss", "What is assumed", "0.05"):
        assert words in shown
    found = client.get(reverse("api-pricing-plans")).json()
    assert found["customers"] == 80
    assert found["plans"]["figures"]["plans_margin"]["unit"] == "EUR/month"
    assert found["plans"]["grade"] == "assumed"


def test_richer_menus_earn_no_less_and_the_numbers_hang_together(workspace, owner, usage, worth):
    found = search(workspace, owner)
    margins = {kind: menu(found, kind)["margin"]["median"] for kind in ("flat", "two_tiers", "three_tiers", "hybrid")}
    assert margins["two_tiers"] >= margins["flat"] * 0.99
    assert margins["hybrid"] >= margins["flat"] * 0.99
    for one in found.diagnostics["menus"]:
        assert one["converged"]
        takers = sum(plan["takers"] for plan in one["plans"])
        assert takers == pytest.approx(one["customers"]["median"], abs=0.02)
        assert one["revenue"]["median"] - one["cost"]["median"] == pytest.approx(one["margin"]["median"], rel=0.05)
    assert found.parameters["advised"] in {"two_tiers", "hybrid", "three_tiers"}
    # The 80 customers of the usage file are among the 120 who were asked.
    assert found.parameters["shared_customers"] == 80


def test_dearer_serving_earns_less_and_a_free_one_makes_the_flat_price_enough(workspace, owner, usage, worth):
    free, dear = (search(workspace, owner, cost_per_1000_tokens=cost) for cost in (0.0, 0.06))
    assert dear.figures["plans_margin"]["high"] < free.figures["plans_margin"]["low"]
    assert menu(free, "flat")["at_a_loss"]["median"] == 0
    assert menu(dear, "flat")["at_a_loss"]["median"] > 0
    assert free.parameters["advised"] == "flat"
    # Without a cost the best flat price is the price of the highest revenue of the ladder.
    best = worth.figures["best_price"]
    assert best["low"] * 0.95 < menu(free, "flat")["plans"][0]["fee"] < best["high"] * 1.05


def test_the_cost_comes_from_the_model_lab_where_it_was_measured(workspace, owner, usage, worth, page):
    draws = {"cost_per_1000": np.full(500, 4.0)}
    figures = [Figure("cost_per_1000", 4, 4, 4, "EUR per 1000 requests")]
    test = estimate_services.record(
        workspace=workspace,
        kind="modellab.evaluation",
        subject="1",
        grade="tested",
        draws=draws,
        figures=figures,
        inputs=[],
        parameters={"method": "today"},
    )
    found = search(workspace, owner, cost_per_1000_tokens=None)
    # 4 for 1,000 requests of 100 tokens: 0.04 for 1,000 tokens.
    assert found.parameters["cost_per_1000_tokens"] == pytest.approx(0.04)
    assert not found.parameters["cost_is_typed"]
    assert str(test.pk) in {item.object_id for item in found.inputs.all()}
    assert "from the model lab" in page()


def test_a_price_survey_serves_where_there_is_no_ladder(workspace, owner, usage, survey, study):
    study()
    found = search(workspace, owner, correlation=0.3)
    assert found.diagnostics["worth_from"] == "survey"
    assert found.parameters["correlation"] == 0.3
    assert found.parameters["shared_customers"] is None


def test_the_same_rows_give_the_same_plans(workspace, owner, usage, worth):
    first, second = search(workspace, owner), search(workspace, owner)
    assert first.figures == second.figures
    assert first.draws_sha256 == second.draws_sha256


def test_a_search_that_is_cancelled_keeps_nothing(client, workspace, owner, usage, worth, monkeypatch):
    job = services.start_plans(workspace=workspace, cost_per_1000_tokens=0.05, actor=owner)
    found = plans_study.compare_menus

    def cancelled_meanwhile(*given, **named):
        job_services.cancel(job=Job.objects.get(pk=job.pk), actor=owner)
        return found(*given, **named)

    monkeypatch.setattr(plans_study, "compare_menus", cancelled_meanwhile)
    assert run_now(job).state == "cancelled"
    assert estimates.current(workspace, "pricing.plans") is None
