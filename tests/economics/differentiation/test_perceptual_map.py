import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.perceptual_map import correspondence, doubled, ellipse, map_draws
from trimtab.economics.errors import CannotEstimate

# Greenacre 1984, Theory and Applications of Correspondence Analysis: smoking by staff group; the coordinates are those
# of prince 0.23 and of R's ca, signs of the axes aside.
SMOKING = [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]]
STAFF = [
    [-0.065768, 0.193737],
    [0.258958, 0.243305],
    [-0.380595, 0.01066],
    [0.232952, -0.057744],
    [-0.201089, -0.078911],
]
HABITS = [[-0.393308, 0.030492], [0.099456, -0.141064], [0.196321, -0.007359], [0.293776, 0.197766]]


def random_table(seed, rows=5, columns=4):
    return np.random.default_rng(seed).uniform(0.1, 5, (rows, columns))


def test_greenacres_smokers_stand_where_they_are_published():
    found = correspondence(SMOKING)
    assert np.sqrt(found.inertia) == pytest.approx([0.273421, 0.100086, 0.020337], abs=5e-7)
    assert found.total == pytest.approx(0.0851899, abs=5e-8)
    assert found.share[:2] == pytest.approx([0.8776, 0.1176], abs=5e-5)
    sign = np.sign(found.columns[3, :2]) * np.sign(HABITS[3])
    assert found.rows[:, :2] * sign == pytest.approx(np.array(STAFF), abs=1e-6)
    assert found.columns[:, :2] * sign == pytest.approx(np.array(HABITS), abs=1e-6)
    # Published qualities of the rows in two dimensions, per thousand: 893 991 1000 1000 999.
    assert found.row_quality == pytest.approx([0.893, 0.991, 1.0, 1.0, 0.999], abs=6e-4)


def test_a_supplementary_row_is_placed_without_moving_the_others():
    # Greenacre's supplementary row, the national average of 42, 29, 20 and 9 %: published at (.258, .118).
    found = correspondence(SMOKING)
    assert np.abs(found.place([42, 29, 20, 9])[:2]) == pytest.approx([0.258368, 0.117648], abs=1e-6)
    assert found.place(SMOKING[1]) == pytest.approx(found.rows[1])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_centres_inertia_and_distances_are_those_of_the_theory(seed):
    table = random_table(seed)
    found = correspondence(table)
    assert found.row_mass @ found.rows == pytest.approx(np.zeros(found.rows.shape[1]), abs=1e-9)
    assert found.row_mass @ found.rows**2 == pytest.approx(found.inertia)
    profiles = table / table.sum(axis=1, keepdims=True)
    chi = np.sqrt(((profiles[0] - profiles[1]) ** 2 / found.column_mass).sum())
    assert np.linalg.norm(found.rows[0] - found.rows[1]) == pytest.approx(chi)
    assert correspondence(table * 7).rows == pytest.approx(found.rows)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_a_criterion_of_weight_zero_changes_no_place(seed):
    rng = np.random.default_rng(seed)
    ratings, weights = rng.uniform(size=(4, 3)), rng.dirichlet(np.ones(3))
    plain = correspondence(doubled(ratings, weights))
    wider = correspondence(doubled(np.column_stack([ratings, rng.uniform(size=4)]), [*weights, 0]))
    assert np.abs(wider.rows) == pytest.approx(np.abs(plain.rows), abs=1e-9)
    assert np.isnan(wider.columns[3]).all()


def test_doubling_puts_weak_on_everything_apart_from_strong_on_everything():
    found = correspondence(doubled([[0.9, 0.9], [0.1, 0.1]], [0.5, 0.5]))
    assert np.linalg.norm(found.rows[0] - found.rows[1]) > 1
    assert found.row_mass.tolist() == pytest.approx([0.5, 0.5])


def test_worlds_are_turned_back_onto_the_reference():
    rng = np.random.default_rng(6)
    table = random_table(3)
    drawn = table * np.exp(0.02 * rng.standard_normal((400, *table.shape)))
    found = map_draws(drawn, table)
    base = found.reference.rows[:, :2]
    assert found.rows.mean(axis=0) == pytest.approx(base, abs=0.02)
    assert found.rows.std(axis=0).max() < 0.05
    same = map_draws(np.repeat(table[None], 3, axis=0), table)
    assert same.rows == pytest.approx(np.repeat(base[None], 3, axis=0), abs=1e-9)
    assert same.columns[0] == pytest.approx(found.reference.columns[:, :2], abs=1e-9)


def test_two_offers_make_a_map_of_one_axis():
    found = map_draws(np.random.default_rng(1).uniform(size=(10, 2, 4)), random_table(1, 2, 4))
    assert found.rows.shape == (10, 2, 2)
    assert not found.rows[:, :, 1].any()


def test_the_ellipse_holds_its_share_of_the_draws_and_points_along_them():
    rng = np.random.default_rng(4)
    drawn = rng.standard_normal((20_000, 2)) * [2.0, 0.5]
    turn = np.pi / 6
    drawn = drawn @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + [1, -1]
    found = ellipse(drawn)
    # 80 % of a normal in two dimensions lie within sqrt(-2 ln .2) = 1.794 standard deviations.
    assert found.radii == pytest.approx([3.588, 0.897], rel=0.02)
    assert found.centre == pytest.approx([1, -1], abs=0.05)
    assert np.tan(found.angle) == pytest.approx(np.tan(turn), abs=0.02)
    outline = found.outline()
    assert outline[0] == pytest.approx(outline[-1])
    assert ellipse(np.zeros((5, 2))).radii.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ([[1, 2], [2, 4]], "nothing_to_map"),
        ([[0, 0], [2, 4]], "nothing_to_map"),
        ([[1, -2], [2, 4]], "out_of_range"),
        ([1, 2], "shape_does_not_fit"),
    ],
)
def test_tables_that_cannot_be_mapped_are_refused(table, code):
    with pytest.raises(CannotEstimate) as refusal:
        correspondence(table)
    assert refusal.value.code == code
