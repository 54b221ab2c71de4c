"""From a figure back to its inputs, and from an input forward to the figures that it moves."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.estimates import lineage, selectors, services
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate, Grade
from apps.workspaces.models import User
from apps.workspaces.services import create_workspace
from trimtab.economics.draws import summarise

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return create_workspace(name="Northwind", owner=owner)


@pytest.fixture
def contents(monkeypatch):
    """A kind of input whose content the test may change."""
    kept = {"7": "a" * 64}

    def contents_now(_workspace, keys):
        return {key: kept[key] for key in keys if key in kept}

    kind = lineage.InputKind("sheet", contents_now, lambda _workspace, key: f"/sheet/{key}")
    monkeypatch.setitem(lineage._kinds, "sheet", kind)
    return kept


def record(workspace, kind, inputs, **more):
    draws = np.linspace(0, 1, 101)
    return services.record(
        workspace=workspace,
        kind=kind,
        grade=Grade.OBSERVED,
        draws={"x": draws},
        figures=[summarise(draws, name="x")],
        inputs=inputs,
        **more,
    )


def chain(workspace, contents):
    sheet = InputRef("sheet", "7", "answers.csv", contents["7"])
    first = record(workspace, "pricing.demand", [sheet])
    second = record(workspace, "planning.forecast", [InputRef.of(first)])
    return first, second


def test_a_row_shows_every_figure_that_it_moves(workspace, contents):
    first, second = chain(workspace, contents)
    assert selectors.figures_moved_by(workspace, "sheet", "7") == [first, second]


def test_a_changed_input_makes_everything_downstream_stale(workspace, contents):
    _first, second = chain(workspace, contents)
    assert not selectors.staleness(second).stale
    contents["7"] = "b" * 64
    assert "answers.csv" in selectors.staleness(second).reasons[0]


def test_a_deleted_input_makes_it_stale_too(workspace, contents):
    first, _second = chain(workspace, contents)
    del contents["7"]
    assert selectors.staleness(first).stale


def test_a_newer_version_upstream_makes_it_stale(workspace, contents):
    first, second = chain(workspace, contents)
    record(workspace, first.kind, [])
    assert selectors.staleness(second).stale


def test_an_estimate_expires(workspace):
    estimate = record(workspace, "pricing.demand", [], expires_at=timezone.now() + timedelta(days=1))
    assert not selectors.staleness(estimate).stale
    assert selectors.staleness(estimate, timezone.now() + timedelta(days=2)).stale


def test_versions_count_up_and_one_is_current(workspace):
    made = [record(workspace, "pricing.demand", []) for _ in range(3)]
    assert [estimate.version for estimate in made] == [1, 2, 3]
    assert selectors.current(workspace, "pricing.demand") == made[-1]
    with pytest.raises(IntegrityError), transaction.atomic():
        Estimate.objects.filter(pk=made[0].pk).update(is_current=True)


def test_draws_come_back_as_they_were_kept(workspace):
    estimate = record(workspace, "pricing.demand", [])
    assert selectors.draws(estimate)["x"] == pytest.approx(np.linspace(0, 1, 101), abs=1e-6)


def test_a_simulated_input_marks_the_result_all_the_way(workspace, contents):
    first = record(workspace, "pricing.demand", [InputRef("sheet", "7", "made up", contents["7"], simulated=True)])
    second = record(workspace, "planning.forecast", [InputRef.of(first)])
    assert first.simulated
    assert second.simulated


def test_the_evidence_page_and_its_twin_show_both_directions(client, workspace, owner, contents):
    first, second = chain(workspace, contents)
    client.force_login(owner)
    page = client.get(reverse("estimates:detail", args=[workspace.slug, first.pk])).content.decode()
    assert "/sheet/7" in page
    assert str(second.pk) in page
    twin = client.get(reverse("api-estimate-lineage", args=[second.pk])).json()
    assert twin["made_from"][0]["upstream"] == str(first.pk)
    assert twin["stale"] is False
