"""What a founder does on the forecast page, from an empty workspace to a verdict."""

import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.estimates.reading import percent
from apps.jobs.testing import run_now
from apps.planning import selectors, services
from apps.planning.models import Scenario
from apps.planning.verdict_cards import needed_in_words
from apps.workspaces.models import Membership, Role, User
from apps.workspaces.services import create_workspace
from tests.planning.worlds import ALL, record_all

FORECAST_PAGE_QUERIES = 24
WHAT_IF_QUERIES = 10


@pytest.fixture
def page(workspace):
    return reverse("planning:home", args=[workspace.slug])


@pytest.fixture
def forecast_made(workspace):
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    job = run_now(services.start(workspace=workspace))
    return selectors.scenario(workspace, job.params["scenario_id"])


def test_an_empty_workspace_is_told_what_is_missing(browser, page):
    html = browser.get(page).content.decode()
    assert "Cannot forecast yet" in html
    assert "Import a subscription log" in html
    assert html.count("Needed.") == 2  # how many customers come, and what they pay


def test_two_typed_numbers_are_enough_for_a_first_forecast(browser, workspace, page):
    browser.post(
        reverse("planning:base-assume", args=[workspace.slug]), {"arrivals_per_month": "40", "current_price": "30"}
    )
    html = browser.get(page).content.decode()
    assert "Cannot forecast yet" not in html
    assert "New customers a month" in html
    assert "badge observed" not in html  # nothing here was measured


def test_a_missing_link_is_assumed_and_named_on_the_page(browser, workspace, page):
    record_all(workspace, only=[name for name in ALL if name != "link"])
    browser_page = browser.get(page)
    rows = {row.label: row.grade for row in browser_page.context["links"]}
    assert rows["Satisfaction to retention h(U)"] == "assumed"
    assert rows["Leaving"] == "observed"
    assert "Satisfaction to retention h(U)" in browser_page.content.decode()


def test_the_job_leaves_a_verdict_with_its_lineage(browser, workspace, forecast_made, page):
    found = selectors.results(forecast_made)
    verdict = found[selectors.VERDICT]
    (card,) = verdict.diagnostics["verdict"]
    assert card["verdict"] == "ship"
    demand = estimates.current(workspace, "pricing.demand")
    moved = {estimate.kind for estimate in estimates.figures_moved_by(workspace, "estimate", str(demand.pk))}
    assert moved >= {selectors.FORECAST, selectors.PRICE, selectors.VERDICT}
    html = browser.get(page).content.decode()
    assert "Ship" in html
    assert reverse("estimates:detail", args=[workspace.slug, verdict.pk]) in html


def test_the_slider_says_what_the_job_recorded(browser, workspace, forecast_made):
    url = reverse("api-scenario-what-if", args=[forecast_made.pk])
    (card,) = selectors.results(forecast_made)[selectors.VERDICT].diagnostics["verdict"]
    recorded = selectors.results(forecast_made)[f"{selectors.FORECAST}:{card['key']}"].figures["margin_12"]
    answered = browser.get(url, {"candidate": card["key"], "price": "49"}).json()
    for part in ("median", "low", "high"):
        assert answered["figures"]["margin_12"][part] == recorded[part]
        assert answered["gain"][part] == card["gain"][part]


def test_the_accuracy_that_breaks_even_has_its_interval_and_verdicts_kept_without_one_are_read(
    browser, forecast_made, page
):
    verdict = selectors.results(forecast_made)[selectors.VERDICT]
    (card,) = verdict.diagnostics["verdict"]
    spread = card["needed_quality_interval"]
    assert 0 <= spread["low"] < card["needed_quality"] < spread["high"] <= 1
    said = f"{percent(card['needed_quality'])} ({percent(spread['low'])} to {percent(spread['high'])})"
    assert f"<dd>{said}</dd>" in browser.get(page).content.decode()
    del card["needed_quality_interval"]
    verdict.save()
    assert f"<dd>{percent(card['needed_quality'])}</dd>" in browser.get(page).content.decode()


def test_where_many_worlds_let_no_accuracy_pay_the_card_says_so():
    assert needed_in_words(0.84, {"low": 0.8, "high": None, "never": 0.2}) == (
        "84.0% (80.0% or more; in 20% of the worlds even a faultless one would lose)"
    )
    assert needed_in_words(None, {"low": 0.9, "high": None, "never": 0.6}) == (
        "none: in 60% of the worlds even a faultless one would lose"
    )
    assert needed_in_words(None, None) == "none: even a faultless one would lose"


