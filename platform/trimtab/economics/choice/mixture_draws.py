"""Standard normal points of a mixture: R for each of N respondents in each of Q dimensions, the same at every step.

**Halton.** Dimension q counts in the q-th prime: the point i is the radical inverse of i, its digits in that base
mirrored behind the point. The first 100 points (0 among them) are left out, since primes close to each other begin
alike. Respondent n takes the points 100 + n R to 100 + (n + 1) R - 1 of one long sequence, which is what makes the
draws of different people cover the line together; nothing is shuffled. **Sobol.** One scrambled sequence in Q
dimensions, divided among the respondents in the same way. Both then go through the inverse normal distribution.

Source: Train 2009, Discrete Choice Methods with Simulation, 2nd ed., section 9.3.3-9.3.5.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

Sequence = Literal["halton", "sobol"]
DROPPED = 100
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)


def normal_points(
    respondents: int, dimensions: int, points: int, sequence: Sequence, rng: np.random.Generator | None
) -> Array:
    """Standard normal points, shape (N, Q, R); ``rng`` scrambles Sobol and is not used by Halton.

    Raises CannotEstimate (``too_many_random_parts``) for more dimensions than the sequence covers well.
    """
    if dimensions > len(PRIMES):
        raise CannotEstimate(
            "too_many_random_parts",
            "%(asked)d part-worths are to differ between people; at most %(most)d can be simulated well.",
            "Let fewer part-worths differ, or use hierarchical Bayes.",
            asked=dimensions,
            most=len(PRIMES),
        )
    result = np.empty((respondents, dimensions, points))
    if sequence == "sobol":
        sobol = qmc.Sobol(dimensions, scramble=True, rng=rng)
        sobol.fast_forward(1)  # scipy warns of a first batch that is no power of 2; which does not matter here
        drawn = np.clip(sobol.random(respondents * points), 1e-12, 1 - 1e-12)
        result[:] = drawn.reshape(respondents, points, dimensions).transpose(0, 2, 1)
    else:
        for dimension in range(dimensions):
            result[:, dimension] = radical_inverse(PRIMES[dimension], respondents * points).reshape(respondents, points)
    return ndtri(result, out=result)


def radical_inverse(base: int, count: int, first: int = DROPPED) -> Array:
    """The Halton points first, first + 1, ... in one base, shape (count,), in 0..1.

    >>> radical_inverse(2, 4, first=1).tolist()
    [0.5, 0.25, 0.75, 0.125]
    """
    place, result = np.arange(first, first + count), np.zeros(count)
    unit = 1.0
    while place.any():
        unit /= base
        place, digit = np.divmod(place, base)
        result += digit * unit
    return result
