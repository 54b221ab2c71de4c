"""From a subscription log with further columns to what goes with leaving: the page's own job, the page, the API."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research import services as research
from apps.research.models import SourceKind
from apps.retention import drivers_services, drivers_study
from apps.retention.drivers_settings import DriversSettings
from apps.workspaces.models import Membership, Role, User
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db
KIND = "retention.drivers"
AS_OF = date(2026, 10, 31)


@pytest.fixture(autouse=True)
def fewer_worlds(monkeypatch):
    """What is asked here does not hang on how many there are."""
    monkeypatch.setattr(drivers_study, "WORLDS", 400)


@pytest.fixture
def compare(workspace, owner):
    def run(*columns, satisfaction=True):
        settings = DriversSettings(columns, satisfaction)
        return run_now(drivers_services.start(workspace=workspace, settings=settings, actor=owner))

    return run


@pytest.fixture
def found(workspace):
    return lambda: estimates.current(workspace, KIND).diagnostics


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda: client.get(reverse("retention:drivers", args=[workspace.slug])).content.decode()


def log_rows(count=900, seed=5, **more):
    """Months until leaving are exponential: 20 on the team plan, half as long on the free one; seats say nothing.

    ``more`` gives further traits by a function of the customer's number, months and rng.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        plan, months = ("team", 20.0) if rng.random() < 0.5 else ("free", 10.0)
        lives, began = rng.exponential(months), AS_OF - timedelta(days=int(rng.integers(20, 800)))
        end = began + timedelta(days=int(lives * 30.4) + 1)
        traits = {"seats": str(int(rng.integers(1, 30))), "country": ["Chile", "Peru", "Cuba"][number % 3]}
        traits |= {name: str(make(number, lives, rng)) for name, make in more.items()}
        rows.append(
            {"customer": f"C-{number}", "plan": plan, "monthly_price": 29.0, "started_on": began}
            | {"ended_on": end if end <= AS_OF else None, "traits": traits}
        )
    return rows


def add_log(workspace, rows):
    return add_source(workspace, SourceKind.SUBSCRIPTIONS, rows, parameters={"as_of": AS_OF.isoformat()})


def term(found, name):
    return next(row for row in found["terms"] if row["name"] == name)


def test_the_telco_file_reaches_the_published_likelihood_and_survival(workspace, owner, public_data, compare, study):
    content = (public_data / "telco_churn_ibm" / "Telco-Customer-Churn.csv").read_bytes()
    source = research.upload(
        workspace=workspace, kind="subscriptions", file=ContentFile(content, name="telco.csv"), actor=owner
    ).source
    run_now(research.start_import(source=source, actor=owner))
    assert compare("plan", "monthly_price", "SeniorCitizen").state == "succeeded"
    estimate = estimates.current(workspace, KIND)
    found = estimate.diagnostics
    # Cox with Efron's ties on contract, monthly charges and senior citizen; Breslow's would give -14376.849.
    assert found["log_likelihood"] == pytest.approx(-14343.456, abs=1e-3)
    assert estimate.parameters["ties"] == "efron"
    assert (found["customers"], found["endings"], found["left_out"]) == (7043, 1869, [])
    assert term(found, "plan: Two year")["high"] < term(found, "plan: One year")["low"] < 1
    assert term(found, "plan: Two year")["changes"]
    assert study().state == "succeeded"
    survival = estimates.current(workspace, "retention.survival").diagnostics["kaplan_meier"]
    seen = {row["month"]: row["survival"] for row in survival}
    # Recomputed by an independent implementation: S(1, 12, 24, 48, 72).
    for month, share in {1: 0.94596, 12: 0.84320, 24: 0.78874, 48: 0.70884, 72: 0.59279}.items():
        assert seen[month] == pytest.approx(share, abs=5e-6)

    assert compare().state == "succeeded"
    found = estimates.current(workspace, KIND).diagnostics
    why = {(one["column"], one["level"]): one["why"] for one in found["left_out"]}
    # Charges so far are months times price: they follow from staying.
    assert why["TotalCharges", None] == "follows_tenure"
    # Without internet there is no online security: said once, by the internet service.
    assert why["OnlineSecurity", "No internet service"] == "told_by_others"
    assert {"plan", "monthly_price", "InternetService", "OnlineSecurity"} <= {row["column"] for row in found["terms"]}


def test_without_a_log_the_page_says_what_to_bring_and_a_start_is_refused(client, workspace, page):
    assert "Upload a subscription log with further columns" in page()
    answer = client.post(reverse("retention:drivers-run", args=[workspace.slug]), {}, follow=True)
    assert "There is no subscription log yet." in answer.content.decode()
    twin = client.post(reverse("api-retention-drivers"))
    assert (twin.status_code, twin.json()["code"]) == (422, "no_subscriptions")


