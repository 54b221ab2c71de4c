"""Groups of texts: are they found, and do they stay who they were?"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from trimtab.learning.clustering import OTHER, group, unit
from trimtab.learning.naming import name_groups, terms_of

H = 64


def cloud(centres: np.ndarray, each: int, spread: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(centres)), each)
    return unit(centres[truth] + spread / np.sqrt(H) * rng.normal(size=(len(truth), H))), truth


@pytest.fixture(scope="module")
def centres() -> np.ndarray:
    return unit(np.random.default_rng(0).normal(size=(6, H)))


def test_six_clouds_are_found_without_being_told_how_many(centres):
    rows, truth = cloud(centres, 60, 0.6, 1)
    found = group(rows, seed=0)
    assert len(found.centroids) == 6
    assert adjusted_rand_score(truth, found.labels) > 0.98
    assert found.diagnostics["stability"] > 0.95


def test_the_same_seed_gives_the_same_groups(centres):
    rows, _ = cloud(centres, 40, 0.9, 2)
    one, two = group(rows, seed=3), group(rows, seed=3)
    np.testing.assert_array_equal(one.labels, two.labels)
    np.testing.assert_array_equal(one.centroids, two.centroids)


def test_texts_near_no_group_are_other(centres):
    rows, _ = cloud(centres, 50, 0.5, 3)
    strangers = unit(np.random.default_rng(9).normal(size=(12, H)))
    found = group(np.concatenate([rows, strangers]), seed=0, k=6)
    assert (found.labels[-12:] == OTHER).sum() >= 11
    assert (found.labels[:-12] == OTHER).sum() == 0


def test_known_groups_keep_place_and_centroid_and_the_rest_forms_new_ones(centres):
    before_rows, _ = cloud(centres[:4], 60, 0.6, 4)
    before = group(before_rows, seed=0)
    rows, truth = cloud(centres, 60, 0.6, 5)
    after = group(rows, seed=8, fixed=before.centroids, fixed_floors=before.floors)
    assert after.known == 4
    assert len(after.centroids) == 6
    np.testing.assert_allclose(after.centroids[:4], before.centroids, atol=1e-6)
    nearest = before.centroids @ centres[:4].T
    for place in range(4):
        mine = truth == nearest[place].argmax()
        assert (after.labels[mine] == place).mean() > 0.85
    assert set(after.labels[truth >= 4]) - {OTHER} == {4, 5}


def test_nothing_new_means_no_new_group(centres):
    before = group(cloud(centres, 60, 0.6, 6)[0], seed=0)
    after = group(cloud(centres, 60, 0.6, 7)[0], seed=1, fixed=before.centroids)
    assert len(after.centroids) == 6


def test_new_groups_come_largest_first_and_tiny_ones_are_dissolved(centres):
    rows = np.concatenate([cloud(centres[i : i + 1], n, 0.4, i)[0] for i, n in enumerate((20, 80, 50, 2))])
    found = group(rows, seed=0)
    assert found.sizes.tolist() == [80, 50, 20]
    assert (found.labels[-2:] == OTHER).all()


def test_no_texts_and_one_text_are_answered():
    none = group(np.zeros((0, H)), seed=0)
    assert none.labels.shape == (0,)
    assert len(none.centroids) == 0
    one = group(unit(np.ones((1, H))), seed=0, smallest=1)
    assert one.labels.shape == (1,)


def test_terms_leave_out_stop_words_and_pair_words_that_stand_together():
    assert terms_of("I can't reset the password code") == ["reset", "password", "code", "password code"]


def test_terms_of_chinese_are_its_bigrams_and_trigrams():
    assert terms_of("登录失败") == ["登录", "录失", "失败", "登录失", "录失败"]


def test_groups_are_named_by_what_sets_them_apart(centres):
    texts = [
        *(f"refund for order {i} is late" for i in range(20)),
        *(f"export to csv {i} is late" for i in range(20)),
        *(["登录失败，密码不对", "密码不对，无法登录"] * 10),
    ]
    rows, _ = cloud(centres[:3], 20, 0.3, 8)
    found = group(rows, seed=0, k=3)
    names = {
        tuple(found.labels[start : start + 1]): name_groups(texts, found)[found.labels[start]] for start in (0, 20, 40)
    }
    first, second, third = (names[tuple(found.labels[s : s + 1])] for s in (0, 20, 40))
    assert "refund" in first.name
    assert "export" in second.name
    assert "late" not in first.terms[:1] + second.terms[:1]
    assert {"密码", "登录"} & set(third.terms)
    assert all(20 <= index < 40 for index in second.examples)
