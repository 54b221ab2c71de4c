"""From imported use of tokens to plans with a limit: the search, its card, and the option that comes of it."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from apps.decisions import searching, selectors, services
from apps.decisions.option_values import values
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.planning import selectors as planning
from apps.planning.answers import world_of
from apps.research.models import SourceKind
from tests.planning.worlds import record_all
from tests.research_rows import add_source
from trimtab.economics.decision.joint_search import Effort


@pytest.fixture
def scenario(workspace):
    record_all(workspace)
    return services.kept_scenario(planning.base(workspace), None)


@pytest.fixture
def usage(workspace):
    """300 customers of one month, log-normal around 100,000 tokens, with 500 tokens of a request."""
    tokens = np.random.default_rng(3).lognormal(11.5, 1.2, 300).round()
    rows = [
        {"customer": f"c{n}", "month": "2026-09-01", "tokens": f"{used:.0f}", "requests": f"{max(1, used / 500):.0f}"}
        for n, used in enumerate(tokens)
    ]
    add_source(workspace, SourceKind.USAGE, rows)
    return tokens


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(searching, "EFFORT", Effort(starts=1, most_starts=1, members=4, generations=5, grid_points=40))


def test_without_use_no_plan_with_a_limit_is_offered(browser, workspace, scenario):
    html = browser.get(reverse("decisions:home", args=[workspace.slug])).content.decode()
    assert "import token usage" in html
    assert "Two plans, one with a limit" not in html


@pytest.mark.parametrize(("kind", "plans"), [("two_plans", 2), ("fee_and_use", 1)])
def test_plans_with_a_limit_are_found_shown_and_become_an_option(
    browser, workspace, scenario, usage, quick, kind, plans
):
    home = reverse("decisions:home", args=[workspace.slug])
    assert "Two plans, one with a limit" in browser.get(home).content.decode()
    asked = {"low": "20", "high": "80", "kinds": [kind], "candidates": ["today"], "most_at_a_loss": "30"}
    assert browser.post(reverse("decisions:search", args=[workspace.slug]), asked).status_code == 302
    job = run_now(Job.objects.get(kind=selectors.SEARCH))
    assert job.state == "succeeded", job.error_message

    found = selectors.result(scenario, selectors.SEARCH).diagnostics
    mean = float(np.median(world_of(scenario).tokens))
    offered = found["option"]["plans"]
    assert (found["kind"], len(offered)) == (kind, plans)
    assert 0.1 * mean * 0.95 <= offered[0]["included"] <= 4 * mean * 1.05  # printed with two digits
    assert (offered[0]["per_1000"] is None) == (kind == "two_plans")
    html = browser.get(home).content.decode()
    assert "Gain of the found, on worlds of their own" in html
    assert "Add as an option" in html

    assert browser.post(reverse("decisions:add-found", args=[workspace.slug])).status_code == 302
    (option,) = selectors.options_of(scenario)
    assert option.plans == offered
    told = values(scenario)
    assert told.left_out == {}
    gain = told.npv[:, 1] - told.npv[:, 0]
    # The search told it on the worlds in which it had not looked: the same but for the 400 of 2,000 that it saw.
    assert gain.mean() == pytest.approx(found["gain_held_out"], rel=0.2)
    assert option.name in browser.get(home).content.decode()
