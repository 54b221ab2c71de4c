"""From options to a decision and what came of it through the client, against what the server keeps."""

from __future__ import annotations

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from apps.decisions import searching, sensitivity_study
from apps.decisions.option_values import values
from apps.planning import selectors as planning
from apps.research.models import SourceKind
from tests.planning.worlds import record_all
from tests.research_rows import add_source
from trimtab.client import Problem
from trimtab.economics.decision.joint_search import Effort

MARCH = date(2026, 3, 1)


@pytest.fixture
def known(workspace, monkeypatch):
    """A workspace in which options can be valued; searches and studies look around but briefly."""
    monkeypatch.setattr(sensitivity_study, "REPLICATES", 1)
    monkeypatch.setattr(searching, "EFFORT", Effort(starts=1, most_starts=1, members=4, generations=5, grid_points=20))
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})


def test_options_are_built_changed_put_aside_and_brought_back(t, known):
    dearer = t.options.add("Dearer", price=59, features=[{"name": "Citations", "functional": [0, 0.05]}])
    assert (dearer.price, dearer.latency, dearer.features[0]["name"]) == (59, 1.0, "Citations")
    assert dearer.change(price=61, quality=0.02).quality == 0.02
    with pytest.raises(Problem) as caught:
        dearer.change(plans=[{"fee": -1}])
    assert caught.value.errors[0].field == "plans.0.fee"
    twin = dearer.copy()
    assert (twin.name, twin.price) == ("Copy of Dearer", 61)
    assert twin.archive().archived_at is not None
    assert twin.restore().archived_at is None
    dearer.delete()
    assert [one.id for one in t.options.list(scenario=dearer.scenario)] == [twin.id]
    assert t.options.get(dearer.restore().id).price == 61


def test_combinations_are_filled_in_compared_and_kept(t, known, worker, workspace):
    made = t.options.fill(prices=[45, 59], candidates=["today"])
    assert [one.price for one in made] == [45, 59]
    told = t.options.comparison()
    assert {one.option for one in told.options} == {"today", *(str(one.id) for one in made)}
    assert sum(one.p_best for one in told.options) == pytest.approx(1)
    assert told.best == told.options[0].option
    found = values(planning.base(workspace))
    gains = dict(zip(found.names, (found.npv - found.npv[:, :1]).mean(axis=0), strict=True))
    assert {one.name: one.expected_gain for one in told.options} == pytest.approx(gains)
    assert told.kept is None
    t.options.compare().wait()
    assert t.options.comparison().kept.diagnostics["best"] == told.best


def test_what_the_search_finds_is_told(t, known, worker):
    assert t.options.found() is None
    t.options.search(low=30, high=80, candidates=["today"]).wait()
    found = t.options.found()
    assert 30 <= found.diagnostics["option"]["price"] <= 80
    with pytest.raises(Problem) as caught:
        t.options.search(low=30, high=20)
    assert caught.value.errors[0].field == "low"


def test_what_to_find_out_next_is_asked_with_its_costs(t, known, worker):
    with pytest.raises(Problem) as caught:
        t.information.study()
    assert caught.value.status == 404
    t.options.fill(prices=[55, 65])
    t.information.run().wait()
    told = t.information.study()
    everything = told.estimate.figures["perfect_information"].median
    assert {"price_survey", "waiting"} <= {one.study["code"] for one in told.studies}
    for one in told.studies:
        assert 0 <= one.low <= one.value <= one.high <= everything + 1e-6
        assert one.net == pytest.approx(one.worth - one.cost)
    effects = t.information.sensitivity().diagnostics["effects"]
    assert "worth" in {one["name"] for one in effects}
    costs = {one.code: one for one in t.information.set_costs(labels={"unit": 0.75})}
    assert costs["labels"].unit == 0.75
    assert costs == {one.code: one for one in t.information.costs()}


def test_a_decision_is_kept_scored_withdrawn_and_restored(t, known):
    dearer = t.options.add("Dearer", price=59)
    made = t.decisions.decide("Charge 59", reasons="The survey bears it.", option=dearer.id, starts_on=MARCH)
    assert (made.title, made.choice["price"], made.starts_on) == ("Charge 59", 59, MARCH)
    march = made.measures[0].months[0]
    assert (march.name, march.value) == ("2026-03", None)
    noted = t.decisions.note("revenue", MARCH, march.median)
    rows = t.decisions.note_rows("2026-04, revenue, 1\n2026-05, revenue, many\n")
    assert rows.kept == 1
    assert [one["row"] for one in rows.refused] == [2]
    ledger = t.decisions.ledger()
    assert (ledger.months, ledger.held) == (2, 1)  # March as foretold, April far off
    assert [one.id for one in ledger.decisions] == [made.id]
    assert made.refresh().measures[0].months[0].held is True
    noted.remove()
    assert [one.value for one in t.decisions.ledger().actuals] == [1]
    made.withdraw()
    assert t.decisions.ledger().decisions == ()
    assert t.decisions.get(made.restore().id).withdrawn_at is None


def test_the_memo_and_its_tables_come_as_files(t, known):
    t.options.add("Dearer", price=59)
    assert t.decisions.memo().startswith(b"%PDF-")
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(t.decisions.tables())).sheet_names
    assert "Options" in sheets
    with pytest.raises(Problem) as caught:
        t.decisions.memo(scenario=999_999)
    assert caught.value.status == 404


def test_features_are_sorted_by_what_they_are_to_people_and_needs_compared(t, workspace, worker):
    rows = [
        {"customer": f"C{person}", "feature": name, "functional": yes, "dysfunctional": no}
        for person in range(30)
        for name, (yes, no) in {"Export": (2, 5), "Dark theme": (1, 3)}.items()
    ]
    add_source(workspace, SourceKind.KANO, rows)
    assert t.needs.kano().estimate is None
    t.needs.run_kano().wait()
    study = t.needs.kano()
    # Kano 1984: expected with, unbearable without is a must; liked with, neutral without is a delight.
    found = {row["feature"]: row["category"] for row in study.estimate.diagnostics["features"]}
    assert (study.rows, found) == (60, {"Export": "M", "Dark theme": "A"})
    assert {one.name for one in t.needs.compared()} == {"Export", "Dark theme"}
