"""The price ladder from imported rows to the best price, on the page and for programs."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.pricing import services
from apps.research.models import SourceKind
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db
ASKED = (10, 20, 30, 45, 60)


def ladder_rows(most, segments=("small", "large"), asked=ASKED):
    return [
        {
            "customer": f"P-{place}",
            "segment": segments[place % len(segments)],
            "price": price,
            "would_buy": top >= price,
        }
        for place, top in enumerate(most)
        for price in asked
    ]


@pytest.fixture
def most():
    """What 120 people would pay: log-normal around 30, with a spread of a half."""
    return np.exp(np.random.default_rng(5).normal(np.log(30), 0.5, 120))


@pytest.fixture
def ladder(workspace, most):
    rows = ladder_rows(most)
    # The first person buys at 45 after refusing 20.
    wrong = [row | {"would_buy": row["price"] in (10, 45)} for row in rows[:5]]
    return add_source(workspace, SourceKind.LADDER, wrong + rows[5:])


@pytest.fixture
def studied(workspace, owner, ladder):
    assert run_now(services.start_ladder(workspace=workspace, actor=owner)).state == "succeeded"
    return estimates.current(workspace, "pricing.ladder")


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda: client.get(reverse("pricing:ladder", args=[workspace.slug])).content.decode()


def test_without_answers_the_page_teaches_and_starting_is_refused(client, page, workspace):
    assert "No price ladder yet" in page()
    answer = client.post(reverse("pricing:ladder-run", args=[workspace.slug]), follow=True)
    assert "Import one row for each price" in answer.content.decode()
    assert client.post(reverse("api-pricing-ladder")).json()["code"] == "no_ladder_answers"


def test_from_the_answers_to_the_best_price(client, workspace, ladder, page):
    assert "600 ladder answers wait" in page()
    client.post(reverse("pricing:ladder-run", args=[workspace.slug]))
    assert run_now(Job.objects.get(kind="pricing.ladder")).state == "succeeded"
    shown = page()
    for words in (
        "Price with the most revenue",
        "people who contradict themselves: 1",
        "P-0",
        "What is assumed",
        "small",
    ):
        assert words in shown
    assert "outside the prices that were asked" not in shown


def test_the_result_is_near_what_made_the_answers(studied, most):
    found, figures = studied.diagnostics, studied.figures
    assert studied.grade == "observed"
    assert (found["n"], found["kept"], found["inconsistent"]) == (600, 120, 1)
    assert figures["half_would_pay"]["low"] < np.median(most) < figures["half_would_pay"]["high"]
    fine = np.linspace(1, 90, 2000)
    # The revenue of the very people asked; the fitted curve has their best price inside its interval.
    best = fine[np.argmax([price * np.mean(most >= price) for price in fine])]
    assert figures["best_price"]["low"] * 0.9 < best < figures["best_price"]["high"] * 1.1
    assert found["inconsistent_people"][0]["buys_at"] == [10, 45]
    assert [row["segment"] for row in found["segments"]] == ["large", "small"]
    assert all(row["enough"] for row in found["segments"])
    assert 1.2 < found["understated"] < 1.7


def test_the_field_of_costs_answers_from_the_draws(client, owner, workspace, studied):
    client.force_login(owner)
    address, twin = reverse("pricing:ladder-profit", args=[workspace.slug]), reverse("api-pricing-ladder-profit")
    free, dear = (client.get(twin, {"unit_cost": cost}).json() for cost in (0, 20))
    assert free["best_price"]["median"] == pytest.approx(studied.figures["best_price"]["median"])
    assert dear["best_price"]["low"] > 20
    assert dear["profit"]["high"] < free["profit"]["low"]
    assert dear["would_buy"]["median"] < free["would_buy"]["median"]
    shown = client.get(address, {"unit_cost": "20"}).content.decode()
    assert "<html" not in shown
    assert "Price with the most profit" in shown
    for wrong in ("", "-1", "NaN", "much"):
        assert client.get(address, {"unit_cost": wrong}).status_code == 422
        assert client.get(twin, {"unit_cost": wrong}).json()["errors"][0]["field"] == "unit_cost"


def test_the_twin_starts_and_shows_the_study(client, owner, workspace, ladder):
    client.force_login(owner)
    assert client.get(reverse("api-pricing-ladder-profit"), {"unit_cost": 1}).status_code == 404
    run_now(Job.objects.get(pk=client.post(reverse("api-pricing-ladder")).json()["id"]))
    found = client.get(reverse("api-pricing-ladder")).json()
    assert found["answers"] == 600
    assert found["ladder"]["figures"]["best_price"]["unit"] == "EUR/month"
    assert "pricing.ladder:" in found["job"]["result"]["kept"]


def test_a_ladder_that_stops_short_says_that_the_best_price_was_not_asked(workspace, owner, page):
    most = np.exp(np.random.default_rng(6).normal(np.log(30), 0.4, 80))
    add_source(workspace, SourceKind.LADDER, ladder_rows(most, asked=(8, 12, 16, 20)))
    assert run_now(services.start_ladder(workspace=workspace, actor=owner)).state == "succeeded"
    assert "outside the prices that were asked" in page()


def test_answers_that_cannot_be_told_apart_fail_with_the_way_out(workspace, owner, page):
    add_source(workspace, SourceKind.LADDER, ladder_rows(np.full(20, 99.0)))
    assert run_now(services.start_ladder(workspace=workspace, actor=owner)).state == "failed"
    assert "Everyone would buy at every price asked, up to 60. Ask higher prices." in page()
