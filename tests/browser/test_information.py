"""What to find out, and what matters, in a browser: read, typed and recomputed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.decisions import information_services, services
from apps.jobs.testing import run_now
from apps.planning import selectors as planning
from apps.workspaces import services as workspaces
from apps.workspaces.models import User
from tests.planning.worlds import record_all


@pytest.fixture
def studied(transactional_db):
    owner = User.objects.create_user("ada@example.org", "a-long-pass-phrase")
    workspace = workspaces.create_workspace(name="Northwind", owner=owner)
    models = {"doubtful": (0.79, 900, 3.0), "slow": (0.83, 2400, 2.4), "small": (0.78, 500, 0.8)}
    record_all(workspace, candidates=models)
    scenario = services.kept_scenario(planning.base(workspace), None)
    for name, values in (
        ("Dearer", {"price": 62}),
        ("Much dearer", {"price": 67}),
        ("Dearer, half a point better", {"price": 64, "quality": 0.005, "one_off_cost": 55_000}),
    ):
        services.add(scenario=scenario, values={"name": name, **values})
    assert run_now(information_services.start(scenario=scenario, actor=owner)).state == "succeeded"
    return workspace


@pytest.mark.parametrize("width", [360, 1440])
def test_both_pages_fit_and_have_no_barrier(new_page, sign_in, studied, barriers, too_wide, look, width):
    page = new_page(width=width)
    sign_in(page, studied.memberships.get().user)
    for name in ("information", "sensitivity"):
        assert page.goto(reverse(f"decisions:{name}", args=[studied.slug])).status == 200
        page.wait_for_load_state("networkidle")
        page.locator("canvas").first.wait_for()
        assert (too_wide(page), barriers(page)) == ([], []), name
        look(page, f"decisions-{name}-en")


def test_a_cheaper_survey_is_reckoned_with_at_once(new_page, sign_in, studied):
    from playwright.sync_api import expect

    page = new_page()
    sign_in(page, studied.memberships.get().user)
    page.goto(reverse("decisions:information", args=[studied.slug]))
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Price survey", exact=True)).first
    page.get_by_label("Fixed cost: Price survey").fill("0")
    page.get_by_label("Cost of one: Price survey").fill("0.1")
    page.get_by_role("button", name="Keep these costs").click()
    expect(page.get_by_text("The costs are kept")).to_be_visible()
    expect(row.locator(".badge")).to_have_count(1)
