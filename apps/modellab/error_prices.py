"""What an unresolved request costs, by class: outcomes joined to the subscription log."""

from __future__ import annotations

import numpy as np

from apps.estimates import selectors as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from apps.modellab.outcome_kinds import ERROR_PRICE
from apps.modellab.outcome_rows import Outcomes
from apps.research.models import SourceKind, SourceState, Subscription
from apps.research.selectors import imported, source_refs
from apps.research.studies import WORLDS, Draft
from apps.workspaces.models import Workspace
from trimtab.economics.decision.quality_error_price import error_price, failure_time
from trimtab.economics.draws import Array, align, interval, summarise
from trimtab.economics.errors import CannotEstimate

DAYS_PER_MONTH = 30.4375
SURVIVAL = "retention.survival"


def error_prices(workspace: Workspace, found: Outcomes, rng: np.random.Generator) -> Draft:
    """Raises CannotEstimate where outcomes lack class, day or customer, or too few customers left."""
    use = (found.label != "") & (found.customer != "") & ~np.isnat(found.day) & (found.resolved == 0)
    stays = _stays(workspace, set(found.customer[found.customer != ""].tolist()))
    use &= np.isin(found.customer, list(stays))
    if not use.any():
        raise CannotEstimate(
            "failures_not_joined",
            "No unresolved request has a class, a day and a customer who is in the subscription log.",
            "Bring outcomes with customer, class and day, under the names of the log.",
        )
    names = sorted(stays)
    place = {name: index for index, name in enumerate(names)}
    begin, end, left = (np.array([stays[name][part] for name in names], dtype=float) for part in range(3))
    # Whoever has an outcome was there until it: only from the first one on is anybody watched.
    begin = np.maximum(begin, _first_days(found, place))
    known = end >= begin
    labels, kind = np.unique(found.label[use], return_inverse=True)
    seen = failure_time(
        np.where(known, begin, end) / DAYS_PER_MONTH,
        end / DAYS_PER_MONTH,
        np.where(known, left, 0),
        np.array([place[name] for name in found.customer[use]]),
        kind.reshape(-1),
        found.day[use].astype(np.int64) / DAYS_PER_MONTH,
        labels.size,
    )
    value, refs = _lifetime_value(workspace, rng)
    priced = error_price(seen, value, worlds=WORLDS, rng=rng)
    if priced.reason is not None:
        raise priced.reason
    middle, low, high = interval(priced.price)
    rows = [
        {"label": str(label), "median": float(middle[at]), "low": float(low[at]), "high": float(high[at])}
        | {"failures": int(seen.failures[at]), "left": int(seen.left_after[at]), "months": float(seen.months_after[at])}
        for at, label in enumerate(labels)
    ]
    return Draft(
        kind=ERROR_PRICE,
        grade=Grade.OBSERVED,
        draws={"price": priced.price, "excess": priced.excess},
        figures=[summarise(priced.mean, name="error_price", unit=workspace.currency if refs else "")],
        parameters={"labels": [str(label) for label in labels], "in_money": bool(refs)},
        diagnostics={"classes": sorted(rows, key=lambda row: -row["median"]), "customers": len(names)},
        inputs=(*found.inputs, *source_refs(workspace, SourceKind.SUBSCRIPTIONS), *refs),
        sources=(SourceKind.OUTCOMES, SourceKind.SUBSCRIPTIONS),
    )


def _first_days(found: Outcomes, place: dict[str, int]) -> Array:
    """The day of each customer's first outcome, as days since 1970."""
    first = np.full(len(place), np.inf)
    dated = ~np.isnat(found.day) & np.isin(found.customer, list(place))
    who = np.array([place[name] for name in found.customer[dated]], dtype=np.int64)
    np.minimum.at(first, who, found.day[dated].astype(np.int64).astype(float))
    return first


def _stays(workspace: Workspace, customers: set[str]) -> dict[str, tuple[float, float, float]]:
    """First and last day as a customer, as days since 1970, and 1 where the last is that of leaving."""
    rows = Subscription.objects.filter(
        workspace=workspace, source__state=SourceState.IMPORTED, source__kind=SourceKind.SUBSCRIPTIONS
    ).values_list("customer", "started_on", "ended_on")
    known_until = _known_until(workspace)
    found: dict[str, tuple[float, float, float]] = {}
    for name, started, ended in rows.iterator(chunk_size=20_000):
        if name not in customers:
            continue
        begin = float(np.datetime64(started).astype(np.int64))
        end = min(float(np.datetime64(ended).astype(np.int64)), known_until) if ended else known_until
        left = 1.0 if ended and end < known_until else 0.0
        if end < begin:
            continue
        known = found.get(name)
        if known is None:
            found[name] = (begin, end, left)
        else:
            last = (end, left) if end >= known[1] else known[1:]
            found[name] = (min(begin, known[0]), *last)
    return found


def _known_until(workspace: Workspace) -> float:
    """The day of the newest log, as its importer stated it, else the day it was collected or uploaded."""
    days = [
        source.parameters.get("as_of") or source.collected_on or source.uploaded_at.date()
        for source in imported(workspace, SourceKind.SUBSCRIPTIONS)
    ]
    return float(max(np.datetime64(str(day)).astype("datetime64[D]").astype(np.int64) for day in days)) if days else 0.0


def _lifetime_value(workspace: Workspace, rng: np.random.Generator) -> tuple[Array, tuple[InputRef, ...]]:
    """Revenue of a new customer over 60 months, (WORLDS,); 1 where no retention is known, so that only ratios count."""
    survival = estimates.current(workspace, SURVIVAL)
    prices = Subscription.objects.filter(workspace=workspace, ended_on=None, monthly_price__gt=0)
    paid = np.array(list(prices.values_list("monthly_price", flat=True)[:20_000]), dtype=float)
    if survival is None or not paid.size:
        return np.ones(WORLDS), ()
    stays = align(estimates.draws(survival)["survival"], WORLDS, rng)[:, :60].sum(axis=1)
    return np.asarray(paid.mean() * stays), (InputRef.of(survival),)
