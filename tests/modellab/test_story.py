"""A founder's afternoon: upload, look, train, compare, deploy, ask; through the pages and with a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.jobs.models import Job
from apps.modellab import deploying, serving
from apps.modellab.models import Candidate, Deployment, LabelledSet, TrainingRun
from apps.modellab.run_folders import artefact_folder, run_folder
from apps.workspaces.errors import Refused
from apps.workspaces.models import AuditEntry, Role, User, Workspace
from apps.workspaces.services import create_token
from tests.modellab.conftest import as_csv, made_rows
from trimtab.learning import dataset

pytestmark = pytest.mark.slow
Member = Callable[..., User]


def page(name: str, *arguments: object, slug: str = "ours") -> str:
    return reverse(f"modellab:{name}", args=[slug, *arguments])


@pytest.fixture
def editor(client: Client, member: Member) -> Client:
    client.force_login(member(Role.EDITOR))
    return client


@pytest.fixture
def program(workspace: Workspace, member: Member) -> APIClient:
    """A program with the token of a viewer."""
    user = member(Role.VIEWER)
    _token, text = create_token(workspace=workspace, user=user, name="p", role=Role.VIEWER)
    found = APIClient()
    found.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return found


def test_from_the_upload_to_the_comparison_through_the_pages(
    editor: Client, finish: Callable[[TrainingRun], TrainingRun]
) -> None:
    assert "Begin with texts and their right labels" in editor.get(page("home")).content.decode()
    assert editor.get(page("template")).content.startswith(b"text,label,predicted_today")
    answer = editor.post(page("upload"), {"file": as_csv(made_rows()), "name": "Tickets"})
    found = LabelledSet.objects.get()
    assert answer.url == page("set", found.pk)
    html = editor.get(answer.url).content.decode()
    assert "Nothing stands in the way of training" in html
    assert "Answer of today&#x27;s model" in html

    answer = editor.post(
        page("set-train", found.pk), {"methods": ["frozen_head", "full"], "encoder": "english", "epochs": "1"}
    )
    run = TrainingRun.objects.get()
    assert answer.url == page("run", run.pk)
    html = editor.get(answer.url).content.decode()
    assert "Waiting for a worker." in html
    assert 'hx-trigger="every 2s"' in html
    assert editor.get(page("run-live", run.pk), {"mark": "0-0-0"}).status_code == 204

    finish(run)
    live = editor.get(page("run-live", run.pk))
    assert live.status_code == 286
    assert "Loss on the texts it learns from" in live.content.decode()
    html = editor.get(page("run", run.pk)).content.decode()
    for words in ("Candidates side by side", "P(better)", "Full fine-tune", "Today&#x27;s model", "Delete"):
        assert words in html
    candidate = run.candidates.get(method="today")
    html = editor.get(page("candidate", candidate.pk), {"sort": "-recall"}).content.decode()
    assert "Worst confusions" in html
    assert 'aria-sort="descending"' in html
    recalls = sorted((row["recall"] for row in candidate.report["per_class"]), reverse=True)
    assert html.index(f"{recalls[0]:.1%}") <= html.index(f"{recalls[-1]:.1%}")


def test_a_bad_file_is_refused_on_the_page_with_its_reason(editor: Client) -> None:
    answer = editor.post(page("upload"), {"file": as_csv([{"text": "", "label": ""}], "text", "label")})
    assert answer.status_code in (302, 422)
    from django.core.files.base import ContentFile

    answer = editor.post(page("upload"), {"file": ContentFile(b"PK\x03\x04", name="a.xlsx")})
    assert answer.status_code == 422
    assert "This workbook cannot be read" in answer.content.decode()


def test_the_columns_can_be_tried_before_they_are_saved(editor: Client, labelled_set: LabelledSet) -> None:
    html = editor.get(page("set-preview", labelled_set.pk), {"text": "label", "label": "text"}).content.decode()
    assert html.index("Right label") < html.index("Text</span>")
    answer = editor.post(page("set-columns", labelled_set.pk), {"text": "text", "label": "text"})
    assert answer.status_code == 422
    assert "is already used for" in answer.content.decode()
    editor.post(page("set-columns", labelled_set.pk), {"text": "text", "label": "predicted_today"})
    labelled_set.refresh_from_db()
    assert labelled_set.columns == {"text": "text", "label": "predicted_today"}


def test_predictions_over_rest_are_those_of_the_test(
    workspace: Workspace, program: APIClient, finished_run: TrainingRun, by_method: dict[str, Candidate]
) -> None:
    deploying.deploy(candidate=by_method["full"], name="tickets", actor=None)
    folder = run_folder(finished_run)
    texts = [example.text for example in dataset.read(folder / "data").test]
    arrays = np.load(folder / "evaluation" / "predictions.npz")
    labels = by_method["full"].report["labels"]
    for address in ("/api/v1/models/tickets/predict", "/api/v1/models/tickets/predict/"):
        answer = program.post(address, {"texts": texts}, format="json")
        assert answer.status_code == 200
        found = answer.json()["predictions"]
        assert [one["label"] for one in found] == [labels[place] for place in arrays["full/predicted"]]
        assert np.allclose([one["probability"] for one in found], arrays["full/probability"], atol=1e-4)
        assert all(one["probabilities"][one["label"]] == one["probability"] for one in found)


@pytest.mark.parametrize(
    "texts", [[], ["a"] * 101, ["x" * 10_001], "not a list", [None], [{"text": "a"}]], ids=lambda v: str(v)[:12]
)
def test_what_cannot_be_predicted_is_refused_with_422(
    program: APIClient, by_method: dict[str, Candidate], texts: object
) -> None:
    deploying.deploy(candidate=by_method["full"], name="tickets", actor=None)
    answer = program.post("/api/v1/models/tickets/predict", {"texts": texts}, format="json")
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_deploy_try_roll_back_and_take_down(editor: Client, by_method: dict[str, Candidate]) -> None:
    full, frozen = by_method["full"], by_method["frozen_head"]
    answer = editor.post(page("deploy", frozen.pk), {"name": "tickets"})
    assert answer.url == page("deployment", "tickets")
    assert "Roll back" not in editor.get(answer.url).content.decode()
    editor.post(page("deploy", full.pk), {"name": "tickets"})
    assert Deployment.objects.get().candidate == full
    assert f"Roll back to {frozen.name}" in editor.get(page("deployment", "tickets")).content.decode()
    html = editor.post(page("try", full.pk), {"texts": "my password is locked\nrefund my order"}).content.decode()
    assert "login" in html
    assert "refund" in html
    refusal = editor.post(page("run-delete", full.run_id), follow=True).content.decode()
    assert "answers with a candidate of this run" in refusal
    editor.post(page("roll-back", "tickets"))
    assert Deployment.objects.get().candidate == frozen
    with pytest.raises(Refused):
        deploying.roll_back(deployment=Deployment.objects.get(), actor=None)
    editor.post(page("undeploy", "tickets"))
    assert not Deployment.objects.exists()
    noted = list(AuditEntry.objects.filter(action__startswith="model.").order_by("at").values_list("action", flat=True))
    assert noted == ["model.deployed", "model.deployed", "model.rolled_back", "model.undeployed"]


def test_a_model_whose_files_were_changed_does_not_answer(by_method: dict[str, Candidate]) -> None:
    candidate = by_method["full"]
    labels = artefact_folder(candidate) / "labels.json"
    labels.write_text(json.dumps(["wrong", *json.loads(labels.read_text())[1:]]))
    serving.forget_all()
    with pytest.raises(Refused) as refusal:
        serving.predict(candidate, ["refund my order"])
    assert refusal.value.code == "model_changed"
    with pytest.raises(Refused):
        deploying.deploy(candidate=candidate, name="tickets", actor=None)
    with pytest.raises(Refused):
        deploying.deploy(candidate=by_method["today"], name="tickets", actor=None)


def test_the_same_story_over_rest(member: Member, finish: Callable[[TrainingRun], TrainingRun]) -> None:
    api = APIClient()
    api.force_login(member(Role.EDITOR))
    made = api.post("/api/v1/labelled-sets/", {"file": as_csv(made_rows()), "name": "Tickets"}, format="multipart")
    assert made.status_code == 201
    assert made.json()["usable"]
    key = made.json()["id"]
    stated = api.put(f"/api/v1/labelled-sets/{key}/today/", {"cost_per_1000": 1.9}, format="json")
    assert stated.json()["today"] == {"cost_per_1000": 1.9}
    body = {"labelled_set": key, "methods": ["full", "frozen_head"], "parameters": {"epochs": 1, "metric_steps": 1}}
    bad = api.post("/api/v1/training-runs/", body | {"parameters": {"epochs": 1e9}}, format="json")
    assert (bad.status_code, bad.json()["code"]) == (422, "parameter_out_of_range")
    started = api.post("/api/v1/training-runs/", body, format="json")
    assert started.status_code == 202
    run = TrainingRun.objects.get(pk=started.json()["id"])
    finish(run)
    at = f"/api/v1/training-runs/{run.pk}/"
    assert api.get(at).json()["job"]["state"] == "succeeded"
    points = api.get(f"{at}metrics/").json()
    assert [p["step"] for p in points if (p["candidate"], p["name"]) == ("full", "loss")] == [1, 2, 3, 4]
    assert api.get(f"{at}log/").json()["lines"]
    assert api.post(f"{at}retry/").status_code == 422
    full = next(one for one in api.get("/api/v1/candidates/").json()["results"] if one["method"] == "full")
    shown = api.get(f"/api/v1/candidates/{full['id']}/").json()
    assert shown["evaluation"]["grade"] == "tested"
    assert 0 <= shown["against_today"]["accuracy"]["p_better"] <= 1
    deployed = api.post("/api/v1/deployments/", {"name": "t", "candidate": full["id"]}, format="json")
    assert deployed.status_code == 201
    assert api.delete(at).status_code == 422
    assert api.delete("/api/v1/deployments/t/").status_code == 204
    assert api.delete(at).status_code == 204
    assert api.delete(f"/api/v1/labelled-sets/{key}/").status_code == 204


def test_another_workspace_meets_404_everywhere_and_a_viewer_may_not_change(
    client: Client, member: Member, by_method: dict[str, Candidate], labelled_set: LabelledSet
) -> None:
    candidate = by_method["full"]
    deploying.deploy(candidate=candidate, name="tickets", actor=None)
    places = {
        "get": [("set", labelled_set.pk), ("set-preview", labelled_set.pk), ("run", candidate.run_id),
                ("run-live", candidate.run_id), ("candidate", candidate.pk), ("deployment", "tickets")],
        "post": [("set-columns", labelled_set.pk), ("set-today", labelled_set.pk), ("set-train", labelled_set.pk),
                 ("set-delete", labelled_set.pk), ("run-delete", candidate.run_id), ("deploy", candidate.pk),
                 ("roll-back", "tickets"), ("undeploy", "tickets")],
    }  # fmt: skip
    theirs = Workspace.objects.create(name="Theirs", slug="theirs")
    stranger = member(Role.OWNER, of=theirs)
    client.force_login(stranger)
    for method, pages in places.items():
        for name, key in pages:
            assert getattr(client, method)(page(name, key)).status_code == 404
            assert getattr(client, method)(page(name, key, slug="theirs")).status_code == 404
    assert client.post(page("try", candidate.pk, slug="theirs"), {"texts": "a"}).status_code == 404
    api = APIClient()
    api.force_login(stranger)
    run = f"training-runs/{candidate.run_id}"
    mine = [f"labelled-sets/{labelled_set.pk}", run, f"{run}/metrics", f"candidates/{candidate.pk}"]
    for address in [*mine, "deployments/tickets"]:
        assert api.get(f"/api/v1/{address}/").status_code == 404
    assert api.post("/api/v1/models/tickets/predict", {"texts": ["a"]}, format="json").status_code == 404
    assert api.post("/api/v1/deployments/", {"name": "x", "candidate": candidate.pk}, format="json").status_code == 404

    client.force_login(member(Role.VIEWER))
    for name, key in places["get"]:
        assert client.get(page(name, key)).status_code == (286 if name == "run-live" else 200)
    for name, key in places["post"]:
        assert client.post(page(name, key)).status_code == 403
    assert Job.objects.count() == 1


def test_the_web_side_of_the_lab_never_imports_torch() -> None:
    import subprocess

    code = (
        "import django, sys; django.setup()\n"
        "import trimtab.config.urls, apps.modellab.api_deployments, apps.modellab.serving, apps.modellab.tasks\n"
        "import trimtab.learning.predictor, apps.modellab.training\n"
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
