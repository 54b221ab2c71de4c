"""Hierarchical Bayes against the published camera study, quadrature, and closed forms of its parts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.economics.choice.camera import camera
from trimtab.economics.choice import hierarchical_bayes, logit
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.hierarchical_bayes import BayesFit
from trimtab.economics.choice.partworth_sampler import Chains, NormalWishart, Rivals
from trimtab.economics.errors import CannotEstimate

QUICK = {"iterations": 200, "burn": 100, "chains": 2, "thin": 2}


def answers(people: int, tasks: int, rng: np.random.Generator, *, ragged: bool = False) -> ChoiceData:
    """Choices among two or three offers of a quality and a price, tastes differing between people."""
    sizes = rng.integers(2, 4, people * tasks) if ragged else np.full(people * tasks, 3)
    owner = np.repeat(np.arange(people), tasks)
    if ragged:
        keep = np.sort(rng.permutation(people * tasks)[: people * tasks * 3 // 4])
        keep = np.union1d(keep, np.arange(people) * tasks)
        sizes, owner = sizes[keep], owner[keep]
    start = np.concatenate([[0], np.cumsum(sizes)])
    X = np.column_stack([rng.integers(0, 2, start[-1]), rng.uniform(1, 4, start[-1])]).astype(float)
    beta = np.array([1.0, -0.8]) + rng.normal(0, 0.5, (people, 2))
    utility = (X * np.repeat(beta[owner], sizes, axis=0)).sum(axis=1) + rng.gumbel(size=start[-1])
    chosen = np.array([a + utility[a:b].argmax() for a, b in pairwise(start)])
    return ChoiceData.of(X, start, chosen, owner, ("quality", "price"))


@pytest.fixture(scope="module")
def cameras(public_data) -> BayesFit:
    """Under the prior of the published fits."""
    prior = hierarchical_bayes.bayesm_prior(10)
    chains = {"iterations": 1500, "burn": 500, "thin": 3, "prior": prior}
    return hierarchical_bayes.fit(camera(public_data), rng=np.random.default_rng(20), **chains)


def test_the_camera_study_is_found_again(cameras):
    # Allenby, Brazell, Howell & Rossi 2014, data of bayesm; the posterior of two independent samplers, full covariance.
    found = dict(zip(cameras.names, cameras.mean.mean(axis=0), strict=True))
    spread = dict(zip(cameras.names, cameras.mean.std(axis=0), strict=True))
    assert found["price"] == pytest.approx(-3.48, abs=0.06)
    assert spread["price"] == pytest.approx(0.175, abs=0.03)
    assert found["wifi"] == pytest.approx(1.16, abs=0.04)
    assert found["zoom"] == pytest.approx(1.70, abs=0.04)


def test_the_chains_of_the_camera_study_agree(cameras):
    assert max(cameras.r_hat.max(), cameras.spread_r_hat.max(), cameras.partworth_r_hat.max()) < 1.05
    assert cameras.effective_size.min() > 150
    assert "chains_disagree" not in cameras.warnings
    assert 0.5 < cameras.acceptance.mean() < 0.7


def test_every_respondent_of_the_camera_study_has_part_worths(cameras):
    assert cameras.partworths.shape == (2000, 332, 10)
    assert cameras.partworths.dtype == np.float32
    # Their mean over people is the population's mean, up to the prior's hundredth of a respondent.
    np.testing.assert_allclose(cameras.individual.mean(axis=0), cameras.mean.mean(axis=0), atol=0.06)


def test_a_sample_of_people_is_as_uncertain_as_the_population_mean(cameras):
    sampled = cameras.population(2000, np.random.default_rng(1)).mean()
    np.testing.assert_allclose(sampled.std(axis=0), cameras.mean.std(axis=0), rtol=0.15)


def test_one_part_worth_has_the_posterior_of_quadrature():
    """With mu and Sigma held by a very strong prior, each person's posterior is a one-dimensional integral."""
    rng = np.random.default_rng(3)
    X = rng.uniform(0, 2, (20 * 5 * 2, 1))
    chosen = np.arange(0, 200, 2) + rng.integers(0, 2, 100)
    data = ChoiceData.of(X, np.arange(0, 201, 2), chosen, np.repeat(np.arange(20), 5), ("x",))
    prior = NormalWishart(1e7, np.array([[0.8 * 1e7]]), np.array([-0.5]), 1e7)
    fitted = hierarchical_bayes.fit(data, iterations=8000, burn=500, thin=2, prior=prior, rng=rng)
    grid = np.linspace(-6, 5, 2001)
    gap = X[data.chosen, 0] - X[data.chosen ^ 1, 0]
    for person in (0, 7, 19):
        density = np.exp(
            -np.log1p(np.exp(-np.outer(gap[data.respondent == person], grid))).sum(axis=0)
            - (grid + 0.5) ** 2 / (2 * 0.8)
        )
        density /= density.sum()
        mean = density @ grid
        assert fitted.individual[person, 0] == pytest.approx(mean, abs=0.03)
        deviation = np.sqrt(density @ (grid - mean) ** 2)
        assert fitted.partworths[:, person, 0].std() == pytest.approx(deviation, rel=0.04)


