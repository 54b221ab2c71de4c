"""The page of what goes with leaving in a browser: empty, waiting, and compared; and the survival chart's counts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.retention import services
from apps.workspaces import services as workspaces
from apps.workspaces.models import User
from tests.research_rows import add_source
from tests.retention.test_drivers import AS_OF, log_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "language", "theme"), [(1440, "en", "light"), (360, "zh-hans", "dark")])
def test_what_goes_with_leaving_appears_on_the_page_by_itself(
    new_page, sign_in, look, barriers, too_wide, width, language, theme
):
    owner = User.objects.create_user("owner@example.org", "long-secret-words")
    workspace = workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")
    page = new_page(width=width, language=language, theme=theme)
    sign_in(page, owner)
    page.goto(f"/w/{workspace.slug}/retention/drivers/")
    look(page, f"drivers-empty-{width}")
    channels = {"sales channel": lambda number, *_: ["web", "shop", "telephone"][number % 7 % 3]}
    add_source(workspace, "subscriptions", log_rows(500, **channels), parameters={"as_of": AS_OF.isoformat()})
    page.reload()
    page.get_by_label("sales channel").check()
    page.locator("input[name='columns'][value='plan']").check()
    page.locator("form[action$='/drivers/run/'] button").click()
    expect(page.locator(".job progress")).to_be_visible()
    assert run_now(Job.objects.get(kind="retention.drivers")).state == "succeeded"
    expect(page.locator("canvas").first).to_be_visible()
    expect(page.locator("input[name='columns'][value='plan']")).to_be_checked()
    look(page, f"drivers-{width}")
    assert barriers(page) == []
    assert too_wide(page) == []
    assert run_now(services.start(workspace=workspace, actor=owner)).state == "succeeded"
    page.goto(f"/w/{workspace.slug}/retention/")
    expect(page.locator("canvas").first).to_be_visible()
    look(page, f"retention-watched-{width}")
    assert too_wide(page) == []
