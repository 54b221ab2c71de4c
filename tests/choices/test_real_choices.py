"""Real choice studies of others, through import and the page's own job, held against published numbers."""

from __future__ import annotations

import gzip

import pytest
from django.core.files.base import ContentFile

from apps.choices import families, services
from apps.choices.fitted_people import fitted_people
from apps.choices.simulation import answer, asked
from apps.estimates import selectors as estimates
from apps.jobs.testing import run_now
from apps.research import services as research
from apps.research.models import SourceKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def studied(workspace, owner):
    """Import a file with the columns that were guessed, but for those named here, and study it."""

    def studied(name, content, columns=None):
        file = ContentFile(content, name=name)
        source = research.upload(workspace=workspace, kind=SourceKind.CHOICES, file=file, actor=owner).source
        if columns:
            research.set_columns(source=source, columns=source.columns | columns, actor=owner)
        run_now(research.start_import(source=source, actor=owner))
        source.refresh_from_db()
        assert source.rows_refused == 0, source.columns
        job = run_now(services.start(workspace=workspace, actor=owner))
        assert job.state == "succeeded", job.error_text
        return estimates.current(workspace, "choices.model")

    return studied


def test_what_quality_privacy_and_speed_of_an_assistant_are_worth(public_data, studied, monkeypatch):
    monkeypatch.setattr(families, "SWEEPS", 800)
    monkeypatch.setattr(families, "BURN", 800)
    model = studied("choice_data.csv", (public_data / "cbc_ai_assistant/choice_data.csv").read_bytes())
    about = model.diagnostics
    fits = {row["code"]: row["log_likelihood"] for row in about["models"]}
    # ORACLES: LL -1171.0431 with each price for itself, -1171.2825 with a linear price.
    assert fits["price_as_levels"] == pytest.approx(-1171.0431, abs=5e-5)
    assert fits["logit"] == pytest.approx(-1171.2825, abs=5e-5)
    # ORACLES: willingness to pay in EUR 10.12 for quality, 9.54 for privacy, 6.84 for speed.
    worth = {row["attribute"]: row for row in about["wtp_logit"] if row["attribute"] != "spec"}
    assert {name: row["point"] for name, row in worth.items()} == pytest.approx(
        {"qual": 10.12, "priv": 9.54, "vel": 6.84}, abs=0.005
    )
    assert all(row["low"] < row["median"] < row["high"] for row in worth.values())
    assert model.parameters["wtp"][0] == "wtp:qual"
    assert model.figures["wtp:qual"]["low"] > 5
    # Clustered by respondent the errors are 1.6 times those of independent answers.
    ratio = [row["error"] / row["plain_error"] for row in about["coefficients"]]
    assert 1.3 < max(ratio) < 2
    assert not model.simulated


def test_what_camera_buyers_weigh_in_their_minds(public_data, studied, monkeypatch):
    # Two chains a third as long as usual: enough for the published means within two of their deviations.
    monkeypatch.setattr(families, "SWEEPS", 700)
    monkeypatch.setattr(families, "BURN", 900)
    monkeypatch.setattr(families, "CHAINS", 2)
    content = gzip.decompress((public_data / "bayesm_camera/camera_long.csv.gz").read_bytes())
    model = studied("camera_long.csv", content)
    assert model.diagnostics["respondents"] == 332
    # SOURCE.md: four brands and an outside option that is zero everywhere, so brands add up to "not none".
    assert model.parameters["none"] == "zeros"
    mean = model.diagnostics["main"]["mean"]
    # ORACLES: two independent samplers agree on price -3.48 (posterior deviation .175), wifi 1.16, zoom 1.70.
    assert mean["price"]["mean"] == pytest.approx(-3.48, abs=0.35)
    assert mean["wifi"]["mean"] == pytest.approx(1.16, abs=0.25)
    assert mean["zoom"]["mean"] == pytest.approx(1.70, abs=0.25)
    assert 0.1 < mean["price"]["sd"] < 0.3
    # The simulator offers none as an offer of zeros: a dear camera leaves more people without one.
    fitted = fitted_people(model)
    camera = dict.fromkeys(mean, 0.0) | {"canon": 1.0, "zoom": 1.0, "wifi": 1.0}
    nobody = [
        answer(fitted, asked({"offers": [{"name": "Ours", "values": camera | {"price": price}}]}, fitted)).shares[1]
        for price in (0.79, 2.79)
    ]
    assert [share.name for share in nobody] == ["none", "none"]
    assert nobody[0].median < nobody[1].median
