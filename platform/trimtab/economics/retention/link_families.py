"""The shapes of h(U): rising, 0 at the reference, and with the slope ``slope`` there.

With x = U - U_reference, bend k > 0 and place a:

    linear       h = slope x
    saturating   h = slope (1 - exp(-k x)) / k            each further point of U matters less
    convex       h = slope (exp(k x) - 1) / k             each further point of U matters more
    s_shaped     h = slope (L(a + k x) - L(a)) / (k L'(a))   L the logistic; steepest at U = U_reference - a / k

Every family tends to the linear one as k tends to 0. ``shape`` holds (k, a); a is 0 except in the S shape, k is 0 in
the linear one.
Notation: D worlds. Sources: Dong, Ding, Grewal & Zhao 2011, IJRM 28:38-50; Anderson & Mittal 2000, JSR 3:107-120.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from trimtab.economics.draws import Array

LinkFamily = Literal["linear", "saturating", "convex", "s_shaped"]
# The simplest first: where the data cannot tell, it is used.
LINK_FAMILIES: tuple[LinkFamily, ...] = ("linear", "saturating", "convex", "s_shaped")
LEAST_BEND = 1e-6
STEEPEST_EXPONENT = 60.0


def link_value(
    family: LinkFamily, slope: ArrayLike, shape: ArrayLike, satisfaction: ArrayLike, u_reference: ArrayLike
) -> Array:
    """h(U), real: 0 at ``u_reference`` and never falling in U where ``slope`` >= 0.

    ``slope``, ``satisfaction`` (U) and ``u_reference`` broadcast together; ``shape`` (..., 2) with all but its last
    axis in the same broadcast. Draws (D,) against a grid (D, S, T): give ``slope[:, None, None]`` and
    ``shape[:, None, None, :]``.
    """
    rise = np.asarray(satisfaction, dtype=float) - np.asarray(u_reference, dtype=float)
    bend, place = _parts(shape)
    return np.asarray(np.asarray(slope, dtype=float) * _curve(family, bend, place, rise))


def at_reference(
    family: LinkFamily, slope: ArrayLike, shape: ArrayLike, u_from: ArrayLike, u_to: ArrayLike
) -> tuple[Array, Array]:
    """The same curve told from another reference: its ``slope`` there, and its ``shape`` (..., 2). Exact."""
    bend, place = _parts(shape)
    step = np.asarray(u_to, dtype=float) - np.asarray(u_from, dtype=float)
    given = np.asarray(slope, dtype=float)
    if family == "s_shaped":
        moved = place + bend * step
        factor = _hill(moved) / _hill(place)
    else:
        moved = place + 0.0 * step
        sign = {"linear": 0.0, "saturating": -1.0, "convex": 1.0}[family]
        factor = np.exp(np.clip(sign * bend * step, -STEEPEST_EXPONENT, STEEPEST_EXPONENT))
    return np.asarray(given * factor), np.stack(np.broadcast_arrays(bend, moved), axis=-1)


def _parts(shape: ArrayLike) -> tuple[Array, Array]:
    told = np.asarray(shape, dtype=float)
    return told[..., 0], told[..., 1]


def _curve(family: LinkFamily, bend: Array, place: Array, rise: Array) -> Array:
    """h for a slope of 1."""
    if family == "linear":
        return np.asarray(rise + 0.0 * bend)
    k = np.maximum(bend, LEAST_BEND)
    if family == "s_shaped":
        return np.asarray((expit(place + k * rise) - expit(place)) / (k * _hill(place)))
    sign = -1.0 if family == "saturating" else 1.0
    return np.asarray(sign * np.expm1(np.clip(sign * k * rise, -STEEPEST_EXPONENT, STEEPEST_EXPONENT)) / k)


def _hill(at: Array) -> Array:
    """The slope of the logistic."""
    share = expit(at)
    return np.asarray(np.maximum(share * (1 - share), 1e-12))
