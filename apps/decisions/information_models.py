from __future__ import annotations

from django.db import models

from apps.workspaces.models import Workspace


class StudyCost(models.Model):
    """What a study costs this workspace, where it typed another number than the one that is taken otherwise.

    None keeps the default. ``fixed`` once and ``unit`` an observation, in the workspace's currency; ``decisions`` is
    how many decisions the result serves, ``assumed_worth`` how many observations an assumption counts as.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="study_costs")
    study = models.CharField(max_length=40)
    fixed = models.FloatField(null=True, blank=True)
    unit = models.FloatField(null=True, blank=True)
    decisions = models.FloatField(null=True, blank=True)
    assumed_worth = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "study"], name="one_cost_a_study"),
        ]

    def __str__(self) -> str:
        return self.study
