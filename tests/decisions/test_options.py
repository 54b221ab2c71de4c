"""What a founder does with options: build them, see them beside today, keep the comparison."""

import numpy as np
import pytest
from django.urls import reverse

from apps.decisions import selectors, services
from apps.decisions.option_values import values
from apps.planning import selectors as planning
from tests.planning.worlds import record_all


@pytest.fixture
def scenario(workspace):
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    return services.kept_scenario(planning.base(workspace), None)


def test_an_empty_workspace_is_told_what_is_missing(browser, workspace):
    html = browser.get(reverse("decisions:home", args=[workspace.slug])).content.decode()
    assert "Nothing can be compared yet" in html


def test_today_comes_first_and_an_option_that_changes_nothing_earns_the_same(scenario):
    services.add(scenario=scenario, values={"name": "Nothing new"})
    found = values(scenario)
    assert found.names == ("Today", "Nothing new")
    np.testing.assert_array_equal(found.npv[:, 0], found.npv[:, 1])


def test_a_deleted_option_is_gone_and_can_be_brought_back(scenario):
    option = services.add(scenario=scenario, values={"name": "Dearer", "price": 59})
    services.delete(option=option)
    assert selectors.options_of(scenario) == ()
    services.restore(option=option)
    assert [one.name for one in selectors.options_of(scenario)] == ["Dearer"]
