"""The shell: front page, sign-in, navigation, theme, language, dialogs and charts, as a person meets them."""

from __future__ import annotations

import re

import pytest

from apps.workspaces import services
from apps.workspaces.models import User

BOTH_LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])
BOTH_WIDTHS = pytest.mark.parametrize("width", [360, 1440])
BOTH_THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
OUTSIDE = pytest.mark.parametrize(
    ("name", "path"), [("landing", "/"), ("sign-in", "/accounts/login/"), ("sign-up", "/accounts/signup/")]
)


@pytest.fixture
def founder(transactional_db: None) -> User:
    user = User.objects.create_user(email="founder@example.com", password="a-long-pass-phrase")
    services.create_workspace(owner=user, name="Northwind Answers", currency="USD")
    return user


@pytest.fixture
def workspace_page(new_page, sign_in, founder):
    def open_it(**options):
        page = new_page(**options)
        sign_in(page, founder)
        page.goto("/")
        return page

    return open_it


@OUTSIDE
@BOTH_LANGUAGES
@BOTH_WIDTHS
@BOTH_THEMES
def test_front_and_sign_in_pages_fit_and_have_no_barrier(
    new_page, barriers, too_wide, look, name, path, language, width, theme
):
    page = new_page(width=width, language=language, theme=theme)
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == language
    assert too_wide(page) == []
    assert barriers(page) == []
    look(page, f"{name}-{language}-{theme}")


@BOTH_LANGUAGES
@BOTH_WIDTHS
@BOTH_THEMES
def test_a_workspace_page_fits_and_has_no_barrier(workspace_page, barriers, too_wide, look, language, width, theme):
    page = workspace_page(width=width, language=language, theme=theme)
    page.goto("/w/northwind-answers/settings/")
    assert too_wide(page) == []
    assert barriers(page) == []
    look(page, f"settings-{language}-{theme}")


@pytest.mark.parametrize("path", ["email/", "password/change/", "2fa/", "sessions/", "logout/"])
@BOTH_WIDTHS
def test_account_pages_share_the_look_and_have_no_barrier(workspace_page, barriers, too_wide, look, path, width):
    page = workspace_page(width=width)
    page.goto(f"/accounts/{path}")
    assert page.locator(".card").count() == 1
    assert too_wide(page) == []
    assert barriers(page) == []
    look(page, f"account-{path.strip('/').replace('/', '-')}")


def test_the_first_tab_stop_skips_to_the_content(workspace_page):
    page = workspace_page()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_on_a_phone_the_navigation_opens_from_the_menu_button(workspace_page, look):
    page = workspace_page(width=360)
    overview = page.locator(".side-nav").get_by_role("link", name="Overview")
    assert not overview.is_visible()
    page.get_by_role("button", name="Menu").click()
    assert overview.is_visible()
    assert page.get_by_role("button", name="Menu").get_attribute("aria-expanded") == "true"
    look(page, "menu")


def test_the_chosen_theme_stays_after_a_reload(browser_page):
    browser_page.goto("/")
    browser_page.get_by_role("button", name="Dark").click()
    browser_page.reload()
    assert browser_page.locator("html").get_attribute("data-theme") == "dark"
    assert browser_page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_the_language_changes_with_one_click_and_stays(browser_page):
    browser_page.goto("/accounts/login/")
    browser_page.get_by_role("button", name="简体中文").click()
    browser_page.wait_for_url("**/accounts/login/")
    browser_page.goto("/")
    assert browser_page.locator("html").get_attribute("lang") == "zh-hans"


def test_a_question_mark_lists_the_shortcuts_unless_they_are_switched_off(workspace_page):
    page = workspace_page()
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.keyboard.press("?")
    assert dialog.is_visible()
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    assert not dialog.is_visible()


def test_a_person_signs_in_and_out(browser_page, founder):
    browser_page.goto("/accounts/login/")
    browser_page.get_by_label("Email").fill(founder.email)
    browser_page.get_by_role("textbox", name="Password").fill("a-long-pass-phrase")
    browser_page.locator("main").get_by_role("button", name="Sign In").click()
    browser_page.wait_for_url(re.compile(r"/w/northwind-answers"))
    browser_page.locator(".side details.menu.up > summary").click()
    browser_page.get_by_role("button", name="Sign out").click()
    browser_page.wait_for_url(re.compile(r"/$"))
    assert browser_page.get_by_role("link", name="Create an account").is_visible()


def test_a_missing_page_says_so_in_the_product_s_look(new_page, barriers, db):
    page = new_page(allow=("404",))
    page.goto("/nowhere/")
    assert page.get_by_role("heading", level=1).inner_text() == "There is no such page"
    assert barriers(page) == []


def test_a_workspace_with_made_up_data_says_so_on_every_page(workspace_page, barriers, founder):
    founder.memberships.get().workspace.__class__.objects.update(is_simulated=True)
    page = workspace_page()
    page.goto("/w/northwind-answers/settings/")
    assert page.get_by_role("complementary", name="Simulated data").is_visible()
    assert barriers(page) == []
