"""Texts meet by what they are about, and stay where they were."""

from __future__ import annotations

import numpy as np

from apps.research import needs_grouping as grouping


def two_languages(rng, texts=60):
    """Three subjects in two languages; the language moves a vector four times as far as the subject does."""
    subject, chinese = np.arange(texts) % 3, np.arange(texts) % 2
    rows = 0.05 * rng.standard_normal((texts, 12))
    rows[np.arange(texts), subject] += 1.0
    rows[:, 5] += np.where(chinese, 4.0, -4.0)
    words = ["中文" if flag else "english" for flag in chinese]
    return grouping.unit(rows.astype(np.float32)), words, subject


def test_texts_of_two_languages_meet_by_subject():
    rows, words, subject = two_languages(np.random.default_rng(1))
    topics = grouping.topic_rows(rows, words, np.full(len(words), np.nan), without_tone=False)
    found = grouping.regroup(topics, [], np.full(len(words), grouping.UNSEEN), {})
    assert len(found.slots) == 3
    for place in range(3):
        assert len(set(subject[found.labels == place])) == 1


def subjects_with_tone(rng, tone, subject):
    """Each subject has an axis; praise and complaint move a vector along one more, by a third of that."""
    rows = 0.05 * rng.standard_normal((len(subject), 16))
    rows[np.arange(len(subject)), subject] += 1.0
    rows[:, 15] += np.where(tone, 0.3, -0.3)
    return grouping.unit(rows.astype(np.float32))


def test_praise_and_complaint_about_one_thing_come_closer():
    subject, praise = np.arange(240) % 6, np.arange(240) // 6 % 2
    rows, texts, ratings = subjects_with_tone(np.random.default_rng(2), praise, subject), ["text"] * 240, praise * 1.0
    assert grouping.tone_is_apart(rows, texts, ratings)
    topics, plain = (grouping.topic_rows(rows, texts, ratings, without_tone=flag) for flag in (True, False))
    one, other = (subject == 0) & (praise == 0), (subject == 0) & (praise == 1)
    assert (topics[one] @ topics[other].T).mean() > (plain[one] @ plain[other].T).mean() + 0.1


def test_tone_that_goes_along_with_the_subject_is_left_in():
    subject = np.arange(240) % 3
    rows = subjects_with_tone(np.random.default_rng(3), subject == 0, subject)
    assert not grouping.tone_is_apart(rows, ["text"] * 240, (subject == 0) * 1.0)
    assert not grouping.tone_is_apart(rows, ["text"] * 240, np.full(240, np.nan))


def test_the_same_texts_again_stay_where_they_were():
    rows, words, _subject = two_languages(np.random.default_rng(3), texts=200)
    topics = grouping.topic_rows(rows, words, np.full(200, np.nan), without_tone=False)
    first = grouping.regroup(topics, [], np.full(200, grouping.UNSEEN), {})
    known = [grouping.Slot(at, slot.vectors, slot.floors) for at, slot in enumerate(first.slots)]
    again = grouping.regroup(topics, known, first.labels, {})
    assert np.array_equal(again.labels, first.labels)
    assert len(again.slots) == len(first.slots)


def test_what_a_person_placed_stays_there_however_unlike_it_is():
    rows, words, _subject = two_languages(np.random.default_rng(4))
    topics = grouping.topic_rows(rows, words, np.full(60, np.nan), without_tone=False)
    first = grouping.regroup(topics, [], np.full(60, grouping.UNSEEN), {})
    known = [grouping.Slot(at, slot.vectors, slot.floors) for at, slot in enumerate(first.slots)]
    elsewhere = (int(first.labels[0]) + 1) % 3
    assert grouping.regroup(topics, known, first.labels, {0: elsewhere}).labels[0] == elsewhere
