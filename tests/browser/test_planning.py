"""The planning workspace as a founder uses it: levers, comparison, undo, and a link for somebody without an account."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.planning.models import Scenario, ScenarioLink
from tests.browser.test_stories import stay, stayed


@pytest.fixture
def scenario(furnished):
    return Scenario.objects.get(name="Dearer and better", archived_at=None)


@pytest.fixture
def page_of(new_page, sign_in, furnished, scenario):
    def open_it(path: str = "", **options):
        page = new_page(**options)
        sign_in(page, furnished.memberships.get().user)
        page.goto(f"/w/{furnished.slug}/planning/scenarios/{scenario.pk}/{path}")
        return page

    return open_it


def band(page) -> str:
    """The points of the choice's revenue band."""
    return page.locator(".bands figure").first.locator(".other polygon").get_attribute("points")


def test_a_lever_moves_the_bands_without_a_reload_and_goes_back_to_today(page_of, scenario):
    page = page_of()
    stay(page)
    before = band(page)
    arrivals, said = page.get_by_label("New customers a month", exact=True).first, page.locator("#lever-arrivals-value")
    people = said.inner_text()
    arrivals.press("PageUp")
    expect(said).not_to_have_text(people)
    expect(page.locator(".bands figure").first.locator(".other polygon")).not_to_have_attribute("points", before)
    assert arrivals.get_attribute("aria-valuetext") == said.inner_text()
    expect(page.get_by_text("Tried only: the scenario keeps another choice.")).to_be_visible()
    page.wait_for_url("**arrivals=**")
    assert stayed(page)
    page.get_by_role("button", name="Back to what is kept").click()
    expect(page.locator(".bands figure").first.locator(".other polygon")).to_have_attribute("points", before)
    page.get_by_role("button", name="Back to today").click()
    # Today beside today is one line.
    expect(page.locator(".bands .other")).to_have_count(0)
    expect(page.get_by_role("radio", name="Today's model")).to_be_checked()
    assert stayed(page)


def test_a_model_brings_its_own_test_to_the_sliders(page_of):
    page = page_of()
    quality = page.locator("#lever-quality-value")
    before = quality.inner_text()
    page.get_by_role("radio", name="Today's model").check()
    expect(quality).not_to_have_text(before)
    expect(page.locator("#lever-quality-note")).to_contain_text("today")


def test_a_kept_choice_is_undone_and_made_again(page_of, scenario):
    page = page_of()
    page.get_by_label("Months ahead").press("End")
    page.get_by_role("button", name="Keep this choice in the scenario").click()
    page.wait_for_url("**#what-if")
    expect(page.locator("#lever-months-value")).to_have_text("60")
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.locator("#lever-months-value")).to_have_text("24")
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("#lever-months-value")).to_have_text("60")
    scenario.refresh_from_db()
    assert scenario.months == 60


def test_two_scenarios_are_compared_and_swapped(page_of, furnished, look):
    page = page_of()
    page.locator(".actions").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare two scenarios")
    expect(page.locator(".band-chart .now polygon")).to_have_count(3)
    expect(page.locator(".band-chart .other polygon")).to_have_count(3)
    gain = page.locator(".sentence strong").first.inner_text()
    assert gain.startswith("−") or gain.startswith("+")
    look(page, "compare-story")
    page.get_by_role("link", name="Swap").click()
    turned = page.locator(".sentence strong").first
    expect(turned).to_have_text(("+" if gain.startswith("−") else "−") + gain[1:])


def test_a_link_opens_for_a_stranger_until_it_is_revoked(
    page_of, new_page, furnished, scenario, barriers, too_wide, look
):
    ScenarioLink.objects.all().delete()
    page = page_of("links/")
    page.get_by_role("button", name="Make a link").click()
    address = page.locator("#new-link").inner_text()
    for width, theme in ((1440, "light"), (360, "dark")):
        stranger = new_page(width=width, theme=theme)
        assert stranger.goto(address).status == 200
        expect(stranger.get_by_role("heading", level=1)).to_have_text("Dearer and better")
        assert stranger.locator(f"a[href^='/w/{furnished.slug}']").count() == 0
        assert too_wide(stranger) == []
        assert barriers(stranger) == []
        look(stranger, f"shared-{theme}")
    page.goto(f"/w/{furnished.slug}/planning/scenarios/{scenario.pk}/links/")
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Revoked", exact=True)).to_be_visible()
    assert new_page(allow=("404",)).goto(address).status == 404


def test_on_a_phone_the_sum_of_the_levers_stays_in_sight(page_of):
    page = page_of(width=360)
    page.locator("#lever-quality").scroll_into_view_if_needed()
    glance = page.locator("#answer-glance")
    expect(glance).to_be_in_viewport()
    before = glance.inner_text()
    page.locator("#lever-quality").press("PageUp")
    expect(glance).not_to_have_text(before)
