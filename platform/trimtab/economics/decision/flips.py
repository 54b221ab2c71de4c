"""The smallest change of one input at which the decision becomes another one, all others as uncertain as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.decision.response_curve import ResponseCurve
from trimtab.economics.decision.verdict import Thresholds, p_better
from trimtab.economics.draws import Array
from trimtab.economics.shapes import shaped

# Beyond the rims of the draws a curve is a guess; no decision is said to turn there.
RIM = 0.005
STEPS = 199
HALVINGS = 40
Classify = Callable[[Array], NDArray[np.intp]]
VERDICTS = ("hold", "cannot_tell", "ship")


@dataclass(frozen=True)
class Flip:
    """Where one input turns the decision. All but ``name``, ``start`` are None where no value of it does.

    ``start`` the median of the input, ``at`` the nearest value with another decision, ``change`` = at - start, in the
    input's unit; ``quantile`` 0..1 of ``at`` among the draws; ``becomes`` the name of the option or verdict there;
    ``chance`` 0..1 that the input lies where the decision is not the present one.
    """

    name: str
    start: float
    at: float | None = None
    change: float | None = None
    quantile: float | None = None
    becomes: str | None = None
    chance: float = 0.0


def option_flips(gains: Array, options: tuple[str, ...], inputs: Mapping[str, Array]) -> tuple[Flip, ...]:
    """Where the option with the largest expected gain changes; the smallest change in quantiles first.

    ``gains`` (D, K) over today; ``options`` the K + 1 names, today's first; inputs (D,) each. By the curves
    E[gain | x] and halving between two neighbouring quantiles; looked for between the quantiles .005 and .995.
    """
    gains = shaped("gains", gains, (None, len(options) - 1))
    now = _best(gains.mean(axis=0)[None, :])[0]
    found = []
    for name, x in inputs.items():
        curve = ResponseCurve(gains, x, name)

        def classify(values: Array, curve: ResponseCurve = curve) -> NDArray[np.intp]:
            return _best(curve.at(values))

        found.append(_flip(name, curve.x, classify, int(now), options))
    return _sorted(found)


def verdict_flips(gain: Array, inputs: Mapping[str, Array], thresholds: Thresholds | None = None) -> tuple[Flip, ...]:
    """Where the verdict on one candidate turns to ship, hold or cannot tell.

    ``gain`` (D,) over today. P(gain > 0 | x) is the part of the worlds with E[gain | x] + residual > 0: the spread
    around the curve is taken as the same for every x.
    """
    gain = shaped("gain", gain, (None,))
    thresholds = thresholds or Thresholds()
    now = int(_verdict(np.array([p_better(gain)]), thresholds)[0])
    found = []
    for name, x in inputs.items():
        curve = ResponseCurve(gain[:, None], x, name)
        rest = np.sort(curve.residual[:, 0])

        def classify(values: Array, curve: ResponseCurve = curve, rest: Array = rest) -> NDArray[np.intp]:
            below = np.searchsorted(rest, -curve.at(values)[:, 0], side="right")
            return _verdict(1 - below / rest.size, thresholds)

        found.append(_flip(name, curve.x, classify, now, VERDICTS))
    return _sorted(found)


def _best(gains: Array) -> NDArray[np.intp]:
    """0 = today, which keeps a tie; else the option's place from 1."""
    return np.column_stack([np.zeros(len(gains)), gains]).argmax(axis=1)


def _verdict(chance: Array, thresholds: Thresholds) -> NDArray[np.intp]:
    return np.where(chance >= thresholds.ship_at, 2, np.where(chance <= thresholds.hold_at, 0, 1))


def _flip(name: str, x: Array, classify: Classify, now: int, names: tuple[str, ...]) -> Flip:
    start = float(np.median(x))
    shares = np.linspace(RIM, 1 - RIM, STEPS)
    values = np.quantile(x, shares)
    other = classify(values) != now
    if not other.any():
        return Flip(name, start)
    place = min(np.flatnonzero(other), key=lambda i: (abs(shares[i] - 0.5), i))
    inner = place + (1 if shares[place] < 0.5 else -1 if shares[place] > 0.5 else 0)
    at = _between(classify, now, float(values[inner]), float(values[place]))
    return Flip(
        name=name,
        start=start,
        at=at,
        change=at - start,
        quantile=float(np.mean(x <= at)),
        becomes=names[int(classify(np.array([at]))[0])],
        chance=float(np.mean(classify(np.clip(x, values[0], values[-1])) != now)),
    )


def _between(classify: Classify, now: int, same: float, other: float) -> float:
    """The value next to ``same`` with another decision, by halving; ``other`` where both have another."""
    if classify(np.array([same]))[0] != now:
        return other
    for _ in range(HALVINGS):
        middle = (same + other) / 2
        if classify(np.array([middle]))[0] == now:
            same = middle
        else:
            other = middle
    return other


def _sorted(found: list[Flip]) -> tuple[Flip, ...]:
    def key(flip: Flip) -> tuple[float, str]:
        return (1.0 if flip.quantile is None else abs(flip.quantile - 0.5), flip.name)

    return tuple(sorted(found, key=key))
