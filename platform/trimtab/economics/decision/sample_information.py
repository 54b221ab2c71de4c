"""Worth of a study of a given size, before it is made: which next one pays, and how large it should be.

Symbols: D worlds, K options, S sizes; n observations of the study, n0 those that what is known already counts as.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from trimtab.economics.decision.value_of_information import value_of_choice
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

GRID = 80
REACH_SD = 12.0
STEPS = 4001


@dataclass(frozen=True)
class Cost:
    """What a study costs: ``fixed`` once, ``unit`` an observation; and how many decisions its result serves.

    EVSI is the worth for one decision, in the unit of the gain. ``decisions`` > 1 where the same choice is made again
    with the same result, for instance once for each of several products: the scale is the user's to state.
    """

    fixed: float = 0.0
    unit: float = 0.0
    decisions: float = 1.0

    def __post_init__(self) -> None:
        shaped("costs of a study", [self.fixed, self.unit, self.decisions], (3,), low=0.0)

    def of(self, sizes: Array) -> Array:
        """Cost of a study of each size; a study that is not made (size 0) costs nothing."""
        return np.where(sizes > 0, self.fixed + self.unit * sizes, 0.0)


@dataclass(frozen=True)
class StudyWorth:
    """``value`` EVSI and ``net`` ENBS at ``sizes`` (S,); and the size of the largest net worth, 0 = do not study.

    ``per_cost``: worth for a unit of money at the best size, or where none pays at the size that comes nearest to
    paying (``nearest``); inf where it costs nothing.
    """

    sizes: Array
    value: Array
    net: Array
    best_size: int
    best_value: float
    best_net: float
    nearest: int
    per_cost: float


def value_of_sample(gains: Array, expected: Array, prior_size: float, sizes: Array | Sequence[float]) -> Array:
    """EVSI(n) for each n of ``sizes`` (S,), in the unit of the gain: ``value_of_part`` of what n observations tell.

    ``gains`` (D, K) over today; ``expected`` (D, K) = E[gain | x] of the inputs that the study would tell of
    (``Worth.expected``); ``prior_size`` n0 > 0. 0 for n = 0, never falls in n, at most EVPPI.
    """
    return value_of_part(gains, expected, part_told(prior_size, sizes))


def part_told(prior_size: float, sizes: Array | Sequence[float]) -> Array:
    """sqrt(n / (n + n0)), 0..1, for each n of ``sizes`` (S,): how far a sample spreads what is then expected.

    A sample of n beside a prior worth ``prior_size`` n0 observations leaves the part n0 / (n + n0) of the prior's
    variance, so what it tells has the rest.
    """
    sizes = shaped("sizes of a study", sizes, (None,), low=0.0)
    if not (np.isfinite(prior_size) and prior_size > 0):
        raise CannotEstimate(
            "prior_size_unknown",
            "What is known counts as %(given)s observations; it must be more than 0.",
            "Say how many observations the present knowledge is worth.",
            given=prior_size,
        )
    return np.asarray(np.sqrt(sizes / (sizes + prior_size)))


def value_of_part(gains: Array, expected: Array, parts: Array | Sequence[float]) -> Array:
    """E[max(0, m)] - max(0, E gain) for each part s of ``parts`` (S,), 0..1: m = E gain + s (E[gain | x] - E gain).

    Exact for normal x, normal observations and a gain linear in x; else it matches mean and variance. Convex and
    rising in s, from 0 to EVPPI.

    Sources: Jalal & Alarid-Escudero 2018, A Gaussian approximation approach for value of information analysis,
    Medical Decision Making 38(2):174-188; Heath, Manolopoulou & Baio 2018, Efficient Monte Carlo estimation of the
    expected value of sample information using moment matching, Medical Decision Making 38(2):163-173.
    """
    gains = shaped("gains", gains, (None, None))
    expected = shaped("expected gains", expected, gains.shape)
    parts = shaped("parts told", parts, (None,), low=0.0, high=1.0)
    mean, away = gains.mean(axis=0), expected - expected.mean(axis=0)
    return np.array([value_of_choice(gains, mean + part * away) if part > 0 else 0.0 for part in parts])


def study_worth(value: Callable[[Array], Array], cost: Cost, most: int) -> StudyWorth:
    """EVSI and the expected net benefit of sampling over sizes 1..``most``, and the best size.

    ``value`` gives EVSI (S,) of sizes (S,), as ``value_of_sample``. ENBS(n) = decisions EVSI(n) - fixed - unit n, in
    the unit of the gain, which must be that of the costs. The best size is looked for on a grid whose steps grow by a
    constant factor, then number by number where it peaks.
    """
    if most < 1:
        raise CannotEstimate("no_study", "A study needs at least one observation.", "Allow a larger study.")

    def net_of(size: float) -> float:
        one = np.array([size])
        return float(cost.decisions * value(one)[0] - cost.of(one)[0])

    sizes = np.unique(np.round(np.geomspace(1, most, GRID)))
    values = value(sizes)
    net = cost.decisions * values - cost.of(sizes)
    best = _refined(net_of, sizes, net)
    best_net = net_of(best)
    pays = best_net > 0
    spent = np.maximum(cost.of(sizes), np.finfo(float).tiny)
    nearest = best if pays else int(sizes[(cost.decisions * values / spent).argmax()])
    worth = float(value(np.array([nearest], dtype=float))[0])
    return StudyWorth(
        sizes=sizes,
        value=values,
        net=net,
        best_size=best if pays else 0,
        best_value=worth if pays else 0.0,
        best_net=best_net if pays else 0.0,
        nearest=nearest,
        per_cost=_per_cost(cost, worth, nearest),
    )


def value_of_more_options(best: float, mean: float, sd: float, options: int) -> float:
    """E[max(0, max of ``options`` new gains - best)]: what trying more of the same kind is worth.

    ``best`` the largest expected gain so far, at least today's 0; the gains of new options are taken as normal with
    ``mean`` and ``sd``, those of the options tried. The expected improvement of Jones, Schonlau & Welch 1998, Journal
    of Global Optimization 13:455-492, for several tries: the integral of 1 - Phi((x - mean) / sd)^n from best on.
    """
    if options < 1 or sd <= 0:
        return max(0.0, mean - best) if options >= 1 else 0.0
    top = max(mean, best) + REACH_SD * sd
    x = np.linspace(best, top, STEPS)
    return float(np.trapezoid(1 - ndtr((x - mean) / sd) ** options, x))


def _refined(net_of: Callable[[float], float], sizes: Array, net: Array) -> int:
    """The best whole number between the neighbours of the best size of the grid."""
    place = int(net.argmax())
    low, high = int(sizes[max(place - 1, 0)]), int(sizes[min(place + 1, len(sizes) - 1)])
    known: dict[int, float] = {int(sizes[place]): float(net[place])}

    def at(size: int) -> float:
        if size not in known:
            known[size] = net_of(float(size))
        return known[size]

    while high - low > 2:
        third = (high - low) // 3
        left, right = low + max(third, 1), high - max(third, 1)
        if left >= right:
            break
        low, high = (low, right) if at(left) >= at(right) else (left, high)
    return max([*range(low, high + 1), *known], key=lambda size: (at(size), -size))


def _per_cost(cost: Cost, value: float, size: int) -> float:
    spent = float(cost.of(np.array([float(size)]))[0])
    worth = cost.decisions * value
    return worth / spent if spent > 0 else float("inf") if worth > 0 else 0.0
