"""Ordered logit as a form of U: published likelihoods, a known truth, statsmodels as peer; and C from prices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.economics.satisfaction.test_satisfaction import advertisers, phone_users  # noqa: F401
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.satisfaction import ordered_logit
from trimtab.economics.satisfaction.acceptability import TwoAnswers, cost_acceptability
from trimtab.economics.satisfaction.model import fit, normalise, predict


def likert(rng, n, slopes=(5.0, 3.0, 2.0), steps=7):
    """F, I, C and the level of a hidden logistic scale cut in ``steps``, all 0..1."""
    parts = rng.beta(3, 2, (n, 3))
    hidden = parts @ slopes + rng.logistic(size=n)
    cuts = np.linspace(1.5, 8.5, steps - 1)
    return np.column_stack([parts, np.searchsorted(cuts, hidden) / (steps - 1)]), cuts


def test_the_phone_users_likelihood_is_the_known_one(phone_users):  # noqa: F811
    answers = np.column_stack([normalise(phone_users[0], 1, 10), normalise(phone_users[1], 1, 10)])
    coef = ordered_logit.solve(answers, np.ones((1, len(answers))), None, 10, pseudo=0.0)[0]
    # Recomputed with an independent implementation; all three slopes are positive, so the bounds do not bind.
    assert ordered_logit.log_likelihood(answers, coef, 10) == pytest.approx(-296.034, abs=2e-3)


def test_the_advertisers_lose_hardly_any_likelihood_to_the_bound_on_interaction(advertisers):  # noqa: F811
    answers = np.column_stack([normalise(advertisers[0], 1, 10), normalise(advertisers[1], 1, 10)])
    coef = ordered_logit.solve(answers, np.ones((1, len(answers))), pseudo=0.0)[0]
    # Without bounds -2900.754, by an independent implementation; with interaction at 0 a little less.
    assert -2900.754 - 0.2 < ordered_logit.log_likelihood(answers, coef) < -2900.754
    assert coef[1] == 0


def test_on_both_surveys_it_is_compared_on_the_same_folds(advertisers, phone_users):  # noqa: F811
    for (parts, overall), points in ((advertisers[:2], None), (phone_users, 10)):
        result = fit(
            *normalise(parts, 1, 10).T, normalise(overall, 1, 10), np.random.default_rng(1), worlds=20, points=points
        )
        score = {one.family: one for one in result.scores}
        assert score["ordered_logit"].rmse == pytest.approx(score["additive"].rmse, rel=0.03)


def test_a_known_truth_is_recovered_and_chosen_with_its_draws():
    rng = np.random.default_rng(2)
    answers, cuts = likert(rng, 2000)
    result = fit(*answers.T, rng, worlds=200, families=("product", "cobb_douglas", "ordered_logit"))
    assert result.family == "ordered_logit"
    assert result.names[:4] == ("functionality", "interaction", "cost", "cut_1")
    np.testing.assert_allclose(result.coef[:3], (5.0, 3.0, 2.0), atol=0.6)
    np.testing.assert_allclose(result.coef[3:9], cuts, atol=0.6)
    low, high = np.quantile(result.coef_draws[:, :3], [0.001, 0.999], axis=0)
    assert np.all((low < (5.0, 3.0, 2.0)) & (high > (5.0, 3.0, 2.0)))


def test_u_is_the_mean_level_by_hand():
    # Levels 0, .5, 1; hidden 1; cuts 0 and 2: P = .26894, .46212, .26894, so U = .5.
    coef = np.array([[1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.5, 1.0]])
    assert predict("ordered_logit", coef, [1.0], [0.3], [0.9])[0] == pytest.approx(0.5)


def test_answers_that_are_not_in_steps_leave_it_out():
    rng = np.random.default_rng(3)
    parts = rng.random((60, 3))
    result = fit(*parts.T, parts.mean(axis=1), rng, worlds=20)
    assert "ordered_logit" not in {score.family for score in result.scores}
    with pytest.raises(CannotEstimate) as refusal:
        ordered_logit.solve(np.column_stack([parts, parts.mean(axis=1)]), np.ones((1, 60)))
    assert refusal.value.code == "too_many_levels"


def test_a_level_that_nobody_of_a_resample_chose_keeps_its_cuts_finite_and_in_order():
    rng = np.random.default_rng(4)
    answers, _cuts = likert(rng, 60)
    weights = np.vstack([np.where(answers[:, 3] == level, 0.0, 1.0) for level in np.unique(answers[:, 3])])
    coef = ordered_logit.solve(answers, weights)
    levels = np.unique(answers[:, 3]).size
    assert np.all(np.isfinite(coef))
    assert np.all(np.diff(coef[:, 3 : 2 + levels], axis=1) > 0)


def test_it_agrees_with_statsmodels():
    model = pytest.importorskip("statsmodels.miscmodels.ordinal_model")
    rng = np.random.default_rng(5)
    answers, _cuts = likert(rng, 500)
    ours = ordered_logit.solve(answers, np.ones((1, 500)), pseudo=0.0)[0]
    codes = np.unique(answers[:, 3], return_inverse=True)[1]
    peer = model.OrderedModel(codes, answers[:, :3], distr="logit").fit(method="bfgs", disp=False, gtol=1e-8)
    np.testing.assert_allclose(ours[:3], peer.params[:3], atol=2e-3)
    assert ordered_logit.log_likelihood(answers, ours) == pytest.approx(peer.llf, abs=1e-4)


GRID, WORTH = np.array([10.0, 20.0, 40.0]), np.array([[0.9, 0.6, 0.2], [0.8, 0.5, 0.1]])


def test_c_is_the_share_for_whom_the_price_is_worth_it():
    # Straight between prices: at 30 half way from .6 to .2 and from .5 to .1.
    np.testing.assert_allclose(cost_acceptability(GRID, WORTH, 30.0), [0.4, 0.3])
    np.testing.assert_allclose(cost_acceptability(GRID, WORTH, 5.0), [0.9, 0.8])
    np.testing.assert_allclose(cost_acceptability(GRID, WORTH, 90.0), [0.2, 0.1])


@given(st.floats(0, 100), st.floats(0, 50))
def test_a_higher_price_is_never_worth_it_for_more(price, more):
    assert np.all(cost_acceptability(GRID, WORTH, price + more) <= cost_acceptability(GRID, WORTH, price) + 1e-12)


@pytest.mark.parametrize(
    ("code", "grid", "price"), [("price_not_usable", GRID, -1.0), ("grid_not_rising", GRID[::-1], 9.0)]
)
def test_a_price_or_a_grid_that_is_none_is_refused(code, grid, price):
    with pytest.raises(CannotEstimate) as refusal:
        cost_acceptability(grid, WORTH, price)
    assert refusal.value.code == code


def test_two_answers_about_cost_agree_where_their_difference_may_be_nothing():
    rng = np.random.default_rng(6)
    asked = rng.normal(0.6, 0.05, 1000)
    assert TwoAnswers(asked, rng.normal(0.62, 0.05, 1000)).agree
    assert not TwoAnswers(asked, rng.normal(0.9, 0.02, 1000)).agree
