from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.modellab.quality_models import CostSource, FrequencySource, OutcomeExperiment, QualityMapping, WhatChanged
from apps.workspaces.models import User, Workspace

__all__ = [
    "Candidate",
    "CandidateMethod",
    "CostSource",
    "Deployment",
    "FrequencySource",
    "LabelledSet",
    "OutcomeExperiment",
    "QualityMapping",
    "TrainingMetric",
    "TrainingRun",
    "WhatChanged",
]


class LabelledSet(models.Model):
    """Texts with their right labels, uploaded for training and testing candidates."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="labelled_sets")
    name = models.CharField(_("name"), max_length=160)
    file = models.FileField(max_length=200)
    format = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    labels = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    simulated = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        """Whether nothing that was found in the file stands in the way of training."""
        return bool(self.labels) and not any(problem["blocks"] for problem in self.problems)

    @property
    def tests_today(self) -> bool:
        """Whether the file holds what the model in service answers."""
        return bool(self.columns.get("predicted_today"))


class TrainingRun(models.Model):
    """One training of several candidates on one split of one labelled set."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="training_runs")
    labelled_set = models.ForeignKey(LabelledSet, on_delete=models.PROTECT, related_name="runs")
    encoder = models.CharField(max_length=80)
    seed = models.PositiveIntegerField(default=7)
    parameters = models.JSONField(default=dict)
    split = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True)
    started_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.labelled_set} #{self.pk}"

    @property
    def methods(self) -> list[str]:
        return list(self.parameters.get("methods", []))


class CandidateMethod(models.TextChoices):
    TODAY = "today", _("Today's model")
    FROZEN_HEAD = "frozen_head", _("Head on frozen features")
    LORA = "lora", _("LoRA fine-tune")
    FULL = "full", _("Full fine-tune")


class Candidate(models.Model):
    """A model that could be shipped; `today` stands for the one in service."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="candidates")
    run = models.ForeignKey(TrainingRun, on_delete=models.CASCADE, related_name="candidates")
    name = models.SlugField(max_length=80)
    method = models.CharField(max_length=20, choices=CandidateMethod.choices)
    artefact = models.CharField(max_length=200, blank=True)
    artefact_sha256 = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict)
    evaluated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_candidate_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def can_answer(self) -> bool:
        return bool(self.artefact_sha256)


class TrainingMetric(models.Model):
    """One point of a curve: written as the trainer goes, so that the page can follow."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(TrainingRun, on_delete=models.CASCADE, related_name="metrics")
    candidate = models.CharField(max_length=80)
    name = models.CharField(max_length=40)
    step = models.PositiveIntegerField()
    value = models.FloatField()

    class Meta:
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["run", "candidate", "name", "step"], name="one_metric_a_step")]

    def __str__(self) -> str:
        return f"{self.name}@{self.step}"


class Deployment(models.Model):
    """A name under which a candidate answers; changing the candidate changes who answers."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="deployments")
    name = models.SlugField(max_length=80)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="deployments")
    earlier = models.JSONField(default=list)
    deployed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    deployed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_deployment_a_name")]

    def __str__(self) -> str:
        return self.name
