from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import chain
from typing import Any

import numpy as np
from django.http import Http404

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research.studies import refused_parts
from apps.retention.kinds import LIFETIME_VALUE, SURVIVAL
from apps.retention.lifetime_settings import LifetimeSettings
from apps.retention.purchase_rows import purchase_book, purchases
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Figure, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.lifetime_value import customer_values, residual_lifetime
from trimtab.economics.retention.purchases import Calibration, calibrate

CONTRACTS = (1, 13, 25)
SURE, FAIR = 0.25, 0.6


@dataclass(frozen=True)
class LifetimeStudy(jobs.WithLatestJob):
    """What the page shows: the result, how many purchases wait, the latest job, and why parts are missing."""

    estimate: Estimate | None
    purchases: int
    job: Job | None
    refused: dict[str, str]

    @property
    def is_new(self) -> bool:
        return self.estimate is None

    @property
    def settings(self) -> LifetimeSettings:
        return LifetimeSettings.of(self.estimate.parameters) if self.estimate else LifetimeSettings()


@dataclass(frozen=True)
class Contract:
    """A subscriber before the n-th renewal: discounted months still to come."""

    renewals: int
    months: Figure


@dataclass(frozen=True)
class Enough:
    """Whether the customers are enough: how wide the interval of the purchases ahead is, relative to them."""

    verdict: str
    width: float
    customers: int
    more_to_halve: int


def lifetime_study(workspace: Workspace) -> LifetimeStudy:
    job = jobs.latest(workspace, LIFETIME_VALUE)
    return LifetimeStudy(
        estimate=estimates.current(workspace, LIFETIME_VALUE),
        purchases=purchases(workspace).count(),
        job=job,
        refused=refused_parts(job),
    )


def enough(estimate: Estimate) -> Enough:
    """An interval narrows with the root of the customers: half as wide takes three times as many more."""
    figure, customers = estimate.figures["purchases_next_year"], estimate.diagnostics["customers"]
    width = (figure["high"] - figure["low"]) / figure["median"] if figure["median"] else 2.0
    verdict = "sure" if width <= SURE else "fair" if width <= FAIR else "thin"
    return Enough(verdict, width, customers, 3 * customers)


def contracts(workspace: Workspace, settings: LifetimeSettings) -> list[Contract]:
    """Discounted months to come of subscribers, where the survival study found the shifted beta-geometric form."""
    survival = estimates.current(workspace, SURVIVAL)
    if survival is None or survival.parameters.get("family") != "sbg":
        return []
    draws = estimates.draws(survival)
    churn = np.stack([draws["alpha"], draws["beta"]], axis=1)
    return [
        Contract(count, summarise(residual_lifetime(churn, count, settings.discount, "month"), name="months"))
        for count in CONTRACTS
    ]


@dataclass(frozen=True)
class ValuedCustomer:
    """What is expected of one customer; ``spend`` and ``residual_value`` in money, None without amounts."""

    customer: str
    first_purchase: str
    repeat_purchases: int
    p_alive: float
    purchases_next_year: float
    spend: float | None
    residual_value: float | None


def valued_customers(workspace: Workspace) -> Iterator[ValuedCustomer]:
    """All customers by the current result, the most valuable first; 404 without one."""
    estimate = estimates.current(workspace, LIFETIME_VALUE)
    if estimate is None:
        raise Http404
    try:
        book = purchase_book(workspace)
    except CannotEstimate as error:
        raise Http404 from error
    return _rows(estimate, calibrate(book.log, estimate.parameters["unit"]))


def customer_table(workspace: Workspace) -> Iterator[Sequence[str]]:
    """The same as text with a header, for a spreadsheet."""
    found = valued_customers(workspace)
    header = [field.name for field in fields(ValuedCustomer)]
    return chain([header], ([_text(value) for value in astuple(one)] for one in found))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _rows(estimate: Estimate, now: Calibration) -> Iterator[ValuedCustomer]:
    found, settings = estimate.parameters, LifetimeSettings.of(estimate.parameters)
    each = customer_values(
        found["model"],
        np.array(found["fitted"]),
        now,
        horizon=settings.year,
        discount=settings.discount,
        spend=np.array(found["spend"]) if found["spend"] else None,
        margin=settings.margin,
    )
    for place in np.argsort(-(each.residual if each.value is None else each.value), kind="stable"):
        yield ValuedCustomer(
            customer=str(now.labels[place]),
            first_purchase=str(now.born[place]),
            repeat_purchases=int(now.customers.frequency[place]),
            p_alive=float(each.p_alive[place]),
            purchases_next_year=float(each.purchases[place]),
            spend=None if each.spend is None else float(each.spend[place]),
            residual_value=None if each.value is None else float(each.value[place]),
        )
