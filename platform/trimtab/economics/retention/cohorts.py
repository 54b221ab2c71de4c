"""Cohorts: customers who came in one month, and how many of them are still there in each later one.

Symbols: D worlds, S segments, P plans, T months of the forecast, A months of tenure with a known hazard.
Tenure 0 is the month of arrival, in which everyone pays; hazard[k] acts between tenure k and k + 1.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from trimtab.economics.draws import Array

RetentionForm = Literal["hazard", "document"]
LEAST_RETAINED = 1e-300
BAND_PARTS = 3
ROWS = 8


def hold_last(monthly: Array, months: int) -> Array:
    """``monthly`` (..., A) cut or continued to ``months``: the last known month is held for all later ones."""
    known = monthly.shape[-1]
    if known >= months:
        return monthly[..., :months]
    return np.concatenate([monthly, np.repeat(monthly[..., -1:], months - known, axis=-1)], axis=-1)


def retained_share(hazard: Array, link: Array, form: RetentionForm = "hazard") -> Array:
    """Retained share R by tenure, shape (D, S, P, A + 1), in 0..1: it starts at 1 and never rises.

    ``hazard`` (D, S, A) per month, at least 0: the baseline, at the reference satisfaction; ``link`` h (D, S, P), or
    (D, S, P, A) where the link changes with tenure.
    - "hazard" (default): R_t = exp(-sum_{k<t} hazard_k exp(-h_k)), which stays in 0..1 by itself.
    - "document": R_t = min(1, exp(h_t) exp(-sum_{k<t} hazard_k)), the source document's R_t = R_0 exp(h) with R_0 read
      as the baseline at tenure t >= 1. It can exceed 1, so it is capped, and it is held from rising.
    """
    worlds, segments, plans = link.shape[:3]
    exponent = np.zeros((worlds, segments, plans, hazard.shape[-1] + 1))
    later = exponent[..., 1:]
    if form == "hazard" and link.ndim == 4:
        np.cumsum(hazard[:, :, None] * -np.exp(-link), axis=-1, out=later)
    elif form == "hazard":
        np.multiply(np.cumsum(hazard, axis=-1)[:, :, None], -np.exp(-link)[..., None], out=later)
    else:
        raised = link if link.ndim == 4 else link[..., None]
        np.minimum(raised - np.cumsum(hazard, axis=-1)[:, :, None], 0, out=later)
        np.minimum.accumulate(later, axis=-1, out=later)
    return np.exp(exponent, out=exponent)


def capped_share(retained: Array, link: Array) -> float:
    """Part of all R_t, t >= 1, that the document form had to cap at 1, in 0..1: those at 1 under a link above 0.

    ``retained`` (D, S, P, T + 1) of the document form, ``link`` (D, S, P) or (D, S, P, at least T).
    """
    later = retained[..., 1:]
    raised = link[..., : later.shape[-1]] if link.ndim == 4 else link[..., None]
    return float(np.mean((later == 1) & (raised > 0)))


def active_customers(arrivals: Array, kept: Array) -> Array:
    """Customers of all cohorts together: active_t = sum_{a=0..t} kept_a arrivals_{t-a}, shape (D, S, P, T).

    ``arrivals`` (D, S, T) people a month; ``kept`` (D, S, P, T) by tenure. The sum is a matrix product per world and
    segment, of the kept shares with the band matrix B[a, t] = arrivals_{t-a}. The band's rows repeat one another, moved
    along: a third of them is laid out and used three times. A Fourier transform would be a little quicker, but would
    leave crumbs, some of them negative, in months when nobody has come yet.
    """
    months = arrivals.shape[-1]
    rows = -(-months // BAND_PARTS)
    padded = np.zeros((*arrivals.shape[:-1], months + rows - 1))
    padded[..., rows - 1 :] = arrivals
    windows = np.lib.stride_tricks.sliding_window_view(padded, months, axis=-1)[..., ::-1, :]
    # The copy lets the product run in BLAS, which refuses windows that overlap.
    band = np.ascontiguousarray(windows)
    total = kept[..., :rows] @ band
    for tenure in range(rows, months, rows):
        later = kept[..., tenure : tenure + rows]
        total[..., tenure:] += later @ band[..., : later.shape[-1], : months - tenure]
    return np.asarray(total)


def survivors_of_existing(existing: Array, retained: Array, months: int) -> Array:
    """Customers of the day before the forecast who are still there in its months 0..T-1, shape (D, S, P, T).

    ``existing`` (S, P, G) people by tenure g = 0..G-1; ``retained`` R (D, S, P, at least G + T) by tenure. A person
    of tenure g is at g + 1 + t in month t, with probability R_{g+1+t} / R_g: nobody is punished twice for months
    already survived.
    """
    tenures = existing.shape[-1]
    rows = min(ROWS, tenures)
    blocks = -(-tenures // rows)
    width = (blocks - 1) * rows + months
    weights = np.zeros((*retained.shape[:3], blocks * rows))
    np.divide(existing, np.maximum(retained[..., :tenures], LEAST_RETAINED), out=weights[..., :tenures])
    later = np.zeros((*retained.shape[:3], width + rows - 1))
    known = min(later.shape[-1], retained.shape[-1] - 1)
    later[..., :known] = retained[..., 1 : known + 1]
    # R_{g+1+t} for the first tenures; those of later ones are the same rows further along.
    windows = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(later, width, axis=-1))
    parts = weights.reshape(*retained.shape[:3], blocks, rows) @ windows
    total = parts[..., 0, :months].copy()
    for block in range(1, blocks):
        total += parts[..., block, rows * block : rows * block + months]
    return np.asarray(total)
