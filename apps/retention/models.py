from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.workspaces.models import User, Workspace


class Experiment(models.Model):
    """A change that was tested on some customers and not on others, and what it moved.

    ``tried`` is of how many variants this one is the best. Satisfaction: lift of U on 0..1 with its standard error.
    Staying: customers and leavers of both arms, watched equally long, or the share retained in the control arm with its
    lift and standard error. Each of the three groups is whole or empty.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="experiments")
    name = models.CharField(_("name"), max_length=120)
    ran_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    tried = models.PositiveSmallIntegerField(default=1)
    satisfaction_lift = models.FloatField(null=True, blank=True)
    satisfaction_error = models.FloatField(null=True, blank=True)
    control_customers = models.PositiveIntegerField(null=True, blank=True)
    control_left = models.PositiveIntegerField(null=True, blank=True)
    treated_customers = models.PositiveIntegerField(null=True, blank=True)
    treated_left = models.PositiveIntegerField(null=True, blank=True)
    retained_control = models.FloatField(null=True, blank=True)
    retained_lift = models.FloatField(null=True, blank=True)
    retained_error = models.FloatField(null=True, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def moved_satisfaction(self) -> bool:
        return self.satisfaction_lift is not None

    @property
    def measured_staying(self) -> bool:
        return self.control_customers is not None or self.retained_lift is not None
