"""Satisfaction by segment, the link by cell and by shape, and lifts of experiments: do the intervals hold the truth?"""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.retention.experiments import shrink
from trimtab.economics.retention.link import fit_link
from trimtab.economics.retention.link_cells import slope_cells
from trimtab.economics.retention.link_families import link_value
from trimtab.economics.satisfaction.model import fit
from trimtab.economics.satisfaction.segments import fit_segments

pytestmark = pytest.mark.calibration
REFERENCE, WORLDS = 2 / 3, 500
SEGMENTS = ("a", "b", "c")
SIZES = (400, 250, 60)


def test_segments_of_satisfaction(calibrated):
    names = np.repeat(SEGMENTS, SIZES)

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        level, slopes = 0.1 + 0.05 * rng.standard_normal(3), [0.4, 0.25, 0.25] + 0.08 * rng.standard_normal((3, 3))
        coef = np.column_stack([level, np.maximum(slopes, 0.0)])
        parts, rows = rng.beta(3, 2, (names.size, 3)), np.repeat(coef, SIZES, axis=0)
        u = np.clip(rows[:, 0] + (rows[:, 1:] * parts).sum(axis=1) + 0.08 * rng.standard_normal(names.size), 0, 1)
        whole = fit(*parts.T, u, rng, worlds=WORLDS, families=("additive",))
        found = fit_segments(whole, np.column_stack([parts, u]), names, rng, segments=SEGMENTS)
        return {
            "slope of F in a segment of 400": (coef[0, 1], found.coef[:, 0, 1]),
            "slope of F in a segment of 60": (coef[2, 1], found.coef[:, 2, 1]),
        }

    calibrated("Satisfaction by segment", one)


def test_cells_of_the_link(calibrated):
    names = np.repeat(SEGMENTS, (800, 600, 200))

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        bands = np.maximum(np.array([3.5, 2.0]) + 0.6 * rng.standard_normal((3, 2)), 0.0)
        u = rng.beta(6, 3, names.size)
        slopes = np.repeat(bands, (800, 600, 200), axis=0)
        early, late = (0.08 * np.exp(-slopes[:, band] * (u - REFERENCE)) for band in (0, 1))
        luck, seen = rng.exponential(1, names.size), rng.uniform(1, 20, names.size)
        life = np.where(luck <= 3 * early, luck / early, 3 + (luck - 3 * early) / late)
        months, left = np.minimum(life, seen), life <= seen
        link = fit_link(u, months, left, rng, worlds=WORLDS)
        found = slope_cells(link, u, months, left, names, rng, segments=SEGMENTS)
        return {
            "slope among the new of a segment of 800": (bands[0, 0], found.draws[:, 0, 0]),
            "slope among the established of a segment of 200": (bands[2, 1], found.draws[:, 2, 1]),
        }

    calibrated("Retention link by cell", one)


@pytest.mark.parametrize(("family", "slope", "shape"), [("saturating", 3.0, (5.0, 0.0)), ("convex", 4.0, (5.0, 0.0))])
def test_shape_of_the_link(calibrated, family, slope, shape):
    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        u = rng.beta(6, 3, 3000)
        hazard = 0.06 * np.exp(-link_value(family, slope, np.array(shape), u, REFERENCE))
        life, seen = rng.exponential(1, u.size) / hazard, rng.uniform(1, 24, u.size)
        link = fit_link(u, np.minimum(life, seen), life <= seen, rng, worlds=WORLDS, families=(family,))
        low, high = (link_value(family, link.slope, link.shape, at, link.u_reference) for at in (0.4, 0.85))
        ends = link_value(family, slope, np.array(shape), np.array([0.4, 0.85]), REFERENCE)
        return {
            "h(.85) - h(.4)": (float(ends[1] - ends[0]), high - low),
            "slope at the mean of U": (
                _slope_at(family, slope, shape, float(link.u_reference[0])), link.slope,
            ),
        }  # fmt: skip

    calibrated(f"Retention link, {family}", one)


def _slope_at(family, slope, shape, u):
    low, high = link_value(family, slope, np.array(shape), np.array([u - 1e-5, u + 1e-5]), REFERENCE)
    return float(high - low) / 2e-5


def test_lift_of_the_best_of_many(calibrated):
    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        # The spread of true lifts differs from product to product, as the prior says.
        truth = abs(0.05 * rng.standard_normal()) * rng.standard_normal(12)
        y = truth + 0.04 * rng.standard_normal(12)
        best = int(np.argmax(y))
        found = shrink(y, np.full(12, 0.04), rng, scale=0.05, worlds=WORLDS)
        return {"true lift of the best of 12": (truth[best], found.draws[:, best])}

    calibrated("Shrunk lifts", one, data_sets=400)