def test_moving_the_price_answers_with_a_fragment(browser, workspace, forecast_made):
    url = reverse("planning:what-if", args=[workspace.slug, forecast_made.pk])
    html = browser.get(url, {"price": "64", "months": "36"}).content.decode()
    assert "$64.00" in html
    assert "<html" not in html
    assert "The price must be above zero" in browser.get(url, {"price": "-3"}).content.decode()


def test_a_changed_assumption_makes_the_verdict_stale_and_undo_heals_it(browser, workspace, forecast_made):
    url = reverse("planning:assume", args=[workspace.slug, forecast_made.pk])
    browser.post(url, {"requests_per_month": "900"})
    verdict = selectors.results(forecast_made)[selectors.VERDICT]
    assert estimates.staleness(verdict).stale
    browser.post(url, {"requests_per_month": "900", "undo": "requests_per_month"})
    forecast_made.refresh_from_db()
    assert forecast_made.assumptions == {}
    assert not estimates.staleness(verdict).stale


def test_scenarios_are_made_renamed_copied_and_deleted(browser, workspace):
    browser.post(reverse("planning:new", args=[workspace.slug]), {"name": "Cheaper"})
    scenario = Scenario.objects.get(name="Cheaper")
    browser.post(reverse("planning:rename", args=[workspace.slug, scenario.pk]), {"name": "Dearer"})
    browser.post(reverse("planning:copy", args=[workspace.slug, scenario.pk]))
    assert list(Scenario.objects.values_list("name", flat=True)) == ["Dearer", "Copy of Dearer"]
    browser.post(reverse("planning:delete", args=[workspace.slug, scenario.pk]))
    assert [one.name for one in Scenario.objects.all()] == ["Copy of Dearer"]


def test_a_deleted_scenario_leaves_its_results_as_evidence_only(workspace, forecast_made, owner):
    verdict = selectors.results(forecast_made)[selectors.VERDICT]
    services.delete(scenario=forecast_made, actor=owner)
    verdict.refresh_from_db()
    assert not verdict.is_current


def test_the_source_example_opens_as_a_scenario_and_answers_live(browser, workspace):
    browser.post(reverse("planning:open-example", args=[workspace.slug]))
    scenario = Scenario.objects.get(kind=Scenario.Kind.SOURCE_EXAMPLE)
    html = browser.get(reverse("planning:scenario", args=[workspace.slug, scenario.pk])).content.decode()
    assert "0.0720" in html  # .9 * .8 * .1, by hand
    url = reverse("planning:what-if", args=[workspace.slug, scenario.pk])
    # U = .9 * .8 * .3 = .216; h = 5 (.216 - .072) = .72; R = .1 exp(.72) = .2054, by hand
    assert "20.5%" in browser.get(url, {"cost": "0.3"}).content.decode()


def test_another_workspace_s_scenario_is_not_found(client, workspace, forecast_made):
    stranger = User.objects.create_user("stranger@example.org", "long-secret-words")
    theirs = create_workspace(name="Elsewhere", owner=stranger)
    client.force_login(stranger)
    for name in ("scenario", "what-if"):
        assert client.get(reverse(f"planning:{name}", args=[theirs.slug, forecast_made.pk])).status_code == 404
    for name in ("run", "keep", "assume", "rename", "copy", "delete"):
        assert client.post(reverse(f"planning:{name}", args=[theirs.slug, forecast_made.pk])).status_code == 404
    for name in ("detail", "forecast", "verdict", "what-if"):
        assert client.get(reverse(f"api-scenario-{name}", args=[forecast_made.pk])).status_code == 404


def test_a_viewer_may_ask_what_if_but_not_run(client, workspace, forecast_made):
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    what_if = reverse("planning:what-if", args=[workspace.slug, forecast_made.pk])
    assert client.get(what_if, {"price": 55}).status_code == 200
    assert client.post(reverse("planning:run", args=[workspace.slug, forecast_made.pk])).status_code == 403


def test_pages_ask_the_database_a_pinned_number_of_times(
    browser, workspace, forecast_made, page, django_assert_max_num_queries
):
    browser.get(page)
    with django_assert_max_num_queries(FORECAST_PAGE_QUERIES):
        browser.get(page)
    with django_assert_max_num_queries(WHAT_IF_QUERIES):
        browser.get(reverse("planning:what-if", args=[workspace.slug, forecast_made.pk]), {"price": 51})
