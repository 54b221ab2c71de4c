"""Whether chains agree, and how many independent draws they are worth.

C chains of S draws each. A chain is split into halves first, so that one that drifts disagrees with itself; m = 2C
halves of n = S/2 draws. With W the mean of the variances within the halves and B/n the variance of their means,

    var+  = (n - 1)/n W + B/n,      R-hat = sqrt(var+ / W),      ESS = m n / (1 + 2 sum_t rho_t),
    rho_t = 1 - (W - mean of the halves' autocovariances at lag t) / var+,

the sum running over pairs of lags while a pair is positive (Geyer's initial positive, then monotone, sequence). The
"bulk" form takes the ranks of all draws as normal scores first, so that heavy tails do not hide disagreement.

Sources: Gelman, Carlin, Stern, Dunson, Vehtari & Rubin 2013, Bayesian Data Analysis, 3rd ed., eq. 11.1-11.8;
Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, Bayesian Analysis 16(2):667-718 (ranks, folding).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import rankdata

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

AGREED = 1.05
FEWEST = 4


def split_r_hat(draws: ArrayLike) -> Array:
    """R-hat of each quantity from its draws (C, S, ...): shape (...), about 1 where the chains agree.

    Not ranked; 1 for a constant, infinite where every half stands still at a place of its own. Raises CannotEstimate
    (``too_few_draws``) below four draws a chain.

    >>> split_r_hat([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]]).round(4).item()
    1.7795
    """
    halves = _halves(draws)
    within, total = _variances(halves)
    return _ratio(within, total)


def bulk_r_hat(draws: ArrayLike) -> Array:
    """The larger of R-hat of the normal scores (place) and of the folded draws |x - median| (width), shape (...)."""
    values = np.asarray(draws, dtype=float)
    folded = np.abs(values - np.median(values, axis=(0, 1)))
    return np.maximum(split_r_hat(normal_scores(values)), split_r_hat(normal_scores(folded)))


def effective_size(draws: ArrayLike) -> Array:
    """How many independent draws the mean of each quantity is worth, from (C, S, ...): shape (...), > 0.

    At most m n log10(m n), as draws that alternate can be worth more than independent ones. A constant is worth m n.
    """
    halves = _halves(draws)
    sequences, length = halves.shape[:2]
    within, total = _variances(halves)
    covariance = _autocovariance(halves).mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rho = 1 - (within - covariance * length / (length - 1)) / total
    rho[0] = 1.0
    time = np.where(total > 0, _autocorrelation_time(rho), 1.0)
    draws_in_all = sequences * length
    return draws_in_all / np.maximum(time, 1 / np.log10(draws_in_all))


def bulk_effective_size(draws: ArrayLike) -> Array:
    """``effective_size`` of the normal scores of the draws (C, S, ...)."""
    return effective_size(normal_scores(np.asarray(draws, dtype=float)))


def normal_scores(draws: Array) -> Array:
    """Each draw's normal score among all draws of its quantity: Phi^-1((rank - 3/8) / (S + 1/4)), ties averaged."""
    flat = draws.reshape(draws.shape[0] * draws.shape[1], -1)
    ranks = rankdata(flat, axis=0)
    return ndtri((ranks - 0.375) / (len(flat) + 0.25)).reshape(draws.shape)


def _halves(draws: ArrayLike) -> Array:
    values = np.asarray(draws, dtype=float)
    length = values.shape[1] // 2 if values.ndim > 1 else 0
    if length * 2 < FEWEST:
        raise CannotEstimate(
            "too_few_draws",
            "There are fewer than %(fewest)d draws in a chain.",
            "Run the chains for longer.",
            fewest=FEWEST,
        )
    return np.concatenate([values[:, :length], values[:, -length:]])


def _variances(halves: Array) -> tuple[Array, Array]:
    """W and var+ of each quantity."""
    length = halves.shape[1]
    within = halves.var(axis=1, ddof=1).mean(axis=0)
    return within, within * (length - 1) / length + halves.mean(axis=1).var(axis=0, ddof=1)


def _ratio(within: Array, total: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total <= 0, 1.0, np.sqrt(np.divide(total, within)))


def _autocovariance(halves: Array) -> Array:
    """By the fast Fourier transform, divided by n at every lag: shape (m, n, ...)."""
    length = halves.shape[1]
    centred = halves - halves.mean(axis=1, keepdims=True)
    size = 1 << (2 * length - 1).bit_length()
    power = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    return np.fft.irfft(power, size, axis=1)[:, :length] / length


def _autocorrelation_time(rho: Array) -> Array:
    """-1 + 2 sum of pairs rho_2t + rho_2t+1, while they are positive, none larger than the one before."""
    pairs = rho[: len(rho) // 2 * 2].reshape(len(rho) // 2, 2, *rho.shape[1:]).sum(axis=1)
    going = np.logical_and.accumulate(pairs > 0, axis=0)
    falling = np.minimum.accumulate(np.where(going, pairs, 0.0), axis=0)
    return -1 + 2 * falling.sum(axis=0)
