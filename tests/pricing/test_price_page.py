"""What people see of the price study, and its twin for programs."""

from __future__ import annotations

import csv

import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research.models import SourceKind
from apps.workspaces.models import Membership, Role, User
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda: client.get(reverse("pricing:home", args=[workspace.slug])).content.decode()


def test_the_tab_of_the_page_is_marked(page, workspace):
    address = reverse("pricing:home", args=[workspace.slug])
    assert f'<a href="{address}" aria-current="page">Price survey</a>' in page()


def test_without_a_survey_the_page_says_what_to_ask(page):
    assert "No price survey yet" in page()


def test_starting_without_answers_is_refused_with_the_way_out(client, owner, workspace):
    client.force_login(owner)
    answer = client.post(reverse("pricing:run", args=[workspace.slug]), follow=True)
    assert "Import a price survey" in answer.content.decode()
    twin = client.post(reverse("api-pricing-study"))
    assert twin.status_code == 422
    assert twin.json()["code"] == "no_price_answers"


def test_from_the_answers_to_the_best_price(client, workspace, survey, page):
    assert "63 price answers wait" in page()
    client.post(reverse("pricing:run", args=[workspace.slug]))
    client.post(reverse("pricing:run", args=[workspace.slug]))
    job = Job.objects.get(kind="pricing.study")
    assert "Waiting for a worker" in page()
    assert run_now(job).state == "succeeded"
    shown = page()
    demand = estimates.current(workspace, "pricing.demand")
    assert reverse("estimates:detail", args=[workspace.slug, demand.pk]) in shown
    for words in ("Price with the most revenue", "3 contradict themselves", "narrow range", "What is assumed", "small"):
        assert words in shown


def test_the_slider_answers_from_the_draws_without_a_reload(client, workspace, survey, study, page):
    study()
    page()
    address = reverse("pricing:at-price", args=[workspace.slug])
    low, high = (client.get(address, {"price": price}).content.decode() for price in ("1", "500"))
    assert "<html" not in low
    assert "100" in low
    assert "Nobody was asked about a price this high" in high
    refused = client.get(address, {"price": "nan"})
    assert refused.status_code == 422


def test_the_twin_reads_the_curve_at_a_price(client, owner, workspace, survey, study):
    client.force_login(owner)
    address = reverse("api-pricing-demand")
    assert client.get(address, {"price": 20}).status_code == 404
    study()
    free, dear = (client.get(address, {"price": price}).json() for price in (0, 35))
    assert free["worth"]["median"] == 1
    assert free["revenue_index"]["median"] == 0
    assert 0 < dear["worth"]["low"] < dear["worth"]["median"] < dear["worth"]["high"] < 1
    assert dear["revenue_index"]["high"] <= 1.001
    for wrong in ("", "-1", "NaN", "1e400", "much"):
        answer = client.get(address, {"price": wrong})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "price"


def test_the_twin_shows_the_study_and_starts_it(client, owner, workspace, survey):
    client.force_login(owner)
    started = client.post(reverse("api-pricing-study"))
    assert started.status_code == 202
    run_now(Job.objects.get(pk=started.json()["id"]))
    found = client.get(reverse("api-pricing-study")).json()
    assert found["answers"] == 63
    assert found["demand"]["figures"]["best_price"]["unit"] == "EUR/month"
    assert found["job"]["result"]["demand"] == found["demand"]["id"]


def test_a_viewer_reads_but_does_not_run(client, workspace, survey, study):
    study()
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    shown = client.get(reverse("pricing:home", args=[workspace.slug]))
    assert shown.status_code == 200
    assert reverse("pricing:run", args=[workspace.slug]) not in shown.content.decode()
    assert client.post(reverse("pricing:run", args=[workspace.slug])).status_code == 403
    assert client.post(reverse("api-pricing-study")).status_code == 403


def test_a_failed_study_shows_its_reason(client, workspace, survey, study, page):
    survey.priceanswer_rows.filter(row_number__gt=3).delete()
    assert study().state == "failed"
    assert "Only 3 customers gave four rising prices. Ask at least 5 customers." in page()


def test_purchase_intents_give_reach_and_revenue_by_the_vignette(client, owner, workspace, study, page, public_data):
    rows = list(csv.DictReader((public_data / "psm_r_seeded/seed1976.csv").open()))
    sizes = {gender: sum(row["gender"] == gender for row in rows) for gender in ("male", "female")}
    names = {"too_cheap": "tch", "cheap": "ch", "expensive": "ex", "too_expensive": "tex"}
    names |= {"intent_cheap": "pi_ch", "intent_expensive": "pi_ex"}
    add_source(
        workspace,
        SourceKind.PRICES,
        [
            {name: float(row[column]) for name, column in names.items()}
            | {"customer": f"P-{place}", "weight": 5000 / sizes[row["gender"]]}
            for place, row in enumerate(rows)
        ],
    )
    assert study().state == "succeeded"
    found = estimates.current(workspace, "pricing.van_westendorp")
    # Printed by pricesensitivitymeter 1.3.3: reach 11.99, revenue 17.8 on prices rounded to cents.
    assert found.diagnostics["acceptance"]["reach_price"] == pytest.approx(11.99, abs=1e-6)
    assert found.diagnostics["acceptance"]["intent_price"] == pytest.approx(17.8, abs=0.0051)
    assert found.figures["reach_price"]["low"] <= 11.99 <= found.figures["reach_price"]["high"]
    assert "Newton, Miller and Smith" in page()


def test_without_purchase_intents_nothing_is_said_of_them(workspace, survey, study, page):
    study()
    assert estimates.current(workspace, "pricing.van_westendorp").diagnostics["acceptance"] is None
    assert "Newton, Miller and Smith" not in page()
