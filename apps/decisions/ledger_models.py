from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.estimates.models import Estimate
from apps.planning.models import Scenario
from apps.workspaces.models import User, Workspace


class Decision(models.Model):
    """What was decided and why, with the forecast as it stood that day: ``estimate`` is never computed anew.

    ``starts_on`` is the first day of the forecast's first month. ``options`` is what there was to choose from:
    [{"name", "expected_gain", "p_best", "chosen"}]. A withdrawn decision is no longer scored, and can be restored.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="decisions")
    scenario = models.ForeignKey(Scenario, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(_("title"), max_length=160)
    reasons = models.TextField(_("reasons"), blank=True, max_length=4000)
    choice = models.JSONField(default=dict)
    options = models.JSONField(default=list)
    starts_on = models.DateField(_("first month"))
    estimate = models.ForeignKey(Estimate, on_delete=models.CASCADE, related_name="+")
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def first_month(self) -> int:
        """12 * year + month - 1."""
        return self.starts_on.year * 12 + self.starts_on.month - 1


class Actual(models.Model):
    """What a month really brought, typed or imported; without one the subscription log is asked."""

    class Measure(models.TextChoices):
        REVENUE = "revenue", _("Recurring revenue")
        MARGIN = "margin", _("Margin")
        CUSTOMERS = "customers", _("Customers")

    class Origin(models.TextChoices):
        TYPED = "typed", _("Typed")
        IMPORTED = "imported", _("Imported")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="actuals")
    measure = models.CharField(max_length=12, choices=Measure.choices)
    month = models.DateField()
    value = models.FloatField()
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.TYPED)
    noted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    noted_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-month", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "measure", "month"], name="one_actual_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.month:%Y-%m}"
