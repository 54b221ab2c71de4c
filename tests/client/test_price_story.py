"""From a file to a price through the client, against what the page and the published vignette say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.estimates.reading import amount
from trimtab.client import JobFailed, Problem, StillRunning

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = {"too_cheap": "tch", "cheap": "ch", "expensive": "ex", "too_expensive": "tex"}


@pytest.fixture
def survey(public_data):
    return public_data / "psm_r_seeded" / "seed20.csv"


@pytest.fixture
def imported(t, survey, worker):
    source = t.sources.upload(survey, kind="prices", name="Survey").set_columns(COLUMNS)
    source.import_rows().wait()
    return source.refresh()


def test_figures_over_the_client_are_those_of_the_page(t, imported, client, owner, workspace):
    assert (imported.state, imported.rows_imported, imported.rows_refused) == ("imported", 250, 0)
    seen = []
    job = t.pricing.run().wait(progress=seen.append)
    assert [job.state for job in seen] == ["queued", "succeeded"]
    assert job.finished_at >= job.started_at >= job.created_at
    study = t.pricing.study()
    assert study.answers == 250
    assert study.job.id == job.id
    # Vignette of the R package pricesensitivitymeter 1.3.3, seed 20: 7.17 to 16.82.
    points = study.van_westendorp.diagnostics["points"]
    assert (round(points["pmc"]["price"], 2), round(points["pme"]["price"], 2)) == (7.17, 16.82)
    assert {made.id for made in t.estimates.list(job_id=job.id)} == {study.van_westendorp.id, study.demand.id}
    client.force_login(owner)
    page = client.get(reverse("pricing:home", args=[workspace.slug])).content.decode()
    best = study.demand.figures["best_price"]
    assert best.low <= best.median <= best.high
    assert amount(best.median, study.demand.figures["best_price"].unit) in page
    assert reverse("estimates:detail", args=[workspace.slug, study.demand.id]) in page


def test_draws_come_as_arrays_and_the_figure_is_their_median(t, imported, workspace):
    t.pricing.run().wait()
    demand = t.estimates.current("pricing.demand")
    draws = demand.draws()
    grid = demand.parameters["grid"]
    assert draws["worth"].shape == (2000, len(grid))
    kept = estimates.draws(estimates.current(workspace, "pricing.demand"))
    for name, values in draws.items():
        np.testing.assert_array_equal(values, kept[name])
    best = np.asarray(grid)[np.argmax(draws["worth"] * np.asarray(grid), axis=1)]
    assert np.median(best) == pytest.approx(demand.figures["best_price"].median, rel=0.05)


def test_lineage_leads_back_to_the_file_and_tells_what_has_changed(t, imported):
    t.pricing.run().wait()
    demand = t.estimates.current("pricing.demand")
    lineage = demand.lineage()
    assert [(made.kind, made.label, made.changed) for made in lineage.made_from] == [("source", "Survey", False)]
    assert not lineage.stale
    assert {moved.id for moved in imported.figures()} >= {demand.id}
    imported.take_back()
    changed = demand.lineage()
    assert changed.stale
    assert changed.reasons == ("Survey has changed since.",)


def test_a_price_is_read_off_the_curve(t, imported):
    t.pricing.run().wait()
    free, dear = t.pricing.at(0), t.pricing.at(15)
    assert free.worth.median == 1
    assert dear.worth.name == "worth"
    assert 0 < dear.worth.low < dear.worth.median < dear.worth.high < 1


def test_the_same_file_again_is_the_same_source(t, survey):
    assert t.sources.upload(survey, kind="prices").id == t.sources.upload(survey, kind="prices").id
    assert len(list(t.sources.list(kind="prices"))) == 1


def test_a_refused_row_is_corrected_from_the_client(t, tmp_path, worker):
    file = tmp_path / 'wéird "name".csv'
    file.write_text("too_cheap,cheap,expensive,too_expensive\n1,2,3,4\n1,2,many,4\n")
    source = t.sources.upload(file, kind="prices")
    assert source.name == "wéird %22name%22.csv"  # as browsers send it
    assert source.preview().missing == ("Getting expensive",)
    source = source.set_columns({name: name for name in COLUMNS})
    assert source.preview().good == 1
    source.import_rows().wait()
    [refused] = t.quarantine.list(source=source.id)
    assert (refused.row_number, refused.field) == (3, "expensive")  # the line of the file
    with pytest.raises(Problem) as caught:
        refused.correct(expensive="lots")
    [fault] = caught.value.errors
    assert (fault.field, fault.row) == ("expensive", 3)
    assert fault.message in str(caught.value)
    assert refused.correct(expensive="3.50")
    assert list(t.quarantine.list(source=source.id)) == []


def test_a_job_that_fails_is_raised_with_its_reason_and_one_that_waits_can_be_left(t, tmp_path, worker):
    file = tmp_path / "prices.csv"
    file.write_text("too_cheap,cheap,expensive,too_expensive\n" + "a,b,c,d\n" * 2500)
    source = t.sources.upload(file, kind="prices").set_columns({name: name for name in COLUMNS})
    job = source.import_rows()
    with pytest.raises(StillRunning, match="goes on"):
        job.wait(timeout_s=0)
    with pytest.raises(JobFailed) as caught:
        job.wait()
    assert caught.value.code == caught.value.job.error.code != ""
    assert caught.value.job.error.message in str(caught.value)


def test_a_cancelled_job_is_told_as_cancelled(t, survey):
    job = t.sources.upload(survey, kind="prices").set_columns(COLUMNS).import_rows()
    assert job.cancel().state == "cancelled"
    with pytest.raises(JobFailed, match="cancelled"):
        job.wait()
    assert [line.text for line in job.refresh().log] == ["Cancelled before it began."]
    assert job.retry().state == "queued"


def test_the_example_of_the_manual_runs_as_it_stands(live_server, token, survey, worker, tmp_path, monkeypatch, capsys):
    manual = (ROOT / "docs" / "client.md").read_text()
    example = re.search(r"```python\n(.*?)```", manual, re.S)[1]
    assert len(example.splitlines()) <= 15
    (tmp_path / "prices.csv").write_bytes(survey.read_bytes())
    monkeypatch.chdir(tmp_path)
    for shown, real in {"http://127.0.0.1:8000": live_server.url, "tt_…": token}.items():
        assert example.count(shown) == 1
        example = example.replace(shown, real)
    exec(compile(example, "docs/client.md", "exec"), {})  # noqa: S102
    printed = capsys.readouterr().out
    assert "best_price" in printed
    assert "(2000, " in printed
