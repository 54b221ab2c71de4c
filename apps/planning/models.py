from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.workspaces.models import User, Workspace


class Scenario(models.Model):
    """A set of choices and assumptions whose outcome is forecast."""

    class Kind(models.TextChoices):
        LOOP = "loop", _("The whole loop")
        SOURCE_EXAMPLE = "source_example", _("The source document's example")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.LOOP)
    price = models.FloatField(null=True, blank=True)
    candidate = models.ForeignKey(
        "modellab.Candidate", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    assumptions = models.JSONField(default=dict)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
