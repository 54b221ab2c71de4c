"""The bundled encoder on the sample company's feedback, two languages mixed, against the truth it was drawn from."""

from __future__ import annotations

from collections import Counter

import pytest

from apps.jobs.testing import run_now, run_waiting
from apps.research import needs, needs_selectors
from apps.research.models import Need, NeedMention
from trimtab.sample_company import generate

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def company():
    return generate(scale=0.06)


@pytest.fixture
def found(workspace, add_feedback, company):
    """The needs that the job finds in 290 texts, and for each text what it was written about."""
    rows, about = [], []
    for row, keys in zip(company.feedback, company.feedback_needs, strict=True):
        if row["text"].strip() and 1 <= row["rating"] <= 5:
            rows.append((row["text"], row["customer"], row["segment"], row["rating"]))
            about.append(keys[0] if keys else "chatter")
    add_feedback(rows)
    job = run_now(needs.start(workspace=workspace))
    assert job.state == "succeeded", job.error_text
    return about


def subject_of(need: Need, about: list[str]) -> str:
    """What most of the need's texts were written about."""
    rows = need.mentions.values_list("feedback__row_number", flat=True)
    return Counter(about[row] for row in rows).most_common(1)[0][0]


def ranking(workspace, about):
    rows = needs_selectors.ranked(workspace, needs_selectors.current(workspace))
    return [subject_of(row.need, about) for row in rows]


def test_the_three_needs_with_most_opportunity_are_among_the_first(workspace, found, company):
    # 290 texts make groups that people still have to merge, and cannot settle the order of the three.
    assert set(company.truth.need_ranking()[:3]) <= set(ranking(workspace, found)[:6])
    estimate = needs_selectors.current(workspace)
    assert estimate.parameters["encoder"] == "bilingual"
    # Some needs hold texts of both languages: grouping is by subject, not by language.
    spoken = NeedMention.objects.filter(workspace=workspace).values_list("need", "feedback__text")
    both = {need for need, text in spoken if text.isascii()} & {need for need, text in spoken if not text.isascii()}
    assert len(both) >= 3


def test_once_what_belongs_together_is_merged_the_true_three_come_first(workspace, found, company):
    active = list(needs_selectors.needs(workspace))
    by_subject: dict[str, Need] = {}
    for need in sorted(active, key=lambda need: -need.mentions.count()):
        subject = subject_of(need, found)
        if subject in by_subject:
            needs.merge(need=need, into=Need.objects.get(pk=by_subject[subject].pk))
        else:
            by_subject[subject] = need
    run_waiting(workspace)
    assert set(ranking(workspace, found)[:3]) == set(company.truth.need_ranking()[:3])
