"""What a finished run leaves: a report and an estimate for each candidate, and for today's model."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from apps.estimates.models import Estimate, Grade
from apps.estimates.services import record as record_estimate
from apps.jobs.run import JobRun
from apps.modellab import lineage, quality_recording, today
from apps.modellab.models import Candidate, CandidateMethod, LabelledSet, TrainingRun
from apps.modellab.naming import candidate_name
from apps.modellab.plans import DRAWS
from apps.modellab.quality_answers import held_out
from apps.modellab.quality_weighing import weigh
from apps.modellab.run_folders import files_root
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.learning import dataset, evaluation

KIND = "modellab.evaluation"
DRAWN = ("accuracy", "macro_f1", "micro_f1", "latency_ms", "cost_per_1000")
Places = NDArray[np.int64]
WORST = 12
EXAMPLES = 3


def record(run: JobRun, training: TrainingRun, folder: Path) -> dict[str, Any]:
    """Write all results in the job's last transaction: together or not at all."""
    result = json.loads((folder / "evaluation" / "result.json").read_text("utf-8"))
    held = dataset.read(folder / "data").test
    with np.load(folder / "evaluation" / "draws.npz", allow_pickle=False) as arrays:
        draws = {name: arrays[name] for name in arrays.files}
    with np.load(folder / "evaluation" / "predictions.npz", allow_pickle=False) as arrays:
        predictions = {name: arrays[name] for name in arrays.files}
    texts = [example.text for example in held]
    incumbent = _today(training, folder, predictions["truth"], result["labels"])
    tested = {
        method: ({name: draws[f"{method}/{name}"] for name in DRAWN}, Grade.TESTED) for method in training.methods
    }
    if incumbent is not None:
        tested[CandidateMethod.TODAY] = (incumbent[0].draws, _grade(incumbent[1]))
    weighed = weigh(training, quality_recording.mapping_of(training.labelled_set), held_out(training, folder), tested)
    with run.finish() as outcome:
        for method in training.methods:
            found = result["candidates"][method]
            predicted = predictions[f"{method}/predicted"]
            report = report_of(found, result["labels"], predictions["truth"], predicted, texts)
            report["training"] = _about(folder / method)
            candidate = _keep(training, method, report, folder / method / "model")
            kept = estimate(candidate, *tested[method], run)
            quality_recording.keep(candidate, kept, weighed[method])
        if incumbent is not None:
            found, predicted = incumbent
            report = dict(found.report)
            if predicted is not None:
                report = report_of(report, result["labels"], predictions["truth"], predicted, texts)
            candidate = _keep(training, CandidateMethod.TODAY, report)
            kept = estimate(candidate, *tested[CandidateMethod.TODAY], run)
            quality_recording.keep(candidate, kept, weighed[CandidateMethod.TODAY])
        outcome |= {"run_id": training.pk, "items": result["items"], "methods": training.methods}
    return outcome


def _grade(predicted: Places | None) -> Grade:
    return Grade.ASSUMED if predicted is None else Grade.TESTED


def _today(
    training: TrainingRun, folder: Path, truth: Places, labels: list[str]
) -> tuple[today.Today, Places | None] | None:
    """Today's model on the same resamples, or as it was typed; None where nothing is known of it."""
    labelled_set = LabelledSet.objects.get(pk=training.labelled_set_id)
    facts, rng = labelled_set.parameters.get("today", {}), np.random.default_rng([training.seed, 2])
    if not labelled_set.tests_today:
        return (today.typed(facts, DRAWS, rng), None) if "accuracy" in facts else None
    answers = json.loads((folder / "today.json").read_text("utf-8"))
    place = {label: index for index, label in enumerate(labels)}
    predicted = np.array([place.get(answer["predicted"], len(labels)) for answer in answers], dtype=np.int64)
    latencies = np.array([answer["latency_ms"] for answer in answers if answer["latency_ms"]], dtype=float)
    # The evaluator draws its resamples from the same seed: the same worlds for all.
    counts = evaluation.resample_counts(len(truth), DRAWS, np.random.default_rng(training.seed))
    return today.tested(truth, predicted, latencies, facts, labels, counts, rng), predicted


