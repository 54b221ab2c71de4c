"""Satisfaction by segment: alike segments are drawn together, small ones to the mean, one segment is the whole."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.satisfaction.families import FAMILIES, names_of, predict
from trimtab.economics.satisfaction.model import fit
from trimtab.economics.satisfaction.segments import fit_segments

BASE = np.array([0.1, 0.4, 0.2, 0.2])


def survey(rng, coef, sizes, noise=0.08, steps=None):
    """F, I, C, U (n, 4) and names of segments with additive ``coef`` (S, 4)."""
    names = np.repeat([f"S{place}" for place in range(len(sizes))], sizes)
    parts, rows = rng.beta(3, 2, (len(names), 3)), np.repeat(coef, sizes, axis=0)
    level = rows[:, 0] + (rows[:, 1:] * parts).sum(axis=1) + noise * rng.standard_normal(len(names))
    level = np.clip(level, 0, 1)
    return np.column_stack([parts, level if steps is None else np.round(level * steps) / steps]), names


def fitted(answers, names, rng, family="additive", worlds=600):
    whole = fit(*answers.T, rng, worlds=worlds, families=(family,))
    segments = tuple(np.unique(names))
    return whole, fit_segments(whole, answers, names, rng, segments=segments)


def test_one_segment_is_the_pooled_fit_itself():
    rng = np.random.default_rng(1)
    answers, names = survey(rng, [BASE], (150,))
    whole, found = fitted(answers, names, rng)
    np.testing.assert_array_equal(found.coef[:, 0], whole.coef_draws)
    np.testing.assert_array_equal(found.reference[:, 0], whole.reference_draws)
    np.testing.assert_allclose(found.u_reference("additive")[:, 0], whole.u_reference)


def test_two_segments_of_one_truth_are_drawn_together():
    rng = np.random.default_rng(2)
    answers, names = survey(rng, [BASE, BASE], (120, 120))
    apart = [np.linalg.lstsq(_design(answers[names == n]), answers[names == n, 3], rcond=None)[0] for n in ("S0", "S1")]
    _whole, found = fitted(answers, names, rng)
    together = np.abs(np.diff(found.coef.mean(axis=0), axis=0)).sum()
    assert together < 0.5 * np.abs(apart[0] - apart[1]).sum()


def test_a_segment_of_five_people_is_pulled_to_the_mean():
    rng = np.random.default_rng(3)
    answers, names = survey(rng, [BASE, BASE, [0.5, 0.0, 0.0, 0.0]], (400, 400, 5))
    whole, found = fitted(answers, names, rng)
    alone = np.linalg.lstsq(_design(answers[names == "S2"]), answers[names == "S2", 3], rcond=None)[0]
    few = found.coef[:, 2].mean(axis=0)
    assert np.all(np.abs(few[1:] - whole.coef[1:]) < 0.4 * np.abs(alone[1:] - whole.coef[1:]).max())
    assert np.all(found.coef[:, 2].std(axis=0) > found.coef[:, 0].std(axis=0))


def test_segments_that_differ_clearly_keep_their_own_coefficients():
    rng = np.random.default_rng(4)
    truth = np.array([[0.05, 0.7, 0.1, 0.1], [0.2, 0.1, 0.5, 0.1]])
    answers, names = survey(rng, truth, (1500, 1500))
    _whole, found = fitted(answers, names, rng)
    np.testing.assert_allclose(np.median(found.coef, axis=0), truth, atol=0.04)
    assert np.median(found.between_slope) > 0.1


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_segments_that_rise_and_stay_within_0_to_1(family):
    rng = np.random.default_rng(5)
    answers, names = survey(rng, [BASE, [0.15, 0.5, 0.1, 0.3]], (150, 60), steps=9)
    whole, found = fitted(answers, names, rng, family, worlds=80)
    assert found.coef.shape == (80, 2, len(names_of(family, whole.coef.size)))
    line = np.linspace(0, 1, 30)
    for place in range(3):
        parts = [np.full(30, 0.6)] * 3
        parts[place] = line
        for segment in range(2):
            u = predict(family, found.coef[:, segment], *(np.broadcast_to(part, (80, 30)) for part in parts))
            assert np.all(np.diff(u, axis=1) >= -1e-9)
    level = found.u_reference(family)
    assert np.all((level >= 0) & (level <= 1))


def test_a_segment_that_nobody_named_is_refused():
    rng = np.random.default_rng(6)
    answers, names = survey(rng, [BASE, BASE], (60, 60))
    whole = fit(*answers.T, rng, worlds=20, families=("additive",))
    with pytest.raises(CannotEstimate) as refusal:
        fit_segments(whole, answers, names, rng, segments=("S0", "elsewhere"))
    assert refusal.value.code == "segment_missing"


def _design(answers):
    return np.column_stack([np.ones(len(answers)), answers[:, :3]])
