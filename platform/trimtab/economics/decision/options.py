"""Options side by side: what each is expected to gain, how sure that is, and what it risks.

Symbols: D worlds, K options, T months. ``values`` V (D, K) are what each option brings, as a rule the net present value
of the margin, in the SAME worlds (common random numbers), so that what the options share cancels out. Option 0 is
today, gain G_k = V_k - V_0. All money is in one unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

TAIL = 0.1
# Outcomes that differ by less than rounding does are a tie.
TIE = 1e-12
BLOCK = 2_000_000


@dataclass(frozen=True)
class Reached:
    """A quantity that some worlds never reach: the months until an option has paid, or the quality that it needs.

    ``never`` 0..1 is the share of those worlds; ``median``, ``low`` and ``high`` (80 % interval) count over ALL worlds,
    None where that many of them never reach it.
    """

    median: float | None
    low: float | None
    high: float | None
    never: float


@dataclass(frozen=True)
class Standing:
    """One option among all, see ``compare`` for the formulas.

    ``expected_gain`` and the interval ``gain`` are over today; ``p_best`` and ``p_loss`` 0..1; ``regret`` at least 0;
    ``cvar`` the mean gain in the worst tenth of the worlds; ``spread`` the standard deviation of the gain;
    ``on_frontier`` where no other option has more of the expected gain at no less ``cvar``; ``dominated_by`` the
    options that dominate it in the first order.
    """

    option: int
    expected_gain: float
    gain: Figure
    p_best: float
    p_loss: float
    regret: float
    cvar: float
    spread: float
    on_frontier: bool
    dominated_by: tuple[int, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """All ``standings`` in the order of the options, today first; ``best`` has the highest expected value.

    ``evpi`` is the regret of ``best``: what it would be worth to know the world before choosing. ``standard_error`` is
    that of the difference in expected value between ``best`` and the next option, from the number of draws alone.
    """

    standings: tuple[Standing, ...]
    best: int
    evpi: float
    standard_error: float
    gains: Array = field(repr=False)

    @property
    def ranked(self) -> tuple[Standing, ...]:
        """By expected gain, most first; of two alike the option named first."""
        return tuple(sorted(self.standings, key=lambda one: (-one.expected_gain, one.option)))

    @property
    def frontier(self) -> tuple[Standing, ...]:
        """The options that no other beats in both expected gain and risk, from the least risk on."""
        kept = [one for one in self.standings if one.on_frontier]
        return tuple(sorted(kept, key=lambda one: (-one.cvar, one.option)))


def compare(values: Array, *, unit: str = "", tail: float = TAIL, dominance: bool = True) -> Comparison:
    """The standing of each of K options, today being option 0.

        expected gain = E[V_k - V_0]                     P(loss) = P(V_k < V_0)
        P(best)_k     = E[ 1{V_k = max} / number tied ]  regret_k = E[max_j V_j] - E[V_k]
        EVPI          = E[max_j V_j] - max_j E[V_j]      CVaR_k = E[G_k | the worst ``tail`` of its worlds]

    ``values`` V (D, K); ``tail`` in 0..1; ``dominance`` False leaves out the pairwise test. Probabilities are shares
    of the worlds and hold under the model's assumptions. Raises CannotEstimate for no draws, values that are not
    finite, or a tail outside 0..1.

    Sources: Raiffa & Schlaifer 1961, Applied Statistical Decision Theory, ch. 4 (EVPI); Rockafellar & Uryasev 2000,
    Journal of Risk 2(3):21-41 (CVaR); Hadar & Russell 1969, American Economic Review 59(1):25-34 (dominance).

    >>> found = compare(np.array([[0.0, 3.0], [0.0, -1.0], [0.0, 4.0], [0.0, 2.0]]))
    >>> found.best, found.evpi, found.standings[1].p_best, found.standings[1].cvar
    (1, 0.25, 0.75, -1.0)
    """
    values = shaped("values of the options", values, (None, None))
    if 0 in values.shape:
        raise CannotEstimate("no_draws", "There are no draws to judge.", "Run the forecast first.")
    gains = values - values[:, :1]
    expected, top = gains.mean(axis=0), gains.max(axis=1)
    chances, regrets = p_best(values), top.mean() - expected
    risks = worst_mean(gains, tail)
    best, kept = int(np.argmax(expected)), frontier(expected, risks)
    beaten = dominated_by(values) if dominance else ((),) * values.shape[1]
    standings = tuple(
        Standing(
            option=place,
            expected_gain=float(expected[place]),
            gain=summarise(gains[:, place], name="gain", unit=unit),
            p_best=float(chances[place]),
            p_loss=float(np.mean(gains[:, place] < 0)),
            regret=max(0.0, float(regrets[place])),
            cvar=float(risks[place]),
            spread=float(gains[:, place].std()),
            on_frontier=bool(kept[place]),
            dominated_by=beaten[place],
        )
        for place in range(values.shape[1])
    )
    return Comparison(standings, best, max(0.0, float(regrets[best])), _standard_error(gains, best), gains)


def p_best(values: Array) -> Array:
    """P(best) of each option, (K,), sums to 1: a world in which n options tie gives 1/n to each. ``values`` (D, K)."""
    top = values.max(axis=1, keepdims=True)
    tied = values >= top - TIE * np.abs(values).max(axis=1, keepdims=True)
    return np.asarray((tied / tied.sum(axis=1, keepdims=True)).mean(axis=0))


def worst_mean(gains: Array, tail: float = TAIL) -> Array:
    """CVaR: the mean of the worst ``tail`` of the draws of each column, ``gains`` (D,) or (D, K), ``tail`` in (0, 1].

    With n = tail D, the floor(n) smallest draws count in full and the next one for the fraction that is left:
    CVaR = (sum_{i <= floor n} G_(i) + (n - floor n) G_(floor n + 1)) / n. Rockafellar & Uryasev 2002, Journal of
    Banking & Finance 26(7):1443-1471, eq. 25 (there for losses, the largest).
    """
    if not 0 < tail <= 1:
        raise CannotEstimate("tail_out_of_range", "The tail %(tail)s is not in 0..1.", "Give a share.", tail=tail)
    worlds = gains.shape[0]
    count = tail * worlds
    # 0.1 * 2000 is 200.00000000000003 in floating point: a fraction of rounding is none.
    whole = floor(count + 1e-9)
    ordered = np.partition(gains, min(whole, worlds - 1), axis=0)
    total = ordered[:whole].sum(axis=0)
    if count - whole > 1e-9:
        total = total + (count - whole) * ordered[whole]
    return np.asarray(total / count)


def frontier(expected: Array, safety: Array) -> NDArray[np.bool_]:
    """Which options no other beats: none has at least as much of both and more of one. Both (K,); more is better."""
    more = (expected[None, :] >= expected[:, None]) & (safety[None, :] >= safety[:, None])
    more &= (expected[None, :] > expected[:, None]) | (safety[None, :] > safety[:, None])
    return np.asarray(~more.any(axis=1))


def dominated_by(values: Array) -> tuple[tuple[int, ...], ...]:
    """For each option those that dominate it in the first order: P(V_j > x) >= P(V_k > x) for all x, > for some.

    On equally likely draws (D, K) that is: each order statistic of j is at least that of k, and one is more. Then
    everybody who prefers more money to less prefers j, whatever they think of risk.
    """
    ordered = np.ascontiguousarray(np.sort(values, axis=0).T)
    options, worlds = ordered.shape
    step = max(1, BLOCK // max(1, worlds))
    found = []
    for place in range(options):
        others = np.flatnonzero((ordered[:, 0] >= ordered[place, 0]) & (ordered[:, -1] >= ordered[place, -1]))
        beats = [
            others[start : start + step][_above(ordered[others[start : start + step]], ordered[place])]
            for start in range(0, others.size, step)
        ]
        found.append(tuple(int(one) for one in np.concatenate(beats)) if beats else ())
    return tuple(found)


def _above(others: Array, own: Array) -> NDArray[np.bool_]:
    return np.asarray((others >= own).all(axis=1) & (others > own).any(axis=1))


def reached(values: Array) -> Reached:
    """What is told of ``values`` (D,) that are inf or nan in the worlds that never get there.

    Quantiles are those of the lower order statistics, so that each is a value that some world has.
    """
    if values.size == 0:
        raise CannotEstimate("no_draws", "There are no draws to judge.", "Run the forecast first.")
    known = np.where(np.isnan(values), np.inf, values)
    low, middle, high = np.quantile(known, [0.1, 0.5, 0.9], method="inverted_cdf")
    return Reached(_finite(middle), _finite(low), _finite(high), float(np.mean(np.isinf(known))))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _standard_error(gains: Array, best: int) -> float:
    """Of the expected difference between the best and the next best, in these draws; 0 for a single option."""
    if gains.shape[1] < 2:
        return 0.0
    expected = gains.mean(axis=0)
    second = int(np.argsort(-np.where(np.arange(expected.size) == best, -np.inf, expected), kind="stable")[0])
    return float((gains[:, best] - gains[:, second]).std() / np.sqrt(len(gains)))
