"""What three people of the sample company say of the weights of criteria, each by another method.

They know their customers roughly: what they say follows the true importance of the needs, seen from their own desk.
"""

from __future__ import annotations

from typing import Any

from trimtab.sample_company.competitors import PRICE_ATTRIBUTE
from trimtab.sample_company.truth import Truth

PRODUCT, SUPPORT, FINANCE = "Product lead", "Head of support", "Finance"
LARGEST = 9
PRICE_WEIGHT = 0.12
# How much more than the truth each desk sees in a need, by its key; 1 where it says nothing.
SEES = {
    PRODUCT: {"accuracy": 1.2, "integrations": 1.4, "setup": 0.8},
    SUPPORT: {"handover": 1.6, "speed": 1.5, "billing": 0.7},
    FINANCE: {"billing": 1.7, "privacy": 1.3, "languages": 0.6},
}


def weight_judgements(truth: Truth) -> list[dict[str, Any]]:
    """One judgement a person: {"person", "method", "answers"} in the form that the weights page keeps."""
    return [
        {"person": PRODUCT, "method": "best_worst", "answers": _best_worst(_seen(truth, PRODUCT))},
        {"person": SUPPORT, "method": "ahp", "answers": _pairs(_seen(truth, SUPPORT))},
        {"person": FINANCE, "method": "swing", "answers": _points(_seen(truth, FINANCE))},
    ]


def _seen(truth: Truth, person: str) -> dict[str, float]:
    """Importance by attribute as the person sees it, the heaviest first."""
    true = truth.need_importance()
    seen = {need.name: true[need.key] * SEES[person].get(need.key, 1.0) for need in truth.needs}
    seen[PRICE_ATTRIBUTE] = PRICE_WEIGHT
    return dict(sorted(seen.items(), key=lambda pair: -pair[1]))


def _ratio(more: float, less: float) -> float:
    """People answer in whole numbers up to nine."""
    return float(min(LARGEST, max(1, round(more / less))))


def _best_worst(seen: dict[str, float]) -> dict[str, Any]:
    names = list(seen)
    best, worst = names[0], names[-1]
    apart = _ratio(seen[best], seen[worst])
    between = names[1:-1]
    return {
        "best": best,
        "worst": worst,
        "best_to_others": {name: min(apart, _ratio(seen[best], seen[name])) for name in between} | {worst: apart},
        "others_to_worst": {name: min(apart, _ratio(seen[name], seen[worst])) for name in between} | {best: apart},
    }


def _pairs(seen: dict[str, float]) -> dict[str, Any]:
    """Each criterion against the next three: nobody fills in forty-five pairs."""
    names = list(seen)
    chosen = [(at, to) for at in range(len(names)) for to in range(at + 1, min(at + 4, len(names)))]
    return {
        "pairs": [
            {"more": names[at], "less": names[to], "ratio": _ratio(seen[names[at]], seen[names[to]])}
            for at, to in chosen
        ]
    }


def _points(seen: dict[str, float]) -> dict[str, Any]:
    most = max(seen.values())
    return {"points": {name: float(5 * round(20 * value / most)) for name, value in seen.items()}}