def report_of(
    found: dict[str, Any], labels: list[str], truth: Places, predicted: Places, texts: list[str]
) -> dict[str, Any]:
    """The report as it is stored: the confusion matrix by its filled cells, the worst confusions with their texts."""
    cells = np.argwhere(np.asarray(found["confusion"]) > 0)
    report = {name: value for name, value in found.items() if name not in ("confusion", "per_class")}
    report |= {
        "items": len(texts),
        "labels": labels,
        "per_class": found["per_class"],
        "confusion": [[int(i), int(j), int(found["confusion"][i][j])] for i, j in cells],
        "worst": _worst(labels, truth, predicted, texts),
    }
    return report


def _worst(labels: list[str], truth: Places, predicted: Places, texts: list[str]) -> list[dict[str, Any]]:
    named = [*labels, ""]
    wrong: dict[tuple[int, int], list[int]] = defaultdict(list)
    for item in np.flatnonzero(truth != predicted):
        wrong[int(truth[item]), int(predicted[item])].append(int(item))
    worst = sorted(wrong.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:WORST]
    return [
        {
            "label": named[i],
            "predicted": named[j],
            "count": len(items),
            "examples": [texts[item][:300] for item in items[:EXAMPLES]],
        }
        for (i, j), items in worst
    ]


def _about(folder: Path) -> dict[str, Any]:
    result = json.loads((folder / "result.json").read_text("utf-8"))
    wanted = (
        "candidate", "encoder", "device", "precision", "train_examples", "steps", "epochs", "resumed_at_step",
        "seconds", "parameters", "trainable_parameters", "onnx_largest_difference", "validation",
    )  # fmt: skip
    kept = {name: result[name] for name in wanted if name in result}
    kept["encoder"] = Path(str(kept.get("encoder", ""))).name
    return kept


def _keep(training: TrainingRun, method: str, report: dict[str, Any], model: Path | None = None) -> Candidate:
    facts: dict[str, Any] = {"report": report, "evaluated_at": timezone.now()}
    if model is not None:
        manifest = (model / "manifest.json").read_bytes()
        facts |= {
            "artefact": str(model.relative_to(files_root())),
            "artefact_sha256": hashlib.sha256(manifest).hexdigest(),
        }
    candidate, _created = Candidate.objects.update_or_create(
        workspace_id=training.workspace_id,
        run=training,
        method=method,
        defaults=facts,
        create_defaults=facts | {"name": candidate_name(training, method)},
    )
    return candidate


def estimate(candidate: Candidate, draws: dict[str, Array], grade: Grade, run: JobRun | None = None) -> Estimate:
    training, report = candidate.run, candidate.report
    inputs = [lineage.set_ref(training.labelled_set), lineage.run_ref(training)]
    return record_estimate(
        workspace=candidate.workspace,
        kind=KIND,
        subject=str(candidate.pk),
        grade=grade,
        draws=draws,
        figures=_figures(draws, report, candidate.workspace.currency),
        inputs=inputs,
        parameters={
            "subject_label": candidate.name,
            "method": candidate.method,
            "run_id": training.pk,
            "stated": report.get("stated", []),
        },
        diagnostics={"held_out_texts": report.get("items", 0), "labels": len(report.get("labels", []))},
        job_id=run.job_id if run else training.job_id,
    )


def _figures(draws: dict[str, Array], report: dict[str, Any], currency: str) -> list[Figure]:
    # The slow end moves with the median: its own resamples are not kept by the evaluator.
    slow = draws["latency_ms"] * (report["latency_p95_ms"] / max(report["latency_p50_ms"], 1e-9))
    figures = [
        summarise(draws["accuracy"], name="accuracy", unit="share"),
        summarise(draws["macro_f1"], name="macro_f1", unit="share"),
        summarise(draws["micro_f1"], name="micro_f1", unit="share"),
        summarise(draws["latency_ms"], name="latency_p50_ms", unit="ms"),
        summarise(slow, name="latency_p95_ms", unit="ms"),
        summarise(draws["cost_per_1000"], name="cost_per_1000", unit=f"{currency} per 1000 requests"),
    ]
    if "size_mb" in report:
        size = float(report["size_mb"])
        figures.append(Figure("size_mb", size, size, size, "MB"))
    return figures
