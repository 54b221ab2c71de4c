"""The segments of the subscription log: who of each is there and who comes, and arrays by segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from apps.estimates.models import Estimate
from apps.planning.assumptions import WORLDS, stream
from trimtab.economics.adoption.arrivals import WINDOW_MONTHS
from trimtab.economics.draws import Array

MOST_SEGMENTS, OTHER, EVERYONE = 4, "other", ""
LEAST_OTHER = 0.005
# Customers whose segment is known, where the log does not say how many came lately.
FEW_ARRIVALS = 100.0


def segments_of(log: Estimate | None) -> tuple[str, ...]:
    """At most four segments by name, the largest first, and "other" for the rest; one "" where the log names none."""
    if log is None:
        return (EVERYONE,)
    arriving, active = log.parameters.get("segment_shares") or {}, log.parameters.get("active_by_segment") or {}
    names = {str(name) for name in (*arriving, *active)}
    if len(names) < 2:
        return (EVERYONE,)
    people = sum(log.parameters.get("active_customers") or [])
    there = {name: sum(active.get(name, [])) / people if people else 0.0 for name in names}
    size = {name: float(arriving.get(name, 0.0)) + there[name] for name in names}
    kept = tuple(sorted(sorted(names), key=lambda name: -size[name])[:MOST_SEGMENTS])
    rest = max(1.0 - sum(arriving.get(name, 0.0) for name in kept), 1.0 - sum(there[name] for name in kept))
    return (*kept, OTHER) if rest > LEAST_OTHER else kept


def existing_of(log: Estimate, segments: tuple[str, ...]) -> Array | None:
    """Today's customers by months of tenure, (S, 1, G); those of no named segment are the last one's."""
    active = log.parameters.get("active_customers")
    if not active:
        return None
    everyone = np.asarray(active, dtype=float)
    if segments == (EVERYONE,):
        return everyone.reshape(1, 1, -1)
    known = log.parameters.get("active_by_segment") or {}
    found = np.zeros((len(segments), everyone.size))
    for place, name in enumerate(segments):
        own = np.asarray(known.get(name, []), dtype=float)[: everyone.size]
        found[place, : own.size] += own
    if segments[-1] == OTHER:
        found[-1] += np.maximum(everyone - found.sum(axis=0), 0.0)
    return found[:, None, :]


def mix_of(log: Estimate, segments: tuple[str, ...]) -> Array | None:
    """The part of the arrivals in each segment, (D, S): Dirichlet, by the customers who came in the last year."""
    if segments == (EVERYONE,):
        return None
    shares = log.parameters.get("segment_shares") or {}
    parts = np.array([float(shares.get(name, 0.0)) for name in segments])
    if segments[-1] == OTHER:
        parts[-1] += max(0.0, 1.0 - parts.sum())
    seen = log.diagnostics.get("months") or []
    came = sum(float(month.get("customers", 0.0)) for month in seen[-WINDOW_MONTHS:])
    weight = stream("segments of the arrivals").standard_gamma(
        parts / max(parts.sum(), 1e-9) * (came or FEW_ARRIVALS) + 0.5, (WORLDS, len(segments))
    )
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def by_segment(pooled: Array, own: Mapping[str, Array], segments: tuple[str, ...]) -> Array | None:
    """(D, S, ...) with a segment's own array where there is one, else that of everyone; None where none has its own."""
    if segments == (EVERYONE,) or not any(name in own for name in segments):
        return None
    return np.stack([own.get(name, pooled) for name in segments], axis=1)


def columns(parameters: Mapping[str, Any], draws: Mapping[str, Array], array: str) -> dict[str, Array]:
    """The columns (D, ...) of an estimate's array (D, S', ...) by the names in its ``parameters["segments"]``."""
    names, values = parameters.get("segments") or [], draws.get(array)
    if values is None or values.ndim < 2 or values.shape[1] != len(names):
        return {}
    return {str(name): values[:, place] for place, name in enumerate(names)}
