"""Latent classes: known classes found again, what must hold for any data, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.economics.choice.assistants import assistants
from tests.economics.choice.choice_studies import answered, electricity
from trimtab.economics.choice import ChoiceData, latent_classes, logit
from trimtab.economics.errors import CannotEstimate

CENTRES = np.array([[1.5, -1.0, -0.3], [-1.0, 0.8, -1.2]])


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def two_kinds(seed: int = 1, people: int = 200) -> tuple[ChoiceData, np.ndarray]:
    """People of the first kind with chance .7, else of the second, and which kind each is."""
    rng = generator(seed)
    kind = (rng.random(people) > 0.7).astype(int)
    return answered(CENTRES[kind], rng), kind


def test_two_known_classes_are_found_again_the_larger_first():
    data, kind = two_kinds()
    fit = latent_classes.fit(data, 2, rng=generator())
    assert fit.shares == pytest.approx([0.7, 0.3], abs=0.08)
    assert (np.abs(fit.coefficients - CENTRES) < 3.5 * fit.standard_errors).all()
    assert (fit.membership.argmax(axis=1) == kind).mean() > 0.97
    assert fit.membership.sum(axis=1) == pytest.approx(np.ones(200))
    assert fit.starts_at_best >= 5
    assert fit.certainty > 0.9
    assert not fit.prior_led.any()


def test_the_number_of_classes_with_the_lowest_bic_is_the_true_one():
    chosen = latent_classes.choose(two_kinds()[0], (1, 2, 3), rng=generator(), starts=4)
    assert chosen.best.classes == 2
    assert not chosen.refused or set(chosen.refused) == {3}


def test_one_class_is_the_multinomial_logit(public_data):
    data = electricity(public_data)
    one = latent_classes.fit(data, 1, rng=generator())
    simple = logit.fit(data)
    assert one.log_likelihood == pytest.approx(-4958.6491, abs=1e-4)
    assert one.coefficients[0] == pytest.approx(simple.coefficients, abs=1e-4)
    assert one.standard_errors[0] == pytest.approx(simple.standard_errors, rel=1e-4)
    assert one.bic == pytest.approx(simple.bic, abs=1e-3)


def test_the_prior_moves_a_well_told_fit_by_next_to_nothing():
    data, _ = two_kinds()
    with_prior, plain = (latent_classes.fit(data, 2, rng=generator(), starts=3, prior_sd=sd) for sd in (3.0, None))
    assert with_prior.log_likelihood == pytest.approx(plain.log_likelihood, abs=0.01)
    assert with_prior.coefficients == pytest.approx(plain.coefficients, abs=0.1 * plain.standard_errors.max())


def test_a_class_that_always_buys_the_same_kind_of_assistant_stays_finite(public_data):
    # 8 of the 116 people chose one specialisation in every task: without a prior their part-worth has no limit.
    fit = latent_classes.fit(assistants(public_data), 2, rng=generator(2), starts=10)
    assert fit.shares[1] == pytest.approx(8 / 116, abs=0.005)
    assert np.abs(fit.coefficients).max() < 20
    with pytest.raises(CannotEstimate) as found:
        latent_classes.fit(_one_sided(), 2, rng=generator(), starts=2, prior_sd=None)
    assert found.value.code == "too_many_classes"


def _one_sided() -> ChoiceData:
    """60 ordinary people and 40 who take the offer with the highest x0 whatever it costs."""
    rng = generator(4)
    partworths = np.vstack([np.tile([0.2, 1.0, -0.5], (60, 1)), np.tile([60.0, 0.0, 0.0], (40, 1))])
    return answered(partworths, rng)


def test_more_classes_than_people_can_tell_are_refused():
    data, _ = two_kinds(people=18)
    with pytest.raises(CannotEstimate) as found:
        latent_classes.fit(data, 5, rng=generator())
    assert (found.value.code, found.value.params["classes"]) == ("too_many_classes", 5)


def test_no_class_at_all_is_refused():
    with pytest.raises(CannotEstimate) as found:
        latent_classes.fit(two_kinds(people=20)[0], 0, rng=generator())
    assert found.value.code == "no_classes"


def test_the_gradient_is_that_of_the_likelihood():
    data, _ = two_kinds(people=15)
    data = replace(data, weight=np.linspace(0.5, 1.5, 15))
    likelihood = latent_classes.ClassLikelihood(data, data.X, 3, 0.2)
    theta = generator().normal(0, 0.5, 11)
    slope = [(likelihood(theta + h)[0] - likelihood(theta - h)[0]) / 2e-6 for h in np.eye(11) * 1e-6]
    assert likelihood(theta)[1].sum(axis=0) == pytest.approx(np.array(slope), rel=1e-5, abs=1e-6)


def test_a_price_in_cents_gives_the_same_classes_in_cents():
    data, _ = two_kinds(people=100)
    units = np.array([1.0, 1.0, 100.0])
    plain = latent_classes.fit(data, 2, rng=generator(), starts=2)
    cents = latent_classes.fit(replace(data, X=data.X * units), 2, rng=generator(), starts=2)
    assert cents.coefficients * units == pytest.approx(plain.coefficients, rel=1e-4)
    assert cents.standard_errors * units == pytest.approx(plain.standard_errors, rel=1e-3)


def test_the_population_holds_the_classes_as_kinds_with_their_shares():
    fit = latent_classes.fit(two_kinds()[0], 2, rng=generator(), starts=3)
    population = fit.population(500, generator())
    assert population.partworths.shape == (500, 2, 3)
    assert population.shares.sum(axis=1) == pytest.approx(np.ones(500))
    assert np.median(population.shares[:, 0]) == pytest.approx(fit.shares[0], abs=0.02)
    assert population.partworths.std(axis=0) == pytest.approx(fit.standard_errors, rel=0.15)
