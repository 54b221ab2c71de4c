"""How the expected gain follows one input while all others stay as uncertain as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trimtab.economics.decision.conditional_mean import denoised, orthonormal_map
from trimtab.economics.decision.smooth_terms import ROUNDING, WORLDS_PER_TERM, spline, spline_knots
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

LOW, HIGH = 0.1, 0.9


class ResponseCurve:
    """E[gain | x] as a smooth curve of one input x, for K options; flat where x has no spread or explains nothing.

    A natural cubic spline through draws of x (D,) and gains (D, K), drawn in for the noise of its fit as in
    ``conditional_mean``; straight beyond the 1st and 99th percentile. Raises CannotEstimate for fewer than 40 worlds.
    """

    def __init__(self, gains: Array, x: Array, name: str = "input") -> None:
        gains = shaped("gains", gains, (None, None))
        self.x = shaped(f"draws of {name}", x, (gains.shape[0],))
        if len(self.x) < 2 * WORLDS_PER_TERM:
            raise CannotEstimate(
                "too_few_worlds",
                "%(worlds)s draws are too few to tell what %(name)s explains.",
                "Use at least %(least)s draws.",
                worlds=len(self.x),
                name=name,
                least=2 * WORLDS_PER_TERM,
            )
        self.mean = gains.mean(axis=0)
        self._middle, self._scale = float(self.x.mean()), float(self.x.std())
        self.flat = bool(np.ptp(self.x) <= ROUNDING * np.abs(self.x).max())
        self.residual = gains - self.mean
        if not self.flat:
            self._fit(self.residual)

    def at(self, values: Array) -> Array:
        """E[gain | x = value] for each value (n,), shape (n, K)."""
        values = np.asarray(values, dtype=float).reshape(-1)
        if self.flat:
            return np.broadcast_to(self.mean, (values.size, self.mean.size)).copy()
        return np.asarray(self.mean + self._basis(values) @ self._coefficients)

    def error(self, values: Array) -> Array:
        """Standard error of the curve at each value (n,), shape (n, K): that of the draws, not of the world."""
        values = np.asarray(values, dtype=float).reshape(-1)
        leverage = np.full(values.size, 1 / self.x.size)
        if not self.flat:
            leverage = leverage + (self._basis(values) ** 2).sum(axis=1)
        return np.asarray(np.sqrt(leverage)[:, None] * self.residual.std(axis=0))

    def _fit(self, deviation: Array) -> None:
        z = self._standard(self.x)
        self._knots = spline_knots(z)
        terms = spline(z, self._knots)
        self._term_mean = terms.mean(axis=0)
        self._map = orthonormal_map(terms - self._term_mean)
        basis = self._basis(self.x)
        coefficients = basis.T @ deviation
        self._coefficients = denoised(coefficients, deviation, self.x.size)
        self.residual = deviation - basis @ self._coefficients

    def _standard(self, values: Array) -> Array:
        return (values - self._middle) / self._scale

    def _basis(self, values: Array) -> Array:
        return np.asarray((spline(self._standard(values), self._knots) - self._term_mean) @ self._map)


@dataclass(frozen=True)
class Swing:
    """What the expected gain is when one input lies low and when it lies high, the others as uncertain as they are.

    ``low``, ``middle``, ``high``: 10th, 50th and 90th percentile of the input, in its unit. ``gain_low`` and
    ``gain_high`` in the unit of the gain, with the standard errors of these estimates.
    """

    name: str
    low: float
    middle: float
    high: float
    gain_low: float
    gain_high: float
    error_low: float
    error_high: float

    @property
    def width(self) -> float:
        """How far the gain swings, at least 0."""
        return abs(self.gain_high - self.gain_low)


def tornado(gain: Array, inputs: Mapping[str, Array]) -> tuple[Swing, ...]:
    """The swings of one gain (D,), widest first, for inputs (D,) each; equal widths by name."""
    gain = shaped("gain", gain, (None,))
    swings = [_swing(name, ResponseCurve(gain[:, None], x, name)) for name, x in inputs.items()]
    return tuple(sorted(swings, key=lambda swing: (-swing.width, swing.name)))


def _swing(name: str, curve: ResponseCurve) -> Swing:
    low, middle, high = np.quantile(curve.x, [LOW, 0.5, HIGH])
    gains, errors = curve.at(np.array([low, high]))[:, 0], curve.error(np.array([low, high]))[:, 0]
    return Swing(
        name, float(low), float(middle), float(high), float(gains[0]), float(gains[1]), float(errors[0]),
        float(errors[1]),
    )  # fmt: skip
