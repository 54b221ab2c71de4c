"""R-hat and effective sample size against a case by hand and against processes whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.choice.convergence import (
    bulk_effective_size,
    bulk_r_hat,
    effective_size,
    normal_scores,
    split_r_hat,
)
from trimtab.economics.errors import CannotEstimate


def autoregressive(phi: float, chains: int, length: int, rng: np.random.Generator) -> np.ndarray:
    """Stationary x_t = phi x_{t-1} + e_t, whose draws are worth (1 - phi)/(1 + phi) independent ones each."""
    noise = rng.standard_normal((chains, length))
    values = np.empty_like(noise)
    values[:, 0] = noise[:, 0] / np.sqrt(1 - phi**2)
    for t in range(1, length):
        values[:, t] = phi * values[:, t - 1] + noise[:, t]
    return values


def test_r_hat_is_that_of_a_small_case_by_hand():
    # Halves (1, 2) (3, 4) (1, 2) (3, 4): W = 1/2; means 1.5 3.5 1.5 3.5, variance 4/3; var+ = 1/4 + 4/3 = 19/12.
    assert split_r_hat([[1.0, 2, 3, 4], [1.0, 2, 3, 4]]) == pytest.approx(np.sqrt(19 / 6))


def test_chains_that_agree_have_r_hat_about_one():
    rng = np.random.default_rng(1)
    assert bulk_r_hat(rng.standard_normal((4, 1000, 3))).max() < 1.01


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.5, 0.9])
def test_correlated_draws_are_worth_what_theory_says(phi):
    draws = autoregressive(phi, 4, 20_000, np.random.default_rng(7))
    expected = draws.size * (1 - phi) / (1 + phi)
    assert effective_size(draws) == pytest.approx(expected, rel=0.06)
    assert bulk_effective_size(draws) == pytest.approx(expected, rel=0.06)


def test_one_chain_that_stands_elsewhere_is_found():
    draws = np.random.default_rng(2).standard_normal((4, 500))
    draws[3] += 1.0
    assert bulk_r_hat(draws) > 1.05
    assert bulk_effective_size(draws) < 50


def test_chains_that_drift_together_disagree_with_themselves():
    drift = np.linspace(-2, 2, 500) + 0.1 * np.random.default_rng(3).standard_normal((4, 500))
    assert split_r_hat(drift) > 1.5


def test_chains_of_one_place_but_two_widths_are_found():
    draws = np.random.default_rng(4).standard_normal((4, 1000)) * np.array([1.0, 1.0, 1.0, 3.0])[:, None]
    assert split_r_hat(draws) < 1.02
    assert bulk_r_hat(draws) > 1.05


def test_a_constant_has_nothing_to_disagree_about():
    still = np.ones((2, 100))
    assert split_r_hat(still) == 1.0
    assert effective_size(still) == 200


def test_chains_that_stand_still_apart_never_agree():
    assert split_r_hat(np.repeat([[0.0], [1.0]], 100, axis=1)) == np.inf


def test_fewer_than_four_draws_are_refused():
    with pytest.raises(CannotEstimate) as refused:
        split_r_hat(np.zeros((4, 3)))
    assert refused.value.code == "too_few_draws"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100), st.floats(-100, 100))
def test_units_and_the_order_of_chains_do_not_matter(seed, scale, shift):
    draws = np.random.default_rng(seed).standard_normal((3, 40))
    moved = draws[::-1] * scale + shift
    assert split_r_hat(moved) == pytest.approx(split_r_hat(draws), rel=1e-6)
    assert effective_size(moved) == pytest.approx(effective_size(draws), rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_ranks_see_through_any_rising_transformation(seed):
    draws = np.random.default_rng(seed).standard_normal((3, 40))
    np.testing.assert_allclose(normal_scores(np.exp(draws)), normal_scores(draws))
    assert bulk_effective_size(np.exp(3 * draws)) == pytest.approx(bulk_effective_size(draws))
