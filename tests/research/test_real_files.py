"""Files as they are found in the wild, uploaded as they are."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from apps.research import services
from apps.research.models import FeedbackItem, PriceAnswer, SatisfactionAnswer, Subscription
from apps.research.preview import preview

pytestmark = pytest.mark.django_db


def read(public_data, name):
    return (public_data / name).read_bytes()


def test_the_telco_log_counts_tenure_back_from_the_day_it_was_taken(public_data, bring_in):
    content = read(public_data, "telco_churn_ibm/Telco-Customer-Churn.csv")
    source = bring_in("subscriptions", content, parameters={"as_of": "2026-01-15"})
    assert source.columns["tenure_months"] == ["tenure"]
    assert source.columns["churned"] == ["Churn"]
    assert source.columns["monthly_price"] == ["MonthlyCharges"]
    # SOURCE.md of the folder: 7,043 customers; the churn column says Yes 1,869 times.
    assert (source.rows_imported, source.rows_refused) == (7043, 0)
    assert Subscription.objects.filter(ended_on=None).count() == 7043 - 1869
    # The first line: 7590-VHVEG, tenure 1, not churned, 29.85 a month.
    first = Subscription.objects.get(customer="7590-VHVEG")
    assert (first.started_on, first.ended_on, first.monthly_price) == (date(2025, 12, 15), None, 29.85)


def test_a_price_survey_with_swapped_columns_is_told_and_swapped_by_one_click(public_data, upload):
    source = upload("prices", read(public_data, "psm_survey_1500/psm.csv"))
    swap = preview(source).swap
    # ORACLES: 8 valid rows as named, 1,132 with two columns swapped.
    assert (swap.valid_as_named, swap.valid_as_suggested) == (8, 1132)
    services.swap_prices(source=source)
    source.refresh_from_db()
    assert source.columns["cheap"] == ["getting_expensive"]
    assert source.columns["expensive"] == ["bargain"]
    assert preview(source).swap is None


def test_every_answer_of_a_survey_without_names_counts_even_if_two_are_alike(public_data, bring_in):
    source = bring_in("prices", read(public_data, "psm_survey_1500/psm.csv"))
    rows = list(csv.reader((public_data / "psm_survey_1500/psm.csv").open()))[1:]
    assert len(set(map(tuple, rows))) < len(rows)
    assert source.rows_imported + source.rows_refused == len(rows)
    assert source.rows_known == 0


def test_the_seeded_price_survey_is_understood_by_its_short_names(public_data, bring_in):
    source = bring_in("prices", read(public_data, "psm_r_seeded/seed20.csv"))
    assert [source.columns[name] for name in ("too_cheap", "cheap", "expensive", "too_expensive")] == [
        ["tch"], ["ch"], ["ex"], ["tex"],
    ]  # fmt: skip
    first = PriceAnswer.objects.get(row_number=2)
    assert (first.too_cheap, first.cheap, first.expensive, first.too_expensive) == (4.58, 8.37, 12.27, 16.15)


def test_the_purchase_intents_of_a_price_survey_come_with_its_prices(public_data, bring_in):
    source = bring_in("prices", read(public_data, "psm_r_seeded/seed1976.csv"))
    assert (source.columns["intent_cheap"], source.columns["intent_expensive"]) == (["pi_ch"], ["pi_ex"])
    # The second line of the file: 10.665,17.61,20.385,21.93,female,5,4.
    second = PriceAnswer.objects.get(row_number=3)
    assert (second.intent_cheap, second.intent_expensive) == (5, 4)


def test_a_purchase_intent_off_the_scale_of_five_is_refused(bring_in):
    content = b"too_cheap,cheap,expensive,too_expensive,intent_cheap,intent_expensive\n1,2,3,4,6,1\n1,2,3,4,5,\n"
    source = bring_in("prices", content)
    assert (source.rows_imported, source.rows_refused) == (1, 1)
    assert source.quarantine.get().reason_code == "out_of_scale"
    assert PriceAnswer.objects.get().intent_expensive is None


def test_a_survey_of_mobile_phone_users_takes_the_columns_chosen_and_the_mean_of_several(public_data, bring_in):
    columns = {
        "functionality": ["PERQ1", "PERQ2"],
        "interaction": ["PERQ4"],
        "cost": ["PERV1", "PERV2"],
        "overall": ["CUSA1"],
    }
    source = bring_in("satisfaction", read(public_data, "ecsi_mobi/mobi.csv"), columns=columns)
    # SOURCE.md of the folder: 250 respondents, items from 1 to 10.
    assert source.rows_imported == 250
    assert (source.parameters["scale_min"], source.parameters["scale_max"]) == (1.0, 10.0)
    # The first line: PERQ1 7, PERQ2 6, PERQ4 7, PERV1 2, PERV2 3, CUSA1 6.
    first = SatisfactionAnswer.objects.get(row_number=2)
    assert (first.functionality, first.interaction, first.cost, first.overall) == (6.5, 7.0, 2.5, 6.0)


def test_banking_messages_come_in_as_feedback(public_data, bring_in):
    source = bring_in("feedback", read(public_data, "banking77/train.csv"))
    assert source.columns == {"text": ["text"], "segment": ["category"]} or source.columns == {"text": ["text"]}
    assert source.rows_imported == 10003
    assert FeedbackItem.objects.filter(language="en").count() == 10003


def test_chinese_reviews_come_in_as_feedback_in_chinese(public_data, bring_in):
    source = bring_in("feedback", read(public_data, "waimai_10k/waimai_10k.csv"))
    assert source.columns["text"] == ["review"]
    assert source.rows_imported + source.rows_refused == 11987
    assert FeedbackItem.objects.filter(language="zh").count() > 11_500
