from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.workspaces.models import Workspace


class Criterion(models.Model):
    """What offers are compared on: weighted by a need, or by hand where no need stands behind it.

    ``worst`` is rated 0 and ``best`` 1, straight between, in the unit of the sheet's numbers. ``assumed_weight`` is
    relative to the mean need. ``revision`` counts what people changed, ``by_person`` keeps suggestions away.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="criteria")
    name = models.CharField(_("name"), max_length=120)
    attribute = models.CharField(max_length=120, help_text=_("The attribute of the competitor sheet."))
    need = models.ForeignKey("research.Need", null=True, blank=True, on_delete=models.SET_NULL, related_name="criteria")
    less_is_better = models.BooleanField(default=False)
    assumed_weight = models.FloatField(default=1.0)
    worst = models.FloatField(null=True, blank=True)
    best = models.FloatField(null=True, blank=True)
    by_person = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["workspace", "attribute"], name="one_criterion_an_attribute")]

    def __str__(self) -> str:
        return self.name


class WeightMethod(models.TextChoices):
    """Where the weights of the criteria come from."""

    NEEDS = "needs", _("Needs of customers")
    AHP = "ahp", _("Pairwise comparison (AHP)")
    BEST_WORST = "best_worst", _("Best and worst")
    SWING = "swing", _("Swing points")
    ENTROPY = "entropy", _("Entropy of the offers")


JUDGED = (WeightMethod.AHP, WeightMethod.BEST_WORST, WeightMethod.SWING)


class Weighing(models.Model):
    """The method by which a workspace weighs its criteria; without a row it is that of the needs."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="weighing")
    method = models.CharField(max_length=12, choices=WeightMethod.choices, default=WeightMethod.NEEDS)

    def __str__(self) -> str:
        return self.method


class WeightJudgement(models.Model):
    """What one person says of how much criteria matter, by their attribute on the sheet; see weight_answers.py.

    ``revision`` counts its changes.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="weight_judgements")
    method = models.CharField(max_length=12, choices=[(one.value, one.label) for one in JUDGED])
    person = models.CharField(_("name"), max_length=80)
    answers = models.JSONField()
    simulated = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["method", "person", "pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "method", "person"], name="one_judgement_a_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.method}"


class Rating(models.Model):
    """How well an offer does on a criterion, 0..1, by a person's word: it goes before the sheet's value."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="ratings")
    offer = models.CharField(max_length=120)
    value = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["criterion", "offer"], name="one_rating_an_offer")]

    def __str__(self) -> str:
        return f"{self.offer}: {self.value}"
