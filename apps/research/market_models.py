"""Rows on what people choose, pay and use."""

from __future__ import annotations

from django.db import models

from apps.research.source_models import Row


class ChoiceAnswer(Row):
    """One alternative of a choice task; ``attributes`` holds its levels as text, by the column's name.

    A respondent's task is known by ``customer`` and ``task`` within one source.
    """

    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    task = models.CharField(max_length=80)
    alternative = models.CharField(max_length=120, blank=True)
    is_none = models.BooleanField(default=False)
    chosen = models.BooleanField(default=False)
    weight = models.FloatField(default=1.0)
    attributes = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.customer}, {self.task}: {self.alternative}"


class MaxDiffAnswer(Row):
    """One item shown in a best-worst task; ``answer`` is 1 for the best, -1 for the worst, 0 for the others."""

    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    task = models.CharField(max_length=80)
    item = models.CharField(max_length=200)
    answer = models.SmallIntegerField(default=0)
    weight = models.FloatField(default=1.0)

    def __str__(self) -> str:
        return f"{self.customer}, {self.task}: {self.item}"


class KanoAnswer(Row):
    """How a person would feel with a feature and without it: 1 like, 2 must be, 3 neutral, 4 live with, 5 dislike."""

    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    feature = models.CharField(max_length=200)
    functional = models.PositiveSmallIntegerField()
    dysfunctional = models.PositiveSmallIntegerField()
    weight = models.FloatField(default=1.0)

    def __str__(self) -> str:
        return f"{self.customer}: {self.feature}"


class LadderAnswer(Row):
    """Whether a respondent would buy at one price, in the source's currency."""

    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    price = models.FloatField()
    would_buy = models.BooleanField()
    weight = models.FloatField(default=1.0)

    def __str__(self) -> str:
        return f"{self.customer} at {self.price:g}"


class Purchase(Row):
    """One purchase; two alike on one day are two rows."""

    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    bought_on = models.DateField()
    amount = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.customer} on {self.bought_on}"


class TokenUsage(Row):
    """What a customer used in a month, whose first day is ``month``; several rows of one month add up."""

    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    plan = models.CharField(max_length=80, blank=True)
    month = models.DateField()
    tokens = models.FloatField()
    requests = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.customer} in {self.month:%Y-%m}"


class AdoptionCount(Row):
    """How many adopted for the first time in a period, known by its first day or by its number."""

    product = models.CharField(max_length=120, blank=True)
    period = models.DateField(null=True)
    period_number = models.PositiveIntegerField(null=True)
    adopters = models.FloatField()

    def __str__(self) -> str:
        return f"{self.product} {self.period or self.period_number}"


class AnswerOutcome(Row):
    """One request that a model answered, and how it ended; at least one of ``resolved`` and ``thumbs_up`` is known.

    ``label`` is the class of the request where it is known, ``model`` the name of whichever model answered.
    """

    customer = models.CharField(max_length=120, blank=True)
    segment = models.CharField(max_length=80, blank=True)
    answered_on = models.DateField(null=True)
    label = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=120, blank=True)
    latency_ms = models.FloatField(null=True)
    resolved = models.BooleanField(null=True)
    thumbs_up = models.BooleanField(null=True)
    escalated = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"{self.customer}: {self.label}"
