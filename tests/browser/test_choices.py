"""A choice study and its simulator in a browser: what is clicked, typed and seen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.choices import families, services
from apps.jobs.models import Job
from apps.jobs.testing import run_now, run_waiting
from apps.research.models import SourceKind
from apps.workspaces import services as workspaces
from apps.workspaces.models import User
from tests.choices.choice_rows import choice_rows
from tests.research_rows import add_source


@pytest.fixture
def studied(transactional_db, monkeypatch):
    monkeypatch.setattr(families, "SWEEPS", 600)
    monkeypatch.setattr(families, "BURN", 600)
    owner = User.objects.create_user("ada@example.org", "a-long-pass-phrase")
    workspace = workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")
    add_source(workspace, SourceKind.CHOICES, choice_rows(people=80, tasks=8, seed=11), simulated=True)
    assert run_now(services.start(workspace=workspace, actor=owner)).state == "succeeded"
    return workspace


@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_fit_and_have_no_barrier(new_page, sign_in, studied, barriers, too_wide, look, width):
    page = new_page(width=width)
    sign_in(page, studied.memberships.get().user)
    for name in ("home", "settings", "simulator"):
        assert page.goto(reverse(f"choices:{name}", args=[studied.slug])).status == 200
        page.wait_for_load_state("networkidle")
        assert (too_wide(page), barriers(page)) == ([], []), name
        look(page, f"choices-{name}-en")


def test_a_dearer_offer_loses_share_while_one_looks_and_undo_brings_it_back(new_page, sign_in, studied, look):
    from playwright.sync_api import expect

    page = new_page()
    sign_in(page, studied.memberships.get().user)
    page.goto(reverse("choices:simulator", args=[studied.slug]))
    ours = page.locator("#answer table.shares tbody tr").first.locator("td.number").first
    before = ours.inner_text()
    page.get_by_label("price of offer 1").fill("30")
    expect(ours).not_to_have_text(before)
    dear = ours.inner_text()
    assert float(dear.strip("%")) < float(before.strip("%"))
    page.get_by_role("button", name="Add a competitor").click()
    expect(page.get_by_label("Name of offer 3")).to_have_value("Competitor 2")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Name of offer 3")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(ours).to_have_text(before)
    page.get_by_role("button", name="Best price of our offer").click()
    expect(page.locator("#price")).to_contain_text("earns most at")
    page.locator("#price canvas").first.wait_for()
    page.get_by_role("button", name="Search all offers").click()
    expect(page.locator("#search")).to_contain_text("Search for the best offer")
    run_waiting(studied)
    assert Job.objects.get(kind="choices.best_offer").state == "succeeded"
    page.get_by_role("link", name="Show the result").click()
    expect(page.get_by_role("heading", name="Offers that earn most")).to_be_visible()
    look(page, "choices-simulator-searched-en")
    page.get_by_label("Name of these offers").fill("The market now")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("Stands for the market as it is today")).to_be_visible()
