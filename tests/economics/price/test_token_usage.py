"""Token usage: known tails are found, few customers are resampled, idle ones stay idle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.token_usage import UsageShape, share_of_the_most, token_usage


def rng(seed=1):
    return np.random.default_rng(seed)


def exact_composite(count, mean=10.0, deviation=1.0, tail=1.8):
    """The quantiles of a log-normal body up to 90 % and a Pareto tail above, at evenly spaced ranks."""
    from scipy.special import ndtri

    rank = (np.arange(count) + 0.5) / count
    body = mean + deviation * ndtri(np.minimum(rank, 0.9))
    return np.exp(body + np.where(rank > 0.9, (np.log(0.1) - np.log1p(-rank)) / tail, 0))


def test_a_body_and_a_tail_that_are_there_are_found():
    found = token_usage(exact_composite(20_000), worlds=200, rng=rng())
    assert found.shape is UsageShape.PARETO_TAIL
    assert np.mean(found.log_mean) == pytest.approx(10, abs=0.02)
    assert np.mean(found.log_sd) == pytest.approx(1, abs=0.02)
    assert np.mean(found.tail) == pytest.approx(1.8, rel=0.03)
    ranks = np.array([0.1, 0.5, 0.9, 0.99])
    expected = np.quantile(exact_composite(20_000), ranks)
    assert np.median(found.at(ranks), axis=0) == pytest.approx(expected, rel=0.03)


def test_few_customers_are_resampled_as_they_are():
    found = token_usage([5, 1, 4, 2, 3.0], worlds=300, rng=rng())
    assert found.shape is UsageShape.EMPIRICAL
    drawn = found.at((np.arange(100) + 0.5) / 100)
    assert set(np.unique(drawn)) == {1, 2, 3, 4, 5}
    # Each of the five stands for a fifth on average over the worlds.
    assert np.mean(drawn == 3) == pytest.approx(0.2, abs=0.03)


def test_customers_who_use_nothing_stay_idle():
    found = token_usage([0.0] * 30 + [100.0] * 70, worlds=400, rng=rng(), shape=UsageShape.EMPIRICAL)
    assert np.mean(found.idle) == pytest.approx(0.3, abs=0.01)
    assert np.mean(found.at((np.arange(1000) + 0.5) / 1000) == 0) == pytest.approx(0.3, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(UsageShape))
def test_a_higher_rank_never_uses_less(seed, shape):
    found = token_usage(np.exp(rng(seed).normal(8, 2, 60)), worlds=50, rng=rng(seed), shape=shape)
    drawn = found.at(np.linspace(0, 1, 101))
    assert np.all(np.diff(drawn, axis=1) >= 0)
    assert np.all((drawn >= 0) & (drawn <= found.most))


def test_the_largest_tenth_of_a_hand_made_list():
    assert share_of_the_most([1] * 9 + [91]) == pytest.approx(0.91)
    assert share_of_the_most([5.0]) == 1


@pytest.mark.parametrize(
    ("tokens", "code"),
    [
        ([1, 2, 3], "too_few_customers"),
        ([0.0] * 8, "no_usage"),
        ([-1.0] * 8, "out_of_range"),
        ([np.nan] * 8, "not_finite"),
    ],
)
def test_usage_that_cannot_be_fitted_is_refused_by_name(tokens, code):
    with pytest.raises(CannotEstimate) as refusal:
        token_usage(tokens, worlds=5, rng=rng())
    assert refusal.value.code == code


def test_many_customers_are_taken_in_groups_without_changing_the_answer():
    # 40,000 customers stand in at most 4,000 groups, 2,000 of the same law each for themselves.
    many, few = (token_usage(exact_composite(count), worlds=400, rng=rng()) for count in (40_000, 2_000))
    assert many.seen.size <= 4_000
    assert few.seen.size == 2_000
    for name in ("log_mean", "log_sd", "tail"):
        assert np.mean(getattr(many, name)) == pytest.approx(np.mean(getattr(few, name)), rel=0.03)
        # Twenty times the customers: intervals narrower by the root of twenty.
        narrower = np.std(getattr(few, name)) / np.std(getattr(many, name))
        assert narrower == pytest.approx(np.sqrt(20), rel=0.2)


def test_the_order_of_the_customers_changes_nothing():
    used = np.exp(rng(3).normal(9, 1, 80))
    first, second = token_usage(used, worlds=20, rng=rng()), token_usage(used[::-1], worlds=20, rng=rng())
    assert np.array_equal(first.tail, second.tail)
