"""The shapes of h(U): rules that always hold, known shapes recognised, and slopes of cells drawn together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.link import LINK_FAMILIES, fit_link
from trimtab.economics.retention.link_cells import slope_cells
from trimtab.economics.retention.link_families import at_reference, link_value

REFERENCE = 2 / 3


def leavers(rng, n, family, slope, shape):
    """U, months and left of n customers at 6 % a month, seen for 1 to 24 months."""
    u = rng.beta(6, 3, n)
    hazard = 0.06 * np.exp(-link_value(family, slope, np.array(shape), u, REFERENCE))
    life, seen = np.ceil(rng.exponential(1, n) / hazard * 100) / 100, rng.uniform(1, 24, n)
    return u, np.minimum(life, seen), life <= seen


shares, slopes = st.floats(0, 1), st.floats(0, 20)
shapes = st.tuples(st.floats(0, 20), st.floats(-3, 3))


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(LINK_FAMILIES), slopes, shapes, shares, shares, shares)
def test_h_rises_with_u_and_is_0_at_the_reference(family, slope, shape, u, gain, reference):
    low, high = link_value(family, slope, np.array(shape), np.array([u, u + (1 - u) * gain]), reference)
    assert low <= high + 1e-12
    assert link_value(family, slope, np.array(shape), reference, reference) == pytest.approx(0)


@given(st.sampled_from(LINK_FAMILIES), st.floats(0.1, 20), shares, shares, st.floats(-3, 3))
def test_every_family_is_straight_as_its_bend_goes_to_0_and_has_the_slope_at_the_reference(
    family, slope, u, reference, place
):
    straight = link_value("linear", slope, np.zeros(2), u, reference)
    assert link_value(family, slope, np.array([1e-5, place]), u, reference) == pytest.approx(straight, abs=1e-3 * slope)
    step = link_value(family, slope, np.array([6.0, place]), reference + np.array([-1e-6, 1e-6]), reference)
    assert (step[1] - step[0]) / 2e-6 == pytest.approx(slope, rel=1e-4)


@given(st.sampled_from(LINK_FAMILIES), st.floats(0.1, 10), st.floats(0, 10), st.floats(-2, 2), shares, shares, shares)
def test_the_curve_is_the_same_told_from_another_reference(family, slope, bend, place, u, before, after):
    shape = np.array([bend, place if family == "s_shaped" else 0.0])
    there, moved = at_reference(family, slope, shape, before, after)
    ends = np.array([u, after])
    here = link_value(family, slope, shape, ends, before)
    assert link_value(family, there, moved, u, after) == pytest.approx(here[0] - here[1], rel=1e-6, abs=1e-9)


def test_the_shapes_by_hand():
    # x = .5: (1 - e^-2) / 4, (e^2 - 1) / 4, and (L(2) - L(0)) / (4 * .25) with L the logistic.
    shape = np.array([4.0, 0.0])
    found = [float(link_value(name, 1.0, shape, 0.8, 0.3)) for name in LINK_FAMILIES]
    expected = [0.5, (1 - np.exp(-2)) / 4, (np.exp(2) - 1) / 4, 1 / (1 + np.exp(-2)) - 0.5]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


TRUTHS = {"saturating": (3.0, (6.0, 0.0)), "convex": (4.0, (6.0, 0.0)), "s_shaped": (7.0, (18.0, 0.0))}


@pytest.mark.parametrize("family", TRUTHS)
def test_a_bent_link_is_recognised_and_its_curve_recovered(family):
    slope, shape = TRUTHS[family]
    rng = np.random.default_rng(3)
    link = fit_link(*leavers(rng, 6000, family, slope, shape), rng, worlds=500, families=LINK_FAMILIES)
    assert link.family == family
    score = {one.family: one for one in link.choice.scores}
    assert not score["linear"].tied
    for u in (0.35, 0.5, 0.85):
        told = link_value(family, link.slope, link.shape, u, link.u_reference)
        truth = link_value(family, slope, np.array(shape), u, REFERENCE) - link_value(
            family, slope, np.array(shape), float(link.u_reference[0]), REFERENCE
        )
        assert np.quantile(told, 0.005) < truth < np.quantile(told, 0.995)


def test_a_straight_link_stays_straight_and_the_data_cannot_tell():
    rng = np.random.default_rng(4)
    link = fit_link(*leavers(rng, 800, "linear", 2.0, (0, 0)), rng, worlds=200, families=LINK_FAMILIES)
    assert link.family == "linear"
    assert not link.choice.decided
    assert link.choice.tied[0] == "linear"
    np.testing.assert_array_equal(link.shape, np.zeros((200, 2)))


def test_with_few_endings_only_the_straight_link_is_tried():
    rng = np.random.default_rng(5)
    u, months, left = leavers(rng, 90, "linear", 2.0, (0, 0))
    assert left.sum() < 50
    link = fit_link(u, months, left, rng, worlds=50, families=LINK_FAMILIES)
    assert [score.family for score in link.choice.scores] == ["linear"]


def celled(rng, slopes, sizes):
    """Customers of segments with (new, established) slopes, the cut at 3 months; U, months, left and names."""
    u, months, left, names = [], [], [], []
    for place, ((new, old), n) in enumerate(zip(slopes, sizes, strict=True)):
        level = rng.beta(6, 3, n)
        early, late = (0.08 * np.exp(-s * (level - REFERENCE)) for s in (new, old))
        luck, seen = rng.exponential(1, n), rng.uniform(1, 20, n)
        life = np.where(luck <= 3 * early, luck / early, 3 + (luck - 3 * early) / late)
        u.append(level)
        months.append(np.minimum(life, seen))
        left.append(life <= seen)
        names += [f"S{place}"] * n
    return np.concatenate(u), np.concatenate(months), np.concatenate(left), np.array(names)


def cells_of(rng, data, segments, worlds=1000):
    u, months, left, names = data
    link = fit_link(u, months, left, rng, worlds=worlds)
    return slope_cells(link, u, months, left, names, rng, segments=segments)


def test_cells_of_plenty_have_their_own_slopes():
    rng = np.random.default_rng(6)
    truth = [(4.0, 1.0), (3.0, 0.5)]
    found = cells_of(rng, celled(rng, truth, (9000, 9000)), ("S0", "S1"))
    assert found.draws.shape == (1000, 2, 2)
    np.testing.assert_allclose(np.median(found.draws, axis=0), truth, atol=0.7)


def test_a_cell_with_few_customers_goes_to_the_mean_of_its_band():
    rng = np.random.default_rng(7)
    data = celled(rng, [(3.0, 3.0), (3.0, 3.0), (3.0, 3.0)], (3000, 3000, 6))
    found = cells_of(rng, data, ("S0", "S1", "S2"))
    few, plenty = found.draws[:, 2], found.draws[:, :2].mean(axis=1)
    np.testing.assert_allclose(np.median(few, axis=0), np.median(plenty, axis=0), atol=0.5)
    assert np.all(found.draws >= 0)


def test_alike_segments_are_drawn_together():
    rng = np.random.default_rng(8)
    found = cells_of(rng, celled(rng, [(2.5, 2.5)] * 4, (400,) * 4), ("S0", "S1", "S2", "S3"))
    assert np.ptp(np.median(found.draws, axis=0), axis=0).mean() < 0.6 * np.ptp(found.estimate, axis=0).mean()


def test_without_segments_there_is_one_row_of_bands_and_a_segment_of_nobody_is_the_common_mean():
    rng = np.random.default_rng(9)
    data = celled(rng, [(3.0, 1.0)], (3000,))
    one = cells_of(rng, data, ("",))
    assert one.draws.shape == (1000, 1, 2)
    assert np.median(one.draws[:, 0, 0]) > np.median(one.draws[:, 0, 1])
    absent = cells_of(rng, data, ("S0", "nobody"))
    assert np.isinf(absent.standard_error[1]).all()
    assert absent.draws[:, 1].std() > absent.draws[:, 0].std()


def test_cells_without_any_ending_are_refused():
    rng = np.random.default_rng(10)
    u, months, left, names = celled(rng, [(3.0, 1.0)], (500,))
    link = fit_link(u, months, left, rng, worlds=50)
    with pytest.raises(CannotEstimate) as refusal:
        slope_cells(link, u, months, np.zeros_like(left), names, rng, segments=("S0",))
    assert refusal.value.code == "no_groups"
