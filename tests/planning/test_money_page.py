"""What a founder reads of money on the forecast page, and what a program gets."""

import numpy as np
import pytest
from django.urls import reverse

from apps.jobs.testing import run_now
from apps.planning import selectors, services
from apps.planning.answers import world_of
from apps.planning.chain import Choice, outcome
from tests.planning.test_money import name_segments
from tests.planning.worlds import record_all

TYPED = {"acquisition_cost": "120", "cash_today": "50000", "fixed_cost": "40000", "marketing_per_month": "3000"}


@pytest.fixture
def what_if(workspace):
    return reverse("planning:base-what-if", args=[workspace.slug])


def assume(browser, workspace, **typed):
    browser.post(reverse("planning:base-assume", args=[workspace.slug]), typed)


def test_the_page_tells_recurring_revenue_margin_and_what_a_customer_brings(browser, workspace, what_if):
    record_all(workspace)
    html = browser.get(what_if, {"price": 60}).content.decode()
    for words in ("Revenue a month after 12 months", "Gross margin in 12 months", "Lifetime value of a new customer"):
        assert words in html
    # Nobody said what a customer costs or what is in the bank.
    assert "Payback of a new customer" not in html
    assert "Cash lasts" not in html
    assert "By segment" not in html
    assume(browser, workspace, **TYPED)
    html = browser.get(what_if, {"price": 60}).content.decode()
    assert "Payback of a new customer" in html
    assert "Cash lasts, at least" in html
    assert "LTV to CAC" in html


def test_cash_is_drawn_with_its_band_once_it_is_known_and_programs_read_the_same_months(browser, workspace, what_if):
    record_all(workspace)
    asked = {"price": 60, "months": 24}
    plain = browser.get(what_if, asked)
    assert plain.context["cash_picture"] is None
    assert "Cash at the end of each month" not in plain.content.decode()
    assume(browser, workspace, **TYPED)
    answered = browser.get(what_if, asked)
    drawn = answered.context["cash_picture"]
    assert "Cash at the end of each month" in answered.content.decode()
    assert [band.css for band in drawn.bands] == ["now", "other"]
    scenario = selectors.base(workspace)
    told = browser.get(reverse("api-scenario-what-if", args=[scenario.pk]), asked).json()
    world = world_of(scenario)
    for months, choice in (("months", Choice(60.0)), ("today_months", Choice(world.current_price))):
        # Cash today and what came in since: the quantiles of the running sum, one for each month.
        low, middle, high = np.quantile(outcome(world, choice).cash, [0.1, 0.5, 0.9], axis=0)
        rows = told[months]["cash"]
        np.testing.assert_allclose([row["median"] for row in rows], middle, rtol=1e-9)
        np.testing.assert_allclose([row["low"] for row in rows], low, rtol=1e-9)
        np.testing.assert_allclose([row["high"] for row in rows], high, rtol=1e-9)
    assert len(drawn.rows) == 2 * 24


def test_segments_have_a_table_of_their_own_with_today_beside(browser, workspace, what_if):
    record_all(workspace)
    name_segments(workspace)
    html = browser.get(what_if, {"price": 60}).content.decode()
    assert "By segment, in the twelfth month" in html
    assert "Other segments" in html
    assert "Revenue as things are" in html
    assert "Revenue as things are" not in browser.get(what_if, {"price": 49}).content.decode()


def test_the_source_documents_form_is_chosen_and_its_cap_is_told(browser, workspace, what_if):
    record_all(workspace)
    home = reverse("planning:home", args=[workspace.slug])
    assert "the source document&#x27;s" in browser.get(home).content.decode()
    assert "were capped" not in browser.get(what_if, {"quality": 0.1}).content.decode()
    assume(browser, workspace, retention_form="1.0")
    html = browser.get(what_if, {"quality": 0.1}).content.decode()
    assert "were capped at all of them" in html
    assert '<option value="1.0" selected>' in browser.get(home).content.decode()


def test_a_choice_that_is_none_of_those_offered_is_refused(browser, workspace):
    record_all(workspace)
    assume(browser, workspace, retention_form="0.5")
    assert selectors.base(workspace).assumptions == {}


def test_a_program_gets_the_money_by_segment_too(browser, workspace):
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    name_segments(workspace)
    run_now(services.start(workspace=workspace))
    scenario = selectors.base(workspace)
    found = browser.get(reverse("api-scenario-what-if", args=[scenario.pk]), {"price": 60}).json()
    assert found["money"]["figures"]["mrr_12"]["unit"] == "USD/month"
    assert [part["name"] for part in found["money"]["segments"]][:3] == ["solo", "team", "large"]
    total = sum(part["revenue"]["median"] for part in found["money"]["segments"])
    assert total == pytest.approx(found["money"]["figures"]["mrr_12"]["median"], rel=0.02)
    kept = browser.get(reverse("api-scenario-forecast", args=[scenario.pk])).json()["forecasts"][0]
    assert {"mrr_12", "gross_margin_12", "cash_low", "ltv"} <= set(kept["figures"])
    assert [part["name"] for part in kept["diagnostics"]["segments"]][:3] == ["solo", "team", "large"]
