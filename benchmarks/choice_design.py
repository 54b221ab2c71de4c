"""Efficient choice designs by coordinate exchange, and the best of as many random designs as the same time allows.

The random search is what an analyst without a design tool does: shuffle, compute the D-error, keep the best. Both stand
on the same allowed offers and the same D-error, in this one process, one after the other.
"""

from __future__ import annotations

import time
import tracemalloc

import numpy as np

from trimtab.economics.choice.design import DesignAttribute, DesignPlan, d_error, efficient_design
from trimtab.economics.choice.design_balance import orthogonal_bound


def plans() -> dict[str, DesignPlan]:
    """Three designs from small to large."""
    attribute = DesignAttribute
    assistant = (
        attribute("speciality", ("writing", "code", "assistant")),
        attribute("speed", ("slow", "fast")),
        attribute("quality", ("sufficient", "best")),
        attribute("privacy", ("low", "high")),
        attribute("price", ("15", "20", "25")),
    )
    wide = tuple(attribute(f"feature {n}", ("a", "b", "c", "d")) for n in range(8))
    ban = ({"speciality": "code", "price": "15"}, {"quality": "best", "price": "15"})
    return {
        "assistant: 5 attributes, 3 offers, 10 tasks": DesignPlan(assistant, 3, 10),
        "the same, 10 versions, 2 pairs prohibited": DesignPlan(assistant, 3, 10, 10, prohibited=ban),
        "8 attributes of 4, 4 offers + none, 12 tasks x 10": DesignPlan(wide, 4, 12, 10, none=True),
    }


def random_search(plan: DesignPlan, seconds: float, rng: np.random.Generator) -> tuple[float, int]:
    """The least D-error among random designs within a time, and how many there were."""
    zero, best, tried = np.zeros((1, plan.coefficients)), np.inf, 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        best = min(best, d_error(plan, plan.random_tasks(rng), zero))
        tried += 1
    return best, tried


def main() -> None:
    """Print time, D-error and share of the orthogonal bound for both."""
    for name, plan in plans().items():
        rng = np.random.default_rng(20)
        plan.random_tasks(rng)
        start = time.perf_counter()
        design = efficient_design(plan, rng=rng, starts=5)
        seconds = time.perf_counter() - start
        best, tried = random_search(plan, seconds, np.random.default_rng(21))
        bound = orthogonal_bound(plan)
        ours = design.report.d_error
        print(f"{name}: {seconds:.2f} s")
        print(f"  Trimtab, 5 starts      D-error {ours:.5f}   {bound / ours:6.1%} of the orthogonal bound")
        print(f"  best of {tried:>5} random   D-error {best:.5f}   {bound / best:6.1%} of the orthogonal bound")
        print(f"  a random search would need {best / ours:.2f} times as many answers for the same precision")
    tracemalloc.start()
    efficient_design(list(plans().values())[-1], rng=np.random.default_rng(20), starts=1)
    print(f"peak memory of the largest, one start: {tracemalloc.get_traced_memory()[1] / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
