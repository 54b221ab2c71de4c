"""Satisfaction from surveys: published regressions, recovered truths and rules that always hold."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import least_squares

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.satisfaction.checks import linear_check, ordered_logit_log_likelihood
from trimtab.economics.satisfaction.families import names_of, solve
from trimtab.economics.satisfaction.model import FAMILIES, NAMES, fit, normalise, predict, straight_liners


def table(folder: Path, name: str) -> dict[str, np.ndarray]:
    if not (folder / name).exists():
        pytest.skip(f"The public data has no {name}.")
    with (folder / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}


def mean_of(columns: dict[str, np.ndarray], *names: str) -> np.ndarray:
    return np.mean([columns[name] for name in names], axis=0)


@pytest.fixture(scope="module")
def advertisers(public_data):
    """bayesm customerSat: q1 overall; F = q5-q7, I = q8-q10, C = q2-q4 (Rossi, Gilula & Allenby 2001), 1-10."""
    q = table(public_data, "bayesm_customerSat/customerSat.csv")
    parts = [mean_of(q, "q5", "q6", "q7"), mean_of(q, "q8", "q9", "q10"), mean_of(q, "q2", "q3", "q4")]
    return np.column_stack(parts), q["q1"], np.column_stack(list(q.values()))


@pytest.fixture(scope="module")
def phone_users(public_data):
    """ECSI mobi: F = quality but service and clarity, I = those two and caring, C = value, U = satisfaction, 1-10."""
    m = table(public_data, "ecsi_mobi/mobi.csv")
    functionality = mean_of(m, "PERQ1", "PERQ2", "PERQ4", "PERQ5", "PERQ6")
    parts = [functionality, mean_of(m, "PERQ3", "PERQ7", "IMAG4"), mean_of(m, "PERV1", "PERV2")]
    return np.column_stack(parts), mean_of(m, "CUSA1", "CUSA2", "CUSA3")


def test_customer_sat_gives_the_known_regression(advertisers):
    check = linear_check(*advertisers[:2])
    # Recomputed with an independent implementation.
    assert check.r2 == pytest.approx(0.6862, abs=5e-5)
    np.testing.assert_allclose(check.coef[1:], [0.5775, -0.0243, 0.4452], atol=5e-5)
    assert ordered_logit_log_likelihood(*advertisers[:2]) == pytest.approx(-2900.754, abs=2e-3)


def test_102_advertisers_gave_one_answer_everywhere(advertisers):
    assert straight_liners(advertisers[2]).sum() == 102


def test_mobi_gives_the_known_regression(phone_users):
    check = linear_check(*phone_users)
    # Recomputed with an independent implementation.
    assert check.r2 == pytest.approx(0.6654, abs=5e-5)
    np.testing.assert_allclose(check.coef[1:], [0.3791, 0.3422, 0.1297], atol=5e-5)
    assert check.quadratic_r2 == pytest.approx(0.6857, abs=5e-5)
    assert check.quadratic_p == pytest.approx(0.019, abs=5e-4)
    assert ordered_logit_log_likelihood(phone_users[0], phone_users[1].round()) == pytest.approx(-296.034, abs=2e-3)


def test_on_mobi_the_additive_form_is_used_and_the_data_cannot_tell(phone_users):
    parts, overall = normalise(phone_users[0], 1, 10), normalise(phone_users[1], 1, 10)
    result = fit(*parts.T, overall, np.random.default_rng(1), worlds=400)
    assert result.family == "additive"
    assert not result.decided
    assert "cobb_douglas" in result.tied
    np.testing.assert_allclose(result.coef[1:], [0.3791, 0.3422, 0.1297], atol=5e-5)
    assert result.r2 == pytest.approx(0.6654, abs=5e-5)
    assert result.r2_held_out < result.r2


def test_a_slope_that_regression_makes_negative_is_held_at_zero(advertisers):
    parts, overall = normalise(advertisers[0], 1, 10), normalise(advertisers[1], 1, 10)
    result = fit(*parts.T, overall, np.random.default_rng(1), worlds=200, items=advertisers[2])
    assert result.family == "additive"
    assert result.coef[2] == 0
    assert np.all(result.coef_draws[:, 1:] >= 0)
    assert result.straight_liners == 102
    assert not result.many_straight_liners


def survey(n: int, seed: int) -> tuple[np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return rng.beta(3, 2, (n, 3)), rng


TRUTHS = {
    "product": [1.0],
    "additive": [0.1, 0.4, 0.1, 0.3],
    "cobb_douglas": [0.95, 0.9, 0.5, 0.7],
    "ces": [0.95, 0.5, 0.3, 0.2, -3.0],
}


@pytest.mark.parametrize("family", TRUTHS)
def test_clear_data_of_a_family_is_recognised(family):
    parts, rng = survey(3000, 3)
    overall = np.clip(predict(family, np.array([TRUTHS[family]]), *parts.T[:, None, :])[0], 0, 1)
    noisy = np.clip(overall + rng.normal(0, 0.01, overall.size), 0, 1)
    result = fit(*parts.T, noisy, rng, worlds=200)
    assert result.family == family
    np.testing.assert_allclose(result.coef, TRUTHS[family], atol=0.1 if family == "ces" else 0.02)
    low, high = np.quantile(result.coef_draws, [0.001, 0.999], axis=0)
    assert np.all((low <= result.coef) & (result.coef <= high))


def test_noise_alone_leaves_the_question_open_and_the_simplest_in_use():
    parts, rng = survey(60, 8)
    result = fit(*parts.T, np.clip(parts.mean(axis=1) + rng.normal(0, 0.4, 60), 0, 1), rng, worlds=100)
    assert not result.decided
    assert result.family == result.tied[0]


@pytest.mark.parametrize("family", ["cobb_douglas", "ces"])
def test_the_curved_fit_is_not_worse_than_scipys(family):
    parts, rng = survey(300, 5)
    target = np.clip(parts.prod(axis=1) ** 0.4 + rng.normal(0, 0.1, 300), 0, 1)
    ours = solve(family, np.column_stack([parts, target]), np.ones((1, 300)))

    def residual(free: np.ndarray) -> np.ndarray:
        weights = np.exp([0, free[1], free[2]])
        named = free if family == "cobb_douglas" else np.array([free[0], *(weights / weights.sum()), free[3]])
        return target - predict(family, named[None], *parts.T[:, None, :])[0]

    limits = ([0, 0, 0, 0], [3, 8, 8, 8]) if family == "cobb_douglas" else ([0, -8, -8, -6], [3, 8, 8, 1])
    peer = least_squares(residual, [1, 0.3, 0.3, 0.3], bounds=limits)
    loss = np.sum((target - predict(family, ours, *parts.T[:, None, :])[0]) ** 2)
    assert loss <= 2 * peer.cost * (1 + 1e-4)


def test_the_source_documents_example():
    # F = .9, I = .8, C = .1: U = F I C = .072.
    assert predict("product", np.array([[1.0]]), [0.9], [0.8], [0.1])[0] == pytest.approx(0.072)


shares = st.floats(0, 1)
steps = st.floats(0, 1)


@st.composite
def coefficients(draw: st.DrawFn) -> tuple[str, np.ndarray]:
    family = draw(st.sampled_from(FAMILIES))
    if family == "ordered_logit":
        cuts = sorted(draw(st.floats(-5, 25)) for _ in range(4))
        return family, np.array([[*(draw(st.floats(0, 20)) for _ in range(3)), *cuts, *np.linspace(0, 1, 5)]])
    values = [draw(st.floats(0, 2)) for _ in NAMES[family]]
    if family == "additive":
        values[0] -= 1
    if family == "ces":
        weights = np.array(values[1:4]) + 0.01
        values = [values[0], *(weights / weights.sum()), draw(st.floats(-6, 1))]
    return family, np.array([values])


@settings(deadline=None, max_examples=300)
@given(coefficients(), st.tuples(shares, shares, shares), st.tuples(steps, steps, steps))
def test_more_of_anything_never_satisfies_less_and_u_stays_in_0_to_1(case, parts, gains):
    family, coef = case
    better = [part + (1 - part) * gain for part, gain in zip(parts, gains, strict=True)]
    before, after = predict(family, coef, *parts), predict(family, coef, *better)
    assert 0 <= before[0] <= after[0] + 1e-9 <= 1 + 1e-9


@pytest.mark.parametrize("family", FAMILIES)
def test_every_fitted_draw_is_monotone(family):
    parts, rng = survey(80, 2)
    answers = np.column_stack([parts, rng.random(80).round(1)])
    draws = solve(family, answers, rng.multinomial(80, np.full(80, 1 / 80), size=40).astype(float))
    assert draws.shape == (40, len(names_of(family, draws.shape[1])))
    line = np.tile(np.linspace(0, 1, 50), (40, 1))
    for place in range(3):
        arguments = [np.full_like(line, 0.6)] * 3
        arguments[place] = line
        assert np.all(np.diff(predict(family, draws, *arguments), axis=1) >= -1e-9)


def test_a_grid_of_months_and_segments_is_predicted_at_once():
    coef = np.array([[0.1, 0.4, 0.1, 0.3], [0.0, 0.2, 0.2, 0.2]])
    cube = np.full((2, 5, 3), 0.5)
    found = predict("additive", coef, cube, cube, cube)
    assert found.shape == (2, 5, 3)
    np.testing.assert_allclose(found[:, 0, 0], [0.5, 0.3])


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 1000))
def test_the_order_of_the_rows_does_not_matter(seed):
    parts, rng = survey(40, 7)
    overall = np.clip(parts.mean(axis=1) + rng.normal(0, 0.1, 40), 0, 1)
    shuffle = np.random.default_rng(seed).permutation(40)
    one = fit(*parts.T, overall, np.random.default_rng(1), worlds=20)
    two = fit(*parts[shuffle].T, overall[shuffle], np.random.default_rng(1), worlds=20)
    assert one.family == two.family
    np.testing.assert_array_equal(one.coef_draws, two.coef_draws)
    assert one.scores == two.scores


def test_the_reference_is_the_mean_respondent_in_the_same_worlds():
    parts, rng = survey(400, 9)
    result = fit(*parts.T, np.clip(parts.mean(axis=1), 0, 1), rng, worlds=300)
    np.testing.assert_allclose(result.reference_draws.mean(axis=0), parts.mean(axis=0), atol=0.005)
    np.testing.assert_allclose(np.median(result.u_reference), parts.mean(), atol=0.005)


GOOD = np.linspace(0, 1, 30)


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("lengths_differ", (GOOD, GOOD, GOOD, GOOD[:5])),
        ("answers_missing", (GOOD, GOOD, GOOD, np.append(GOOD[:29], np.nan))),
        ("answers_off_scale", (GOOD * 10, GOOD, GOOD, GOOD)),
        ("too_few_respondents", ([0.5], [0.5], [0.5], [0.5])),
        ("no_variation", (GOOD, GOOD, GOOD, np.full(30, 0.7))),
        ("no_variation", (np.full(30, 0.7), np.full(30, 0.7), np.full(30, 0.7), GOOD)),
    ],
)
def test_surveys_that_hold_no_answer_are_refused_with_a_remedy(code, columns):
    with pytest.raises(CannotEstimate) as refusal:
        fit(*columns, np.random.default_rng(0))
    assert refusal.value.code == code
    assert refusal.value.remedy


@pytest.mark.parametrize(("code", "limits"), [("off_scale", (1, 5)), ("scale_reversed", (10, 1))])
def test_a_wrong_scale_is_refused(code, limits):
    with pytest.raises(CannotEstimate) as refusal:
        normalise([3, 7], *limits)
    assert refusal.value.code == code
