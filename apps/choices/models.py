from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.workspaces.models import User, Workspace


class ChoiceStudy(models.Model):
    """How the choice answers of a workspace are read; ``settings`` empty follows the guess from the data.

    ``before`` is what the settings were until the last change, so that it can be taken back.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="choice_study")
    settings = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"choice study of {self.workspace}"


class Market(models.Model):
    """A set of offers to simulate, ours first; ``is_today`` marks the one that stands for the market as it is.

    ``offers`` is [{"name": "...", "values": {attribute: level or number}}].
    """

    class Rule(models.TextChoices):
        PREFERENCE = "preference", _("Share of preference")
        FIRST = "first", _("First choice")
        RANDOMISED = "randomised_first", _("Randomised first choice")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="choice_markets")
    name = models.CharField(_("name"), max_length=120)
    offers = models.JSONField(default=list)
    rule = models.CharField(max_length=20, choices=Rule.choices, default=Rule.PREFERENCE)
    with_none = models.BooleanField(default=True)
    is_today = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["workspace"], condition=models.Q(is_today=True), name="one_market_of_today")
        ]

    def __str__(self) -> str:
        return self.name


class ChoiceDesign(models.Model):
    """Which offers, or which items, a survey shall show together.

    ``plan`` is what was asked for, see design_plans.py. ``shown`` holds places: of levels, by version, task, offer and
    attribute, or of items, by version, task and place; it is empty until the job has made it.
    """

    class Kind(models.TextChoices):
        CHOICE = "choice", _("Choice survey")
        MAXDIFF = "maxdiff", _("Best-worst survey")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="choice_designs")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CHOICE)
    name = models.CharField(_("name"), max_length=120)
    plan = models.JSONField(default=dict)
    shown = models.JSONField(default=list)
    report = models.JSONField(default=dict)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_made(self) -> bool:
        return bool(self.shown)
