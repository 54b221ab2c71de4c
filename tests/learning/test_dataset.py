"""Which texts may teach and which may test."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.learning.dataset import Example, given_split, read, split, write
from trimtab.learning.errors import UnusableData


def examples_of(**counts: int) -> list[Example]:
    return [Example(f"{label} number {index}", label) for label, count in counts.items() for index in range(count)]


def keys(part: list[Example]) -> set[str]:
    return {" ".join(example.text.casefold().split()) for example in part}


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(4, 60), min_size=2),
    st.integers(0, 2**31 - 1),
    st.floats(0.05, 0.3),
    st.floats(0.05, 0.3),
)
def test_every_split_is_disjoint_complete_and_has_each_label_in_each_part(counts, seed, validation, test):
    given_examples = examples_of(**counts)
    found = split(given_examples, seed=seed, validation_share=validation, test_share=test)
    parts = [found.train, found.validation, found.test]
    assert sum(map(len, parts)) == len(given_examples)
    assert Counter(e for part in parts for e in part) == Counter(given_examples)
    for part in parts:
        assert {e.label for e in part} == set(counts)


def test_the_same_seed_gives_the_same_split_and_another_seed_another():
    data = examples_of(a=30, b=30)
    assert split(data, seed=5) == split(data, seed=5)
    assert split(data, seed=5).test != split(data, seed=6).test


def test_shares_are_kept_within_each_label():
    found = split(examples_of(a=100, b=50), seed=0, validation_share=0.1, test_share=0.2)
    assert Counter(e.label for e in found.test) == {"a": 20, "b": 10}
    assert Counter(e.label for e in found.validation) == {"a": 10, "b": 5}


def test_texts_that_differ_in_case_width_or_blanks_are_one_text():
    data = [*examples_of(a=6, b=6), Example("A  NUMBER ０", "a")]
    found = split(data, seed=0)
    assert found.removed.repeated == 1
    assert len(found.train) + len(found.validation) + len(found.test) == 12


def test_a_text_with_two_labels_is_left_out_and_counted():
    data = [*examples_of(a=6, b=6), Example("same words", "a"), Example("Same words", "b")]
    found = split(data, seed=0)
    assert found.removed.contradicting == 2
    assert "same words" not in keys([*found.train, *found.validation, *found.test])


def test_empty_texts_are_left_out_and_counted():
    assert split([*examples_of(a=6, b=6), Example("  ", "a")], seed=0).removed.empty == 1


def test_no_test_text_is_left_in_a_given_train_part():
    train = [*examples_of(a=8, b=8), Example("leaked TEXT", "a")]
    found = given_split(train, None, [Example("Leaked text", "a"), Example("other", "b")])
    assert found.removed.seen_in_test == 1
    assert not keys(found.train) & keys(found.test)
    assert not keys(found.validation) & keys(found.test)
    assert not keys(found.train) & keys(found.validation)
    assert len(found.test) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([], "no_examples"),
        (examples_of(a=10), "one_class"),
        (examples_of(a=10, b=3), "too_few_per_class"),
        ([Example("", "a")] * 9, "no_examples"),
    ],
)
def test_unusable_data_is_refused_with_a_reason_and_a_remedy(data, code):
    with pytest.raises(UnusableData) as refused:
        split(data, seed=0)
    assert refused.value.code == code
    assert refused.value.remedy
    assert "%(" not in refused.value.message


def test_too_few_names_the_label_and_the_count():
    with pytest.raises(UnusableData) as refused:
        split(examples_of(a=10, rare=3), seed=0)
    assert refused.value.params == {"label": "rare", "count": 3, "least": 4}


def test_a_test_label_that_training_never_saw_is_refused():
    with pytest.raises(UnusableData) as refused:
        given_split(examples_of(a=8, b=8), None, [Example("x", "c")])
    assert refused.value.code == "unknown_labels"


def test_what_is_written_is_read_back(tmp_path):
    data = [*examples_of(a=6, b=6), Example('quote " and line\u2028break 中文', "b")]
    found = split(data, seed=0)
    again = read(write(found, tmp_path / "data"))
    assert (again.train, again.validation, again.test, again.labels) == (
        found.train,
        found.validation,
        found.test,
        found.labels,
    )


def test_a_missing_data_set_is_named_as_such(tmp_path):
    with pytest.raises(UnusableData) as refused:
        read(tmp_path)
    assert refused.value.code == "data_missing"
