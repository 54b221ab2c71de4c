"""People of known taste who name the best and the worst: accuracy leads, and half of them want privacy more."""

from __future__ import annotations

import numpy as np

from tests.economics.choice.maxdiff_tasks import answers

ITEMS = ("accurate answers", "fast replies", "low price", "my data stays private", "nice voice", "works offline")
LIKED = np.array([1.6, 0.4, 0.6, 0.2, -1.8, -1.0])


def best_worst_rows(*, people, tasks=8, per_task=4, seed=7, segments=("small", "regulated")):
    """Rows of MaxDiffAnswer; to the people of the last segment privacy is worth two more."""
    rng = np.random.default_rng(seed)
    segment = np.array([segments[person % len(segments)] for person in range(people)])
    utilities = LIKED + rng.normal(0, 0.6, (people, len(ITEMS)))
    utilities[(segment == segments[-1]) & (len(segments) > 1), ITEMS.index("my data stays private")] += 2
    person, task, item, answer = answers(utilities, tasks, per_task, rng)
    return [
        {
            "customer": f"P-{who:03d}",
            "segment": str(segment[who]),
            "task": str(place + 1),
            "item": ITEMS[int(name.split()[1])],
            "answer": int(mark),
        }
        for who, place, name, mark in zip(person, task, item, answer, strict=True)
    ]
