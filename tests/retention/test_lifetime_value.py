"""From a list of purchases to what customers are worth, by the page's own job, on the page and by the API."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research import services as research
from apps.research.models import SourceKind
from apps.retention import lifetime_services, lifetime_study
from apps.retention.lifetime_settings import LifetimeSettings
from apps.workspaces.models import Membership, Role, User
from tests.research_rows import add_source
from tests.retention.purchase_rows import bought

pytestmark = pytest.mark.django_db
KIND = "retention.lifetime_value"


@pytest.fixture(autouse=True)
def fewer_worlds(monkeypatch):
    """What is asked here does not hang on how many there are."""
    monkeypatch.setattr(lifetime_study, "WORLDS", 300)


@pytest.fixture
def shop(workspace):
    return add_source(workspace, SourceKind.PURCHASES, bought())


@pytest.fixture
def value(workspace, owner):
    def run(**settings):
        return run_now(lifetime_services.start(workspace=workspace, settings=LifetimeSettings(**settings), actor=owner))

    return run


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda: client.get(reverse("retention:lifetime-value", args=[workspace.slug])).content.decode()


def test_the_cdnow_file_reaches_the_published_numbers(workspace, owner, public_data, value):
    content = (public_data / "cdnow" / "cdnowElog.csv").read_bytes()
    source = research.upload(
        workspace=workspace, kind="purchases", file=ContentFile(content, name="cdnowElog.csv"), actor=owner
    ).source
    columns = {"customer": ["masterid"], "bought_on": ["date"], "amount": ["sales"]}
    research.set_columns(source=source, columns=columns, actor=owner)
    run_now(research.start_import(source=source, actor=owner))
    job = value(unit="week", until="1997-09-30", discount_per_year=0.15)
    assert (job.state, job.result["refused"]) == ("succeeded", {})
    found = estimates.current(workspace, KIND).diagnostics
    bg, pareto = found["models"]
    # Fader, Hardie & Lee 2005 and the same by independent implementations.
    assert bg["log_likelihood"] == pytest.approx(-9582.429, abs=1e-3)
    assert bg["fitted"] == pytest.approx([0.2426, 4.4136, 0.7929, 2.4259], abs=5e-4)
    assert pareto["log_likelihood"] == pytest.approx(-9594.976, abs=1e-3)
    assert pareto["fitted"] == pytest.approx([0.5533, 10.5777, 0.6063, 11.672], rel=1e-3)
    # Fader & Hardie 2013: the 946 who bought again.
    assert found["spend"]["customers"] == 946
    assert found["spend"]["fitted"] == pytest.approx([6.25, 3.74, 15.44], abs=0.006)
    assert found["spend"]["log_likelihood"] == pytest.approx(-4055.918, abs=1e-3)
    assert (found["customers"], bg["holdout"]["actual"]) == (2357, 1882)


def test_without_purchases_the_page_says_what_to_bring_and_a_start_is_refused(client, workspace, page):
    assert "No purchases yet" in page()
    answer = client.post(
        reverse("retention:lifetime-value-run", args=[workspace.slug]),
        {"unit": "week", "discount_per_year": 0.1, "margin": 1},
        follow=True,
    )
    assert "Import a list of purchases first" in answer.content.decode()
    twin = client.post(reverse("api-retention-lifetime-value"))
    assert (twin.status_code, twin.json()["code"]) == (422, "no_purchases")


def test_from_the_form_to_the_table_of_customers(client, workspace, shop, page):
    assert "purchases wait to be studied" in page()
    given = {"unit": "week", "until": "2026-06-30", "discount_per_year": "0.12", "margin": "0.4"}
    assert client.post(reverse("retention:lifetime-value-run", args=[workspace.slug]), given).status_code == 302
    job = Job.objects.get(kind=KIND)
    assert job.params == {"unit": "week", "until": "2026-06-30", "discount_per_year": 0.12, "margin": 0.4}
    assert run_now(job).state == "succeeded"
    shown = page()
    for words in (
        "Would the models have been right?",
        "BG/NBD: leaving after a purchase",
        "Pareto/NBD: leaving at any time",
        "Gamma-gamma on",
        "The most valuable customers",
        "Residual lifetime value",
        'value="0.12"',
        "2026-06-30",
    ):
        assert words in shown, words
    estimate = estimates.current(workspace, KIND)
    assert client.get(reverse("estimates:detail", args=[workspace.slug, estimate.pk])).status_code == 200
    assert {"customers_alive", "purchases_next_year", "residual_value"} <= set(estimate.figures)
    assert estimate.figures["customers_alive"]["median"] <= estimate.diagnostics["customers"]


def test_margin_scales_the_value_and_nothing_else(workspace, shop, value):
    value(margin=1.0)
    whole = estimates.current(workspace, KIND).figures
    value(margin=0.25)
    part = estimates.current(workspace, KIND).figures
    assert part["residual_value"]["median"] == pytest.approx(0.25 * whole["residual_value"]["median"], rel=1e-6)
    assert part["purchases_next_year"] == whole["purchases_next_year"]


def test_the_table_of_all_customers_cannot_run_a_formula(client, workspace, owner, value):
    rows = bought(60)
    rows += [{"customer": "=1+1", "bought_on": date(2026, 1, day), "amount": 5.0} for day in (1, 9, 20)]
    add_source(workspace, SourceKind.PURCHASES, rows)
    address = reverse("retention:lifetime-value-customers", args=[workspace.slug])
    client.force_login(owner)
    assert client.get(address).status_code == 404
    value()
    lines = b"".join(client.get(address).streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("customer,first_purchase,repeat_purchases,p_alive")
    assert len(lines) == 1 + len({row["customer"] for row in rows})
    assert any(line.startswith("'=1+1,2026-01-01,2,") for line in lines)


def test_purchases_without_amounts_count_people_and_say_what_is_missing(workspace, page, value):
    add_source(workspace, SourceKind.PURCHASES, bought(amounts=False))
    value()
    shown = page()
    assert "have no amount. Import the amounts to value customers." in shown
    figures = estimates.current(workspace, KIND).figures
    assert "residual_value" not in figures
    assert figures["residual_purchases"]["median"] > 0


def test_returns_are_no_purchases(workspace, value):
    rows = [*bought(), {"customer": "C-1", "bought_on": date(2026, 8, 31), "amount": -9.0}]
    add_source(workspace, SourceKind.PURCHASES, rows)
    value()
    found = estimates.current(workspace, KIND).diagnostics
    assert (found["returned"], found["rows"]) == (1, len(rows))


def test_a_shop_to_which_nobody_returns_is_refused_in_words(workspace, page, value):
    once = [{"customer": f"C-{n}", "bought_on": date(2026, 1, 1 + n), "amount": 9.0} for n in range(20)]
    add_source(workspace, SourceKind.PURCHASES, once)
    job = value()
    assert (job.state, job.error_code) == ("failed", "nobody_bought_again")
    assert "bought on a second day" in page()


def test_a_fit_that_ends_outside_the_purchases_is_refused_at_its_field(client, workspace, owner, shop):
    client.force_login(owner)
    given = {"unit": "week", "until": "2031-01-01", "discount_per_year": "0.1", "margin": "1"}
    answer = client.post(reverse("retention:lifetime-value-run", args=[workspace.slug]), given)
    assert answer.status_code == 422
    assert "the fit must end between them" in answer.content.decode()
    twin = client.post(reverse("api-retention-lifetime-value"), given, content_type="application/json")
    assert (twin.status_code, twin.json()["code"]) == (422, "until_outside_log")
    wrong = client.post(
        reverse("api-retention-lifetime-value"), {"discount_per_year": -1}, content_type="application/json"
    )
    assert wrong.status_code in (400, 422)


def test_the_twin_starts_the_study_and_shows_it(client, owner, workspace, shop):
    client.force_login(owner)
    started = client.post(reverse("api-retention-lifetime-value"), {"unit": "day"}, content_type="application/json")
    assert started.status_code == 202
    run_now(Job.objects.get(pk=started.json()["id"]))
    found = client.get(reverse("api-retention-lifetime-value")).json()
    assert found["purchases"] == shop.purchase_rows.count()
    assert found["estimate"]["parameters"]["unit"] == "day"
    assert found["refused"] == {}
    best = client.get(reverse("api-retention-lifetime-value-customers"), {"most": 3}).json()["customers"]
    assert [one["customer"] for one in best] == [one["customer"] for one in found["estimate"]["diagnostics"]["top"][:3]]
    assert best[0]["residual_value"] == pytest.approx(found["estimate"]["diagnostics"]["top"][0]["value"], rel=1e-9)
    assert client.get(reverse("api-retention-lifetime-value-customers"), {"most": 0}).status_code in (400, 422)


def test_subscribers_of_the_survival_study_are_valued_by_their_contract(workspace, sample, study, page):
    study()
    add_source(workspace, SourceKind.PURCHASES, bought(40))
    assert "Discounted months to come" in page()


def test_a_viewer_reads_but_does_not_run(client, workspace, shop):
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert client.get(reverse("retention:lifetime-value", args=[workspace.slug])).status_code == 200
    run = reverse("retention:lifetime-value-run", args=[workspace.slug])
    assert client.post(run, {"unit": "week"}).status_code == 403
    assert client.post(reverse("api-retention-lifetime-value")).status_code == 403
