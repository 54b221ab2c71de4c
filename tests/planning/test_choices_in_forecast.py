"""Where choices were studied, preference comes from them, and a candidate's quality has a worth to users."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from apps.choices import families, market_services
from apps.choices import services as choices
from apps.choices.models import Market
from apps.choices.value_of_quality import value_of_quality
from apps.estimates import selectors as estimates
from apps.jobs.testing import run_now
from apps.planning import selectors, services
from apps.planning.answers import world_of
from apps.planning.chain import Choice, outcome
from apps.research.models import SourceKind
from tests.choices.choice_rows import choice_rows
from tests.planning.worlds import record_all
from tests.research_rows import add_source

OURS = {"quality": "good", "privacy": "high", "speed": "fast", "price": 49}
THEIRS = {"quality": "good", "privacy": "low", "speed": "slow", "price": 39}


@pytest.fixture
def study(workspace, owner, monkeypatch):
    """Study choices among offers at these prices, and mark today's market."""
    monkeypatch.setattr(families, "SWEEPS", 300)
    monkeypatch.setattr(families, "BURN", 300)

    def study(prices=(39, 49, 59)):
        add_source(workspace, SourceKind.CHOICES, choice_rows(people=60, tasks=8, seed=11, prices=prices))
        assert run_now(choices.start(workspace=workspace, actor=owner)).state == "succeeded"
        offers = [{"name": "Ours", "values": OURS}, {"name": "Theirs", "values": THEIRS}]
        return market_services.keep(workspace=workspace, name="Today", state={"offers": offers}, actor=owner)

    return study


def preference(workspace):
    return next(link for link in world_of(selectors.base(workspace)).links if link.code == "preference")


def test_preference_comes_from_the_choices_and_falls_with_our_price(workspace, study):
    record_all(workspace)
    before = preference(workspace)
    assert before.estimate.kind == "differentiation.position"
    study()
    link = preference(workspace)
    assert (link.estimate.kind, link.grade, link.observations) == ("choices.model", "observed", 60)
    assert 0 < link.figure.low < link.figure.median < link.figure.high < 1
    world = world_of(selectors.base(workspace))
    assert "gamma" not in {found.code for found in world.links}
    cheap, dear = (outcome(world, Choice(price)).customers[:, 11].mean() for price in (44.0, 54.0))
    assert cheap > dear


def test_a_share_that_someone_types_counts_more_than_the_choices(workspace, owner, study):
    record_all(workspace)
    study()
    scenario = services.base_scenario(workspace=workspace, actor=owner)
    services.change(scenario=scenario, values={"assumptions": {"preference_share": 0.4}}, actor=owner)
    link = next(found for found in world_of(scenario).links if found.code == "preference")
    assert (link.estimate, link.grade) == (None, "assumed")


def test_choices_about_other_prices_are_set_aside_and_the_page_says_so(browser, workspace, study):
    record_all(workspace, only=("arrivals", "survival", "demand"))
    study(prices=(5, 10, 15))
    link = preference(workspace)
    assert (link.estimate, link.set_aside) == (None, "choices_of_other_prices")
    assert (
        "asked about prices far from today"
        in browser.get(reverse("planning:home", args=[workspace.slug])).content.decode()
    )


def test_the_market_of_today_moves_the_forecast(workspace, owner, study):
    record_all(workspace)
    market = study()
    before = preference(workspace).figure.median
    stronger = [{"name": "Ours", "values": OURS}, {"name": "Theirs", "values": THEIRS | {"quality": "best"}}]
    market_services.keep(workspace=workspace, name="Today", state={"offers": stronger}, actor=owner, market=market)
    assert preference(workspace).figure.median < before


