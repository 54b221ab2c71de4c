"""What people do from beginning to end, in a browser: nothing is loaded behind their back but the workers' jobs."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.jobs import leases
from apps.jobs.models import Job
from apps.jobs.testing import run_waiting
from apps.modellab.models import CandidateMethod
from apps.research.models import PriceAnswer
from apps.workspaces.models import User, Workspace
from tests.browser.furnishing import PASSWORD
from trimtab.sample_company import generate, to_csv

ANSWERS = 60


def price_survey() -> str:
    """Sixty good answers of the sample company, and one whose price is a word."""
    lines = to_csv(generate(7, 0.1).prices).splitlines()
    assert len(lines) == ANSWERS + 1
    broken = lines[1].split(",")
    broken[0], broken[lines[0].split(",").index("expensive")] = "P-word", "forty"
    return "\n".join([*lines, ",".join(broken)]) + "\n"


def stay(page) -> None:
    """Mark the page: a reload would lose the mark."""
    page.evaluate("document.documentElement.dataset.stayed = 'yes'")


def stayed(page) -> bool:
    return page.evaluate("document.documentElement.dataset.stayed") == "yes"


def tab_to(page, words: str) -> None:
    """Press Tab until what has the focus begins with these words."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(words):
            return
    raise AssertionError(f"Tab never reaches {words!r}")


def test_a_new_user_comes_to_a_price_from_a_file_of_answers(browser_page, transactional_db):
    page = browser_page
    sign_up(page)
    workspace = create_workspace(page)
    upload_answers(page, workspace)
    correct_the_broken_row_by_keyboard(page)
    study_the_answers(page, workspace)
    try_a_price(page)


def sign_up(page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Email").fill("grace@example.com")
    for field in ("Password", "Password (again)"):
        page.get_by_label(field, exact=True).fill(PASSWORD)
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url("**/workspaces/new/")
    assert User.objects.filter(email="grace@example.com").exists()


def create_workspace(page) -> Workspace:
    page.get_by_label("Name").fill("Answers Inc")
    page.get_by_role("button", name="Create the workspace").click()
    page.wait_for_url("**/w/answers-inc/")
    return Workspace.objects.get(slug="answers-inc")


def upload_answers(page, workspace: Workspace) -> None:
    page.locator(".side-nav").get_by_role("link", name="Research").click()
    page.locator(".card", has_text="Price survey").get_by_role("link", name="Upload").click()
    file = {"name": "answers.csv", "mimeType": "text/csv", "buffer": price_survey().encode()}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()
    expect(page.get_by_text("60 of the first 61 rows can be imported.")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Waiting for a worker.")).to_be_visible()
    run_waiting(workspace)
    # The page has polled the job and shows what came of it by itself.
    expect(page.get_by_text("Rows to correct")).to_be_visible()
    expect(page.locator(".notice.bad")).to_contain_text("Row 62")


def correct_the_broken_row_by_keyboard(page) -> None:
    stay(page)
    tab_to(page, "Correct")
    page.keyboard.press("Enter")
    wrong = page.get_by_label("Getting expensive", exact=True)
    # The focus goes to the cell at fault by itself.
    expect(wrong).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("80")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.good")).to_be_visible()
    assert stayed(page)
    assert PriceAnswer.objects.get(customer="P-word").expensive == 80


def study_the_answers(page, workspace: Workspace) -> None:
    page.locator(".side-nav").get_by_role("link", name="Price").click()
    page.get_by_role("button", name="Study the answers").click()
    expect(page.get_by_text("Waiting for a worker.")).to_be_visible()
    run_waiting(workspace)
    expect(page.get_by_text("Price with the most revenue").first).to_be_visible()


def try_a_price(page) -> None:
    stay(page)
    share = page.locator("#at-price .value").first
    before = share.inner_text()
    page.get_by_label("Price a month, USD").press("PageUp")
    expect(share).not_to_have_text(before)
    lower = float(share.inner_text().rstrip("%"))
    assert lower < float(before.rstrip("%")), "fewer find a higher price worth it"
    assert stayed(page)


@pytest.fixture
def founder_page(new_page, sign_in, furnished):
    def open_it(path: str = "", **options):
        page = new_page(**options)
        sign_in(page, furnished.memberships.get().user)
        page.goto(f"/w/{furnished.slug}/{path}")
        return page

    return open_it


def test_the_forecast_answers_to_price_and_model_without_a_reload(founder_page, furnished, look):
    tuned = furnished.candidates.get(method=CandidateMethod.FULL).name
    page = founder_page("planning/")
    expect(page.locator(".verdict.ship").first).to_contain_text(tuned)
    stay(page)
    sentence, revenue = page.locator("#answer .sentence"), page.locator("#answer .stat .value").first
    before = (sentence.inner_text(), revenue.inner_text())
    page.get_by_label("Price a month", exact=True).press("PageUp")
    expect(revenue).not_to_have_text(before[1])
    at_price = (sentence.inner_text(), revenue.inner_text())
    assert at_price[0] != before[0]
    page.get_by_label(tuned).check()
    expect(sentence).to_contain_text(tuned)
    expect(revenue).not_to_have_text(at_price[1])
    assert stayed(page)
    look(page, "forecast-changed")


def test_language_and_theme_stay_from_page_to_page(founder_page):
    page = founder_page("pricing/")
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_role("button", name="深色").click()
    page.locator(".side-nav a").nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("调研")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_on_a_phone_the_menu_is_used_by_keyboard(founder_page):
    page = founder_page(width=360)
    tab_to(page, "Menu")
    page.keyboard.press("Enter")
    tab_to(page, "Price")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Price")
    assert not page.locator(".side-nav").is_visible()


def test_a_running_job_is_cancelled_from_its_page(founder_page, furnished):
    job = Job.objects.create(workspace=furnished, kind="pricing.study", queue="analysis")
    leases.claim(job_id=job.pk, worker="test", now=timezone.now())
    page = founder_page(f"jobs/{job.pk}/")
    expect(page.get_by_text("Under way.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopping", exact=True)).to_be_visible()
    job.refresh_from_db()
    assert job.cancel_requested_at is not None
