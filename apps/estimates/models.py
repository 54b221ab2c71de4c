from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.workspaces.models import Workspace


class Grade(models.TextChoices):
    ASSUMED = "assumed", _("Assumed")
    OBSERVED = "observed", _("Observed")
    TESTED = "tested", _("Tested")


class Estimate(models.Model):
    """A versioned result: figures to show, draws to compute with, and what it was made from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="estimates")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    grade = models.CharField(max_length=10, choices=Grade.choices)
    simulated = models.BooleanField(default=False)
    figures = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    diagnostics = models.JSONField(default=dict)
    formula = models.CharField(max_length=60, blank=True)
    draws_file = models.FileField(max_length=200, blank=True)
    draws_sha256 = models.CharField(max_length=64, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "subject", "version"], name="one_estimate_a_version"),
            models.UniqueConstraint(
                fields=["workspace", "kind", "subject"],
                condition=models.Q(is_current=True),
                name="one_current_estimate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} v{self.version}".replace("  ", " ")

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


class EstimateInput(models.Model):
    """One thing an estimate was made from, with its content's hash at that time."""

    estimate = models.ForeignKey(Estimate, on_delete=models.CASCADE, related_name="inputs")
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    label = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    simulated = models.BooleanField(default=False)
    upstream = models.ForeignKey(Estimate, null=True, on_delete=models.PROTECT, related_name="downstream_inputs")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["estimate", "kind", "object_id"], name="one_input_a_thing"),
        ]
        indexes = [models.Index(fields=["kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.kind}:{self.label}"
