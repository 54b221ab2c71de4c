"""What people state about a task: what errors cost, when a person answers, and which requests were an experiment."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.workspaces.models import User, Workspace


class FrequencySource(models.TextChoices):
    DATA = "data", _("As in real use, where it is known")
    TEST = "test", _("As in the held-out texts")


class CostSource(models.TextChoices):
    TYPED = "typed", _("As typed")
    CHURN = "churn", _("From who leaves after an unresolved request")


class QualityMapping(models.Model):
    """How the test of a labelled set becomes success; the defaults give plain accuracy at the frequencies of use.

    ``error_cost`` by label, 1 where none is typed; ``earlier`` holds what was set before, newest last, for undo.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    labelled_set = models.OneToOneField(
        "modellab.LabelledSet", on_delete=models.CASCADE, related_name="quality_mapping"
    )
    frequency = models.CharField(max_length=8, choices=FrequencySource.choices, default=FrequencySource.DATA)
    costs = models.CharField(max_length=8, choices=CostSource.choices, default=CostSource.TYPED)
    error_cost = models.JSONField(default=dict)
    threshold = models.FloatField(default=0.0)
    escalation_success = models.FloatField(default=1.0)
    escalation_cost = models.FloatField(default=0.0)
    escalation_latency_ms = models.FloatField(default=0.0)
    earlier = models.JSONField(default=list)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    SETTINGS = (
        "frequency", "costs", "error_cost", "threshold", "escalation_success", "escalation_cost",
        "escalation_latency_ms",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"quality of {self.labelled_set_id}"

    def settings(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.SETTINGS}


class WhatChanged(models.TextChoices):
    QUALITY = "quality", _("How often it is right")
    LATENCY = "latency", _("How long it takes")


class OutcomeExperiment(models.Model):
    """Two models among the outcomes between which requests were divided by chance.

    An arm's test is that of a candidate, or ``right`` of ``texts`` as somebody states it.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    changed = models.CharField(max_length=8, choices=WhatChanged.choices)
    first_model = models.CharField(max_length=120)
    second_model = models.CharField(max_length=120)
    first_candidate = models.ForeignKey("modellab.Candidate", null=True, on_delete=models.SET_NULL, related_name="+")
    second_candidate = models.ForeignKey("modellab.Candidate", null=True, on_delete=models.SET_NULL, related_name="+")
    first_right = models.PositiveIntegerField(null=True)
    first_texts = models.PositiveIntegerField(null=True)
    second_right = models.PositiveIntegerField(null=True)
    second_texts = models.PositiveIntegerField(null=True)
    stated_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    stated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "changed"], name="one_experiment_a_change")]

    def __str__(self) -> str:
        return f"{self.first_model} / {self.second_model}"
