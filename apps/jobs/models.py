"""The row that is the truth of one piece of background work; the broker only carries its id."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.jobs import reasons, registry


class Job(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Queue(models.TextChoices):
        ANALYSIS = "analysis", _("Analysis")
        TRAINING = "training", _("Training")

    ENDED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=200, blank=True, default="")
    queue = models.CharField(max_length=20, choices=Queue.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    idempotency_key = models.CharField(max_length=200, blank=True, default="")
    params = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    checkpoint = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    result = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=3)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=200, blank=True, default="")
    publish_count = models.PositiveIntegerField(default=0)
    publish_after = models.DateTimeField(default=timezone.now)

    progress_done = models.PositiveBigIntegerField(default=0)
    progress_of = models.PositiveBigIntegerField(default=0)
    progress_message = models.CharField(max_length=300, blank=True, default="")
    progress_params = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=80, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    error_params = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "idempotency_key"),
                condition=~Q(idempotency_key=""),
                name="jobs_one_per_workspace_and_key",
            ),
            # NULLs are distinct in the constraint above.
            models.UniqueConstraint(
                fields=("idempotency_key",),
                condition=Q(workspace__isnull=True) & ~Q(idempotency_key=""),
                name="jobs_one_per_platform_key",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_token__isnull=False, lease_expires_at__isnull=False)
                | (~Q(state="running") & Q(lease_token__isnull=True, lease_expires_at__isnull=True)),
                name="jobs_only_running_holds_a_lease",
            ),
        )
        indexes = (
            models.Index(fields=("workspace", "-created_at", "-id"), name="jobs_newest"),
            models.Index(fields=("workspace", "kind", "subject", "-created_at"), name="jobs_latest_of_kind"),
            models.Index(fields=("lease_expires_at",), condition=Q(state="running"), name="jobs_leases"),
            models.Index(fields=("publish_after",), condition=Q(state="queued"), name="jobs_to_publish"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def title(self) -> str:
        return registry.title(self.kind)

    @property
    def is_ended(self) -> bool:
        return self.state in self.ENDED

    @property
    def is_cancelling(self) -> bool:
        return self.state == self.State.RUNNING and self.cancel_requested_at is not None

    @property
    def can_be_cancelled(self) -> bool:
        return not self.is_ended and self.cancel_requested_at is None

    @property
    def can_be_retried(self) -> bool:
        return self.state in (self.State.FAILED, self.State.CANCELLED)

    @property
    def progress_text(self) -> str:
        return reasons.translated(self.progress_message, self.progress_params)

    @property
    def error_text(self) -> str:
        return reasons.translated(self.error_message, self.error_params)


class JobLog(models.Model):
    """One line of a job's story, shown on its page."""

    class Level(models.TextChoices):
        INFO = "info", _("Info")
        WARNING = "warning", _("Warning")
        ERROR = "error", _("Error")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.INFO)
    message = models.TextField()
    params = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.message

    @property
    def text(self) -> str:
        return reasons.translated(self.message, self.params)


class PeriodicRun(models.Model):
    """When a periodic duty last ran, so that several schedulers share one round."""

    name = models.CharField(max_length=120, unique=True)
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
