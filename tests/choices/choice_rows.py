"""People of known taste who choose: quality is worth 10 of money, privacy 5, and "none" is worth a little."""

from __future__ import annotations

import numpy as np

QUALITY, PRIVACY, SPEED = ("good", "best"), ("low", "high"), ("slow", "medium", "fast")
PRICES = (10, 20, 30)
WORTH = {"good": 0.0, "best": 10.0, "low": 0.0, "high": 5.0, "slow": 0.0, "medium": 1.0, "fast": 2.0}
OFFERS = {
    "Ours": {"quality": "best", "privacy": "high", "speed": "fast", "price": 20},
    "Theirs": {"quality": "good", "privacy": "low", "speed": "slow", "price": 10},
}


def choice_rows(*, people, tasks, seed, with_none=True, price_slope=-0.15, prices=PRICES):
    """Rows of ChoiceAnswer; half of the people are of the segment "small", which pays twice as much for quality."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        segment = "small" if person % 2 else "large"
        slope = price_slope * np.exp(rng.normal(0, 0.2))
        quality = (2.0 if segment == "small" else 1.0) * np.exp(rng.normal(0, 0.2))
        for task in range(tasks):
            offers = [_offer(rng, prices) for _ in range(3)]
            utility = [slope * (o["price"] - _worth(o, quality)) + rng.gumbel() for o in offers]
            if with_none:
                offers.append(None)
                utility.append(slope * np.median(prices) + rng.gumbel())
            best = int(np.argmax(utility))
            rows += [
                {
                    "customer": f"P-{person}",
                    "segment": segment,
                    "task": str(task + 1),
                    "alternative": "none" if offer is None else f"alt{place + 1}",
                    "is_none": offer is None,
                    "chosen": place == best,
                    "attributes": {} if offer is None else {name: str(value) for name, value in offer.items()},
                }
                for place, offer in enumerate(offers)
            ]
    return rows


def _offer(rng, prices):
    return {
        "quality": str(rng.choice(QUALITY)),
        "privacy": str(rng.choice(PRIVACY)),
        "speed": str(rng.choice(SPEED)),
        "price": int(rng.choice(prices)),
    }


def _worth(offer, quality):
    return quality * WORTH[offer["quality"]] + WORTH[offer["privacy"]] + WORTH[offer["speed"]]
