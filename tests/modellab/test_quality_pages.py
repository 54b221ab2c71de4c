"""What people see of errors and outcomes, and the twins for programs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.jobs.models import Job
from apps.jobs.testing import run_waiting
from apps.modellab import selectors
from apps.modellab.models import OutcomeExperiment, QualityMapping
from apps.workspaces.models import Role
from tests.modellab.conftest import INTENTS
from tests.modellab.drawn import by_method, drawn_run, outcome_rows
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db


def page(name, *arguments):
    return reverse(f"modellab:{name}", args=["ours", *arguments])


@pytest.fixture
def editor(client: Client, member) -> Client:
    client.force_login(member(Role.EDITOR))
    return client


def mapping_form(**changes):
    kept = {"frequency": "data", "costs": "typed", "threshold": 0, "escalation_success": 100, "escalation_cost": 0}
    kept |= {"escalation_latency_ms": 0} | {f"cost_{place}": 1 for place in range(len(INTENTS))}
    return kept | changes


def test_costs_and_a_threshold_are_typed_weighed_and_undone_on_the_page(workspace, editor):
    add_source(workspace, "outcomes", outcome_rows(900))
    run = drawn_run(workspace)
    candidate = by_method(run)["full"]
    assert "What its errors cost" in editor.get(page("candidate", candidate.pk)).content.decode()
    html = editor.get(page("errors", candidate.pk)).content.decode()
    for words in ("Success of the task", "900 outcomes of", "solo", "Less than today by", "was trained once"):
        assert words in html
    assert "Undo" not in html
    answer = editor.post(page("errors-set", candidate.pk), mapping_form(threshold=60, escalation_cost=2, cost_0=5))
    assert answer.status_code == 302
    mapping = QualityMapping.objects.get()
    assert (mapping.threshold, mapping.error_cost) == (0.6, {next(iter(run.labelled_set.labels)): 5.0})
    assert "Waiting for a worker" in editor.get(page("errors", candidate.pk)).content.decode()
    run_waiting(workspace)
    assert selectors.quality(candidate).figures["escalated_share"]["median"] > 0
    editor.post(page("errors-undo", candidate.pk))
    run_waiting(workspace)
    assert selectors.quality(candidate).figures["escalated_share"]["median"] == 0


def test_a_mapping_out_of_range_is_refused_at_its_field(workspace, editor):
    candidate = by_method(drawn_run(workspace))["today"]
    answer = editor.post(page("errors-set", candidate.pk), mapping_form(threshold=130))
    assert answer.status_code == 422
    assert not QualityMapping.objects.exists()
    assert editor.post(page("errors-undo", candidate.pk), follow=True).status_code == 200


def test_outcomes_are_studied_and_stated_as_an_experiment_on_the_page(workspace, editor):
    assert "No outcomes yet" in editor.get(page("outcomes")).content.decode()
    rows = outcome_rows(1500) + outcome_rows(1500, seed=2, errors=dict.fromkeys(INTENTS, 0.15), model="new-2")
    add_source(workspace, "outcomes", rows)
    assert "3,000 requests wait" in editor.get(page("outcomes")).content.decode()
    editor.post(page("outcomes-study"))
    run_waiting(workspace)
    html = editor.get(page("outcomes")).content.decode()
    assert "No test says how often" in html
    assert "Latency elasticity" in html
    form = {
        "changed": "quality", "first_model": "today-1", "second_model": "new-2", "first_right": 700,
        "first_texts": 1000, "second_right": 850, "second_texts": 1000,
    }  # fmt: skip
    assert editor.post(page("experiment"), form).status_code == 422
    assert editor.post(page("experiment"), form | {"by_chance": "on"}).status_code == 302
    run_waiting(workspace)
    html = editor.get(page("outcomes")).content.decode()
    assert "From an experiment: the second model makes" in html
    assert "Tested" in html
    editor.post(page("experiment-forget", "quality"))
    assert not OutcomeExperiment.objects.exists()


def test_a_program_reads_changes_and_undoes_what_errors_cost(workspace, editor):
    run = drawn_run(workspace)
    candidate, label = by_method(run)["full"], next(iter(run.labelled_set.labels))
    address = reverse("api-labelled-set-quality", args=[run.labelled_set_id])
    assert editor.get(address).json()["error_cost"] == {}
    changed = editor.patch(address, {"error_cost": {label: 4}, "threshold": 0.5}, content_type="application/json")
    assert changed.json()["error_cost"] == {label: 4.0}
    run_waiting(workspace)
    found = editor.get(reverse("api-candidate-quality", args=[candidate.pk])).json()
    assert found["estimate"]["grade"] == "assumed"
    assert found["mapping"]["can_undo"] is True
    assert editor.post(reverse("api-labelled-set-quality-undo", args=[run.labelled_set_id])).json()["threshold"] == 0
    wrong = editor.patch(address, {"error_cost": {"nonsense": 4}}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "label_unknown")


def test_a_program_states_an_experiment_and_starts_the_study(workspace, editor):
    study = reverse("api-outcome-study")
    assert editor.post(study).json()["code"] == "no_outcomes"
    add_source(workspace, "outcomes", outcome_rows(400) + outcome_rows(400, seed=2, model="new-2"))
    address = reverse("api-outcome-experiment", args=["quality"])
    given = {"first_model": "today-1", "second_model": "new-2", "first_right": 7, "first_texts": 10}
    assert editor.put(address, given, content_type="application/json").json()["first_texts"] == 10
    assert editor.post(study).status_code == 202
    run_waiting(workspace)
    found = editor.get(study).json()
    assert "Nothing says how often one of the two models is right" in found["refused"]["quality_to_function_experiment"]
    assert found["experiments"]["quality"]["second_model"] == "new-2"
    assert editor.delete(address).status_code == 204
    assert editor.get(address).status_code == 404


def test_a_viewer_sees_but_changes_nothing(workspace, client, member):
    candidate = by_method(drawn_run(workspace))["full"]
    client.force_login(member(Role.VIEWER))
    assert client.get(page("errors", candidate.pk)).status_code == 200
    assert client.get(page("outcomes")).status_code == 200
    assert client.post(page("errors-set", candidate.pk), mapping_form(threshold=9)).status_code == 403
    assert client.post(page("outcomes-study")).status_code == 403
    assert (
        client.patch(
            reverse("api-labelled-set-quality", args=[candidate.run.labelled_set_id]),
            {},
            content_type="application/json",
        ).status_code
        == 403
    )
    assert not Job.objects.filter(kind="modellab.outcomes").exists()
