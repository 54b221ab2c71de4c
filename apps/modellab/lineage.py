"""Labelled sets and training runs as inputs of estimates: their content and their pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from apps.estimates.lineage import InputRef, sha256_of
from apps.modellab.models import LabelledSet, TrainingRun
from apps.workspaces.models import Workspace

LABELLED_SET = "labelled_set"
TRAINING_RUN = "training_run"


def set_ref(labelled_set: LabelledSet) -> InputRef:
    key = str(labelled_set.pk)
    return InputRef(LABELLED_SET, key, labelled_set.name, _set_sha256(labelled_set), labelled_set.simulated)


def run_ref(run: TrainingRun) -> InputRef:
    return InputRef(TRAINING_RUN, str(run.pk), str(run), _run_sha256(run), run.labelled_set.simulated)


def _set_sha256(labelled_set: LabelledSet) -> str:
    return sha256_of([labelled_set.sha256, labelled_set.columns])


def _run_sha256(run: TrainingRun) -> str:
    return sha256_of([_set_sha256(run.labelled_set), run.encoder, run.seed, run.parameters])


def set_contents(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    found = LabelledSet.objects.filter(workspace=workspace, pk__in=object_ids)
    return {str(labelled_set.pk): _set_sha256(labelled_set) for labelled_set in found}


def run_contents(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    found = TrainingRun.objects.select_related("labelled_set").filter(workspace=workspace, pk__in=object_ids)
    return {str(run.pk): _run_sha256(run) for run in found}


def set_page(workspace: Workspace, object_id: str) -> str | None:
    if not LabelledSet.objects.filter(workspace=workspace, pk=object_id).exists():
        return None
    return reverse("modellab:set", args=[workspace.slug, object_id])


def run_page(workspace: Workspace, object_id: str) -> str | None:
    if not TrainingRun.objects.filter(workspace=workspace, pk=object_id).exists():
        return None
    return reverse("modellab:run", args=[workspace.slug, object_id])