def test_a_log_of_dates_alone_teaches_what_to_add(workspace, page, compare):
    rows = [row | {"plan": "", "monthly_price": None, "traits": {}} for row in log_rows(60)]
    add_log(workspace, rows)
    assert "The log knows only dates" in page()
    assert compare().error_code == "no_usable_column"


def test_from_the_form_to_the_ratios(client, workspace, page, found):
    add_log(workspace, log_rows())
    assert "900 subscriptions and 4 columns to compare them by wait" in page()
    address = reverse("retention:drivers-run", args=[workspace.slug])
    assert client.post(address, {"columns": ["plan", "seats", "country"], "satisfaction": "on"}).status_code == 302
    job = Job.objects.get(kind=KIND)
    assert job.params == {"columns": ["plan", "seats", "country"], "satisfaction": True}
    assert run_now(job).state == "succeeded"
    free = term(found(), "plan: team") if found()["terms"][0]["reference"] == "free" else term(found(), "plan: free")
    true_ratio = 0.5 if free["level"] == "team" else 2.0
    assert free["clear"]
    assert abs(np.log(free["median"] / true_ratio)) < 3 * free["standard_error"]
    assert abs(np.log(free["hazard"]["median"] / free["median"])) < free["standard_error"]
    assert not term(found(), "seats")["changes"]
    shown = page()
    for words in (
        "goes with leaving",
        "Efron",
        "Are these customers enough?",
        "Three models side by side",
        "Nothing here is a cause",
        "There are no satisfaction answers.",
        "Does a ratio hold all the time?",
    ):
        assert words in shown, words
    estimate = estimates.current(workspace, KIND)
    assert client.get(reverse("estimates:detail", args=[workspace.slug, estimate.pk])).status_code == 200
    seats = term(found(), "seats")
    assert abs(np.log(seats["median"])) < 3 * seats["step"] * seats["standard_error"]
    assert estimate.figures["hazard_ratio:seats"]["median"] == seats["median"]


def test_columns_that_cannot_be_compared_are_left_out_with_their_reason(workspace, compare, found, page):
    more = {
        "serial": lambda number, _months, _rng: f"X{number}",
        "account": lambda number, _months, _rng: 10_000 + 7 * number,
        "currency": lambda *_: "EUR",
        "spent": lambda _number, months, rng: round(29 * months * rng.uniform(0.9, 1.1), 2),
        "fax": lambda number, *_: "yes" if number % 10 == 0 else "",
        "nation": lambda number, *_: ["Chile", "Peru", "Cuba"][number % 3],
        "channel": lambda number, *_: "fair" if number < 8 else ["web", "shop", "phone"][number % 2],
    }
    add_log(workspace, log_rows(600, **more))
    assert compare().state == "succeeded"
    why = {one["column"]: one["why"] for one in found()["left_out"]}
    assert why.pop("nation") == "told_by_others"
    assert why.pop("spent", "follows_tenure") == "follows_tenure"
    assert why == {
        "segment": "constant",
        "monthly_price": "constant",
        "serial": "id_like",
        "account": "id_like",
        "currency": "constant",
        "fax": "mostly_empty",
    }
    assert "the same for all customers" in page()
    assert compare("fax").state == "succeeded"
    assert found()["left_out"] == []
    assert term(found(), "fax: yes")["reference"] == ""


