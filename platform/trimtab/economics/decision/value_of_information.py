"""Value of information: what it is worth to know more before choosing.

Symbols: D worlds, K options; gain (D, K) of each over today, whose gain is 0 and who is always a choice.
All values are in the unit of the gain, at least 0, and hold for one decision. None depends on the order of the
worlds, nor on that of the options.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from trimtab.economics.decision.conditional_mean import ConditionalMean, conditional_mean, explained
from trimtab.economics.draws import LEVEL, Array
from trimtab.economics.shapes import shaped

__all__ = [
    "Information", "Worth", "expected_regret", "explained", "information", "normal_value", "value_of_choice",
    "value_of_knowing",
]  # fmt: skip

ROUNDING = 1e-12


@dataclass(frozen=True)
class Worth:
    """What knowing one group of inputs is worth: ``value`` EVPPI, in the unit of the gain.

    ``error`` is the standard error of the estimate from D worlds, ``low``..``high`` its 80 % interval, at least 0 and
    at most what knowing everything is worth; ``high`` leaves room for an influence too weak to be seen in D worlds.
    ``share`` 0..1 is the part of what knowing everything is worth. ``expected``
    (D, K) is E[gain | group], from which the worth of a study of the group follows (``sample_information``).
    """

    name: str
    value: float
    error: float
    low: float
    high: float
    share: float
    expected: Array


@dataclass(frozen=True)
class Information:
    """``perfect``: EVPI, of everything together; ``groups``: EVPPI of each, in the order given."""

    perfect: Worth
    groups: tuple[Worth, ...]


def information(gains: Array, groups: Mapping[str, Array]) -> Information:
    """EVPI and the EVPPI of every group, each with its standard error, from one set of worlds.

    ``gains`` (D, K) over today; each group's draws (D,) or (D, k) in the same worlds. The spread of E[gain | group]
    is corrected for the noise of its regression (``conditional_mean``), which would make every group look worth
    something. The error is that of the mean of influence values: how much each world moves the estimate, through the
    average and through the fitted curve. A group is worth at most EVPI and what it explains of the gains.
    """
    gains = shaped("gains", gains, (None, None))
    everything = _worth("", gains, gains, expected_regret(gains), _own_influence(gains, gains))
    return Information(everything, tuple(_group(name, gains, known, everything) for name, known in groups.items()))


def expected_regret(gains: Array) -> float:
    """EVPI = E[max(0, gain_1..gain_K)] - max(0, E gain_1..E gain_K), what perfect knowledge is worth.

    The same number is the regret to expect from choosing the best on average. ``gains`` (D, K).
    """
    gains = shaped("gains", gains, (None, None))
    return value_of_choice(gains, gains)


def value_of_knowing(gains: Array, known: Array, name: str = "input") -> float:
    """EVPPI of an input x: E_x[max(0, E[gain | x])] - max(0, E gain), by regression of the gains on x.

    ``gains`` (D, K), ``known`` x (D,) or (D, k). Strong, Oakley & Brennan 2014, Medical Decision Making
    34(3):311-326, with the regression of ``conditional_mean``. At most ``expected_regret``.
    """
    gains = shaped("gains", gains, (None, None))
    return min(value_of_choice(gains, explained(gains, known, name)), expected_regret(gains))


def value_of_choice(gains: Array, expected: Array) -> float:
    """Worth of choosing after ``expected`` is seen: E[max(0, expected)] - max(0, E gain), at least 0.

    ``gains`` (D, K), ``expected`` (D, K) the gains expected in each world by one who has seen something of it. What
    is no more than rounding is 0.
    """
    certain = max(0.0, float(gains.mean(axis=0).max()))
    value = float(np.maximum(expected, 0).max(axis=1).mean()) - certain
    return value if value > ROUNDING * np.abs(expected).max(initial=0.0) else 0.0


def normal_value(mean: float, sd: float) -> float:
    """The closed form for one option with a normal gain: sd (phi(z) - z (1 - Phi(z))), z = |mean| / sd.

    EVPI with the sd of the gain; EVPPI with that of E[gain | x]; EVSI with that of what the sample tells. The unit
    normal loss of Raiffa & Schlaifer 1961, Applied Statistical Decision Theory.
    """
    if sd <= 0:
        return 0.0
    unit, z = NormalDist(), abs(mean) / sd
    return sd * (unit.pdf(z) - z * (1 - unit.cdf(z)))


def _group(name: str, gains: Array, known: Array, everything: Worth) -> Worth:
    found = conditional_mean(gains, known, name)
    value = min(value_of_choice(gains, found.fitted), everything.value)
    influence = _own_influence(gains, found.fitted) + _through_the_curve(found)
    worth = _worth(name, gains, found.fitted, value, influence)
    most = everything.value
    return replace(
        worth,
        low=min(worth.low, most),
        high=min(max(worth.high, _unseen_worth(gains, found)), most),
        share=value / most if most > 0 else 0.0,
    )


def _worth(name: str, gains: Array, expected: Array, value: float, influence: Array) -> Worth:
    error = float(influence.std() / np.sqrt(len(gains)))
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * error
    return Worth(name, value, error, max(0.0, value - reach), value + reach, 1.0, expected)


def _unseen_worth(gains: Array, found: ConditionalMean) -> float:
    """What an influence too weak for the regression to see could be worth, at most: between the best and any other."""
    if not found.basis.shape[1]:
        return 0.0
    means = np.append(gains.mean(axis=0), 0.0)
    residual = np.column_stack([found.residual, np.zeros(len(gains))])
    best = int(means.argmax())
    gaps, spreads = means[best] - means, (residual - residual[:, [best]]).std(axis=0)
    return max(normal_value(gap, found.unseen * spread) for gap, spread in zip(gaps, spreads, strict=True))


def _own_influence(gains: Array, expected: Array) -> Array:
    """How far each world's own best lies above what the best on average gains in it, (D,)."""
    means = gains.mean(axis=0)
    certain = gains[:, int(means.argmax())] if means.max() > 0 else np.zeros(len(gains))
    return np.asarray(np.maximum(expected.max(axis=1), 0) - certain)


def _through_the_curve(found: ConditionalMean) -> Array:
    """How each world's residual moves the curve where its option is chosen, (D,)."""
    chosen = np.where(found.fitted.max(axis=1) > 0, found.fitted.argmax(axis=1), -1)
    moved = np.zeros(len(chosen))
    for option in np.unique(chosen[chosen >= 0]):
        weights = found.basis[chosen == option].sum(axis=0)
        moved += (found.basis @ weights + np.mean(chosen == option)) * found.residual[:, option]
    return moved
