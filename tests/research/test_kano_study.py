"""The Kano study by its page and interface, and the needs compared by every kind of evidence."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.estimates.services import record
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research import kano_services
from apps.research.models import SourceKind
from apps.research.needs_comparison import comparison
from apps.workspaces.errors import Refused
from tests.research_rows import add_source
from trimtab.economics.draws import Figure

WISHES = {"Answers in seconds": (1, 5), "Export": (2, 5), "Dark theme": (1, 3), "Confetti": (3, 3)}


@pytest.fixture
def answers(workspace):
    """Forty people of two segments who agree on three features; retailers alone are delighted by confetti."""
    rows = []
    for person in range(40):
        segment = "retail" if person % 2 else "finance"
        for feature, (yes, no) in WISHES.items():
            if feature == "Confetti" and segment == "retail":
                yes = 1
            rows.append(
                {"customer": f"C{person}", "segment": segment, "feature": feature, "functional": yes}
                | {"dysfunctional": no, "weight": 1.0}
            )
    return add_source(workspace, SourceKind.KANO, rows)


def studied(workspace):
    job = run_now(kano_services.start(workspace=workspace))
    assert job.state == "succeeded", job.error_message
    return estimates.current(workspace, "research.kano")


def chosen_between(workspace, shares):
    """A best-worst result with these shares of preference."""
    figures = [Figure("median", part, part, part).as_dict() for part in shares.values()]
    record(
        workspace=workspace, kind="choices.maxdiff", grade="observed", figures=[], inputs=[],
        draws={"share": np.array([list(shares.values())])},
        diagnostics={"items": [{"item": name, "share": one} for name, one in zip(shares, figures, strict=True)]},
    )  # fmt: skip


def test_each_feature_finds_its_category_and_segments_may_differ(workspace, answers):
    estimate = studied(workspace)
    rows = {row["feature"]: row for row in estimate.diagnostics["features"]}
    assert {name: row["category"] for name, row in rows.items()} == {
        "Answers in seconds": "O", "Export": "M", "Dark theme": "A", "Confetti": "A",
    }  # fmt: skip
    assert {one["segment"]: one["category"] for one in rows["Confetti"]["by_segment"]} == {
        "retail": "A", "finance": "I",
    }  # fmt: skip
    assert rows["Export"]["is_significant"]
    assert not rows["Confetti"]["is_significant"], "half of them are delighted, half do not care"
    assert estimate.grade == "observed"


def test_the_newest_answer_of_a_person_counts(workspace, answers):
    again = [{"customer": "C0", "segment": "finance", "feature": "Export", "functional": 3, "dysfunctional": 3}]
    add_source(workspace, SourceKind.KANO, again)
    found = studied(workspace).diagnostics
    assert found["repeated"] == 1
    export = next(row for row in found["features"] if row["feature"] == "Export")
    assert export["shares"]["I"] == pytest.approx(1 / 40)


def test_without_answers_the_study_says_what_to_import(workspace):
    with pytest.raises(Refused, match="Import a Kano survey"):
        kano_services.start(workspace=workspace)


def test_the_page_and_the_interface_tell_the_same(workspace, answers, client, owner):
    client.force_login(owner)
    page = reverse("research:needs-kano", args=[workspace.slug])
    assert "wait to be studied" in client.get(page).content.decode()
    client.post(reverse("research:needs-kano-run", args=[workspace.slug]))
    run_now(Job.objects.get(kind="research.kano"))
    shown = client.get(page).content.decode()
    assert "Delights" in shown
    assert "1 have no clear category" in shown
    told = client.get("/api/v1/needs/kano/", headers={"Trimtab-Workspace": workspace.slug}).json()
    assert told["rows"] == 160
    assert told["estimate"]["diagnostics"]["features"][0]["category"] == "O"


def test_needs_of_all_kinds_of_evidence_stand_in_one_line_where_their_words_agree(workspace, answers):
    studied(workspace)
    chosen_between(workspace, {"Export": 0.7, "Voice control": 0.3})
    rows = {row.name: row for row in comparison(workspace).rows}
    assert rows["Export"].share["median"] == pytest.approx(0.7)
    assert rows["Export"].kano["category"] == "M"
    assert rows["Voice control"].kano is None
    assert rows["Dark theme"].share is None
    assert np.isfinite(rows["Export"].kano["p_category"])
