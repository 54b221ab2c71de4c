from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.workspaces.models import User, Workspace

# Names that the product gave: each reader sees them in their own language.
GIVEN_NAMES = ("Base case", "Source document's example")


class Scenario(models.Model):
    """A set of choices and assumptions whose outcome is forecast; ``price`` None is the price of today.

    ``levers`` holds those of quality (points), latency and arrivals (factors) that are not as they are.
    """

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
    months = models.PositiveSmallIntegerField(default=24, validators=[MinValueValidator(12), MaxValueValidator(60)])
    levers = models.JSONField(default=dict)
    assumptions = models.JSONField(default=dict)
    archived_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return gettext(self.name) if self.name in GIVEN_NAMES else self.name

    @property
    def is_example(self) -> bool:
        return self.kind == self.Kind.SOURCE_EXAMPLE

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class ScenarioChange(models.Model):
    """One step of a scenario's history: what it held ``before`` and ``after``; ``undone_at`` while it is taken back."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="changes")
    before = models.JSONField()
    after = models.JSONField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.scenario}: {', '.join(self.fields)}"

    @property
    def fields(self) -> list[str]:
        return sorted(name for name, value in self.after.items() if self.before.get(name) != value)


class ScenarioLink(models.Model):
    """A link by which anybody reads one scenario without signing in; only the hash of its secret is kept."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="links")
    secret_sha512 = models.CharField(max_length=128, unique=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.scenario} until {self.expires_at:%Y-%m-%d}"


class LoopRun(models.Model):
    """One round of all studies that the data allows. ``steps`` is [{"study", "state", "job"}]; a clock moves it on."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="loop_runs")
    steps = models.JSONField(default=list)
    started_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(finished_at=None), name="one_loop_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.workspace} {self.started_at:%Y-%m-%d %H:%M}"
