"""The choice study through its own job: what is recorded, what is refused, and what becomes stale."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from apps.choices import families, model_study, selectors, services
from apps.choices.fitted_people import fitted_people
from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate, Grade
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research.models import Source, SourceKind
from apps.workspaces.errors import Refused
from tests.choices.choice_rows import choice_rows
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db


def model(workspace):
    return estimates.current(workspace, "choices.model")


def test_the_study_finds_what_people_were_made_to_be_worth(workspace, survey, study):
    job = study()
    assert job.state == "succeeded", job.error_text
    found = model(workspace)
    assert found.grade == Grade.OBSERVED
    # The people of choice_rows: quality 10 for half of them and 20 for the others, privacy 5.
    assert found.figures["wtp:quality"]["median"] == pytest.approx(15, abs=5)
    assert found.figures["wtp:privacy"]["median"] == pytest.approx(5, abs=2.5)
    assert found.figures["wtp:quality"]["unit"] == "EUR/month"
    about = found.diagnostics
    assert (about["respondents"], about["tasks"], about["alternatives"]) == (100, 800, [4, 4])
    assert 0 < about["none_chosen"] < 1
    assert sum(row["median"] for row in about["importance"]) == pytest.approx(1, abs=0.05)
    main = next(row for row in about["models"] if row["is_main"])
    assert main["code"] == "hierarchical_bayes"
    assert about["chance"]["hit_rate"] == pytest.approx(0.25)
    assert main["hit_rate"] > 0.5
    assert {row["segment"]: row["median"] for row in about["segments"]}["small"] > 14


def test_the_fitted_people_are_kept_for_the_simulator(workspace, survey, study):
    study()
    people = fitted_people(model(workspace))
    assert people.population.worlds == 400
    assert people.population.kinds == 100
    levels = {"privacy: high", "quality: best", "speed: medium", "speed: fast"}
    assert set(people.coding.names) == levels | {"price", "none"}
    assert np.allclose(people.population.shares.sum(axis=1), 1)


def test_two_runs_of_the_same_answers_agree_and_one_under_way_is_given_back(workspace, survey, owner, study):
    first = services.start(workspace=workspace, actor=owner)
    assert services.start(workspace=workspace, actor=owner) == first
    first.delete()
    study()
    before = model(workspace).figures
    study()
    assert model(workspace).version == 2
    assert model(workspace).figures == before


def test_without_answers_it_is_refused_with_the_way_out(workspace, owner):
    with pytest.raises(Refused, match="Import a choice survey"):
        services.start(workspace=workspace, actor=owner)


def test_answers_that_tell_nothing_fail_the_job_with_a_reason(workspace, study):
    rows = choice_rows(people=1, tasks=4, seed=1)
    add_source(workspace, SourceKind.CHOICES, rows)
    job = study()
    assert job.state == "failed"
    assert job.error_code in {"one_respondent", "too_few_respondents", "choices_separated"}
    assert not Estimate.objects.exists()


def test_one_task_a_person_leaves_nothing_to_foretell_and_the_page_says_so(client, workspace, owner, study):
    add_source(workspace, SourceKind.CHOICES, choice_rows(people=200, tasks=1, seed=6))
    job = study()
    assert job.state == "succeeded", job.error_text
    assert job.result["refused"]["held_out"]["code"] == "too_few_tasks_to_hold_back"
    assert "hit_rate" not in model(workspace).figures
    client.force_login(owner)
    shown = client.get(reverse("choices:home", args=[workspace.slug])).content.decode()
    assert "cannot be held back" in shown


def test_too_few_people_for_hierarchical_bayes_still_get_the_plain_logit(workspace, study):
    add_source(workspace, SourceKind.CHOICES, choice_rows(people=12, tasks=30, seed=2, with_none=False))
    job = study()
    assert job.state == "succeeded", job.error_text
    assert model(workspace).parameters["family"] in {"logit", "hierarchical_bayes"}


def test_a_study_that_is_cancelled_half_way_keeps_nothing(workspace, survey, owner, short, monkeypatch):
    job = services.start(workspace=workspace, actor=owner)

    def meanwhile(data, rng):
        jobs.cancel(job=Job.objects.get(pk=job.pk), actor=owner)
        return families.fit_logit(data, rng)

    monkeypatch.setattr(model_study, "fit_logit", meanwhile)
    monkeypatch.setattr("apps.jobs.run.THROTTLE_SECONDS", 0)
    assert run_now(job).state == Job.State.CANCELLED
    assert model(workspace) is None
    monkeypatch.setattr(model_study, "fit_logit", families.fit_logit)
    assert run_now(jobs.retry(job=job, actor=owner)).state == Job.State.SUCCEEDED
    assert model(workspace).version == 1


def test_a_source_that_is_left_out_does_not_count(workspace, survey, owner, study):
    other = add_source(workspace, SourceKind.CHOICES, choice_rows(people=40, tasks=8, seed=5))
    settings = selectors.guess(workspace).as_json() | {"left_out": [survey.pk]}
    services.change_settings(workspace=workspace, given=settings, actor=owner)
    study()
    found = model(workspace)
    assert found.diagnostics["respondents"] == 40
    assert [item.object_id for item in found.inputs.all()] == [str(other.pk)]


def test_new_answers_make_the_result_stale_and_their_rows_lead_to_it(workspace, survey, study):
    study()
    moved = estimates.figures_moved_by(workspace, "source", str(survey.pk))
    assert [estimate.kind for estimate in moved] == ["choices.model"]
    Source.objects.filter(pk=survey.pk).update(content_sha256="f" * 64)
    assert estimates.staleness(model(workspace)).stale


def test_a_study_without_a_price_says_that_money_is_not_known(workspace, survey, owner, study):
    settings = selectors.guess(workspace).as_json()
    for row in settings["attributes"]:
        row["role"] = ""
    services.change_settings(workspace=workspace, given=settings, actor=owner)
    study()
    found = model(workspace)
    assert found.parameters["wtp"] == []
    assert found.diagnostics["no_money"]["code"] == "price_not_linear"
    assert found.diagnostics["partworths"]


@pytest.mark.parametrize("family", ["mixed_logit", "latent_classes"])
def test_other_models_of_how_people_differ_fill_the_same_page(workspace, survey, owner, study, family, monkeypatch):
    monkeypatch.setattr(families, "CLASSES", (2,))
    settings = selectors.guess(workspace).as_json() | {"family": family}
    services.change_settings(workspace=workspace, given=settings, actor=owner)
    job = study()
    assert job.state == "succeeded", job.error_text
    assert job.result["refused"] == {}
    found = model(workspace)
    assert found.parameters["family"] == family
    main = next(row for row in found.diagnostics["models"] if row["is_main"])
    plain = next(row for row in found.diagnostics["models"] if row["code"] == "logit")
    assert main["log_likelihood"] > plain["log_likelihood"]
    # Half of the people were made to pay twice as much for quality as the others: 15 on the whole.
    assert found.figures["wtp:quality"]["median"] == pytest.approx(15, abs=5)
    assert fitted_people(found).population.kinds > 1
