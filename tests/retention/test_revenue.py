"""From a subscription log with prices to retained revenue, by the page's own job, on the page and by the API."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research.models import SourceKind
from apps.retention import revenue_services, revenue_study
from apps.workspaces.models import Membership, Role, User
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db
KIND = "retention.revenue"
KINDS = ("new", "expansion", "reactivation", "contraction", "churned", "closing")

# January to June 2026: ann 20 20 50 50 50 50; bob 10 0 0 10 10 10; cem 0 40 40 40 15 15; dee never at a month's end.
STORY = [
    ("ann", "2026-01-05", "2026-03-10", 20.0),
    ("ann", "2026-03-10", None, 50.0),
    ("bob", "2026-01-31", "2026-02-15", 10.0),
    ("bob", "2026-04-20", None, 10.0),
    ("cem", "2026-02-01", "2026-04-30", 40.0),
    ("cem", "2026-05-01", None, 15.0),
    ("dee", "2026-03-02", "2026-03-20", 99.0),
]


def priced(story):
    return [
        {
            "customer": customer,
            "started_on": date.fromisoformat(start),
            "ended_on": date.fromisoformat(end) if end else None,
            "monthly_price": price,
        }
        for customer, start, end, price in story
    ]


def add_log(workspace, story, as_of="2026-07-09"):
    return add_source(workspace, SourceKind.SUBSCRIPTIONS, priced(story), parameters={"as_of": as_of})


@pytest.fixture(autouse=True)
def fewer_worlds(monkeypatch):
    """What is asked here does not hang on how many there are."""
    monkeypatch.setattr(revenue_study, "WORLDS", 200)


@pytest.fixture
def measure(workspace, owner):
    return lambda: run_now(revenue_services.start(workspace=workspace, actor=owner))


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda: client.get(reverse("retention:revenue", args=[workspace.slug])).content.decode()


def test_from_the_button_to_the_numbers_of_the_hand_count(client, workspace, page):
    add_log(workspace, STORY)
    assert "7 subscriptions with a price wait to be studied" in page()
    assert client.post(reverse("retention:revenue-run", args=[workspace.slug])).status_code == 302
    assert run_now(Job.objects.get(kind=KIND)).state == "succeeded"
    estimate = estimates.current(workspace, KIND)
    found = estimate.diagnostics
    months = {name: [row[name] for row in found["months"]] for name in KINDS}
    assert months == {
        "new": [30, 40, 0, 0, 0, 0],
        "expansion": [0, 0, 30, 0, 0, 0],
        "reactivation": [0, 0, 0, 10, 0, 0],
        "contraction": [0, 0, 0, 0, 25, 0],
        "churned": [0, 10, 0, 0, 0, 0],
        "closing": [30, 60, 90, 100, 75, 75],
    }
    # January: ann 20, bob 10; June: 50 and 10. Gained since 40 + 30 + 10 of all, lost 10 + 25.
    assert found["counted"] == pytest.approx({"net": 60 / 30, "gross": 30 / 30, "retained": 1.0, "quick": 80 / 35})
    assert (found["begin"], found["end"], estimate.parameters["months"]) == ("2026-01", "2026-06", 5)
    assert (found["churned"], found["churned_customers"], found["contraction"]) == (10, 1, 25)
    assert [cohort["net"] for cohort in found["cohorts"]] == [
        pytest.approx([2 / 3, 5 / 3, 2, 2, 2], abs=1e-4),
        [1, 1, 0.375, 0.375, None],
    ]
    assert estimate.figures["mrr_now"]["low"] == estimate.figures["mrr_now"]["high"] == 75
    shown = page()
    for words in (
        "Net revenue retention",
        "from the end of 2026-01 to the end of 2026-06",
        "not yet a year old",
        "€75.00",
        "Quick ratio",
        "Month by month",
        "Revenue retained, by month of the first payment",
        "Not yet",
    ):
        assert words in shown, words
    assert client.get(reverse("estimates:detail", args=[workspace.slug, estimate.pk])).status_code == 200


def test_a_year_is_measured_where_the_log_holds_one(workspace, measure):
    # Ten pay 10 from January 2025; from then to January 2026 four leave, two double, one goes down to 5.
    story = [(f"C-{n}", "2025-01-01", None, 10.0) for n in range(3)]
    story += [(f"C-{n}", "2025-01-01", "2025-06-15", 10.0) for n in range(3, 10)]
    story += [(f"C-{n}", "2025-06-16", None, price) for n, price in ((3, 20.0), (4, 20.0), (5, 5.0))]
    add_log(workspace, story, as_of="2026-01-31")
    measure()
    estimate = estimates.current(workspace, KIND)
    # Net (3 x 10 + 2 x 20 + 5) / 100, gross (3 x 10 + 2 x 10 + 5) / 100; gained 20, lost 4 x 10 + 5.
    assert estimate.diagnostics["counted"] == pytest.approx(
        {"net": 0.75, "gross": 0.55, "retained": 0.6, "quick": 20 / 45}
    )
    assert estimate.parameters["months"] == 12
    figures = estimate.figures
    assert figures["net_revenue_retention"]["low"] < 0.75 < figures["net_revenue_retention"]["high"]
    assert figures["gross_revenue_retention"]["high"] <= 1


def test_rows_without_a_price_and_rows_told_again_are_left_out_and_counted(workspace, page, measure):
    add_log(workspace, [("ann", "2026-01-05", None, 20.0), ("eve", "2026-01-05", None, None)])
    late = [("ann", "2026-04-01", None, None), ("fay", "2026-08-01", None, 10.0)]
    add_log(workspace, [*STORY, *late])
    measure()
    found = estimates.current(workspace, KIND).diagnostics
    # The older row of ann is told again; eve and a row of ann have no price; fay begins after the as-of day.
    assert found["rows"] == {"read": 11, "later": 1, "repeated": 1, "unpriced": 2, "mixed": 1}
    assert found["months"][-1]["closing"] == 75
    shown = page()
    assert "Without a monthly price: 2." in shown
    assert "Customers who also have rows with a price: 1." in shown


def test_two_plans_that_begin_together_add_up(workspace, measure):
    add_log(workspace, [("ann", "2026-01-01", None, 20.0), ("ann", "2026-01-01", None, 5.0)])
    measure()
    found = estimates.current(workspace, KIND)
    assert found.diagnostics["months"][-1]["closing"] == 25
    # Nobody lost anything: there is no quick ratio, and the page says why.
    assert "quick_ratio" not in found.figures


def test_without_a_log_or_without_prices_the_page_teaches_and_a_start_is_refused(client, workspace, page):
    assert "No subscriptions yet" in page()
    run = reverse("retention:revenue-run", args=[workspace.slug])
    assert "Import a subscription log first" in client.post(run, follow=True).content.decode()
    add_log(workspace, [("ann", "2026-01-05", None, None)])
    assert "none has a monthly price" in page()
    twin = client.post(reverse("api-retention-revenue"))
    assert (twin.status_code, twin.json()["code"]) == (422, "no_prices")


@pytest.mark.parametrize(
    ("code", "words", "story"),
    [
        ("one_month_only", "Come back in a month", [("ann", "2026-06-01", None, 20.0)]),
        ("nobody_paid", "runs at the end of a full month", [("ann", "2026-07-01", None, 20.0)]),
    ],
)
def test_a_log_that_is_too_young_is_refused_in_words(workspace, page, measure, code, words, story):
    add_log(workspace, story)
    job = measure()
    assert (job.state, job.error_code) == ("failed", code)
    assert words in page()


def test_the_twin_starts_the_study_and_shows_it(client, owner, workspace):
    add_log(workspace, STORY)
    client.force_login(owner)
    started = client.post(reverse("api-retention-revenue"))
    assert started.status_code == 202
    run_now(Job.objects.get(pk=started.json()["id"]))
    found = client.get(reverse("api-retention-revenue")).json()
    assert (found["subscriptions"], found["priced"], found["refused"]) == (7, 7, {})
    assert found["estimate"]["diagnostics"]["counted"]["net"] == 2.0
    assert found["estimate"]["figures"]["mrr_now"]["unit"] == "EUR/month"


def test_a_viewer_reads_but_does_not_run(client, workspace):
    add_log(workspace, STORY)
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert client.get(reverse("retention:revenue", args=[workspace.slug])).status_code == 200
    assert client.post(reverse("retention:revenue-run", args=[workspace.slug])).status_code == 403
    assert client.post(reverse("api-retention-revenue")).status_code == 403
