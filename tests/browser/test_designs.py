"""Survey designs in a browser: typed, made, looked at, and downloaded."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.choices import design_services
from apps.choices.models import ChoiceDesign
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.workspaces import services as workspaces
from apps.workspaces.models import User

pytestmark = pytest.mark.django_db(transaction=True)

ATTRIBUTES = "quality: sufficient, good, best\nanswers in: 10 s, 3 s, 1 s\nprivacy: shared, own\nprice: 15, 20, 25, 30"
ITEMS = "Accurate answers\nFast replies\nPrivacy\nLow price\nChinese\nSources named\nWorks offline"


@pytest.fixture
def owner(transactional_db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")


def test_a_design_is_typed_made_and_downloaded(new_page, sign_in, owner, workspace):
    page = new_page(allow=("422",))
    sign_in(page, owner)
    page.goto(f"/w/{workspace.slug}/choices/designs/")
    form = page.locator("form", has=page.get_by_label("Attributes"))
    form.get_by_label("Name").fill("Assistant")
    form.get_by_label("Attributes").fill("price")
    form.get_by_role("button", name="Make the design").click()
    expect(page.get_by_text("Line 1 cannot be read")).to_be_visible()
    form.get_by_label("Attributes").fill(ATTRIBUTES)
    form.get_by_role("button", name="Make the design").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    run_now(Job.objects.get(kind="choices.design"))
    # The progress on the page notices by itself and shows the result.
    expect(page.get_by_text("Of the best that could be")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "respondent,task,alternative,quality,answers in,privacy,price,chosen"
    assert len(lines) == 1 + 5 * 10 * 4


@pytest.mark.parametrize(("width", "language", "theme"), [(1440, "en", "light"), (360, "zh-hans", "dark")])
def test_design_pages_can_be_used_at_both_widths(
    new_page, sign_in, owner, workspace, look, barriers, too_wide, width, language, theme
):
    attributes = [
        {"name": name, "levels": levels.split(", ")}
        for name, levels in (line.split(": ") for line in ATTRIBUTES.splitlines())
    ]
    choice = {"attributes": attributes, "alternatives": 3, "tasks": 10, "versions": 5, "none": True}
    best_worst = {"items": ITEMS.splitlines(), "per_task": 3, "tasks": 7, "versions": 2}
    for kind, plan in (("choice", choice), ("maxdiff", best_worst)):
        design_services.create(workspace=workspace, kind=kind, name=f"Our {kind} survey", plan=plan)
    for job in Job.objects.filter(kind="choices.design"):
        assert run_now(job).state == "succeeded"
    page = new_page(width=width, language=language, theme=theme)
    sign_in(page, owner)
    paths = {"designs": "", **{f"design-{one.kind}": f"{one.pk}/" for one in ChoiceDesign.objects.all()}}
    for name, path in paths.items():
        page.goto(f"/w/{workspace.slug}/choices/designs/{path}")
        look(page, name)
        assert barriers(page) == [], name
        assert too_wide(page) == [], name
