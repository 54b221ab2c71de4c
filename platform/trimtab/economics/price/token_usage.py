"""How many tokens customers use a month, with the few who use most: a log-normal body and a Pareto tail."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import respondent_weights, world_chunks
from trimtab.economics.shapes import shaped

MINIMUM_CUSTOMERS = 5
TAIL_CUSTOMERS = 50
TAIL_FROM = 0.9
MOST_TIMES_SEEN = 10.0
GROUPS, ALONE = 3000, 1000
BODY = np.linspace(0.05, TAIL_FROM, 18)


class UsageShape(StrEnum):
    """EMPIRICAL: the customers seen, resampled. PARETO_TAIL: log-normal up to the 90th percentile, Pareto above."""

    EMPIRICAL = "empirical"
    PARETO_TAIL = "pareto_tail"


@dataclass(frozen=True)
class Usage:
    """Tokens a month across customers, one distribution a world.

    ``idle`` (D,) is the share who use none. EMPIRICAL: ``seen`` (n,) rising with ``upto`` (D, n), the share of those
    who use some that lies at or below each; without rows for the other shape. PARETO_TAIL: of those who use some, ln
    tokens is normal with ``log_mean`` and ``log_sd`` (D,) up to the 90th percentile, above it tokens follow a Pareto
    law with index ``tail`` (D,).
    No draw exceeds MOST_TIMES_SEEN times the most that was seen: with an index at or below 1 the mean of the law has
    no bound, and the largest customers decide the cost.
    """

    shape: UsageShape
    customers: int
    idle: Array
    seen: Array
    upto: Array
    log_mean: Array
    log_sd: Array
    tail: Array
    most: float

    def at(self, rank: Array) -> Array:
        """Tokens a month at ``rank`` (M,), each in 0..1 from the least to the most, in each world; (D, M)."""
        some = np.clip((rank - self.idle[:, None]) / (1 - self.idle[:, None]), 0.0, 1 - 1e-12)
        tokens = self._stepped(some) if self.shape is UsageShape.EMPIRICAL else self._smooth(some)
        return np.where(rank < self.idle[:, None], 0.0, np.minimum(tokens, self.most))

    def _stepped(self, rank: Array) -> Array:
        rows = [np.searchsorted(upto, own, side="right") for upto, own in zip(self.upto, rank, strict=True)]
        return self.seen[np.minimum(np.array(rows), self.seen.size - 1)]

    def _smooth(self, rank: Array) -> Array:
        mean, deviation, tail = self.log_mean[:, None], self.log_sd[:, None], self.tail[:, None]
        body = mean + deviation * ndtri(np.clip(rank, 1e-12, TAIL_FROM))
        beyond = np.maximum(np.log(1 - TAIL_FROM) - np.log1p(-rank), 0.0) / tail
        return np.exp(np.minimum(body + np.where(rank > TAIL_FROM, beyond, 0.0), 600.0))


def token_usage(
    tokens: ArrayLike,
    *,
    worlds: int,
    rng: np.random.Generator,
    weights: ArrayLike | None = None,
    shape: UsageShape | None = None,
) -> Usage:
    """Fit the tokens a month of N customers, ``tokens`` (N,) zero or more, with a bootstrap over customers.

    PARETO_TAIL, taken from TAIL_CUSTOMERS customers on: mean and deviation of ln tokens by least squares through the
    weighted quantiles of the body, the tail's index by Hill's estimate sum_i w_i / sum_i w_i ln(x_i / x_90) over the
    customers above the 90th percentile x_90. Fewer customers are resampled as they are.

    Source: Hill 1975, A simple general approach to inference about the tail of a distribution, Annals of Statistics
    3(5):1163-1174, eq. 2.8.

    Raises CannotEstimate: ``too_few_customers``, ``no_usage`` where nobody uses anything, and those of ``shaped``.
    """
    used = shaped("Tokens a month", tokens, (None,), low=0.0, remedy="Give the tokens of each customer.")
    own = respondent_weights(weights, used.size)
    _require_usage(used)
    seen = _grouped(used, own)
    some = seen.tokens > 0
    chosen = shape or (UsageShape.PARETO_TAIL if np.sum(used > 0) >= TAIL_CUSTOMERS else UsageShape.EMPIRICAL)
    idle, fitted = np.empty(worlds), np.empty((3, worlds))
    upto = np.empty((worlds if chosen is UsageShape.EMPIRICAL else 0, int(some.sum())))
    for chunk in world_chunks(worlds, 6 * seen.tokens.size):
        weight = rng.standard_gamma(seen.count, (chunk.stop - chunk.start, seen.tokens.size)) * seen.weight
        idle[chunk] = weight[:, ~some].sum(axis=1) / weight.sum(axis=1)
        of_some = weight[:, some]
        below = np.cumsum(of_some, axis=1) / of_some.sum(axis=1, keepdims=True)
        fitted[:, chunk] = _body_and_tail(seen.tokens[some], of_some, below)
        if chosen is UsageShape.EMPIRICAL:
            upto[chunk] = below
    most = MOST_TIMES_SEEN * float(used.max())
    log_mean, log_sd, tail = fitted
    return Usage(chosen, used.size, idle, seen.tokens[some], upto, log_mean, log_sd, tail, most)


@dataclass(frozen=True)
class _Groups:
    """Customers in rising order of use, neighbours together: mean tokens, mean weight and how many, each (G,)."""

    tokens: Array
    weight: Array
    count: Array


def _grouped(tokens: Array, weight: Array) -> _Groups:
    """Idle customers are one group, the heaviest stand alone, and the others share at most GROUPS groups.

    The bootstrap weight of k customers is a gamma variable with shape k, as the sum of theirs, so that a million
    customers cost no more than a few thousand.
    """
    order = np.argsort(tokens, kind="stable")
    ordered, own = tokens[order], weight[order]
    idle = int(np.searchsorted(ordered, 0.0, side="right"))
    alone = max(idle, ordered.size - ALONE)
    together = np.unique(np.linspace(idle, alone, min(GROUPS, alone - idle) + 1).astype(int))[:-1]
    starts = np.concatenate([[0] if idle else [], together, np.arange(alone, ordered.size)]).astype(int)
    count = np.diff(np.append(starts, ordered.size)).astype(float)
    return _Groups(np.add.reduceat(ordered, starts) / count, np.add.reduceat(own, starts) / count, count)


def _require_usage(tokens: Array) -> None:
    if tokens.size < MINIMUM_CUSTOMERS:
        raise CannotEstimate(
            "too_few_customers",
            "The usage of only %(customers)d customers is known.",
            "Import the usage of at least %(minimum)d customers.",
            customers=int(tokens.size),
            minimum=MINIMUM_CUSTOMERS,
        )
    if not np.any(tokens > 0):
        raise CannotEstimate("no_usage", "No customer uses any tokens.", "Check the column of tokens.")


def _body_and_tail(tokens: Array, weight: Array, upto: Array) -> tuple[Array, Array, Array]:
    logs = np.log(tokens)
    middle = upto - weight / (2 * weight.sum(axis=1, keepdims=True))
    quantiles = np.array([np.interp(BODY, ranks, logs) for ranks in middle])
    normal = ndtri(BODY)
    deviation = (quantiles @ (normal - normal.mean())) / np.sum((normal - normal.mean()) ** 2)
    mean = quantiles.mean(axis=1) - deviation * normal.mean()
    above = np.maximum(logs - quantiles[:, -1:], 0.0)
    beyond = weight * (above > 0)
    tail = beyond.sum(axis=1) / np.maximum((beyond * above).sum(axis=1), 1e-9)
    return mean, deviation, np.maximum(tail, 0.05)


def share_of_the_most(tokens: ArrayLike, part: float = 0.1) -> float:
    """The share of all tokens that the ``part`` of customers with the most use, 0..1."""
    ordered = np.sort(np.asarray(tokens, dtype=float))[::-1]
    count = max(1, int(np.ceil(part * ordered.size)))
    return float(ordered[:count].sum() / ordered.sum())
