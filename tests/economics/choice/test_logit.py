"""Multinomial logit: published fits, rules that must hold for any data, and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.economics.choice.assistants import ASSISTANTS, assistants
from tests.economics.choice.choice_studies import SWISSMETRO, answered, electricity, swissmetro, yogurt
from trimtab.economics.choice import Attribute, ChoiceData, Coding, choice_data, logit
from trimtab.economics.errors import CannotEstimate

seeds = st.integers(0, 10_000)


def made_up(seed: int = 1, people: int = 40) -> ChoiceData:
    rng = np.random.default_rng(seed)
    return answered(np.tile([0.8, -0.5, -0.4], (people, 1)), rng)


def test_the_yogurt_panel_gives_the_figures_of_logitr(public_data):
    fit = logit.fit(yogurt(public_data))
    # Vignette of the R package logitr: coefficients, the standard error of price, LL.
    published = [-0.366555, 0.491439, -3.715477, -0.641138, 0.734519]
    assert fit.coefficients == pytest.approx(published, abs=2e-4)
    assert fit.plain_standard_errors[0] == pytest.approx(0.024365, abs=5e-6)
    assert fit.log_likelihood == pytest.approx(-2656.887879, abs=2e-6)


def test_the_electricity_study_reaches_its_published_likelihood(public_data):
    fit = logit.fit(electricity(public_data))
    assert fit.log_likelihood == pytest.approx(-4958.6491, abs=1e-4)
    # 4,308 tasks of 4 alternatives at random.
    assert fit.null_log_likelihood == pytest.approx(-4308 * np.log(4))


def test_swissmetro_with_modes_that_are_not_always_available(public_data):
    data = swissmetro(public_data)
    fit = logit.fit(data)
    assert data.tasks == 6768
    assert not data.is_rectangular
    # Biogeme's first example on the same rows.
    assert fit.log_likelihood == pytest.approx(-5331.252, abs=1e-3)
    assert dict(zip(SWISSMETRO, fit.coefficients, strict=True)) == pytest.approx(
        {"asc_car": -0.1546, "asc_train": -0.7012, "b_cost": -1.0838, "b_time": -1.2779}, abs=1e-4
    )


def test_the_assistants_study_in_levels_and_with_a_linear_price(public_data):
    data = assistants(public_data)
    linear = logit.fit(data)
    # Recomputed independently for the oracle table: LL -1171.2825 linear, -1171.0431 with the price in levels.
    assert linear.log_likelihood == pytest.approx(-1171.2825, abs=1e-4)
    step = 2 * linear.coefficients / -linear.coefficients[-1]
    money = dict(zip(linear.names, step, strict=True))
    assert money["qual: Ottimale"] == pytest.approx(10.12, abs=0.005)
    assert money["priv: Alta"] == pytest.approx(9.54, abs=0.005)
    assert money["vel: Veloce"] == pytest.approx(6.84, abs=0.006)
    price = np.eye(3)[np.searchsorted([15.0, 20.0, 25.0], data.X[:, -1])][:, 1:]
    names = (*data.names[:-1], "20", "25")
    levels = logit.fit(replace(data, X=np.hstack([data.X[:, :-1], price]), names=names))
    assert levels.log_likelihood == pytest.approx(-1171.0431, abs=1e-4)


def test_answers_of_one_person_hang_together_so_that_clustered_errors_are_larger(public_data):
    fit = logit.fit(assistants(public_data))
    ratio = fit.standard_errors / fit.plain_standard_errors
    # Oracle table: up to 1.6 times on these data.
    assert ratio.max() == pytest.approx(1.6, abs=0.05)
    assert ASSISTANTS.price_column == len(fit.names) - 1


def test_the_part_worth_of_three_yes_and_one_no_is_the_logarithm_of_three():
    data = ChoiceData.of([[1], [0]] * 3 + [[0], [1]], [0, 2, 4, 6, 8], [0, 2, 4, 6], [0, 1, 2, 3], ("x",))
    fit = logit.fit(data)
    # Closed form: one difference of 1, chosen 3 of 4 times: ln 3; information n p (1 - p) = 4 · .75 · .25.
    assert fit.coefficients[0] == pytest.approx(np.log(3), abs=1e-9)
    assert fit.plain_standard_errors[0] == pytest.approx(1 / np.sqrt(0.75), abs=1e-8)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_probabilities_add_up_to_one_and_a_higher_price_lowers_the_share(seed):
    data = made_up(seed)
    fit = logit.fit(data)
    chances = np.exp(logit.log_probabilities(data, data.X, fit.coefficients)).reshape(data.tasks, -1)
    assert chances.sum(axis=1) == pytest.approx(np.ones(data.tasks))
    dearer = data.X.copy()
    dearer[data.start[:-1], -1] += 1.0
    after = np.exp(logit.log_probabilities(data, dearer, fit.coefficients)).reshape(data.tasks, -1)
    assert (after[:, 0] < chances[:, 0]).all()
    assert (after[:, 1:] > chances[:, 1:]).all()


@settings(max_examples=20, deadline=None)
@given(seeds, st.floats(1e-3, 1e4))
def test_a_price_in_cents_gives_the_same_model_in_cents(seed, factor):
    data = made_up(seed)
    units = np.array([1.0, 1.0, factor])
    plain, scaled = logit.fit(data), logit.fit(replace(data, X=data.X * units))
    assert scaled.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-7)
    assert scaled.coefficients * units == pytest.approx(plain.coefficients, rel=1e-5)
    assert scaled.standard_errors * units == pytest.approx(plain.standard_errors, rel=1e-5)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_the_order_of_people_and_of_alternatives_does_not_matter(seed):
    data, rng = made_up(seed), np.random.default_rng(seed)
    cube, picks = data.cube(), data.picks
    order = np.concatenate([np.arange(n * 8, n * 8 + 8) for n in rng.permutation(40)])
    turned = cube[order][:, ::-1]
    other = replace(data, X=turned.reshape(-1, 3), chosen=data.start[:-1] + 2 - picks[order])
    assert logit.fit(other).coefficients == pytest.approx(logit.fit(data).coefficients, abs=1e-8)
    assert logit.fit(other).standard_errors == pytest.approx(logit.fit(data).standard_errors, abs=1e-8)


def test_the_same_answers_twice_count_as_a_weight_of_two():
    data = made_up(people=20)
    twice = data.subset(np.arange(20) < 10)
    doubled = ChoiceData.of(
        np.vstack([data.X, twice.X]),
        np.append(data.start, data.start[-1] + twice.start[1:]),
        np.append(data.chosen, data.start[-1] + twice.chosen),
        np.append(data.respondent, 20 + twice.respondent),
        data.names,
    )
    weighted = replace(data, weight=np.where(np.arange(20) < 10, 4 / 3, 2 / 3))
    assert logit.fit(weighted).coefficients == pytest.approx(logit.fit(doubled).coefficients, abs=1e-8)


def test_draws_spread_like_the_standard_errors_and_make_one_kind_of_people():
    fit = logit.fit(made_up())
    population = fit.population(4000, np.random.default_rng(1))
    assert population.partworths.shape == (4000, 1, 3)
    assert population.partworths[:, 0].std(axis=0) == pytest.approx(fit.standard_errors, rel=0.05)
    assert population.mean().mean(axis=0) == pytest.approx(fit.coefficients, abs=4 * fit.standard_errors.max() / 63)


def test_choices_that_always_go_one_way_are_refused_by_name():
    data = made_up()
    best = np.zeros(len(data.X))
    best[data.chosen[::2]] = 1.0  # "best" is never turned down
    with pytest.raises(CannotEstimate) as found:
        logit.fit(replace(data, X=np.column_stack([data.X, best]), names=(*data.names, "best")))
    assert found.value.code == "choices_separated"
    assert "best" in found.value.params["fields"]


def test_a_rare_level_that_nobody_ever_took_is_refused_by_name():
    data = made_up(people=200)
    rare = np.zeros(len(data.X))
    turned_down = np.setdiff1d(np.arange(len(data.X)), data.chosen)
    rare[turned_down[::400]] = 1.0
    with pytest.raises(CannotEstimate) as found:
        logit.fit(replace(data, X=np.column_stack([data.X, rare]), names=(*data.names, "none")))
    assert (found.value.code, found.value.params["fields"]) == ("choices_separated", "none")


@pytest.mark.parametrize("price", [12.0, 0.0])
def test_a_column_that_never_varies_within_a_task_is_refused(price):
    data = made_up()
    with pytest.raises(CannotEstimate) as found:
        logit.fit(replace(data, X=np.column_stack([data.X[:, :2], np.full(len(data.X), price)])))
    assert (found.value.code, found.value.params["field"]) == ("attribute_does_not_vary", "price")


def test_columns_that_follow_from_each_other_are_refused_by_name():
    data = made_up()
    with pytest.raises(CannotEstimate) as found:
        logit.fit(replace(data, X=np.column_stack([data.X, 3 - data.X[:, 1] * 2]), names=(*data.names, "again")))
    assert found.value.code == "columns_collinear"
    assert set(found.value.params["fields"].split(", ")) == {"x1", "again"}


def test_a_level_that_was_never_shown_is_refused():
    coding = Coding((Attribute("brand", "levels", ("a", "b", "c")),))
    rows = {"respondent": np.repeat(np.arange(9), 2), "task": np.ones(18), "chosen": [1, 0] * 9}
    data = choice_data(**rows, columns={"brand": ["a", "b"] * 9}, coding=coding)
    with pytest.raises(CannotEstimate) as found:
        logit.fit(data)
    assert found.value.code in {"columns_collinear", "attribute_does_not_vary"}


@pytest.mark.parametrize(("people", "code"), [(1, "one_respondent"), (3, "too_few_respondents")])
def test_too_few_people_for_clustered_errors_are_refused(people, code):
    data = made_up(people=people)
    with pytest.raises(CannotEstimate) as found:
        logit.fit(data)
    assert found.value.code == code
    assert logit.fit(data, clustered=False).log_likelihood < 0


def test_the_same_place_chosen_in_every_task_is_estimated_from_the_attributes_alone():
    data = made_up()
    first = replace(data, chosen=data.start[:-1])
    fit = logit.fit(first)
    assert fit.explained < 0.02
