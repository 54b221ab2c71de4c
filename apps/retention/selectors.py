from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research.current_price import current_price
from apps.research.studies import refusal_text, refused_parts
from apps.retention.kinds import ARRIVALS, LINK, SATISFACTION, SURVIVAL
from apps.retention.subscription_log import subscriptions
from apps.retention.survey import satisfaction_answers
from apps.retention.what_if import PARTS, WhatIf, what_if
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Figure, summarise
from trimtab.economics.retention.cohorts import RetentionForm
from trimtab.economics.satisfaction.acceptability import TwoAnswers
from trimtab.economics.satisfaction.acceptability import cost_acceptability as priced_acceptability

STUDY = "retention.study"
DEMAND = "pricing.demand"


@dataclass(frozen=True)
class RetentionRows:
    """How many rows there are to study."""

    answers: int
    subscriptions: int

    @property
    def any(self) -> bool:
        return bool(self.answers or self.subscriptions)


@dataclass(frozen=True)
class RetentionStudy(jobs.WithLatestJob):
    """The four results as far as they exist, those of segments, the rows, the latest job, and why parts are missing."""

    satisfaction: Estimate | None
    survival: Estimate | None
    link: Estimate | None
    arrivals: Estimate | None
    segments: list[Estimate]
    rows: RetentionRows
    job: Job | None
    refused: dict[str, str]

    @property
    def is_new(self) -> bool:
        return not any((self.satisfaction, self.survival, self.arrivals))

    @property
    def link_refusal(self) -> str:
        """Why the link is only assumed."""
        why = self.link.diagnostics.get("refused") if self.link is not None else None
        return refusal_text(why) if why else ""


def retention_rows(workspace: Workspace) -> RetentionRows:
    return RetentionRows(satisfaction_answers(workspace).count(), subscriptions(workspace).count())


def retention_study(workspace: Workspace) -> RetentionStudy:
    job = jobs.latest(workspace, STUDY)
    survival = estimates.current(workspace, SURVIVAL)
    return RetentionStudy(
        satisfaction=estimates.current(workspace, SATISFACTION),
        survival=survival,
        link=estimates.current(workspace, LINK),
        arrivals=estimates.current(workspace, ARRIVALS),
        segments=_segments(workspace, survival),
        rows=retention_rows(workspace),
        job=job,
        refused=refused_parts(job),
    )


def _segments(workspace: Workspace, survival: Estimate | None) -> list[Estimate]:
    """Those of the same run as the whole: a segment that has since gone would only confuse."""
    if survival is None:
        return []
    return [
        estimate
        for estimate in estimates.current_of_kind(workspace, SURVIVAL)
        if estimate.subject and estimate.job_id == survival.job_id
    ]


def what_if_at(workspace: Workspace, parts: tuple[float, float, float], form: RetentionForm = "hazard") -> WhatIf:
    """The answer to the three sliders; 404 without a satisfaction result."""
    satisfaction = estimates.current(workspace, SATISFACTION)
    if satisfaction is None:
        raise Http404
    link, survival = estimates.current(workspace, LINK), estimates.current(workspace, SURVIVAL)
    return what_if(satisfaction, link, survival, parts, form)


@dataclass(frozen=True)
class CostAcceptability:
    """C as the price survey and as the satisfaction survey have it."""

    price: float
    priced: Figure
    asked: Figure
    agree: bool


def cost_acceptability(satisfaction: Estimate) -> CostAcceptability | None:
    """None without a demand curve or a price of today."""
    demand = estimates.current(satisfaction.workspace, DEMAND)
    price = current_price(satisfaction.workspace)
    if demand is None or price is None:
        return None
    worth, asked = estimates.draws(demand)["worth"], estimates.draws(satisfaction)["C0"]
    priced = priced_acceptability(demand.parameters["grid"], worth, price.amount)
    both = TwoAnswers(asked[: priced.size], priced[: asked.size])
    return CostAcceptability(
        price.amount,
        summarise(priced, name="C", unit="share"),
        summarise(asked, name="C", unit="share"),
        both.agree,
    )


def today(satisfaction: Estimate) -> dict[str, float]:
    """Where the sliders begin: the mean respondent."""
    means = (satisfaction.figures[name]["median"] for name in ("F0", "I0", "C0"))
    return {part: round(mean, 2) for part, mean in zip(PARTS, means, strict=True)}
