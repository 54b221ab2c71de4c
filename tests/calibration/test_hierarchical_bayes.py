"""Intervals of hierarchical Bayes and of best-worst scaling, from people whose part-worths are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import invwishart

from trimtab.economics.choice import hierarchical_bayes, maxdiff, sequential_logit
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.partworth_sampler import NormalWishart

MEAN, SPREAD = np.array([1.0, -0.5, -0.8]), np.array([0.8, 0.5, 0.4])
PEOPLE, TASKS, OFFERS = 80, 8, 3
# A weight of 4 respondents keeps the drawn means in a range where choices still say something.
PRIOR = NormalWishart(9, 5 * np.eye(3), np.zeros(3), 4.0)
UTILITIES = np.array([1.0, 0.4, 0.0, -0.4, -1.0])
SHOWN = 3


def choices(partworths: np.ndarray, rng: np.random.Generator) -> ChoiceData:
    X = rng.choice([-1.0, 0.0, 1.0], (PEOPLE, TASKS, OFFERS, 3))
    utility = np.einsum("ntjk,nk->ntj", X, partworths) + rng.gumbel(size=X.shape[:3])
    first = np.arange(PEOPLE * TASKS) * OFFERS
    start = np.append(first, PEOPLE * TASKS * OFFERS)
    owner = np.repeat(np.arange(PEOPLE), TASKS)
    chosen = first + utility.argmax(axis=2).ravel()
    return ChoiceData.of(X.reshape(-1, 3), start, chosen, owner, ("a", "b", "price"))


def prior_trial(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    """The truth itself is drawn from the prior: a right sampler then holds it exactly as often as it says."""
    covariance = invwishart(PRIOR.degrees, PRIOR.scale).rvs(random_state=rng)
    mean = rng.multivariate_normal(PRIOR.mean, covariance / PRIOR.weight)
    partworths = rng.multivariate_normal(mean, covariance, PEOPLE)
    data = choices(partworths, rng)
    fit = hierarchical_bayes.fit(data, rng=rng, iterations=1600, burn=500, chains=2, thin=4, prior=PRIOR)
    return {
        "mean part-worth": (mean[0], fit.mean[:, 0]),
        "standard deviation": (np.sqrt(covariance[2, 2]), fit.standard_deviation[:, 2]),
        "covariance": (covariance[0, 1], fit.covariance[:, 0, 1]),
        "one person's part-worth": (partworths[0, 0], fit.partworths[:, 0, 0]),
    }


def bayes_trial(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    """A truth that the prior does not know, under the prior of the product."""
    partworths = rng.normal(MEAN, SPREAD, (PEOPLE, 3))
    fit = hierarchical_bayes.fit(choices(partworths, rng), rng=rng, iterations=1600, burn=500, chains=2, thin=4)
    return {
        "mean part-worth": (1.0, fit.mean[:, 0]),
        "mean price coefficient": (-0.8, fit.mean[:, 2]),
        "standard deviation": (0.8, fit.standard_deviation[:, 0]),
        "one person's part-worth": (partworths[0, 0], fit.partworths[:, 0, 0]),
    }


def best_worst_trial(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    people, tasks = 60, 6
    item = np.argsort(rng.random((people * tasks, len(UTILITIES))), axis=1)[:, :SHOWN]
    answer = np.zeros_like(item)
    best = (UTILITIES[item] + rng.gumbel(size=item.shape)).argmax(axis=1)
    answer[np.arange(len(item)), best] = 1
    # The worst is the best of the rest where every utility changes its sign.
    worst = np.where(answer == 1, -np.inf, -UTILITIES[item] + rng.gumbel(size=item.shape)).argmax(axis=1)
    answer[np.arange(len(item)), worst] = -1
    owner, task = np.repeat(np.arange(people), tasks * SHOWN), np.repeat(np.arange(people * tasks), SHOWN)
    data = maxdiff.maxdiff_data(owner, task, item.ravel().astype(str), answer.ravel())
    draws = sequential_logit.fit(data).draws(1000, rng)
    return {"best item": (1.0, draws[:, 0]), "worst item": (-1.0, draws[:, 4])}


@pytest.mark.calibration
def test_hierarchical_bayes_is_as_sure_as_it_says(calibrated):
    calibrated("hierarchical Bayes", bayes_trial)


@pytest.mark.calibration
def test_the_sampler_holds_truths_of_its_prior_as_often_as_it_says(calibrated):
    calibrated("hierarchical Bayes, truth drawn from the prior", prior_trial)


@pytest.mark.calibration
def test_best_worst_scaling_is_as_sure_as_it_says(calibrated):
    calibrated("best-worst scaling, sequential logit", best_worst_trial, data_sets=1000)