def test_the_draw_of_the_population_has_the_closed_posterior_moments():
    rng = np.random.default_rng(4)
    beta = rng.normal([1.0, -2.0], [0.5, 1.5], (30, 2))
    prior = NormalWishart(5, 5 * np.eye(2), np.zeros(2), 0.01)
    mean, covariance, precision = prior.draw(np.tile(beta, (20_000, 1, 1)), rng)
    off = beta - beta.mean(axis=0)
    shrunk = 30 * 0.01 / 30.01
    scale = 5 * np.eye(2) + off.T @ off + shrunk * np.outer(beta.mean(axis=0), beta.mean(axis=0))
    # Mean of an inverse Wishart: scale / (degrees - K - 1), degrees = 5 + 30.
    np.testing.assert_allclose(covariance.mean(axis=0), scale / (35 - 3), atol=0.02)
    np.testing.assert_allclose(precision.mean(axis=0), 35 * np.linalg.inv(scale), atol=0.02)
    np.testing.assert_allclose(mean.mean(axis=0), beta.sum(axis=0) / 30.01, atol=0.01)
    np.testing.assert_allclose(np.cov(mean.T), scale / 32 / 30.01, atol=0.003)
    np.testing.assert_allclose(covariance[:3] @ precision[:3], np.tile(np.eye(2), (3, 1, 1)), atol=1e-8)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_likelihood_gradient_and_information_are_those_of_the_logit(seed, ragged):
    rng = np.random.default_rng(seed)
    data = answers(12, 6, rng, ragged=ragged)
    rivals = Rivals.of(data, np.ones(2))
    chains = Chains(rivals, hierarchical_bayes.default_prior(2), rng.normal(0, 1, (12, 2, 2)), burn=50, rng=rng)
    b = rng.normal(0, 1, 2)
    slope = np.empty((12, 2, 2), np.float32)
    found = chains._likelihood(np.tile(b.astype(np.float32), (12, 2, 1)), slope)
    value, gradients, information = logit.likelihood(data, data.X, b, np.ones(data.tasks))
    assert found[:, 0].sum() == pytest.approx(value, rel=1e-5)
    np.testing.assert_allclose(slope[:, 1].sum(axis=0), gradients.sum(axis=0), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(rivals.information(np.tile(b, (12, 1))).sum(axis=0), information, rtol=1e-3, atol=1e-3)


def test_the_unit_of_the_price_does_not_matter():
    data = answers(20, 6, np.random.default_rng(5))
    # A power of two leaves every rounding as it was, so that the same chances give the same draws.
    cents = ChoiceData.of(data.X * [1, 64], data.start, data.chosen, data.respondent, data.names)
    one, other = (hierarchical_bayes.fit(d, rng=np.random.default_rng(6), **QUICK) for d in (data, cents))
    np.testing.assert_allclose(one.partworths, other.partworths * np.array([1, 64]), rtol=1e-5)
    np.testing.assert_allclose(one.mean, other.mean * [1, 64], rtol=1e-5)


def test_the_same_seed_gives_the_same_answer_and_another_gives_a_like_one():
    data = answers(40, 8, np.random.default_rng(7))
    runs = [
        hierarchical_bayes.fit(data, iterations=800, burn=200, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(runs[0].partworths, runs[1].partworths)
    np.testing.assert_allclose(runs[0].mean.mean(axis=0), runs[2].mean.mean(axis=0), atol=0.1)


def test_respondents_without_weight_have_no_share_in_the_population():
    data = answers(20, 6, np.random.default_rng(8))
    weight = np.r_[np.zeros(5), np.ones(15)]
    weighted = ChoiceData.of(data.X, data.start, data.chosen, data.respondent, data.names, weight=weight)
    population = hierarchical_bayes.fit(weighted, rng=np.random.default_rng(9), **QUICK).population(
        50, np.random.default_rng(1)
    )
    assert population.partworths.shape == (50, 20, 2)
    assert (population.shares[:, :5] == 0).all()
    np.testing.assert_allclose(population.shares.sum(axis=1), 1)


def test_progress_is_told_and_can_stop_the_work():
    data = answers(20, 6, np.random.default_rng(10))
    heard: list[tuple[int, int]] = []
    hierarchical_bayes.fit(data, rng=np.random.default_rng(1), on_progress=lambda *at: heard.append(at), **QUICK)
    assert heard == sorted(heard)
    assert heard[-1] == (300, 300)

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hierarchical_bayes.fit(data, rng=np.random.default_rng(1), on_progress=stop, **QUICK)


def test_a_short_run_is_warned_of():
    data = answers(20, 6, np.random.default_rng(11))
    fitted = hierarchical_bayes.fit(data, iterations=40, burn=50, chains=2, thin=2, rng=np.random.default_rng(1))
    assert "few_effective_draws" in fitted.warnings


def only(data: ChoiceData, **new: object) -> ChoiceData:
    parts = {"X": data.X, "start": data.start, "chosen": data.chosen, "respondent": data.respondent} | new
    return ChoiceData.of(*parts.values(), data.names)


def cheapest(data: ChoiceData) -> np.ndarray:
    return np.arange(0, len(data.X), 3) + data.X[:, 1].reshape(-1, 3).argmin(axis=1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d.subset([0]), "one_respondent"),
        (lambda d: d.subset([0, 1]), "too_few_respondents"),
        (lambda d: only(d, X=np.column_stack([d.X[:, 0], np.repeat(d.X[::3, 1], 3)])), "attribute_does_not_vary"),
        (lambda d: only(d, X=np.column_stack([d.X[:, 0], 2 * d.X[:, 0]])), "columns_collinear"),
        (lambda d: only(d, chosen=cheapest(d)), "choices_separated"),
    ],
)  # fmt: skip
def test_what_cannot_be_identified_is_refused_by_name(change, code):
    data = change(answers(20, 6, np.random.default_rng(12)))
    with pytest.raises(CannotEstimate) as refused:
        hierarchical_bayes.fit(data, rng=np.random.default_rng(1), **QUICK)
    assert refused.value.code == code
    assert refused.value.remedy


@pytest.mark.parametrize("setting", [{"chains": 1}, {"burn": 10}, {"thin": 0}, {"iterations": 4}])
def test_settings_that_cannot_show_convergence_are_refused(setting):
    with pytest.raises(CannotEstimate) as refused:
        hierarchical_bayes.fit(
            answers(20, 6, np.random.default_rng(13)), rng=np.random.default_rng(1), **QUICK | setting
        )
    assert refused.value.code == "sampler_setting_out_of_range"
