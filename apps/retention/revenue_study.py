"""The revenue study: what moved recurring revenue month by month, and how much of it is retained over a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Draft, keep
from apps.retention.kinds import REVENUE
from apps.retention.revenue_rows import RevenueBook, revenue_book
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.recurring_revenue import YEAR, Movements, movements
from trimtab.economics.retention.revenue_retention import (
    CohortRevenue,
    RevenueRetention,
    cohort_revenue,
    revenue_retention,
)

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

KEPT_MONTHS, COHORTS = 60, 18
AMOUNTS = ("opening", "new", "expansion", "reactivation", "contraction", "churned", "closing")


def run_study(run: JobRun) -> None:
    """Raises CannotEstimate where the log holds no revenue of two full months."""
    run.progress(0, 100, _("Reading the subscriptions"))
    book = revenue_book(run.workspace)
    run.progress(30, 100, _("Following each customer's revenue"))
    moved = movements(book.log)
    window = min(YEAR, moved.month.size - 1)
    if window < 1:
        raise CannotEstimate(
            "one_month_only",
            "The log holds a single full month with paying customers, so nothing can have moved.",
            "Come back in a month, or bring older subscriptions.",
        )
    run.progress(60, 100, _("Measuring what is retained"))
    seed = seed_from(book.inputs)
    found = revenue_retention(book.log, np.random.default_rng([seed, 13]), months=window, worlds=WORLDS)
    keep(run, [_draft(run.workspace.currency, book, moved, found, seed)])


def _draft(currency: str, book: RevenueBook, moved: Movements, found: RevenueRetention, seed: int) -> Draft:
    draws = _draws(moved, found)
    return Draft(
        kind=REVENUE,
        grade=Grade.OBSERVED,
        draws=draws,
        figures=_figures(currency, draws),
        parameters={"seed": seed, "months": found.months, "as_of": book.as_of.isoformat(), "currency": currency},
        diagnostics=_of_book(book)
        | _of_window(moved, found)
        | {"months": _months(moved), "cohorts": _cohorts(cohort_revenue(book.log, cohorts=COHORTS))},
        inputs=book.inputs,
        sources=(SourceKind.SUBSCRIPTIONS,),
    )


def _draws(moved: Movements, found: RevenueRetention) -> dict[str, Array]:
    """Revenue is counted, so it is the same in all worlds; shares vary with who the customers might have been."""
    draws = {
        "mrr_now": np.full(found.net[1].size, moved.closing[-1]),
        "net_revenue_retention": found.net[1],
        "gross_revenue_retention": found.gross[1],
        "paying_customers_retained": found.retained[1],
    }
    return draws if found.quick is None else draws | {"quick_ratio": found.quick[1]}


def _figures(currency: str, draws: dict[str, Array]) -> list[Figure]:
    units = {"mrr_now": f"{currency}/month", "quick_ratio": ""}
    return [summarise(values, name=name, unit=units.get(name, "share")) for name, values in draws.items()]


def _of_book(book: RevenueBook) -> dict[str, Any]:
    left_out = {"later": book.later, "repeated": book.repeated, "unpriced": book.unpriced, "mixed": book.mixed}
    return {"rows": {"read": book.rows} | left_out, "customers_ever": book.log.customers}


def _of_window(moved: Movements, found: RevenueRetention) -> dict[str, Any]:
    """What was paid at the beginning, what was lost since, and the shares as counted."""
    since = slice(moved.month.size - found.months, None)
    return {
        "begin": month_name(found.end - found.months),
        "end": month_name(found.end),
        "base": found.base,
        "base_customers": found.customers,
        "customers": int(moved.customers[-1]),
        "churned": float(moved.churned[since].sum()),
        "churned_customers": int(moved.customers_churned[since].sum()),
        "contraction": float(moved.contraction[since].sum()),
        "counted": {
            "net": found.net[0],
            "gross": found.gross[0],
            "retained": found.retained[0],
            "quick": None if found.quick is None else found.quick[0],
        },
    }


def _months(moved: Movements) -> list[dict[str, Any]]:
    ratio = moved.quick_ratio
    rows = [
        {"month": month_name(int(month)), "customers": int(moved.customers[place])}
        | {name: round(float(getattr(moved, name)[place]), 4) for name in AMOUNTS}
        | {"quick_ratio": None if np.isnan(ratio[place]) else float(ratio[place])}
        for place, month in enumerate(moved.month)
    ]
    return rows[-KEPT_MONTHS:]


def _cohorts(table: CohortRevenue) -> list[dict[str, Any]]:
    """Shares after 1, 2, ... months as far as the oldest cohort shown has them; None where one had no time."""
    ages = int((~np.isnan(table.net)).any(axis=0).sum()) if table.month.size else 0
    return [
        {
            "month": month_name(int(month)),
            "customers": int(table.customers[place]),
            "base": float(table.base[place]),
            "retained": _shares(table.retained[place, 1:ages]),
            "net": _shares(table.net[place, 1:ages]),
        }
        for place, month in enumerate(table.month)
    ]


def _shares(row: Array) -> list[float | None]:
    return [None if np.isnan(share) else round(float(share), 4) for share in row]


def month_name(index: int) -> str:
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
