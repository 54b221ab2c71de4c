"""A workspace, labelled texts in six intents, and one small finished training for all tests that only look."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from apps.jobs.testing import run_now
from apps.modellab import lineage, services, serving
from apps.modellab.models import Candidate, LabelledSet, TrainingRun
from apps.modellab.run_folders import run_folder
from apps.workspaces.models import Membership, Role, User, Workspace

INTENTS = {
    "refund": "refund money back return charged twice item order",
    "login": "password login account locked sign reset code email",
    "speed": "slow loading lag performance crash freeze wait seconds",
    "export": "export download file csv spreadsheet report format pdf",
    "price": "price expensive plan discount upgrade monthly cost billing",
    "team": "invite team member role permission seat colleague share",
}
QUICK = {"epochs": 1, "metric_steps": 1, "evaluation_steps": 2, "latency_requests": 30}
FILLER = re.findall(r"\w+", "the my a please how can i is it to for with when today again still very this app")


def made_rows(each: int = 30, seed: int = 3, wrong: float = 0.3) -> list[dict[str, str]]:
    """``each`` distinct texts for each of six intents, and a model in service that errs on a share of them."""
    rng = random.Random(seed)
    rows, seen = [], set()
    for label, words in INTENTS.items():
        count = 0
        while count < each:
            parts = rng.sample(words.split(), 2) + rng.sample(FILLER, rng.randint(2, 8))
            rng.shuffle(parts)
            text = " ".join(parts)
            if text in seen:
                continue
            seen.add(text)
            count += 1
            today = rng.choice([name for name in INTENTS if name != label]) if rng.random() < wrong else label
            latency = str(round(rng.lognormvariate(6.7, 0.4)))
            rows.append({"text": text, "label": label, "predicted_today": today, "latency_today_ms": latency})
    rng.shuffle(rows)
    return rows


def as_csv(rows: list[dict[str, Any]], *columns: str) -> ContentFile:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns or list(rows[0]), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return ContentFile(out.getvalue().encode(), name="tickets.csv")


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Files of their own for each test: numbers of runs begin again with each."""
    settings.TRIMTAB_DATA = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }
    serving.forget_all()
    return tmp_path


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Ours", slug="ours")


@pytest.fixture
def member(workspace: Workspace) -> Callable[..., User]:
    def make(role: Role = Role.EDITOR, of: Workspace = workspace) -> User:
        user = User.objects.create_user(f"{role.name.lower()}@{of.slug}.example.com", "a long enough passphrase")
        Membership.objects.create(workspace=of, user=user, role=role)
        return user

    return make


@pytest.fixture
def labelled_set(workspace: Workspace) -> LabelledSet:
    return services.upload_set(workspace=workspace, file=as_csv(made_rows()), actor=None)


@pytest.fixture(scope="session")
def kept_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one real training: a run that finds all of it finished only has to record it."""
    return tmp_path_factory.mktemp("kept") / "run"


def _copied(source: str, target: str) -> None:
    """Models of ninety megabytes are linked, what a test may write on is copied."""
    if os.path.getsize(source) > 1_000_000:
        os.link(source, target)
    else:
        shutil.copy(source, target)


@pytest.fixture
def finish(kept_run: Path) -> Callable[[TrainingRun], TrainingRun]:
    """Train a run on the made texts for real the first time, from the kept folder afterwards."""

    def to_end(run: TrainingRun) -> TrainingRun:
        folder = run_folder(run)
        if kept_run.is_dir():
            shutil.copytree(kept_run, folder, copy_function=_copied)
            # The same texts under other columns are the same training.
            (folder / "run.json").write_text(json.dumps({"sha256": lineage.run_ref(run).sha256}))
        job = run_now(services.selectors.job_of(run))
        assert job.state == "succeeded", job.error_message
        if not kept_run.is_dir():
            shutil.copytree(folder, kept_run, copy_function=_copied)
        run.refresh_from_db()
        return run

    return to_end


@pytest.fixture
def finished_run(
    workspace: Workspace, labelled_set: LabelledSet, finish: Callable[[TrainingRun], TrainingRun]
) -> TrainingRun:
    run, _job = services.start_run(workspace=workspace, labelled_set=labelled_set, actor=None, parameters=QUICK)
    return finish(run)


@pytest.fixture
def by_method(finished_run: TrainingRun) -> dict[str, Candidate]:
    return {candidate.method: candidate for candidate in finished_run.candidates.all()}
