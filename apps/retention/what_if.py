"""Another F, I or C in the stored worlds: what satisfaction and retention would follow if the observed forms held."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from apps.estimates import draws as draw_files
from apps.estimates.models import Estimate
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.retention.cohorts import RetentionForm
from trimtab.economics.retention.link import link_value, retained, retained_document_form
from trimtab.economics.satisfaction.families import predict

MONTHS = 12
PARTS = ("functionality", "interaction", "cost")


@dataclass(frozen=True)
class WhatIf:
    """U there and its change against today; retention after a year likewise, where it is known; parts off the data.

    ``capped`` is the share of worlds in which the document form would keep more than everyone.
    """

    satisfaction: Figure
    satisfaction_change: Figure
    retained: Figure | None
    retained_change: Figure | None
    outside: tuple[str, ...]
    capped: float = 0.0


def what_if(
    satisfaction: Estimate,
    link: Estimate | None,
    survival: Estimate | None,
    parts: tuple[float, float, float],
    form: RetentionForm = "hazard",
) -> WhatIf:
    """``parts`` are F, I and C, each 0..1; ``form`` says how h acts on retention."""
    fitted = _draws(satisfaction)
    level = predict(satisfaction.parameters["family"], fitted["coef"], *parts)
    kept = kept_shares(level, link, survival, form) if link and survival else None
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
        capped=float(kept[2].mean()) if kept else 0.0,
    )


def kept_shares(
    level: Array, link: Estimate, survival: Estimate, form: RetentionForm = "hazard"
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Retention after a year at satisfaction ``level`` (D,) and at today's, each (D,), and where it was capped."""
    there = link_at(link, level)
    hazard = _draws(survival)["hazard"][:, :MONTHS]
    today = retained(hazard, np.zeros_like(there))[:, -1]
    if form == "document":
        share, capped = retained_document_form(today, there)
        return share, today, capped
    return retained(hazard, there)[:, -1], today, np.zeros(today.shape, dtype=bool)


def link_at(link: Estimate, level: Array, slope: Array | None = None) -> Array:
    """h(U) in each world, (D,), by the slope of everyone or that of a cell (D,)."""
    linked = _draws(link)
    worlds = linked["slope"].size
    shape = linked.get("shape", np.zeros((worlds, 2)))
    told = linked["slope"] if slope is None else slope
    return link_value(link.parameters["family"], told, shape, level, linked["u_reference"])


def cell_slopes(link: Estimate) -> Array | None:
    """Slopes by segment and tenure, (D, S, B)."""
    return _draws(link).get("slope_cell")


def _draws(estimate: Estimate) -> dict[str, Array]:
    return _kept(estimate.draws_file.name, estimate.draws_sha256)


@lru_cache(maxsize=24)
def _kept(name: str, sha256: str) -> dict[str, Array]:
    """Kept by the hash of the draws, which never change under it."""
    return draw_files.read(name)
