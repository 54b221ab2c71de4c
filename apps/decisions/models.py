from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.decisions.information_models import StudyCost
from apps.decisions.ledger_models import Actual, Decision
from apps.planning.models import Scenario
from apps.workspaces.models import User, Workspace

__all__ = ["Actual", "Decision", "Option", "StudyCost"]


class Option(models.Model):
    """What could be done, to hold beside what is done today and beside the other options of its scenario.

    ``price`` None is today's price and ``candidate`` None today's model. ``quality`` is added to the model's measured
    success (0.02 = two points); ``latency`` and ``arrivals`` are factors. ``plans`` is
    [{"fee", "included" or null for no limit, "per_1000" or null}]; ``features`` is [{"name", "functional": [low, high],
    "interaction": [low, high], "one_off_cost", "monthly_cost"}], the gains as 80 % intervals. A deleted one can be
    brought back for some days.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="options")
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="options")
    name = models.CharField(_("name"), max_length=120)
    price = models.FloatField(null=True, blank=True)
    candidate = models.ForeignKey(
        "modellab.Candidate", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    plans = models.JSONField(default=list)
    quality = models.FloatField(default=0.0)
    latency = models.FloatField(default=1.0)
    arrivals = models.FloatField(default=1.0)
    features = models.JSONField(default=list)
    one_off_cost = models.FloatField(default=0.0)
    monthly_cost = models.FloatField(default=0.0)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["workspace", "scenario"])]

    def __str__(self) -> str:
        return self.name
