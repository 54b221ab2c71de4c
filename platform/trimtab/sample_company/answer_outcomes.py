"""How requests to the sample company's assistant ended, while two of its models answered by chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from trimtab.sample_company.subscriptions import Customers
from trimtab.sample_company.ticket_texts import INTENTS
from trimtab.sample_company.tickets import LATENCY_SIGMA
from trimtab.sample_company.truth import Truth

THUMBS_SHARE, ESCALATED_SHARE = 0.6, 0.5
DAYS = 92


@dataclass(frozen=True)
class OutcomeTruth:
    """The known truth behind the sheet of outcomes.

    unresolved = ``unresolved_today`` (errors / errors of today's model)^``quality_elasticity``;
    thumbs down among resolved = ``disliked_today`` (latency / today's median)^``latency_elasticity``.
    Half of the requests went to an earlier model, right on ``earlier_right`` of ``earlier_texts``.
    """

    quality_elasticity: float = 1.0
    latency_elasticity: float = 0.3
    unresolved_today: float = 0.29
    disliked_today: float = 0.33
    earlier_model: str = "pellow-reply-0"
    earlier_right: int = 1400
    earlier_texts: int = 2000

    @property
    def earlier_accuracy(self) -> float:
        return self.earlier_right / self.earlier_texts

    def unresolved(self, errors: float, errors_today: float) -> float:
        """Share of requests that stay unresolved at these test errors, both 0..1."""
        return self.unresolved_today * (errors / errors_today) ** self.quality_elasticity


def answer_outcomes(truth: Truth, customers: Customers, count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """``count`` requests of the last DAYS days, of customers who were there on the day."""
    told, model = OutcomeTruth(), truth.todays_model
    names = list(INTENTS)
    mix = _mix(len(truth.segments), len(names), np.array([INTENTS[name][0] for name in names], dtype=float))
    rows = [_request(truth, told, customers, names, mix, rng) for _number in range(count)]
    failing = {
        model.name: told.unresolved_today,
        told.earlier_model: told.unresolved(1 - told.earlier_accuracy, 1 - model.accuracy),
    }
    for row in rows:
        _end(row, failing[row["model"]], told, model.latency_p50_ms, rng)
    return sorted(rows, key=lambda row: (row["answered on"], row["customer"], row["latency ms"]))


def _mix(segments: int, intents: int, weights: np.ndarray) -> np.ndarray:
    """How often each intent comes in each segment, rows summing to 1: the tickets' mix, leaning a little."""
    lean = np.exp(0.35 * np.cos(np.outer(np.arange(1, segments + 1), np.arange(intents))))
    mixed = weights * lean
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))


def _request(
    truth: Truth, told: OutcomeTruth, customers: Customers, names: list[str], mix: np.ndarray, rng: np.random.Generator
) -> dict[str, Any]:
    day = truth.as_of - timedelta(days=int(rng.integers(0, DAYS)))
    row = _customer_on(day, truth, customers, rng)
    segment = int(customers.segment[row])
    model = truth.todays_model
    return {
        "customer": customers.names[row],
        "segment": truth.segments[segment].name,
        "answered on": day.isoformat(),
        "intent": names[int(rng.choice(len(names), p=mix[segment]))],
        "model": model.name if rng.random() < 0.5 else told.earlier_model,
        "latency ms": round(model.latency_p50_ms * float(np.exp(LATENCY_SIGMA * rng.standard_normal()))),
    }


def _customer_on(day: date, truth: Truth, customers: Customers, rng: np.random.Generator) -> int:
    while True:
        row = int(rng.integers(0, len(customers.names)))
        ended = customers.ended_on(row, truth.as_of)
        if customers.started_on[row] <= day and (ended is None or ended >= day):
            return row


def _end(row: dict[str, Any], failing: float, told: OutcomeTruth, median_ms: float, rng: np.random.Generator) -> None:
    resolved, rates, escalates, likes = rng.random(4)
    slow = (row["latency ms"] / median_ms) ** told.latency_elasticity
    is_resolved = resolved >= failing
    disliked = told.disliked_today * slow if is_resolved else 0.85
    row["resolved"] = "yes" if is_resolved else "no"
    row["thumbs"] = ("down" if likes < disliked else "up") if rates < THUMBS_SHARE else ""
    row["escalated"] = "yes" if not is_resolved and escalates < ESCALATED_SHARE else "no"
