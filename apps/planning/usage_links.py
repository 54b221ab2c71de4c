"""How much customers use, and how unevenly: from the usage sheets where there are any, else as assumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.planning.assumptions import WORLDS, stream
from apps.planning.segment_links import EVERYONE
from apps.pricing.token_rows import TokensByCustomer
from trimtab.economics.decision.serving import rank_grid, relative_use
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.token_usage import token_usage

SEGMENT_CUSTOMERS = 30
# The bootstrap of the sheet in fewer worlds, each then standing for several: it takes a fifth of the time.
USAGE_WORLDS = 400


@dataclass(frozen=True)
class UseOfSegments:
    """``tokens`` (D, S) a month of the mean customer; ``use`` (D, S, M) relative to it at the ranks of ``rank_grid``.

    S is 1 where no segment has customers enough; ``everyone`` (D,) is the mean of all.
    """

    tokens: Array
    use: Array
    everyone: Array
    customers: int


def use_of(rows: TokensByCustomer, segments: tuple[str, ...]) -> UseOfSegments | None:
    """None where the sheet does not hold enough to say."""
    try:
        pooled = _at_ranks(rows.tokens, EVERYONE)
    except CannotEstimate:
        return None
    weights = rank_grid()[1]
    everyone = pooled @ weights
    own = {
        name: _at_ranks(rows.tokens[rows.segment == name], name)
        for name in segments
        if name and np.sum((rows.segment == name) & (rows.tokens > 0)) >= SEGMENT_CUSTOMERS
    }
    if not own:
        return UseOfSegments(everyone[:, None], relative_use(pooled, weights)[:, None], everyone, rows.customers)
    use = np.stack([own.get(name, pooled) for name in segments], axis=1)
    return UseOfSegments(use @ weights, relative_use(use, weights), everyone, rows.customers)


def _at_ranks(tokens: Array, name: str) -> Array:
    usage = token_usage(tokens, worlds=USAGE_WORLDS, rng=stream(f"usage: {name}"))
    found = usage.at(rank_grid()[0])
    order = stream("order of the usage sheet").permutation(WORLDS) % USAGE_WORLDS
    return np.maximum.accumulate(found[order], axis=1)
