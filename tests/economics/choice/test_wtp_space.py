"""Willingness-to-pay space: the figures of logitr, agreement with preference space, several starts, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.choice.assistants import assistants
from tests.economics.choice.choice_studies import answered, electricity, yogurt
from trimtab.economics.choice import mixed_logit, wtp_space
from trimtab.economics.errors import CannotEstimate


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_yogurt_panel_gives_the_money_of_logitr(public_data):
    fit = wtp_space.fit(yogurt(public_data), "price")
    # Vignette of the R package logitr, willingness to pay in cents an ounce.
    assert dict(zip(fit.names, fit.values, strict=True)) == pytest.approx(
        {"feat": 1.3407, "brand: hiland": -10.1362, "brand: weight": -1.7491, "brand: yoplait": 2.0039}, abs=1e-3
    )
    assert fit.log_likelihood == pytest.approx(-2656.887879, abs=2e-6)


def test_the_assistants_study_in_euro(public_data):
    fit = wtp_space.fit(assistants(public_data), "cost")
    # Effects coding: the step from the reference to the level is twice the part-worth.
    money = dict(zip(fit.names, 2 * fit.values, strict=True))
    assert money["qual: Ottimale"] == pytest.approx(10.12, abs=0.005)
    draws = 2 * fit.draws(4000, generator())[:, fit.names.index("qual: Ottimale")]
    low, high = np.quantile(draws, [0.1, 0.9])
    assert low < 10.12 < high
    assert fit.standard_errors[fit.names.index("qual: Ottimale")] == pytest.approx(draws.std() / 2, rel=0.35)


def test_money_of_people_who_differ_reaches_the_same_hill_from_several_starts(public_data):
    data = electricity(public_data).subset(np.arange(361) < 150)
    fit = wtp_space.fit_mixed(data, "pf", random=("cl", "loc", "tod"), rng=generator(), points=60, starts=4)
    assert len(fit.starts) == 4
    assert max(fit.starts) - sorted(fit.starts)[-2] < 0.01
    assert fit.parameter_names[0] == "ln λ"
    # The published means of preference space say about 2 cents for a local supplier.
    assert fit.means[2] == pytest.approx(2.1, abs=0.5)


def test_with_one_price_sensitivity_both_spaces_are_the_same_model():
    rng = generator(2)
    data = answered(np.column_stack([rng.normal(1, 1, 200), np.full(200, -0.5), np.full(200, -0.6)]), rng)
    money = wtp_space.fit_mixed(data, "price", random=("x0",), rng=generator(), points=100, starts=1)
    utility = mixed_logit.fit(data, random={"x0": "normal"}, rng=generator(), points=100, starts=1)
    assert money.log_likelihood == pytest.approx(utility.log_likelihood, abs=1e-4)
    scale = -utility.means[2]
    assert money.means[0] == pytest.approx(utility.means[0] / scale, rel=1e-3)
    assert money.standard_deviations == pytest.approx(utility.standard_deviations / scale, rel=1e-3)
    assert money.means[2] == pytest.approx(np.log(scale), abs=1e-3)


def test_money_that_differs_between_people_is_found_again():
    rng = generator(3)
    scale, money = rng.lognormal(-0.5, 0.4, 400), rng.normal(2, 1, 400)
    data = answered(np.column_stack([scale * money, scale * -1.0, -scale]), rng, tasks=10)
    fit = wtp_space.fit_mixed(data, "price", random=("x0", "price"), rng=rng, points=150, starts=2)
    truth = np.array([2.0, -1.0, -0.5, 1.0, 0.4])
    assert (np.abs(fit.theta - truth) < 3 * fit.standard_errors).all()
    population = fit.population(50, rng)
    price = population.column("price")
    assert (price < 0).all()
    assert (population.column("x0") / -price).mean() == pytest.approx(2, abs=0.3)


@pytest.mark.parametrize(
    ("coefficient", "name", "code"), [(0.0, "price", "price_does_not_deter"), (-1, "cost", "column_unknown")]
)
def test_money_is_no_measure_before_price_matters(coefficient, name, code):
    data = answered(np.tile([1.0, -0.5, coefficient], (40, 1)), generator())
    for fit in (
        lambda: wtp_space.fit(data, name),
        lambda: wtp_space.fit_mixed(data, name, random=("x0",), rng=generator()),
    ):
        with pytest.raises(CannotEstimate) as found:
            fit()
        assert found.value.code == code
