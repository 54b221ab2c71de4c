"""What quality does to customers: over data sets with a known truth, how often the intervals hold it."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.decision.latency_elasticity import observed_latency_elasticity
from trimtab.economics.decision.quality import LATENCY_ELASTICITY, QUALITY_ELASTICITY
from trimtab.economics.decision.quality_elasticity import SCATTER_SD, observed_elasticity
from trimtab.economics.decision.quality_error_price import error_price, failure_time
from trimtab.economics.decision.quality_experiment import Arm, design_effect, elasticity_of_arms
from trimtab.economics.decision.quality_success import Answers, Stakes, task_success

pytestmark = pytest.mark.calibration
WORLDS = 1000
CLASSES, TEXTS, REQUESTS = 20, 40, 200


def test_the_elasticity_between_classes(calibrated):
    # Elasticity and scatter are drawn from their stated priors, as the posterior takes them to be.
    def trial(rng):
        truth = float(QUALITY_ELASTICITY.draw(rng, 1)[0])
        error = np.exp(rng.normal(np.log(0.15), 0.5, CLASSES)).clip(0.01, 0.7)
        scatter = np.exp(abs(rng.normal(0, SCATTER_SD)) * rng.standard_normal(CLASSES))
        failing = np.minimum(0.25 * (error / 0.15) ** truth * scatter, 0.95)
        found = observed_elasticity(
            rng.binomial(TEXTS, error), np.full(CLASSES, TEXTS), rng.binomial(REQUESTS, failing),
            np.full(CLASSES, REQUESTS), worlds=WORLDS, rng=rng,
        )  # fmt: skip
        return {"elasticity": (truth, found.elasticity)}

    calibrated("Quality elasticity, observed by class", trial)


def test_the_elasticity_of_an_experiment(calibrated):
    def trial(rng):
        truth = float(QUALITY_ELASTICITY.draw(rng, 1)[0])
        errors = rng.uniform([0.1, 0.22], [0.18, 0.35])
        wrong = rng.binomial(400, errors)
        share = 0.3 * np.array([(errors[0] / errors[1]) ** truth, 1.0])
        arms = [Arm(float(rng.binomial(600, one)), 600.0) for one in share]
        drawn = rng.beta(wrong + 0.5, 400 - wrong + 0.5, (WORLDS, 2))
        ratio = np.log(drawn[:, 1] / drawn[:, 0])
        found = elasticity_of_arms(*arms, ratio, prior=QUALITY_ELASTICITY, worlds=WORLDS, rng=rng)
        return {"elasticity": (truth, found.elasticity)}

    calibrated("Quality elasticity, tested", trial, data_sets=600)


def test_the_elasticity_of_latency(calibrated):
    # Customers differ in how easily they dislike an answer, and ask ten times each.
    def trial(rng):
        truth = float(LATENCY_ELASTICITY.draw(rng, 1)[0])
        customer = np.repeat(np.arange(120), 10)
        latency = np.exp(rng.normal(np.log(800), 0.5, customer.size))
        own = rng.beta(8, 2, 120)[customer] / 0.8
        unhappy = rng.random(customer.size) < np.minimum(0.3 * own * (latency / 800) ** truth, 1)
        found = observed_latency_elasticity(latency, unhappy, customer, worlds=WORLDS, rng=rng)
        return {"elasticity": (truth, found.elasticity)}

    calibrated("Latency elasticity, observed", trial, data_sets=600)


def test_the_success_of_a_task_and_its_difference_from_another_model(calibrated):
    cost, often = np.array([1.0, 3.0, 0.5, 2.0]), np.array([[4.0, 2.0, 3.0, 1.0]])
    weight = often[0] * cost / (often[0] @ cost)
    first, second = np.array([0.8, 0.7, 0.9, 0.6]), np.array([0.85, 0.8, 0.9, 0.75])

    def trial(rng):
        truth = rng.integers(0, 4, 400)
        luck = rng.random(400)
        counts = rng.multinomial(400, np.full(400, 1 / 400), size=WORLDS)
        stakes = Stakes(often, cost)
        ours, theirs = (
            task_success(truth, 4, Answers(np.where(luck < right[truth], truth, 4)[None]), counts, stakes).success
            for right in (second, first)
        )
        return {
            "success": (float(weight @ second), ours),
            "difference": (float(weight @ (second - first)), ours - theirs),
        }

    calibrated("Success of a task", trial, data_sets=600)


def test_what_failures_do_to_leaving(calibrated):
    # 2 % leave a month before a failure; afterwards each class has a rate of its own around 4.5 %, as pooling takes it.
    def trial(rng):
        after = 0.045 * rng.gamma(12, 1 / 12, 4)
        kind, at = rng.integers(0, 4, 3000), rng.uniform(0, 8, 3000)
        calm = rng.exponential(1 / 0.02, 3000)
        leave = np.where(calm < at, calm, at + rng.exponential(1 / after[kind]))
        end = np.minimum(leave, 14.0)
        seen = failure_time(np.zeros(3000), end, leave < 14, np.arange(3000), kind, at, 4)
        found = error_price(seen, 100.0, worlds=WORLDS, rng=rng)
        truth = after - 0.02
        return {"excess of a class": (float(truth[0]), found.excess[:, 0])}

    calibrated("Leaving after unresolved requests", trial, data_sets=3000)


def test_customers_who_ask_often_are_counted_as_the_crowd_that_they_are(calibrated):
    # A share whose customers differ: the interval of the counts after the design effect.
    def trial(rng):
        customer = np.repeat(np.arange(80), rng.integers(1, 30, 80))
        failed = rng.random(customer.size) < rng.beta(3, 7, 80)[customer]
        effect = design_effect(failed, customer)
        asked, unhappy = failed.size / effect, failed.sum() / effect
        return {"share": (0.3, rng.beta(unhappy + 0.5, asked - unhappy + 0.5, WORLDS))}

    calibrated("Share of requests, by design effect", trial, data_sets=600)
