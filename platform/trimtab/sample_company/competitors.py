"""The competitor sheet: what is known of each offer on the needs of customers, with source and date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from trimtab.sample_company.truth import Truth

SOURCES = (
    "Simulated hands-on trial, scored by two reviewers",
    "Simulated product page",
    "Simulated customer interview",
    "Simulated public review panel",
)
POINTS = 10.0
PRICE_ATTRIBUTE = "Price"


def competitor_facts(truth: Truth, rng: np.random.Generator) -> list[dict[str, Any]]:
    """One row per offer and attribute: scores on 0..10, more is better, and the price in currency per month."""
    rows = []
    for offer in truth.offers:
        values = {need.name: round(POINTS * offer.scores[need.key], 1) for need in truth.needs}
        values[PRICE_ATTRIBUTE] = offer.price
        for attribute, value in values.items():
            said_on = truth.as_of - timedelta(days=int(rng.integers(3, 110)))
            source = SOURCES[1] if attribute == PRICE_ATTRIBUTE else SOURCES[int(rng.random() * len(SOURCES))]
            rows.append(
                {
                    "offer": offer.name,
                    "attribute": attribute,
                    "value": value,
                    "is_ours": offer.is_ours,
                    "source": source,
                    "date": said_on.isoformat(),
                }
            )
    return rows
