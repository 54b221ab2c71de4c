"""The loop: studies in order, nothing twice, nothing lost when a process dies."""

import pytest
from django.utils import timezone

from apps.jobs.models import Job
from apps.planning import loop as loops
from apps.planning.loop import advance, advance_all, run_loop
from apps.research.models import SourceKind
from apps.workspaces.errors import Refused
from tests.research_rows import add_source


@pytest.fixture
def studies(monkeypatch, workspace):
    """Studies that only write a job's row; those in ``refusing`` have no data."""
    asked = []

    def starter(code):
        def start(*, workspace, actor=None):
            asked.append(code)
            if code in refusing:
                raise Refused("no_data", "There is no data.")
            return Job.objects.create(workspace=workspace, kind=f"test.{code}", queue="analysis")

        return start

    refusing = set()
    monkeypatch.setattr(loops, "_starter", starter)
    return asked, refusing


def end(workspace, code, state=Job.State.SUCCEEDED):
    Job.objects.filter(workspace=workspace, kind=f"test.{code}").update(state=state)


def states(loop):
    return {step["study"]: step["state"] for step in loop.steps}


def test_studies_begin_when_those_before_them_have_ended(workspace, studies):
    asked, _refusing = studies
    loop = run_loop(workspace=workspace)
    assert asked == ["needs", "price", "retention", "models"]
    end(workspace, "needs")
    assert states(advance(loop))["position"] == "running"
    for code in ("price", "retention", "position"):
        end(workspace, code)
    assert states(advance(loop))["forecast"] == "running"
    end(workspace, "forecast")
    assert states(advance(loop))["verdict"] == "waiting"  # the training still runs
    end(workspace, "models")
    assert states(advance(loop))["verdict"] == "running"
    end(workspace, "verdict")
    assert states(advance(loop))["options"] == "running"
    end(workspace, "options")
    assert advance(loop).finished_at is not None


def test_choices_are_studied_where_there_are_some_and_before_the_forecast(workspace, studies):
    asked, _refusing = studies
    add_source(workspace, SourceKind.CHOICES, [])
    loop = run_loop(workspace=workspace)
    assert "choices" in asked
    for code in ("needs", "price", "retention"):
        end(workspace, code)
    advance(loop)
    end(workspace, "position")
    assert states(advance(loop))["forecast"] == "waiting"
    end(workspace, "choices")
    assert states(advance(loop))["forecast"] == "running"


def test_a_study_without_data_is_skipped_and_a_failed_one_stops_nobody(workspace, studies):
    _asked, refusing = studies
    refusing |= {"needs", "position", "models"}
    loop = run_loop(workspace=workspace)
    end(workspace, "price", Job.State.FAILED)
    end(workspace, "retention")
    assert states(advance(loop)) | {"forecast": "running"} == states(advance(loop))
    end(workspace, "forecast")
    advance(loop)
    end(workspace, "options")
    done = advance(loop)
    assert done.finished_at is not None
    assert (states(done)["price"], states(done)["needs"], states(done)["verdict"]) == ("failed", "skipped", "skipped")


def test_nothing_begins_while_files_are_being_imported(workspace, studies):
    asked, _refusing = studies
    job = Job.objects.create(workspace=workspace, kind="research.import", queue="analysis")
    loop = run_loop(workspace=workspace)
    assert asked == []
    Job.objects.filter(pk=job.pk).update(state=Job.State.SUCCEEDED)
    advance_all(timezone.now())
    loop.refresh_from_db()
    assert states(loop)["needs"] == "running"


def test_asking_twice_runs_one_loop_and_moving_on_twice_starts_nothing_twice(workspace, studies):
    asked, _refusing = studies
    first, second = run_loop(workspace=workspace), run_loop(workspace=workspace)
    assert first.pk == second.pk
    advance(first)
    advance(second)
    assert len(asked) == len(set(asked)) == 4


def test_every_study_names_a_service_that_exists():
    for study in loops.STUDIES[1:]:
        assert callable(loops._starter(study.code))
