"""The worker's side of a training run: prepare the texts, train each candidate in a child, test them all, record.

The run's folder is the memory of all attempts: what is finished there is not done again, and a candidate that was cut
off goes on from its last checkpoint.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from apps.jobs.run import JobFailure, JobRun
from apps.modellab import files, lineage, results
from apps.modellab.checking import milliseconds
from apps.modellab.models import TrainingRun
from apps.modellab.plans import DRAWS, candidate_settings, encoder_location, trainer_pace, trainings
from apps.modellab.run_folders import run_folder
from apps.modellab.trainer_events import Listener
from trimtab.learning import dataset
from trimtab.learning.process import run_subprocess
from trimtab.learning.reporting import write_json

GRACE_SECONDS = 25.0
TRAINING = gettext_noop("Training the candidate %(candidate)s: %(at)s of %(last)s")
TESTING = gettext_noop("Testing all candidates on the held-out texts: %(at)s of %(last)s")


def train(run: JobRun, run_id: int) -> dict[str, Any]:
    """Bring a training run to its end, from wherever an earlier attempt left it."""
    training = TrainingRun.objects.select_related("labelled_set", "workspace").filter(pk=run_id).first()
    if training is None or training.workspace != run.workspace:
        raise JobFailure("run_gone", gettext_noop("This training run was deleted."))
    folder = run_folder(training)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(run, folder):
        _clear_strangers(training, folder)
        listener = Listener(run, training, stages=len(trainings(training)) + 1)
        listener.log(f"Attempt {run.attempt} begins.")
        _prepare(run, training, folder)
        for stage, name in enumerate(trainings(training)):
            _train_one(listener, stage, name, folder)
        _test(listener, training, folder)
        return results.record(run, training, folder)


@contextmanager
def _alone(run: JobRun, folder: Path) -> Iterator[None]:
    """Wait until a worker that lost its lease but not its life has let go of the folder."""
    with (folder / "lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                run.check()
                time.sleep(0.5)
        yield


def _clear_strangers(training: TrainingRun, folder: Path) -> None:
    """Never take up what another database left under the same number: all that decides a run is compared first."""
    mark, ours = folder / "run.json", {"sha256": lineage.run_ref(training).sha256}
    if not mark.is_file() or json.loads(mark.read_text("utf-8")) != ours:
        for old in folder.iterdir():
            if old.name != "lock":
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        write_json(mark, ours)


def _prepare(run: JobRun, training: TrainingRun, folder: Path) -> None:
    """Divide the texts once; every candidate, and today's model, meets the same held-out part."""
    done = folder / "prepared.json"
    if not done.is_file():
        rows = [row for row in files.rows(training.labelled_set) if row.text and row.label and not row.refused]
        examples = [dataset.Example(row.text, row.label) for row in rows]
        chosen = training.parameters
        if chosen.get("leave_out_rare"):
            examples = [example for example in examples if example.label in training.labelled_set.labels]
            examples = [e for e in examples if training.labelled_set.labels[e.label] >= dataset.FEWEST_PER_CLASS]
        divided = dataset.split(
            examples,
            seed=training.seed,
            validation_share=chosen.get("validation_share", 0.1),
            test_share=chosen.get("test_share", 0.2),
        )
        dataset.write(divided, folder / "data")
        first: dict[str, files.Row] = {}
        for row in rows:
            first.setdefault(row.text, row)
        answers = [
            {"predicted": first[e.text].predicted_today, "latency_ms": milliseconds(first[e.text].latency_today_ms)}
            for e in divided.test
        ]
        write_json(folder / "today.json", answers)
        write_json(done, {part: len(divided.part(part)) for part in dataset.SPLITS} | {"labels": len(divided.labels)})
    with run.step():
        TrainingRun.objects.filter(pk=training.pk).update(split=json.loads(done.read_text("utf-8")))
    training.refresh_from_db(fields=["split"])


def _train_one(listener: Listener, stage: int, method: str, folder: Path) -> None:
    training, place = listener.training, folder / method
    listener.begin(stage, method, TRAINING)
    place.mkdir(exist_ok=True)
    listener.recover(method, place)
    candidate = candidate_settings(method, training)
    config = {
        "encoder": encoder_location(training.encoder),
        "encoders_folder": str(settings.TRIMTAB_ENCODERS),
        "data_folder": str(folder / "data"),
        "candidate": candidate,
        "device": "auto",
        "threads": settings.TRIMTAB_THREADS,
        **trainer_pace(candidate, training),
    }
    write_json(place / "config.json", config)
    _child(listener, "trimtab.learning.trainer", place)


def _test(listener: Listener, training: TrainingRun, folder: Path) -> None:
    listener.begin(len(trainings(training)), "", TESTING)
    place = folder / "evaluation"
    place.mkdir(exist_ok=True)
    config = {
        "candidates": {name: str(folder / name / "model") for name in trainings(training)},
        "data_folder": str(folder / "data"),
        "split": "test",
        "seed": training.seed,
        "draws": DRAWS,
        "price_per_cpu_hour": settings.TRIMTAB_CPU_HOUR_PRICE,
        "latency_requests": training.parameters.get("latency_requests", 200),
        "threads": 1,
    }
    write_json(place / "config.json", config)
    _child(listener, "trimtab.learning.evaluator", place)


def _child(listener: Listener, module: str, folder: Path) -> None:
    """Run one child to its end; the reason of a stop is raised only when the child has saved itself and is gone."""
    listener.raise_if_stopped()
    if (folder / "result.json").is_file():
        # An earlier attempt finished it: the result is written last, and whole.
        return
    outcome = run_subprocess(
        module,
        folder,
        on_event=listener.on_event,
        should_stop=listener.should_stop,
        grace_seconds=GRACE_SECONDS,
        threads=settings.TRIMTAB_THREADS,
    )
    listener.flush()
    listener.raise_if_stopped()
    if outcome.state != "succeeded":
        error = outcome.error or {}
        listener.log(f"{error.get('code')}: {error.get('message')}")
        if error.get("code") == "stopped_from_outside":
            # Nobody asked for it here, and its checkpoint is there: the job tries again by itself.
            raise InterruptedError(error["message"])
        raise JobFailure.of_child(error, gettext_noop("The training stopped without a reason. Start it again."))
