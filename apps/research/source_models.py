"""A source, and what all rows that come from one have."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.workspaces.models import User, Workspace


class SourceKind(models.TextChoices):
    FEEDBACK = "feedback", _("Feedback")
    COMPETITORS = "competitors", _("Competitor sheet")
    PRICES = "prices", _("Price survey")
    SATISFACTION = "satisfaction", _("Satisfaction survey")
    SUBSCRIPTIONS = "subscriptions", _("Subscription log")
    CHOICES = "choices", _("Choice survey")
    MAXDIFF = "maxdiff", _("Best-worst survey")
    LADDER = "ladder", _("Price ladder")
    PURCHASES = "purchases", _("Purchases")
    USAGE = "usage", _("Token usage")
    ADOPTION = "adoption", _("Adoption counts")
    OUTCOMES = "outcomes", _("Outcomes of answers")
    KANO = "kano", _("Kano survey")


class SourceState(models.TextChoices):
    UPLOADED = "uploaded", _("Columns to be confirmed")
    IMPORTING = "importing", _("Importing")
    IMPORTED = "imported", _("Imported")
    FAILED = "failed", _("Failed")


class Source(models.Model):
    """One uploaded file: where its rows came from, when, and until when they hold."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="sources")
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind.choices)
    name = models.CharField(_("name"), max_length=160)
    file = models.FileField(max_length=200)
    format = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=SourceState.choices, default=SourceState.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_imported = models.PositiveIntegerField(default=0)
    rows_known = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    content_sha256 = models.CharField(max_length=64, blank=True)
    simulated = models.BooleanField(default=False)
    collected_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-uploaded_at"]
        indexes = [models.Index(fields=["workspace", "kind", "state"])]
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "sha256"], name="one_source_a_file")]

    def __str__(self) -> str:
        return self.name


class Row(models.Model):
    """What every imported row has: its source, its place there, and a hash that makes it unique in the workspace."""

    # The constraint and the index below serve workspace and source too; more of them cost at each row of a large file.
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="%(class)s_rows", db_index=False)
    row_number = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["workspace", "sha256"], name="one_%(class)s_a_content")]
        indexes = [models.Index(fields=["source", "row_number"])]
