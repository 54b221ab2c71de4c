"""A Kano survey of the sample company, and what each feature truly is to each segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trimtab.sample_company.truth import SEGMENTS, Truth

Row = dict[str, Any]
# In the order of the segments. Enterprises take privacy and integrations for granted; solo users do not ask for them.
TRUE_CATEGORY: Mapping[str, str] = {
    "Accurate answers": "MMMM",
    "Handover to a person": "OOOO",
    "Predictable bills": "OOMM",
    "Fast replies": "OOOO",
    "Integrations": "IAOM",
    "Clear reports": "AAAO",
    "Data privacy": "IOOM",
    "Dark theme": "IIII",
}
# Answers to "if it is there" and "if it is not there" that have each category.
PAIRS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "M": (("must be", "dislike"), ("neutral", "dislike"), ("live with", "dislike")),
    "O": (("like", "dislike"),),
    "A": (("like", "neutral"), ("like", "live with"), ("like", "must be")),
    "I": (("neutral", "neutral"), ("live with", "neutral"), ("must be", "live with")),
    "Q": (("like", "like"),),
}
# Who does not answer as most of the segment do answers by one of these at random.
OTHERS, OTHER_SHARES = "MOAIQ", (0.24, 0.24, 0.24, 0.24, 0.04)
AGREEMENT = 0.68


def kano_answers(truth: Truth, count: int, rng: np.random.Generator) -> list[Row]:
    """``count`` people x all features: with AGREEMENT the segment's true category, else one of OTHERS."""
    places = rng.choice(len(SEGMENTS), size=count, p=[one.share for one in truth.segments])
    rows: list[Row] = []
    for number, place in enumerate(places, start=1):
        for feature, by_segment in TRUE_CATEGORY.items():
            other = OTHERS[int(rng.choice(len(OTHERS), p=OTHER_SHARES))]
            category = by_segment[place] if rng.random() < AGREEMENT else other
            pairs = PAIRS[category]
            present, absent = pairs[int(rng.integers(len(pairs)))]
            rows.append(
                {
                    "customer": f"K-{number:04d}",
                    "segment": truth.segments[place].name,
                    "feature": feature,
                    "if present": present,
                    "if absent": absent,
                }
            )
    return rows
