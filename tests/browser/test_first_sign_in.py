"""The first minutes: the printed link, a password of one's own, and the sample company."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.onboarding import greeting, services
from trimtab.sample_company import generate

BOTH_LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])
BOTH_WIDTHS = pytest.mark.parametrize("width", [360, 1440])


@pytest.fixture
def link(transactional_db, live):
    services.first_owner()
    (line,) = greeting.lines(live)
    return line.split(": ", 1)[1]


@BOTH_LANGUAGES
@BOTH_WIDTHS
def test_the_pages_behind_the_link_fit_and_have_no_barrier(new_page, link, barriers, too_wide, look, language, width):
    page = new_page(width=width, language=language, allow=("404",))
    page.goto(link)
    for name in ("welcome", "link-used"):
        assert too_wide(page) == []
        assert barriers(page) == []
        look(page, f"{name}-{language}")
        page.context.clear_cookies()
        page.goto(link)


def test_a_person_comes_by_the_link_takes_a_password_and_loads_the_sample(browser_page, link, monkeypatch):
    monkeypatch.setattr("apps.onboarding.sample.generate", lambda seed, _scale: generate(seed, 0.02))
    page = browser_page
    page.goto(link)
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_label("Password").fill("long-secret-words")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Load the sample company").click()
    expect(page).to_have_url(f"{link.split('/sign-in')[0]}/w/pellowmere/")
    expect(page.get_by_label("Simulated data")).to_contain_text("made-up sample data")
