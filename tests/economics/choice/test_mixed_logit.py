"""Mixed logit: published simulated likelihoods at equal points, gradients, recovery of known mixtures, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.economics.choice.choice_studies import ELECTRICITY, answered, electricity, swissmetro
from trimtab.economics.choice import ChoiceData, mixed_logit
from trimtab.economics.choice.mixture import PreferenceMixture
from trimtab.economics.choice.mixture_draws import normal_points, radical_inverse
from trimtab.economics.choice.simulated_likelihood import SimulatedLikelihood, blocks
from trimtab.economics.choice.wtp_space import WtpMixture
from trimtab.economics.errors import CannotEstimate

NORMAL = dict.fromkeys(ELECTRICITY, "normal")


@pytest.fixture(scope="module")
def suppliers(public_data) -> ChoiceData:
    return electricity(public_data)


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def mixed_people(seed: int = 1, people: int = 150) -> ChoiceData:
    """b = (1 ± 1, -.5, -.6): only the first part-worth differs."""
    rng = generator(seed)
    partworths = np.tile([1.0, -0.5, -0.6], (people, 1))
    partworths[:, 0] += rng.normal(0, 1, people)
    return answered(partworths, rng)


def test_halton_points_are_the_digits_mirrored():
    # By hand: 1, 2, 3, 4, 5 in base 3 are 1, 2, 10, 11, 12; mirrored .1 .2 .01 .11 .21 in base 3.
    assert radical_inverse(3, 5, first=1) == pytest.approx(np.array([3, 6, 1, 4, 7]) / 9)


def test_a_person_takes_the_next_stretch_of_one_long_halton_sequence():
    z = normal_points(3, 2, 10, "halton", None)
    long = normal_points(1, 2, 30, "halton", None)
    assert z[1] == pytest.approx(long[0][:, 10:20])


@pytest.mark.parametrize("sequence", ["halton", "sobol"])
def test_points_look_standard_normal(sequence):
    z = normal_points(200, 4, 100, sequence, generator())
    assert z.mean(axis=(0, 2)) == pytest.approx(np.zeros(4), abs=0.01)
    assert z.std(axis=(0, 2)) == pytest.approx(np.ones(4), abs=0.01)
    assert np.corrcoef(z.transpose(1, 0, 2).reshape(4, -1)) == pytest.approx(np.eye(4), abs=0.02)


def test_a_hundred_halton_points_reach_the_published_likelihood_and_means(suppliers):
    fit = mixed_logit.fit(suppliers, random=NORMAL, rng=generator(), points=100, starts=1)
    # xlogit 0.2.7 and the oracle table: 6 independent normals, 100 Halton draws, the first 100 dropped.
    assert fit.log_likelihood == pytest.approx(-3952.488, abs=1e-3)
    assert fit.means == pytest.approx([-0.9734, -0.2056, 2.0757, 1.4756, -9.0525, -9.1037], abs=2e-3)
    assert fit.gap < 1e-6


def test_five_hundred_halton_points_reach_the_published_likelihood(suppliers):
    fit = mixed_logit.fit(suppliers, random=NORMAL, rng=generator(), points=500, starts=1)
    assert fit.log_likelihood == pytest.approx(-3891.718, abs=1e-3)
    assert (fit.standard_deviations > 0).all()


def test_several_starts_end_on_the_same_hill(suppliers):
    fit = mixed_logit.fit(suppliers, random=NORMAL, rng=generator(), points=50, starts=3)
    assert np.ptp(fit.starts) < 0.01
    assert len(fit.starts) == 3


def test_swissmetro_with_a_normal_mixture_of_time(public_data):
    fit = mixed_logit.fit(swissmetro(public_data), random={"b_time": "normal"}, rng=generator(), points=400, starts=1,
                          sequence="sobol")  # fmt: skip
    # Biogeme, converged: LL -5214.893; at 400 points of each of 6,768 people the simulation still moves it by tenths.
    assert fit.log_likelihood == pytest.approx(-5214.893, abs=0.3)
    assert fit.theta == pytest.approx([0.1371, -0.4019, -1.2856, -2.2599, 1.6576], abs=6e-3)


@pytest.mark.parametrize("correlated", [False, True])
@pytest.mark.parametrize("space", ["preference", "money", "money, one price"])
def test_the_gradient_is_that_of_the_likelihood(space, correlated):
    data = mixed_people(people=12)
    varying = np.array([0, 2])
    mixture = {
        "preference": PreferenceMixture(data.names, varying, ("lognormal", "negative lognormal"), correlated),
        "money": WtpMixture(data.names, 2, varying, correlated),
        "money, one price": WtpMixture(data.names, 2, np.array([0]), correlated),
    }[space]
    z = normal_points(12, len(mixture.spread.names), 16, "halton", None)
    likelihood = SimulatedLikelihood(mixture, blocks(data, data.X, z), np.linspace(0.5, 1.5, 12))
    theta = generator(2).normal(0, 0.4, len(mixture.parameter_names))
    slope = [(likelihood(theta + h)[0] - likelihood(theta - h)[0]) / 2e-6 for h in np.eye(len(theta)) * 1e-6]
    assert likelihood(theta)[1].sum(axis=0) == pytest.approx(np.array(slope), rel=1e-5, abs=1e-6)


def test_one_point_of_no_spread_is_the_multinomial_logit():
    data = mixed_people(people=20)
    mixture = PreferenceMixture(data.names, np.array([0]), ("normal",))
    likelihood = SimulatedLikelihood(mixture, blocks(data, data.X, np.zeros((20, 1, 1))), np.ones(20))
    b = np.array([0.7, -0.3, -0.5])
    chances = np.exp(data.cube() @ b)
    chances /= chances.sum(axis=1, keepdims=True)
    expected = np.log(chances[np.arange(data.tasks), data.picks]).sum()
    assert likelihood(np.append(b, 0.0))[0] == pytest.approx(expected, abs=1e-9)


def test_tasks_of_several_sizes_count_as_if_each_stood_alone():
    rng = generator(3)
    wide, narrow = (answered(rng.normal(size=(6, 3)), rng, alternatives=j, tasks=t) for j, t in ((4, 3), (2, 5)))
    both = ChoiceData.of(
        np.vstack([wide.X, narrow.X]),
        np.append(wide.start, wide.start[-1] + narrow.start[1:]),
        np.append(wide.chosen, wide.start[-1] + narrow.chosen),
        np.append(wide.respondent, 6 + narrow.respondent),
        wide.names,
    )
    mixture = PreferenceMixture(wide.names, np.array([0, 1]), ("normal", "lognormal"))
    z, theta = normal_points(12, 2, 20, "halton", None), np.array([0.5, -0.5, -0.3, 0.8, 0.4])

    def value(data: ChoiceData, points: np.ndarray) -> float:
        return SimulatedLikelihood(mixture, blocks(data, data.X, points), data.weight)(theta)[0]

    assert value(both, z) == pytest.approx(value(wide, z[:6]) + value(narrow, z[6:]), abs=1e-9)


def test_long_panels_do_not_underflow():
    data = answered(np.tile([3.0, -3.0, -2.0], (4, 1)), generator(), tasks=900)
    mixture = PreferenceMixture(data.names, np.array([0]), ("normal",))
    z = normal_points(4, 1, 50, "halton", None)
    value, scores = SimulatedLikelihood(mixture, blocks(data, data.X, z), np.ones(4))(np.array([-2.0, 2.0, 1.0, 0.5]))
    assert value < -2000
    assert np.isfinite(value)
    assert np.isfinite(scores).all()


def test_a_known_mixture_is_found_again_and_people_are_told_apart():
    rng = generator(5)
    truth = np.column_stack([rng.normal(1, 1, 400), np.full(400, -0.5), -rng.lognormal(-0.5, 0.5, 400)])
    data = answered(truth, rng, tasks=10)
    fit = mixed_logit.fit(data, random={"x0": "normal", "price": "negative lognormal"}, rng=rng, points=200, starts=2)
    expected = np.array([1, -0.5, -0.5, 1, 0.5])
    assert (np.abs(fit.theta - expected) < 3 * fit.standard_errors).all()
    assert np.corrcoef(fit.conditional[:, 0], truth[:, 0])[0, 1] > 0.7
    assert (fit.conditional[:, 2] < 0).all()


def test_correlated_part_worths_are_found_again():
    rng = generator(6)
    partworths = rng.multivariate_normal([1, -0.5], [[1.0, 0.7], [0.7, 1.0]], 300)
    data = answered(np.column_stack([partworths, np.full(300, -0.5)]), rng, tasks=10)
    fit = mixed_logit.fit(data, random={"x0": "normal", "x1": "normal"}, correlated=True, rng=rng, points=100, starts=1)
    L = fit.mixture.spread.factor(fit.theta[3:])
    assert fit.parameter_names[3:] == ("L x0, x0", "L x1, x0", "L x1, x1")
    covariance = L @ L.T
    assert covariance == pytest.approx(np.array([[1.0, 0.7], [0.7, 1.0]]), abs=0.35)
    assert (np.diag(L) > 0).all()


@settings(max_examples=5, deadline=None)
@given(st.floats(0.01, 1000))
def test_a_price_in_other_units_gives_the_same_mixture_in_those_units(factor):
    data, units = mixed_people(people=60), np.array([1.0, 1.0, factor])
    random = {"x0": "normal", "price": "negative lognormal"}
    plain, scaled = (
        mixed_logit.fit(d, random=random, rng=generator(), points=30, starts=1)
        for d in (data, replace(data, X=data.X * units))
    )
    assert scaled.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-4)
    assert scaled.theta[2] + np.log(factor) == pytest.approx(plain.theta[2], abs=1e-2)
    assert scaled.theta[[0, 1, 3, 4]] == pytest.approx(plain.theta[[0, 1, 3, 4]], abs=1e-2)


def test_a_person_with_weight_two_counts_twice():
    data = mixed_people(people=60)
    mixture = PreferenceMixture(data.names, np.array([0]), ("normal",))
    made = blocks(data, data.X, normal_points(60, 1, 20, "halton", None))
    theta = np.array([1.0, -0.5, -0.6, 1.0])
    heavy = np.ones(60)
    heavy[7] = 2.0
    alone = np.zeros(60)
    alone[7] = 1.0
    values = [SimulatedLikelihood(mixture, made, w)(theta)[0] for w in (heavy, np.ones(60), alone)]
    assert values[0] == pytest.approx(values[1] + values[2])


def test_the_population_has_the_spread_of_the_mixture_and_a_higher_price_lowers_the_share():
    data = mixed_people()
    fit = mixed_logit.fit(data, random={"x0": "normal", "price": "negative lognormal"}, rng=generator(), points=100)
    population = fit.population(200, generator())
    assert population.partworths.shape == (200, 128, 3)
    assert population.partworths[:, :, 0].std(axis=1).mean() == pytest.approx(fit.standard_deviations[0], rel=0.1)
    assert (population.column("price") < 0).all()
    assert (population.column("x1").std(axis=1) < 1e-6).all()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"random": {"speed": "normal"}}, "column_unknown"),
        ({"random": {}}, "nothing_varies"),
        ({"random": {"price": "lognormal"}}, "lognormal_wrong_sign"),
    ],
)
def test_mixtures_that_make_no_sense_are_refused(options, code):
    with pytest.raises(CannotEstimate) as found:
        mixed_logit.fit(mixed_people(people=40), rng=generator(), points=20, **options)
    assert found.value.code == code


def test_fewer_people_than_parameters_are_refused():
    with pytest.raises(CannotEstimate) as found:
        mixed_logit.fit(mixed_people(people=4), random={"x0": "normal"}, rng=generator(), points=20)
    assert found.value.code == "too_few_respondents"


def test_an_attribute_names_all_of_its_columns():
    data = replace(mixed_people(people=10), names=("quality: good", "quality: best", "price"))
    assert mixed_logit.random_columns(data, {"quality": "normal"}) == {0: "normal", 1: "normal"}


def test_a_run_can_be_stopped_between_steps():
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mixed_logit.fit(mixed_people(people=40), random={"x0": "normal"}, rng=generator(), points=20, on_progress=stop)
