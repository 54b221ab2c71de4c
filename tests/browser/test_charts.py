"""Charts and components as the style guide shows them, under the strict content policy."""

from __future__ import annotations

import pytest

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.urls("tests.browser.style_guide_urls"), pytest.mark.django_db(transaction=True)]
PIXELS = "(canvas) => canvas.toDataURL()"


def settled(page):
    # Not wait_for_function: the content policy forbids its eval.
    expect(page.locator("[data-chart] canvas")).to_have_count(6)
    expect(page.locator("[data-chart][aria-busy]")).to_have_count(0)


def drawn(page):
    page.goto("/style-guide/")
    settled(page)
    return page


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_components_fit_and_have_no_barrier(new_page, barriers, too_wide, look, width, theme):
    page = drawn(new_page(width=width, theme=theme))
    assert too_wide(page) == []
    assert barriers(page) == []
    look(page, f"style-guide-{theme}")


def test_charts_follow_a_change_of_theme(browser_page):
    page = drawn(browser_page)
    before = page.locator("[data-chart] canvas").first.evaluate(PIXELS)
    page.get_by_role("button", name="Dark").click()
    for _ in range(50):
        settled(page)
        if page.locator("[data-chart] canvas").first.evaluate(PIXELS) != before:
            return
        page.wait_for_timeout(100)
    pytest.fail("the chart looks as before")


def test_a_chart_takes_the_width_of_its_place(new_page):
    page = drawn(new_page(width=1440))
    page.set_viewport_size({"width": 360, "height": 900})
    chart = page.locator("[data-chart] canvas").first
    for _ in range(50):
        if chart.evaluate("canvas => canvas.clientWidth <= canvas.parentElement.clientWidth"):
            return
        page.wait_for_timeout(100)
    pytest.fail("the chart is wider than its place")


def test_a_chart_that_htmx_brings_in_is_drawn(browser_page):
    page = drawn(browser_page)
    page.evaluate("document.querySelector('#charts').dataset.old = 'yes'")
    page.evaluate("htmx.ajax('GET', '/style-guide/', {target: '#charts', select: '#charts', swap: 'outerHTML'})")
    expect(page.locator("#charts[data-old]")).to_have_count(0)
    settled(page)


def test_a_tip_shows_the_value_under_the_pointer(browser_page):
    page = drawn(browser_page)
    bars = page.locator("[data-chart]").nth(2).locator("canvas")
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 20)
    page.locator("#vg-tooltip-element.visible").wait_for()
    assert "14.2" in page.locator("#vg-tooltip-element").inner_text()


def test_the_rows_of_a_chart_can_be_read_as_a_table(browser_page):
    page = drawn(browser_page)
    frame = page.locator("figure").filter(has_text="Needs by opportunity")
    frame.get_by_text("The same as a table").click()
    assert frame.get_by_role("row").nth(1).inner_text().split("\t") == ["Faster first answer", "14.2", "13.0", "15.3"]


def test_a_form_that_asks_is_sent_only_after_a_yes(browser_page):
    page = drawn(browser_page)
    page.get_by_label("Name").first.fill("Growth")
    page.get_by_role("button", name="Save").first.click()
    dialog = page.locator("#confirm")
    assert "Save these changes?" in dialog.inner_text()
    dialog.get_by_role("button", name="Cancel").click()
    assert "name=Growth" not in page.url
    page.get_by_role("button", name="Save").first.click()
    dialog.get_by_role("button", name="Continue").click()
    page.wait_for_url("**name=Growth**")
