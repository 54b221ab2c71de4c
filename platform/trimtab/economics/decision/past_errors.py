"""Past errors: what forecasts that have been scored say of the next one: shift it, widen it, or leave it.

Symbols: K scored decisions; y_k what happened since decision k, x_k its forecast of the same, s_k the standard
deviation of ln x_k over the worlds; z_k = (ln y_k - median ln x_k) / s_k, which is about Normal(0, 1) where forecasts
are honest.

    z_k ~ Normal(m, v),  m | v ~ Normal(0, v / k0),  v ~ ScaledInverseChiSquared(a0, v0),  v0 = k0 / (k0 + 1)
    shift = m_K = sum z / (k0 + K)
    v_K   = (a0 v0 + sum (z - mean z)^2 + K k0 / (k0 + K) mean(z)^2) / (a0 + K)
    widen = max(1, sqrt(v_K (1 + 1 / (k0 + K))))

v0 makes the next z Normal(0, 1) before anything is scored: then shift is 0 and widen 1. The prior counts as k0
forecasts without bias and a0 of the right width, so that one lucky or unlucky month moves little. A forecast is never
narrowed: having been right is no proof of knowing more. Normal-inverse-chi-squared: Gelman et al. 2013, Bayesian Data
Analysis, 3rd ed., section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array
from trimtab.economics.shapes import shaped

PRIOR_FORECASTS = 4.0
PRIOR_WIDTHS = 8.0
# One standard error of a log of .001 is a tenth of a percent: below it the ratio would be noise over nothing.
LEAST_SPREAD = 1e-3


@dataclass(frozen=True)
class Correction:
    """What the past says: ``shift`` in standard deviations of the log forecast, ``widen`` >= 1 a factor of it, from
    ``scored`` decisions."""

    shift: float = 0.0
    widen: float = 1.0
    scored: int = 0

    @property
    def changes_nothing(self) -> bool:
        """Whether the next forecast stays as it is."""
        return self.shift == 0.0 and self.widen == 1.0


def standardised_error(draws: ArrayLike, happened: float) -> float:
    """z = (ln y - median of ln x) / sd of ln x. ``draws`` x (D,) and ``happened`` y are above 0.

    Raises CannotEstimate (``out_of_range``) for a forecast or a fact that is not above 0.
    """
    logs = np.log(shaped("draws of the forecast", draws, (None,), low=np.nextafter(0, 1)))
    fact = float(np.log(shaped("what happened", happened, (), low=np.nextafter(0, 1))))
    return (fact - float(np.median(logs))) / max(float(logs.std()), LEAST_SPREAD)


def correction(errors: ArrayLike) -> Correction:
    """The shift and the widening that the standardised errors z (K,) of scored decisions ask for."""
    z = shaped("standardised errors", errors, (None,))
    if z.size == 0:
        return Correction()
    mean, weight = float(z.mean()), PRIOR_FORECASTS + z.size
    squares = float(((z - mean) ** 2).sum()) + z.size * PRIOR_FORECASTS / weight * mean**2
    variance = (PRIOR_WIDTHS * PRIOR_FORECASTS / (PRIOR_FORECASTS + 1) + squares) / (PRIOR_WIDTHS + z.size)
    predicted = float(np.sqrt(variance * (1 + 1 / weight)))
    return Correction(float(z.sum()) / weight, max(1.0, predicted), z.size)


def factors(draws: ArrayLike, found: Correction) -> Array:
    """By what to multiply each world's forecast x (D,): exp(shift sd + (widen - 1) (ln x - median ln x)), shape (D,).

    The median moves by exp(shift sd) and the log interval becomes ``widen`` times as wide; the worlds keep their order.
    All months, and all options in the same world, take the same factor, so that their differences keep their sense.
    """
    logs = np.log(shaped("draws of the forecast", draws, (None,), low=np.nextafter(0, 1)))
    away = logs - np.median(logs)
    return np.asarray(np.exp(found.shift * logs.std() + (found.widen - 1) * away))
