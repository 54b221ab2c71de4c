"""MaxDiff: counts, the closed form, the sequential logit and Bayes, against the published survey and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.economics.choice.maxdiff_tasks import answers, issues
from trimtab.economics.choice import maxdiff_bayes, sequential_logit
from trimtab.economics.choice.maxdiff import MaxDiffData, counts, maxdiff_data, preference_points
from trimtab.economics.errors import CannotEstimate

# Three people, two tasks each, four items: every item is picked both ways by someone.
PEOPLE = [1] * 6 + [2] * 6 + [3] * 6
TASKS = ([1] * 3 + [2] * 3) * 3
ITEMS = ["fast", "safe", "cheap", "fast", "safe", "private"] * 3
ANSWERS = [1, 0, -1, -1, 1, 0, 0, -1, 1, 1, -1, 0, 1, -1, 0, 0, 1, -1]


@pytest.fixture(scope="module")
def survey(public_data) -> MaxDiffData:
    return issues(public_data)


@pytest.fixture(scope="module")
def simulated() -> tuple[MaxDiffData, np.ndarray]:
    rng = np.random.default_rng(5)
    utilities = np.linspace(-1.5, 1.5, 5) + rng.normal(0, 0.7, (80, 5))
    return maxdiff_data(*answers(utilities, 10, 3, rng)), utilities - utilities.mean(axis=1, keepdims=True)


def test_the_closed_form_is_that_of_the_published_survey(survey):
    found = counts(survey)
    # bwsTools (White 2021), vdata: healthcare was best 731 times and worst 125 times of 1,400.
    assert found.closed_form[found.items.index("healthcare")] == pytest.approx(0.926814507, abs=1e-9)
    assert found.scores.sum() == pytest.approx(0, abs=1e-12)


def test_the_sequential_logit_reaches_the_published_likelihood(survey):
    fitted = sequential_logit.fit(survey)
    assert fitted.log_likelihood == pytest.approx(-10284.828, abs=5e-4)
    # By hand: 4,550 tasks, best of 4 and worst of 3.
    assert fitted.null_log_likelihood == pytest.approx(-4550 * np.log(12))
    assert fitted.utilities.sum() == pytest.approx(0, abs=1e-9)
    assert fitted.items[int(fitted.utilities.argmax())] == "healthcare"


def test_answers_of_one_person_are_not_taken_as_independent(survey):
    fitted = sequential_logit.fit(survey)
    assert np.median(fitted.standard_errors / fitted.plain_standard_errors) > 1.3


def test_scores_are_those_counted_by_hand():
    found = counts(maxdiff_data(PEOPLE, TASKS, ITEMS, ANSWERS))
    # cheap: best 1, worst 1 of 3; fast: 3 best, 1 worst of 6; private: 1 worst of 3; safe: 2 best, 3 worst of 6.
    expected = {"cheap": 0.0, "fast": 2 / 6, "private": -1 / 3, "safe": -1 / 6}
    assert dict(zip(found.items, found.scores.tolist(), strict=True)) == pytest.approx(expected)


def test_a_weight_counts_as_so_many_people():
    weights = np.repeat([2.0, 1.0, 1.0], 6)
    twice = counts(
        maxdiff_data([*PEOPLE, *[9] * 6], [*TASKS, *TASKS[:6]], [*ITEMS, *ITEMS[:6]], [*ANSWERS, *ANSWERS[:6]])
    )
    weighted = counts(maxdiff_data(PEOPLE, TASKS, ITEMS, ANSWERS, weights=weights))
    np.testing.assert_allclose(weighted.scores, twice.scores)


def test_the_worst_is_chosen_from_what_the_best_leaves(simulated):
    data, _ = simulated
    coefficients = np.array([0.3, -0.2, 0.5, 0.1])
    utility = sequential_logit.effects(5) @ coefficients
    by_hand = 0.0
    for t in range(data.tasks):
        rows = np.arange(data.start[t], data.start[t + 1])
        left = rows[rows != data.best[t]]
        by_hand += utility[data.item[data.best[t]]] - np.log(np.exp(utility[data.item[rows]]).sum())
        by_hand += -utility[data.item[data.worst[t]]] - np.log(np.exp(-utility[data.item[left]]).sum())
    exploded = sequential_logit.exploded(data)
    value, _, _ = sequential_logit.logit.likelihood(exploded, exploded.X, coefficients, np.ones(exploded.tasks))
    assert value == pytest.approx(by_hand)


def test_bayes_finds_what_each_person_likes(simulated):
    data, truth = simulated
    fitted = maxdiff_bayes.fit(data, iterations=600, burn=400, thin=3, rng=np.random.default_rng(1))
    assert np.corrcoef(fitted.individual.ravel(), truth.ravel())[0, 1] > 0.85
    assert np.abs(fitted.mean.mean(axis=0) - truth.mean(axis=0)).max() < 0.35
    np.testing.assert_allclose(fitted.individual_points.sum(axis=1), 100, rtol=1e-6)
    np.testing.assert_allclose(fitted.mean.sum(axis=1), 0, atol=1e-9)
    assert fitted.standard_deviation.mean() == pytest.approx(0.7 * np.sqrt(0.8), abs=0.25)


def test_the_prior_of_bayes_treats_all_items_alike():
    prior = maxdiff_bayes.exchangeable_prior(4)
    codes = sequential_logit.effects(4)
    spread = codes @ prior.scale @ codes.T / (prior.degrees - 3 - 1)
    np.testing.assert_allclose(spread, np.eye(4) - 0.25, atol=1e-12)


def test_points_are_the_shares_of_first_choices(simulated):
    data, _ = simulated
    rng = np.random.default_rng(3)
    for fitted in (counts(data), sequential_logit.fit(data)):
        population = fitted.population(50, rng)
        points = preference_points(population)
        np.testing.assert_allclose(points.sum(axis=1), 100)
        utility = population.partworths[0, 0]
        np.testing.assert_allclose(points[0], 100 * np.exp(utility) / np.exp(utility).sum())


def test_people_are_the_unit_that_is_drawn(simulated):
    data, _ = simulated
    draws = counts(data).draws(4000, np.random.default_rng(4))
    by_person = (counts(data).best - counts(data).worst) / data.shown * data.respondent_count
    expected = (by_person - counts(data).scores).std(axis=0) / np.sqrt(data.respondent_count)
    np.testing.assert_allclose(draws.std(axis=0), expected, rtol=0.15)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(18)))
def test_the_order_of_the_rows_does_not_matter(order):
    shuffled = [[column[i] for i in order] for column in (PEOPLE, TASKS, ITEMS, ANSWERS)]
    found, expected = (counts(maxdiff_data(*rows)) for rows in (shuffled, (PEOPLE, TASKS, ITEMS, ANSWERS)))
    np.testing.assert_allclose(found.scores, expected.scores)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_best_and_worst_exchanged_turn_the_counts_around(seed):
    rng = np.random.default_rng(seed)
    person, task, item, answer = answers(rng.normal(0, 1, (20, 5)), 6, 4, rng)
    there, back = (counts(maxdiff_data(person, task, item, sign * answer)).scores for sign in (1, -1))
    np.testing.assert_allclose(there, -back)


def test_a_subset_keeps_whole_people(simulated):
    data, _ = simulated
    half = data.subset(np.arange(40))
    assert (half.tasks, half.respondent_count) == (400, 40)
    np.testing.assert_allclose(counts(half).shown, counts(data).shown[:40])


def changed(**places: object) -> dict[str, list]:
    rows = {"respondent": list(PEOPLE), "task": list(TASKS), "item": list(ITEMS), "answer": list(ANSWERS)}
    for place, value in places.items():
        column, row = place.rsplit("_", 1)
        rows[column][int(row)] = value
    return rows


@pytest.mark.parametrize(
    ("places", "code", "row"),
    [
        ({"answer_0": 0}, "no_best", 1),
        ({"answer_1": 1}, "two_bests", 1),
        ({"answer_2": 0}, "no_worst", 1),
        ({"answer_1": -1}, "two_worsts", 1),
        ({"item_2": "fast"}, "best_is_worst", 3),
        ({"item_1": "fast"}, "item_twice", 2),
        ({"answer_4": 2}, "answer_not_best_or_worst", 5),
        ({"answer_4": "best"}, "answer_not_best_or_worst", 5),
        ({"answer_4": np.nan}, "answer_not_best_or_worst", 5),
    ],
)
def test_a_wrong_answer_is_named_with_its_row(places, code, row):
    with pytest.raises(CannotEstimate) as refused:
        maxdiff_data(**changed(**places))
    assert (refused.value.code, refused.value.params["row"]) == (code, row)
    assert refused.value.remedy


def test_an_item_that_is_not_of_the_study_is_named():
    with pytest.raises(CannotEstimate) as refused:
        maxdiff_data(PEOPLE, TASKS, ITEMS, ANSWERS, items=["fast", "safe", "cheap"])
    assert (refused.value.code, refused.value.params["item"], refused.value.params["row"]) == (
        "item_unknown",
        "private",
        6,
    )


def test_an_item_that_nobody_saw_is_named():
    with pytest.raises(CannotEstimate) as refused:
        maxdiff_data(PEOPLE, TASKS, ITEMS, ANSWERS, items=["fast", "safe", "cheap", "private", "small"])
    assert (refused.value.code, refused.value.params["items"]) == ("item_never_shown", "small")


def test_two_groups_that_are_never_compared_are_refused():
    with pytest.raises(CannotEstimate) as refused:
        maxdiff_data([1] * 6, [1] * 3 + [2] * 3, list("abcdef"), [1, 0, -1] * 2)
    assert refused.value.code == "items_not_linked"
    assert refused.value.params["items"] == "d, e, f"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (([], [], [], []), "no_tasks"),
        (([1, 1], [1, 1], ["a", "b"], [1, -1]), "few_items_in_task"),
        (([1], [1, 1, 1], ["a", "b", "c"], [1, 0, -1]), "rows_do_not_fit"),
    ],
)
def test_rows_that_make_no_study_are_refused(rows, code):
    with pytest.raises(CannotEstimate) as refused:
        maxdiff_data(*rows)
    assert refused.value.code == code


def test_an_item_that_always_wins_has_no_closed_form():
    same = maxdiff_data(np.repeat(np.arange(30), 3), np.ones(90), ["a", "b", "c"] * 30, [1, 0, -1] * 30)
    with pytest.raises(CannotEstimate) as refused:
        _ = counts(same).closed_form
    assert refused.value.code == "item_always_picked"
    with pytest.raises(CannotEstimate) as separated:
        sequential_logit.fit(same)
    assert separated.value.code == "choices_separated"


def test_the_answers_of_one_person_are_refused_by_the_models():
    alone = maxdiff_data(*(column[:6] for column in (PEOPLE, TASKS, ITEMS, ANSWERS)))
    for fit in (sequential_logit.fit, lambda data: maxdiff_bayes.fit(data, rng=np.random.default_rng(0))):
        with pytest.raises(CannotEstimate) as refused:
            fit(alone)
        assert refused.value.code == "one_respondent"
