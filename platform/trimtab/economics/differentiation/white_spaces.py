"""White spaces: needs that many customers have and that no offer serves well.

Notation: K needs, J offers, D worlds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped


@dataclass(frozen=True)
class WhiteSpaces:
    """``unserved`` (D, K): share of customers who have the need, times what even the best offer leaves open, 0..1.

    ``best`` (D, K) is the best service by any offer, ``p_first`` (K,) how often a need is the widest space, ``by``
    (K, J) how often each offer serves it best; nan rows of ``by`` belong to needs on which nobody was rated.
    """

    unserved: Array
    best: Array
    p_first: Array
    by: Array


def white_spaces(share: ArrayLike, service: ArrayLike, rng: np.random.Generator) -> WhiteSpaces:
    """How wide each space is: unserved_k = share_k (1 - max over j of service_jk).

    ``share`` (D, K) of customers who have need k, 0..1; ``service`` (D, J, K) how well offer j serves it, 0..1, nan
    for needs on which no offer was rated: there the best service is anywhere in 0..1 with equal chance, so that not
    knowing shows as a wide interval and not as a space.

    Raises CannotEstimate: ``shape_does_not_fit``, ``out_of_range``, ``values_do_not_fit``, ``no_needs``.
    """
    wanted = shaped("The shares", share, (None, None), low=0, high=1)
    served = np.asarray(service, dtype=float)
    if wanted.shape[1] == 0:
        raise CannotEstimate("no_needs", "No feedback belongs to a need.", "Group the feedback into needs first.")
    if served.ndim != 3 or (len(served), served.shape[2]) != wanted.shape or served.shape[1] == 0:
        raise _does_not_fit()
    unknown = np.isnan(served)
    partly = unknown.any(axis=(0, 1)) & ~unknown.all(axis=(0, 1))
    if partly.any() or np.any((served < 0) | (served > 1)):
        raise _does_not_fit()
    rated = ~unknown.all(axis=(0, 1))
    best = np.empty_like(wanted)
    best[:, rated] = served[:, :, rated].max(axis=1)
    best[:, ~rated] = rng.uniform(size=(len(wanted), int((~rated).sum())))
    unserved = wanted * (1 - best)
    widest = unserved >= unserved.max(axis=1, keepdims=True)
    return WhiteSpaces(
        unserved,
        best,
        (widest / widest.sum(axis=1, keepdims=True)).mean(axis=0),
        _served_by(served, best, rated),
    )


def _served_by(served: Array, best: Array, rated: Array) -> Array:
    """Share of worlds in which each offer serves a need best, ties split, (K, J)."""
    found = np.full((served.shape[2], served.shape[1]), np.nan)
    top = served >= best[:, None, :]
    split = top / np.maximum(top.sum(axis=1, keepdims=True), 1)
    found[np.asarray(rated)] = split.mean(axis=0).T[np.asarray(rated)]
    return found


def _does_not_fit() -> CannotEstimate:
    return CannotEstimate(
        "values_do_not_fit",
        "Needs and offers do not form a full table of ratings from 0 to 1.",
        "Rate every offer on a need, or none.",
    )
