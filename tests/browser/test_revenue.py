"""The recurring revenue page in a browser: empty, and with upgrades, downgrades, leavers and those who came back."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from playwright.sync_api import expect

from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.workspaces import services as workspaces
from apps.workspaces.models import User
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db(transaction=True)


def moving_subscribers(customers: int, seed: int = 5) -> list[dict[str, object]]:
    """Each begins on one of 500 days at 29; half change to 19 or 59 later, some leave, and some of these return."""
    rng = np.random.default_rng(seed)
    last, rows = date(2026, 8, 31), []
    for place in range(customers):
        start, price = date(2025, 1, 1) + timedelta(days=int(rng.integers(0, 500))), 29.0
        for _stay in range(4):
            end = start + timedelta(days=int(rng.exponential(240)) + 20)
            rows.append(
                {
                    "customer": f"C-{place}",
                    "started_on": start,
                    "ended_on": end if end < last else None,
                    "monthly_price": price,
                }
            )
            leaves = rng.random() < 0.4
            start, price = (
                end + timedelta(days=int(rng.integers(60, 300)) if leaves else 0),
                float(rng.choice([19, 59])),
            )
            if start >= last:
                break
    return rows


@pytest.mark.parametrize(("width", "language", "theme"), [(1440, "en", "light"), (360, "zh-hans", "dark")])
def test_what_moved_revenue_appears_on_the_page_by_itself(
    new_page, sign_in, look, barriers, too_wide, width, language, theme
):
    owner = User.objects.create_user("owner@example.org", "long-secret-words")
    workspace = workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")
    page = new_page(width=width, language=language, theme=theme)
    sign_in(page, owner)
    page.goto(f"/w/{workspace.slug}/retention/revenue/")
    look(page, f"revenue-empty-{width}")
    add_source(workspace, "subscriptions", moving_subscribers(250), parameters={"as_of": "2026-08-31"})
    page.reload()
    page.locator("form[action$='/revenue/run/'] button").click()
    expect(page.locator(".job progress")).to_be_visible()
    assert run_now(Job.objects.get(kind="retention.revenue")).state == "succeeded"
    expect(page.locator("table.heat")).to_have_count(2)
    expect(page.locator("canvas").first).to_be_visible()
    look(page, f"revenue-{width}")
    assert barriers(page) == []
    assert too_wide(page) == []