def test_what_grew_by_staying_is_no_driver_unless_asked_for(workspace, compare, found):
    rows = log_rows(500)
    for row in rows:
        until = row["ended_on"] or AS_OF
        row["traits"]["invoices"] = str((until - row["started_on"]).days // 30)
    add_log(workspace, rows)
    compare()
    assert {"column": "invoices", "why": "follows_tenure", "level": None} in found()["left_out"]


def test_few_endings_leave_room_for_few_columns(workspace, compare, found):
    many = {f"score {place}": (lambda number, _months, rng: round(rng.normal(), 3)) for place in range(12)}
    add_log(workspace, log_rows(120, **many))
    compare()
    assert len(found()["terms"]) <= found()["endings"] // 10
    assert {one["why"] for one in found()["left_out"]} >= {"no_room"}


def test_a_value_that_nobody_left_is_set_aside_and_the_rest_is_compared(workspace, compare, found):
    rows = log_rows(400)
    for place, row in enumerate(row for row in rows if row["ended_on"] is None):
        row["traits"]["loyal"] = "yes" if place < 60 else "no"
    for row in rows:
        row["traits"].setdefault("loyal", "no")
    add_log(workspace, rows)
    compare("plan", "loyal")
    assert {"column": "loyal", "why": "separates", "level": None} in found()["left_out"]
    assert {row["column"] for row in found()["terms"]} == {"plan"}


def test_plan_is_that_of_the_start_as_only_who_stays_can_change_it(workspace, compare, found):
    rows = log_rows(400)
    later = []
    for row in rows[::3]:
        if row["ended_on"] is None and (AS_OF - row["started_on"]).days > 60:
            changed = AS_OF - timedelta(days=30)
            later.append(row | {"started_on": changed, "plan": "loyal"})
            row["ended_on"] = changed
    add_log(workspace, rows + later)
    compare("plan")
    assert {row["level"] for row in found()["terms"]} | {row["reference"] for row in found()["terms"]} == {
        "free",
        "team",
    }
    assert found()["stays"] == 400


def test_satisfaction_counts_from_the_answer_on_where_customers_answered(workspace, compare, found, page):
    rng = np.random.default_rng(8)
    rows, answers = [], []
    for number in range(1200):
        u = rng.uniform(0, 1)
        began = AS_OF - timedelta(days=int(rng.integers(60, 700)))
        end = began + timedelta(days=int(rng.exponential(300 * np.exp(1.5 * (u - 0.5)))) + 1)
        rows.append(
            {"customer": f"C-{number}", "plan": "free" if rng.random() < 0.5 else "team", "started_on": began}
            | {"ended_on": end if end <= AS_OF else None}
        )
        answers.append(
            {"customer": f"C-{number}", "said_on": began + timedelta(days=20), "overall": 1 + 9 * u}
            | dict.fromkeys(("functionality", "interaction", "cost"), 5.0)
        )
    add_log(workspace, rows)
    add_source(workspace, SourceKind.SATISFACTION, answers, parameters={"scale_min": 1, "scale_max": 10})
    compare("plan")
    asked = found()["satisfaction"]
    u = term(asked, "satisfaction")
    # Ten points of 100 multiply the hazard by exp(-.15).
    assert abs(np.log(u["median"]) + 0.15) < 3 * 0.1 * u["standard_error"]
    assert asked["joined"]["answers"] == asked["customers"] < 1200
    assert "Ten points more of 100 go with" in page()
    compare("plan", satisfaction=False)
    assert "satisfaction" not in found()
    assert "It was left out of this study." in page()


def test_a_column_that_is_not_there_is_refused_at_its_field(client, workspace, owner, page):
    add_log(workspace, log_rows(60))
    page()
    answer = client.post(reverse("retention:drivers-run", args=[workspace.slug]), {"columns": ["shoe size"]})
    assert answer.status_code == 422
    twin = client.post(reverse("api-retention-drivers"), {"columns": ["shoe size"]}, content_type="application/json")
    assert (twin.status_code, twin.json()["code"]) == (422, "column_unknown")


def test_the_twin_starts_the_study_and_shows_it(client, owner, workspace):
    add_log(workspace, log_rows(300))
    client.force_login(owner)
    started = client.post(reverse("api-retention-drivers"), {"columns": ["plan"]}, content_type="application/json")
    assert started.status_code == 202
    run_now(Job.objects.get(pk=started.json()["id"]))
    told = client.get(reverse("api-retention-drivers")).json()
    assert told["columns"] == ["plan", "monthly_price", "seats", "country"]
    assert (told["subscriptions"], told["estimate"]["parameters"]["used"]) == (300, ["plan"])
    assert "drivers_satisfaction" in told["refused"]


def test_too_few_endings_are_refused_in_words(workspace, compare, page):
    add_log(workspace, [row | {"ended_on": None} for row in log_rows(80)])
    job = compare("plan")
    assert (job.state, job.error_code) == ("failed", "too_few_endings")
    assert "Only 0 customers have left" in page()


def test_a_viewer_reads_but_does_not_run(client, workspace):
    add_log(workspace, log_rows(60))
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert client.get(reverse("retention:drivers", args=[workspace.slug])).status_code == 200
    assert client.post(reverse("retention:drivers-run", args=[workspace.slug])).status_code == 403
    assert client.post(reverse("api-retention-drivers")).status_code == 403


def test_of_the_sample_companys_customers_the_satisfied_leave_later(workspace, sample, compare, found, page):
    assert compare().state == "succeeded"
    # The hazard falls by exp(-h(U)) in the made-up truth, so its ratio lies below 1.
    u = term(found()["satisfaction"], "satisfaction")
    assert u["median"] < 1
    assert {row["column"] for row in found()["terms"]} >= {"segment"}
    shown = page()
    assert "Simulated" in shown
    assert reverse("estimates:detail", args=[workspace.slug, estimates.current(workspace, KIND).pk]) in shown
