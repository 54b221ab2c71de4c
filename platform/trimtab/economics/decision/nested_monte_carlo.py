"""Partial perfect information by brute force: a loop in a loop. Slow; it is what quicker methods are held to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

Orders = Mapping[str, NDArray[np.intp]]
Evaluate = Callable[[Orders], Array]


def nested_value_of_knowing(
    evaluate: Evaluate,
    group: str,
    others: Sequence[str],
    worlds: int,
    rng: np.random.Generator,
    *,
    outer: int,
    inner: int,
) -> float:
    """EVPPI of ``group``: mean over ``outer`` values of it of max(0, mean gain over ``inner`` worlds of the others).

    ``evaluate(orders)`` gives the gains (D, K) over today with each named group taken from other worlds: order[i] is
    the world that gives world i its values; all groups are independent of each other. ``inner`` at most D. The mean
    of few worlds spreads too far, so the worth is too large by about the noise of the inner mean.
    """
    if not (1 <= inner <= worlds and outer >= 1):
        raise CannotEstimate(
            "loops_do_not_fit",
            "The loops of %(outer)s and %(inner)s do not fit %(worlds)s worlds.",
            "Use 1 or more, the inner at most the worlds.",
            outer=outer,
            inner=inner,
            worlds=worlds,
        )
    averages = []
    for known in rng.permutation(worlds)[np.arange(outer) % worlds]:
        orders = {name: rng.permutation(worlds) for name in others}
        averages.append(evaluate({**orders, group: np.full(worlds, known)})[:inner].mean(axis=0))
    found = np.array(averages)
    certain = max(0.0, float(found.mean(axis=0).max()))
    return max(0.0, float(np.maximum(found, 0).max(axis=1).mean()) - certain)
