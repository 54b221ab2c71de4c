"""Real studies of choice, purchase and adoption, uploaded as they are; the counts are those of their SOURCE.md."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from apps.research.models import AdoptionCount, ChoiceAnswer, MaxDiffAnswer, Purchase, Subscription

pytestmark = pytest.mark.django_db


def test_the_choices_among_ai_assistants_come_in_with_their_attributes(public_data, bring_in):
    source = bring_in("choices", (public_data / "cbc_ai_assistant/choice_data.csv").read_bytes())
    assert source.columns == {
        "customer": ["resp.id"], "task": ["ques"], "alternative": ["alt"], "chosen": ["choice"],
        "attributes": ["spec", "vel", "qual", "priv", "cost"],
    }  # fmt: skip
    # 116 respondents, 10 tasks of 3 alternatives, no outside option.
    assert (source.rows_imported, source.rows_known, source.rows_refused) == (3480, 0, 0)
    assert ChoiceAnswer.objects.filter(chosen=True).count() == 1160
    assert not ChoiceAnswer.objects.filter(is_none=True).exists()
    first = ChoiceAnswer.objects.get(row_number=2)
    levels = {"spec": "Assistente", "vel": "Lento", "qual": "Ottimale", "priv": "Bassa", "cost": "25"}
    assert (first.customer, first.task, first.attributes) == ("1", "1", levels)


def test_the_camera_tasks_have_one_outside_option_each(public_data, bring_in):
    source = bring_in("choices", gzip.decompress((public_data / "bayesm_camera/camera_long.csv.gz").read_bytes()))
    # 332 respondents x 16 tasks x 5 alternatives, the outside option all zeros.
    assert (source.rows_imported, source.rows_refused) == (26560, 0)
    assert ChoiceAnswer.objects.filter(is_none=True).count() == 332 * 16


def test_every_political_issue_survey_task_has_a_best_and_a_worst(public_data, bring_in):
    source = bring_in("maxdiff", gzip.decompress((public_data / "maxdiff_issues/vdata.csv.gz").read_bytes()))
    # 350 respondents, 13 blocks of 4.
    assert source.rows_imported + source.rows_refused == 18200
    assert source.rows_refused == 0
    assert MaxDiffAnswer.objects.filter(answer=1).count() == 350 * 13
    assert MaxDiffAnswer.objects.filter(answer=-1).count() == 350 * 13


def test_purchases_alike_on_one_day_are_all_kept(public_data, bring_in):
    source = bring_in("purchases", (public_data / "cdnow/cdnowElog.csv").read_bytes())
    assert source.columns == {"customer": ["masterid"], "bought_on": ["date"], "amount": ["sales"]}
    assert (source.rows_imported, source.rows_known, source.rows_refused) == (6919, 0, 0)
    assert Purchase.objects.values("customer").distinct().count() == 2357
    first = Purchase.objects.get(row_number=2)
    assert (first.customer, first.bought_on, first.amount) == ("4", date(1997, 1, 1), 29.33)


def test_the_traits_of_the_telco_customers_are_kept(public_data, bring_in):
    source = bring_in("subscriptions", (public_data / "telco_churn_ibm/Telco-Customer-Churn.csv").read_bytes())
    assert {"gender", "Partner", "InternetService", "PaymentMethod"} <= set(source.columns["traits"])
    first = Subscription.objects.get(customer="7590-VHVEG")
    assert (first.traits["gender"], first.traits["InternetService"]) == ("Female", "DSL")


def test_ten_years_of_video_recorders_are_periods_by_number(public_data, bring_in):
    source = bring_in("adoption", (public_data / "bass_series/vcr_1980_1989.csv").read_bytes())
    assert source.columns == {"period_number": ["t"], "adopters": ["sales"]}
    assert list(AdoptionCount.objects.order_by("period_number").values_list("adopters", flat=True))[:3] == [
        840, 1470, 2110,
    ]  # fmt: skip
