"""Another F, I or C in the stored worlds: what satisfaction and retention would follow if the observed forms held."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from apps.estimates import draws as draw_files
from apps.estimates.models import Estimate
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.retention.link import h, retained
from trimtab.economics.satisfaction.families import predict

MONTHS = 12
PARTS = ("functionality", "interaction", "cost")


@dataclass(frozen=True)
class WhatIf:
    """U there and its change against today; retention after a year likewise, where it is known; parts off the data."""

    satisfaction: Figure
    satisfaction_change: Figure
    retained: Figure | None
    retained_change: Figure | None
    outside: tuple[str, ...]


def what_if(
    satisfaction: Estimate, link: Estimate | None, survival: Estimate | None, parts: tuple[float, float, float]
) -> WhatIf:
    """``parts`` are F, I and C, each 0..1."""
    fitted = _draws(satisfaction)
    level = predict(satisfaction.parameters["family"], fitted["coef"], *parts)
    kept = kept_shares(level, link, survival) if link and survival else None
    ranges = satisfaction.diagnostics["range"]
    outside = [
        name for name, value in zip(PARTS, parts, strict=True) if not ranges[name][0] <= value <= ranges[name][1]
    ]
    return WhatIf(
        satisfaction=summarise(level, name="satisfaction", unit="share"),
        satisfaction_change=summarise(level - fitted["u_reference"], name="satisfaction_change", unit="share"),
        retained=summarise(kept[0], name="retained_month_12", unit="share") if kept else None,
        retained_change=summarise(kept[0] - kept[1], name="retained_change", unit="share") if kept else None,
        outside=tuple(outside),
    )


def kept_shares(level: Array, link: Estimate, survival: Estimate) -> tuple[Array, Array]:
    """Retention after a year at satisfaction ``level`` (D,) and at today's, each (D,)."""
    linked, hazard = _draws(link), _draws(survival)["hazard"][:, :MONTHS]
    there = h(level, linked["slope"], linked["u_reference"])
    return retained(hazard, there)[:, -1], retained(hazard, np.zeros_like(there))[:, -1]


def _draws(estimate: Estimate) -> dict[str, Array]:
    return _kept(estimate.draws_file.name, estimate.draws_sha256)


@lru_cache(maxsize=24)
def _kept(name: str, sha256: str) -> dict[str, Array]:
    """Kept by the hash of the draws, which never change under it."""
    return draw_files.read(name)
