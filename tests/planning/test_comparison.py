"""Two scenarios in the same worlds."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from apps.planning import services
from apps.planning.answers import saved_choice, world_of
from apps.planning.chain import outcome
from apps.planning.comparison import compare
from apps.workspaces.models import User
from apps.workspaces.services import create_workspace
from tests.planning.worlds import record_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(workspace):
    record_all(workspace, candidates={})
    return services.create(workspace=workspace, name="Left")


@pytest.fixture
def right(left):
    twin = services.copy(scenario=left)
    return services.rename(scenario=twin, name="Right")


def page(browser, left, right):
    return browser.get(reverse("planning:compare", args=[left.workspace.slug]), {"left": left.pk, "right": right.pk})


def test_a_scenario_does_not_differ_from_its_copy_at_all(left, right):
    both = compare(left, right)
    for row in both.rows:
        assert (row.difference.median, row.difference.low, row.difference.high) == (0, 0, 0)
    assert both.p_better == 0
    assert both.choices == both.assumptions == both.apart == []


def test_what_is_uncertain_for_both_alike_does_not_blur_the_difference(left, right):
    services.change(scenario=right, values={"price": 51})
    row = next(row for row in compare(left, right).rows if row.name == "revenue_12")
    apart = (row.left.high - row.left.low) + (row.right.high - row.right.low)
    assert row.difference.high - row.difference.low < apart / 10


def test_the_difference_is_taken_world_by_world_and_swapping_turns_its_sign(left, right):
    services.change(scenario=right, values={"price": 59, "arrivals": 1.1})
    worlds = [world_of(one) for one in (left, right)]
    draws = [
        outcome(world, saved_choice(one, world)).npv_margin for one, world in zip((left, right), worlds, strict=True)
    ]
    low, middle, high = np.quantile(draws[1] - draws[0], [0.1, 0.5, 0.9])
    there, back = compare(left, right), compare(right, left)
    assert (there.gain.low, there.gain.median, there.gain.high) == (low, middle, high)
    assert there.p_better == np.mean(draws[1] > draws[0])
    assert back.gain.median == pytest.approx(-middle)
    assert back.gain.low == pytest.approx(-high)


def test_different_horizons_are_compared_over_the_longer_one(left, right):
    services.change(scenario=right, values={"months": 48})
    both = compare(left, right)
    assert both.months == 48
    assert both.gain.median == 0
    assert [(one.label, one.left, one.right) for one in both.choices] == [("Months ahead", "24", "48")]


def test_a_link_that_one_side_measured_and_the_other_typed_is_said_to_move_apart(browser, left, right):
    services.change(scenario=right, values={"assumptions": {"churn_per_month": 0.04, "fixed_cost": 500}})
    both = compare(left, right)
    assert both.apart == ["Leaving"]
    told = {one.label: (one.left, one.right) for one in both.assumptions}
    assert told == {"Customers who leave in a month": ("measured", "4.0%"), "Fixed cost a month": ("0", "500")}
    html = page(browser, left, right).content.decode()
    assert "different sources" in html
    assert "like with like" not in html


def test_the_page_and_the_interface_say_the_same(browser, left, right):
    services.change(scenario=right, values={"price": 59})
    shown = page(browser, left, right)
    assert f"?left={right.pk}&amp;right={left.pk}" in shown.content.decode()
    told = browser.get(reverse("api-scenario-compare"), {"left": left.pk, "right": right.pk}).json()
    both = shown.context["comparison"]
    assert told["gain"]["median"] == both.gain.median
    assert told["p_better"] == both.p_better
    assert [row["name"] for row in told["figures"]] == [row.name for row in both.rows]
    assert told["choices"] == [{"label": "Price a month", "left": "$49.00", "right": "$59.00"}]


def test_one_scenario_alone_is_told_how_to_get_a_second(browser, left):
    html = browser.get(reverse("planning:compare", args=[left.workspace.slug])).content.decode()
    assert "There is nothing to compare yet" in html
    assert "Copy “Left”" in html


def test_the_first_two_are_compared_when_the_address_names_none(browser, left, right):
    seen = browser.get(reverse("planning:compare", args=[left.workspace.slug])).context
    assert (seen["left"], seen["right"]) == (left, right)


def test_the_example_is_refused_in_words(browser, left):
    example = services.open_example(workspace=left.workspace)
    assert "a formula of its own" in page(browser, left, example).content.decode()
    told = browser.get(reverse("api-scenario-compare"), {"left": left.pk, "right": example.pk})
    assert told.json()["code"] == "example_has_no_forecast"


def test_a_scenario_of_another_workspace_is_nothing_here(client, left, right):
    stranger = User.objects.create_user("stranger@example.org", "long-secret-words")
    theirs = create_workspace(name="Elsewhere", owner=stranger)
    own = services.create(workspace=theirs, name="Own")
    client.force_login(stranger)
    address = reverse("planning:compare", args=[theirs.slug])
    for pair in ({"left": left.pk}, {"left": own.pk, "right": right.pk}, {"left": "x"}):
        assert client.get(address, pair).status_code == 404
        assert client.get(reverse("api-scenario-compare"), {"left": own.pk} | pair).status_code == 404
