"""What comes a second time adds nothing, and a best-worst task that contradicts itself waits whole."""

from __future__ import annotations

import pytest

from apps.research.models import AdoptionCount, ChoiceAnswer, LadderAnswer, MaxDiffAnswer, QuarantinedRow

pytestmark = pytest.mark.django_db

CHOICES = "customer,task,alternative,chosen,speed,price\n"
FIRST = ["a,1,A,1,fast,9\n", "a,1,B,0,slow,5\n"]
SECOND = ["b,1,A,0,fast,9\n", "b,1,B,1,slow,5\n"]
BEST_WORST = "customer,task,item,answer\n"
SOUND = "a,1,x,1\na,1,y,0\na,1,z,-1\n"


def test_a_choice_survey_that_comes_again_grown_and_in_another_order_adds_only_the_new_task(bring_in):
    assert bring_in("choices", CHOICES + "".join(FIRST)).rows_imported == 2
    again = bring_in("choices", CHOICES + "".join(SECOND + FIRST[::-1]))
    assert (again.rows_imported, again.rows_known, again.rows_refused) == (2, 2, 0)
    assert ChoiceAnswer.objects.filter(chosen=True).count() == 2


def test_the_same_file_is_known_by_its_content(bring_in, upload):
    first = bring_in("maxdiff", BEST_WORST + SOUND)
    assert upload("maxdiff", BEST_WORST + SOUND, name="copy.csv").pk == first.pk
    assert MaxDiffAnswer.objects.count() == 3


def test_a_row_of_one_task_is_another_row_in_another_task(bring_in):
    """The same offer chosen against other company says something new."""
    assert bring_in("choices", CHOICES + "".join(FIRST)).rows_imported == 2
    other = bring_in("choices", CHOICES + FIRST[0] + "a,1,B,0,slow,7\n")
    assert (other.rows_imported, other.rows_known) == (2, 0)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("b,1,x,1\nb,1,y,1\nb,1,z,-1\n", "several_best"),
        ("b,1,x,1\nb,1,y,-1\nb,1,z,-1\n", "several_worst"),
        ("b,1,x,0\nb,1,y,0\nb,1,z,-1\n", "no_best"),
        ("b,1,x,1\nb,1,y,0\nb,1,z,0\n", "no_worst"),
        ("b,1,x,1\nb,1,x,0\nb,1,z,-1\n", "item_twice"),
    ],
)
def test_a_best_worst_task_needs_one_best_and_one_worst_among_different_items(bring_in, rows, code):
    source = bring_in("maxdiff", BEST_WORST + SOUND + rows)
    assert (source.rows_imported, source.rows_refused) == (3, 3)
    assert set(QuarantinedRow.objects.values_list("reason_code", flat=True)) == {code}


def test_an_item_that_is_best_and_worst_at_once_is_refused_with_its_task(bring_in):
    source = bring_in("maxdiff", "customer,task,item,best,worst\na,1,x,1,1\na,1,y,0,0\nb,1,x,1,0\nb,1,y,0,1\n")
    assert (source.rows_imported, source.rows_refused) == (2, 2)
    codes = QuarantinedRow.objects.order_by("row_number").values_list("reason_code", flat=True)
    assert list(codes) == ["best_and_worst", "task_spoiled"]


def test_a_ladder_and_its_copy_with_one_more_person_count_each_answer_once(bring_in):
    rows = "customer,price,would_buy\na,9,yes\na,19,no\n"
    assert bring_in("ladder", rows).rows_imported == 2
    assert bring_in("ladder", rows + "b,9,no\n").rows_imported == 1
    assert LadderAnswer.objects.filter(would_buy=True).count() == 1


def test_a_period_is_told_by_its_date_or_its_number_and_else_refused(bring_in):
    source = bring_in("adoption", "period,adopters\n2026-Q1,5\n2026-Q2,8\n,9\n")
    assert (source.rows_imported, source.rows_refused) == (2, 1)
    assert QuarantinedRow.objects.get().reason_code == "period_missing"
    assert list(AdoptionCount.objects.order_by("period").values_list("period__month", flat=True)) == [1, 4]
