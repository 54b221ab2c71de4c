"""The best-worst page in a browser, studied from the page and looked at."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from playwright.sync_api import expect

from apps.choices import best_worst_study
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.workspaces import services as workspaces
from apps.workspaces.models import User
from tests.choices.best_worst_rows import best_worst_rows
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "language", "theme"), [(1440, "en", "light"), (360, "zh-hans", "dark")])
def test_what_matters_most_appears_on_the_page_by_itself(
    new_page, sign_in, look, barriers, too_wide, width, language, theme
):
    owner = User.objects.create_user("owner@example.org", "long-secret-words")
    workspace = workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")
    page = new_page(width=width, language=language, theme=theme)
    sign_in(page, owner)
    page.goto(f"/w/{workspace.slug}/choices/best-worst/")
    look(page, f"best-worst-empty-{width}")
    add_source(workspace, "maxdiff", best_worst_rows(people=60))
    page.reload()
    page.locator("form[action$='/best-worst/run/'] button").click()
    expect(page.locator(".job progress")).to_be_visible()
    with patch.multiple(best_worst_study, SWEEPS=400, BURN=200):
        assert run_now(Job.objects.get(kind="choices.maxdiff")).state == "succeeded"
    expect(page.locator("tr.is-best th")).to_have_text("accurate answers")
    expect(page.locator("canvas").first).to_be_visible()
    look(page, f"best-worst-{width}")
    assert barriers(page) == []
    assert too_wide(page) == []
