"""A task is imported whole or not at all, and mended row by row; events that are alike are all kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Q

from apps.jobs.testing import run_now
from apps.research import corrections, importing, services, storing
from apps.research.models import (
    AnswerOutcome,
    ChoiceAnswer,
    KanoAnswer,
    MaxDiffAnswer,
    Purchase,
    QuarantinedRow,
    TokenUsage,
)
from trimtab.sample_company import generate, to_csv

pytestmark = pytest.mark.django_db

HEAD = "customer,task,alternative,chosen,speed,price\n"
GOOD = "a,1,A,1,fast,9\na,1,B,0,slow,5\n"


def codes():
    return list(QuarantinedRow.objects.order_by("row_number").values_list("row_number", "reason_code"))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("b,1,A,1,fast,9\nb,1,B,1,slow,5\n", "several_chosen"),
        ("b,1,A,0,fast,9\nb,1,B,,slow,5\n", "none_chosen"),
        ("b,1,A,1,fast,9\nb,1,A,0,slow,5\n", "alternative_twice"),
    ],
)
def test_a_task_that_contradicts_itself_waits_with_its_reason(bring_in, rows, code):
    source = bring_in("choices", HEAD + GOOD + rows)
    assert (source.rows_imported, source.rows_refused) == (2, 2)
    assert codes() == [(4, code), (5, code)]


def test_a_row_that_cannot_be_read_keeps_its_whole_task_waiting_until_it_is_mended(bring_in, owner):
    source = bring_in("choices", HEAD + GOOD + "b,1,A,1,fast,9\nb,1,B,perhaps,slow,5\n")
    assert codes() == [(4, "task_spoiled"), (5, "not_yes_or_no")]
    values = {"customer": "b", "task": "1", "alternative": "B", "chosen": "no"}
    values |= {"attributes:speed": "slow", "attributes:price": "5"}
    bad = QuarantinedRow.objects.get(row_number=5)
    done = corrections.correct_row(refused=bad, values=values, actor=owner)
    assert (done.added, done.waiting) == (2, "")
    source.refresh_from_db()
    assert (source.rows_imported, source.rows_refused) == (4, 0)
    assert ChoiceAnswer.objects.get(row_number=5).attributes == {"speed": "slow", "price": "5"}


@pytest.mark.parametrize("name", ["none", "都不选", "outside"])
def test_none_of_these_is_known_by_its_word_or_by_attributes_of_zero(bring_in, name):
    bring_in("choices", HEAD + f"a,1,A,1,fast,9\na,1,B,0,slow,5\na,1,{name},0,,\nb,1,A,1,fast,9\nb,1,B,0,0,0\n")
    assert set(ChoiceAnswer.objects.filter(is_none=True).values_list("row_number", flat=True)) == {4, 6}


def test_best_and_worst_come_as_words_as_numbers_or_in_two_columns(bring_in):
    bring_in("maxdiff", "customer,task,item,answer\na,1,x,best\na,1,y,\na,1,z,worst\na,2,x,-1\na,2,y,1\n")
    bring_in("maxdiff", "customer,task,item,best,worst\nb,1,x,1,0\nb,1,y,0,1\n")
    answers = MaxDiffAnswer.objects.order_by("customer", "task", "item").values_list("answer", flat=True)
    assert list(answers) == [1, 0, -1, -1, 1, 1, -1]


def test_kano_answers_come_as_words_or_numbers_and_another_word_names_the_remedy(bring_in):
    rows = "a,Export,I like it,dislike\na,Themes,3,4\nb,Export,喜欢,必须\nb,Themes,maybe,3\n"
    source = bring_in("kano", "respondent,feature,if present,if absent\n" + rows)
    kept = KanoAnswer.objects.order_by("row_number").values_list("functional", "dysfunctional")
    assert list(kept) == [(1, 5), (3, 4), (1, 2)]
    refused = QuarantinedRow.objects.get(source=source)
    assert (refused.row_number, refused.field, refused.reason_code) == (5, "functional", "not_a_feeling")


def test_two_purchases_alike_are_kept_and_a_grown_file_adds_only_the_new_one(bring_in):
    rows = "customer,date,amount\na,2026-01-05,9\na,2026-01-05,9\n"
    assert bring_in("purchases", rows).rows_imported == 2
    grown = bring_in("purchases", rows + "a,2026-01-05,9\n")
    assert (grown.rows_imported, grown.rows_known) == (1, 2)
    assert Purchase.objects.count() == 3


def test_daily_rows_of_tokens_fall_into_their_month(bring_in):
    bring_in("usage", 'customer,month,tokens\na,2026-03-01,"1,000"\na,2026-03-02,"1,000"\na,Mar 2026,5\n')
    kept = sorted(TokenUsage.objects.values_list("month", "tokens"))
    assert kept == [(date(2026, 3, 1), 5), (date(2026, 3, 1), 1000), (date(2026, 3, 1), 1000)]


@pytest.mark.parametrize("kind", ["purchases", "choices"])
def test_an_import_that_dies_counts_what_is_alike_from_the_beginning(upload, owner, monkeypatch, kind):
    monkeypatch.setattr(importing, "CHUNK", 10)
    rows = {
        "purchases": "customer,date,amount\n" + "a,2026-01-05,9\n" * 60,
        "choices": HEAD + "".join(f"c{n},1,A,1,fast,9\nc{n},1,B,0,slow,{n}\n" for n in range(30)),
    }[kind]
    source = upload(kind, rows)
    job = services.start_import(source=source, actor=owner)
    insert, calls = storing.insert, []

    def dies_in_the_third(source, rows):
        calls.append(len(rows))
        added = insert(source, rows)
        if len(calls) == 3:
            raise MemoryError("killed")
        return added

    monkeypatch.setattr(storing, "insert", dies_in_the_third)
    with pytest.raises(MemoryError):
        run_now(job)
    job.refresh_from_db()
    run_now(job)
    source.refresh_from_db()
    assert (source.rows_imported, source.rows_known, source.rows_refused) == (60, 0, 0)


def test_outcomes_come_in_english_and_in_chinese_words_and_need_one_of_resolved_and_thumbs(bring_in):
    head = "customer,intent,model,response time ms,resolved,thumbs\n"
    bring_in(
        "outcomes", head + "a,refund,m1,640,resolved,👍\na,refund,m1,640,resolved,👍\nb,login,m2,,no,\nc,login,m2,9,,\n"
    )
    bring_in("outcomes", "客户,类别,模型,是否解决,是否转人工\nd,refund,m1,未解决,转人工\n")
    kept = AnswerOutcome.objects.order_by("customer").values_list(
        "label", "latency_ms", "resolved", "thumbs_up", "escalated"
    )
    assert list(kept) == [
        ("refund", 640, True, True, None),
        ("refund", 640, True, True, None),
        ("login", None, False, None, None),
        ("refund", None, False, None, True),
    ]
    assert codes() == [(5, "outcome_missing")]


def test_the_sample_companys_outcomes_are_read_whole_under_their_own_headers(bring_in):
    rows = generate(scale=0.02).outcomes
    source = bring_in("outcomes", to_csv(rows))
    assert (source.rows_imported, source.rows_refused) == (len(rows), 0)
    assert not AnswerOutcome.objects.filter(Q(label="") | Q(model="") | Q(latency_ms=None)).exists()
    assert AnswerOutcome.objects.filter(thumbs_up=None).count() == sum(row["thumbs"] == "" for row in rows)
    assert AnswerOutcome.objects.filter(escalated=True).count() == sum(row["escalated"] == "yes" for row in rows)
    assert not AnswerOutcome.objects.filter(answered_on=None).exists()