def test_a_candidate_stands_beside_what_its_quality_is_worth_to_users(browser, workspace, study):
    record_all(workspace, candidates={"better": (0.91, 700, 2.6), "worse": (0.74, 700, 1.0)})
    study()
    run_now(services.start(workspace=workspace))
    html = browser.get(reverse("planning:home", args=[workspace.slug])).content.decode()
    assert "Worth of its quality to a user and month" in html
    shown = browser.get(reverse("choices:home", args=[workspace.slug])).content.decode()
    assert "Worth, each user and month" in shown
    found = {one["name"]: one for one in browser.get(reverse("api-choices-value-of-quality")).json()["candidates"]}
    assert found["better"]["worth"]["low"] > 0 > found["worse"]["worth"]["high"]
    assert found["better"]["p_worth_more"] > 0.99
    assert found["better"]["worth"]["unit"] == "USD/month"
    kept = selectors.results(selectors.base(workspace))
    behind = {item.upstream.kind for item in kept["planning.price"].inputs.all() if item.upstream}
    assert "choices.model" in behind
    market = Market.objects.get()
    assert not estimates.staleness(kept["planning.price"]).stale
    Market.objects.update(offers=market.offers[:1])
    assert "Today has changed since." in estimates.staleness(kept["planning.price"]).reasons


def test_the_worth_of_quality_runs_in_a_straight_line_between_the_levels_that_were_asked(workspace, study):
    assert value_of_quality(workspace, np.array([0.7]), np.array([0.9])) is None, "nothing was studied yet"
    study()
    step = estimates.draws(estimates.current(workspace, "choices.model"))["wtp"][:, 0]
    # The two levels stand for .70 and .95: half of the way is worth half of the step, and beyond them nothing more.
    half = value_of_quality(workspace, np.array([0.70]), np.array([0.825]))
    whole = value_of_quality(workspace, np.array([0.70]), np.array([0.95]))
    beyond = value_of_quality(workspace, np.array([0.60]), np.array([0.99]))
    assert np.allclose(half, whole / 2)
    assert np.allclose(beyond, whole)
    assert np.median(whole) == pytest.approx(np.median(step), rel=0.1)
    assert np.all(value_of_quality(workspace, np.array([0.8]), np.array([0.8])) == 0)


def test_a_better_model_wins_buyers_only_where_the_scenario_says_so(workspace, owner, study):
    record_all(workspace, candidates={"better": (0.91, 820, 1.9), "worse": (0.74, 820, 1.9)})
    study()
    scenario = services.base_scenario(workspace=workspace, actor=owner)

    def coming(world, name):
        key = next(key for key, known in world.names.items() if known.startswith(name))
        return outcome(world, Choice(world.current_price, key)).new_customers[:, 0]

    plain = world_of(scenario)
    np.testing.assert_array_equal(coming(plain, "better"), coming(plain, "worse"))
    services.change(scenario=scenario, values={"assumptions": {"quality_wins_buyers": 1}}, actor=owner)
    world = world_of(scenario)
    assert np.mean(coming(world, "better") > coming(world, "worse")) > 0.95
    np.testing.assert_allclose(outcome(world, Choice(world.current_price)).new_customers[:, 0], world.arrivals[:, 0])
    link = next(found for found in world.links if found.code == "quality_wins_buyers")
    assert (link.grade, link.estimate.kind) == ("observed", "choices.model")
    # By hand: the share at the price less what the better quality is worth in the same world.
    today, better = (world.measured[key].success for key in ("today", next(iter(world.candidates))))
    levels = world.quality_levels
    worth = [
        np.interp([a, b], levels, row) @ [-1, 1] for a, b, row in zip(today, better, world.quality_money, strict=True)
    ]
    felt = world.current_price - np.array(worth)
    shares = [np.interp(price, world.chosen_prices, row) for price, row in zip(felt, world.chosen, strict=True)]
    now = [np.interp(world.current_price, world.chosen_prices, row) for row in world.chosen]
    expected = world.arrivals[:, 0] * np.array(shares) / np.array(now)
    np.testing.assert_allclose(coming(world, "better"), expected, rtol=1e-9)
