"""Options in a browser: empty, ranked, edited in the table and on a page of their own, searched for, brought back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.decisions import comparison_services, selectors, services
from apps.jobs.testing import run_now
from apps.planning import selectors as planning
from apps.planning.answers import world_of
from apps.workspaces import services as workspaces
from apps.workspaces.models import User
from tests.planning.worlds import record_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "language", "theme"), [(1440, "en", "light"), (360, "zh-hans", "dark")])
def test_options_are_built_compared_and_searched(new_page, sign_in, look, barriers, too_wide, width, language, theme):
    owner = User.objects.create_user("owner@example.org", "long-secret-words")
    workspace = workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")
    record_all(workspace, candidates={"better": (0.91, 700, 2.6), "cheaper": (0.81, 500, 0.9)})
    page = new_page(width=width, language=language, theme=theme)
    sign_in(page, owner)
    home = f"/w/{workspace.slug}/decisions/"
    page.goto(home)
    look(page, "options-empty")
    page.locator("#new-name").fill("Dearer")
    page.locator("#new-price").fill("59")
    page.locator("form[action$='/options/add/'] button").last.click()
    expect(page.locator("table.ranking")).to_contain_text("Dearer")

    scenario = planning.base(workspace)
    better, cheaper = world_of(scenario).candidates
    services.add(scenario=scenario, values={"name": "Better model", "candidate_id": better})
    feature = {"name": "Citations", "functional": [0.01, 0.05], "interaction": [0, 0.02], "one_off_cost": 40000,
               "monthly_cost": 900}  # fmt: skip
    services.add(scenario=scenario, values={"name": "Cheaper model with citations", "candidate_id": cheaper,
                                            "features": [feature]})  # fmt: skip
    assert run_now(comparison_services.start(scenario=scenario)).state == "succeeded"
    search = comparison_services.start_search(scenario=scenario, values={"least_gross": 0.3})
    assert run_now(search).state == "succeeded"
    page.goto(home)
    expect(page.locator("canvas").first).to_be_visible()
    look(page, "options")
    assert barriers(page) == []
    assert too_wide(page) == []

    page.locator("table.side-by-side input[name='price']").first.fill("19")
    expect(page.locator("table.ranking")).to_contain_text("19.00")
    assert selectors.options_of(scenario)[0].price == 19

    option = selectors.options_of(scenario)[2]
    page.goto(f"{home}options/{option.pk}/")
    shown = page.locator("#answer .sentence").inner_text()
    page.locator("#id_price").fill("71")
    expect(page.locator("#answer .sentence")).not_to_have_text(shown)
    look(page, "option")
    assert barriers(page) == []
    assert too_wide(page) == []
    page.locator("form[action$='/save/'] button").last.click()
    expect(page.locator("table.ranking")).to_be_visible()
    assert selectors.option(workspace, option.pk).price == 71
    page.locator("form[action$='/delete/'] button").first.click()
    page.locator("details.more summary").last.click()
    page.locator("form[action$='/undelete/'] button").click()
    expect(page.locator("form[action$='/undelete/']")).to_have_count(0)
    assert len(selectors.options_of(scenario)) == 3
