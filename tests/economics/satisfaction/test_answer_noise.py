"""What people meant by their answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.satisfaction.answer_noise import meant, noise_variance
from trimtab.economics.satisfaction.model import fit

NOISE = 0.08**2


def people(rng, count):
    """True F, I and C, and the answers to them."""
    true = np.clip(0.5 + 0.15 * rng.standard_normal((count, 3)), 0, 1)
    return true, np.clip(true + np.sqrt(NOISE) * rng.standard_normal(true.shape), 0, 1)


def test_rounding_to_a_step_has_the_variance_of_a_uniform_error():
    # Sheppard's correction: step^2 / 12, with steps of a quarter on a scale of five points.
    assert noise_variance(5, spread=0.0) == pytest.approx(0.25**2 / 12)
    assert noise_variance(None, spread=0.1) == pytest.approx(0.01)


def test_a_single_question_shrinks_by_its_reliability():
    answers = np.random.default_rng(1).normal(0.5, 0.15, (5000, 1))
    variance = answers.var(ddof=1)
    kept = meant(answers, NOISE)
    # By hand: reliability = (variance - noise) / variance.
    assert kept.std() / answers.std() == pytest.approx((variance - NOISE) / variance, rel=1e-6)
    assert kept.mean() == pytest.approx(answers.mean())


def test_effects_come_out_in_their_true_size():
    rng = np.random.default_rng(2)
    true, answers = people(rng, 4000)
    U = 0.1 + true @ [0.4, 0.2, 0.2] + 0.03 * rng.standard_normal(4000)
    plain, freed = (
        fit(*answers.T, U, np.random.default_rng(3), families=("additive",), worlds=50, noise=noise).coef
        for noise in (0.0, NOISE)
    )
    # Classical attenuation: without the noise taken off, each slope is .15^2 / (.15^2 + .08^2) = .779 of its size.
    assert plain[1:] == pytest.approx(0.779 * np.array([0.4, 0.2, 0.2]), abs=0.015)
    assert freed[1:] == pytest.approx([0.4, 0.2, 0.2], abs=0.02)


def test_the_means_of_f_i_and_c_are_those_of_the_answers():
    rng = np.random.default_rng(4)
    true, answers = people(rng, 300)
    U = np.clip(true.mean(axis=1), 0, 1)
    found = [
        fit(*answers.T, U, np.random.default_rng(5), families=("additive",), worlds=400, noise=noise).reference_draws
        for noise in (0.0, NOISE)
    ]
    np.testing.assert_allclose(found[0], found[1])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])] * 3), min_size=1, max_size=30),
    st.floats(0, 0.1),
)
def test_whatever_was_answered_stays_within_the_scale(rows, noise):
    answers = np.array(rows)
    kept = meant(answers, noise)
    assert kept.shape == answers.shape
    assert np.all((kept >= 0) & (kept <= 1))
    assert kept.mean(axis=0) == pytest.approx(answers.mean(axis=0), abs=0.05)
