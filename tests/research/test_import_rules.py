"""What holds for every import: no row is lost, none comes twice, and a kill costs nothing."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.estimates import selectors as estimates
from apps.estimates import services as estimate_services
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research import corrections, importing, selectors, services, storing
from apps.research.models import FeedbackItem, QuarantinedRow, SourceState

pytestmark = pytest.mark.django_db

CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=25)


@given(TABLES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_table_of_cells_loses_a_row(workspace, owner, rows):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["text", "date", "rating"], *rows])
    file = ContentFile(text.getvalue().encode(), name="any.csv")
    source = services.upload(workspace=workspace, kind="feedback", file=file, actor=owner).source
    columns = {"text": ["text"], "said_on": ["date"], "rating": ["rating"]}
    if source.state == SourceState.UPLOADED:
        services.set_columns(source=source, columns=columns, actor=owner)
        run_now(services.start_import(source=source, actor=owner))
        source.refresh_from_db()
    assert source.rows_imported + source.rows_known + source.rows_refused == source.rows_total == len(rows)
    assert FeedbackItem.objects.filter(source=source).count() == source.rows_imported
    assert QuarantinedRow.objects.filter(source=source).count() == source.rows_refused


def rows_of_feedback(count):
    lines = [f"Text {number},C-{number % 50},2026-01-{number % 28 + 1:02d}" for number in range(count)]
    lines[7] = "Text 7,C-7,2026-13-45"
    return "text,customer,date\n" + "\n".join(lines) + "\n"


def test_an_import_that_dies_goes_on_where_it_was_and_adds_nothing_twice(upload, owner, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 100)
    source = upload("feedback", rows_of_feedback(950))
    job = services.start_import(source=source, actor=owner)
    insert, calls = storing.insert, []

    def dies_in_the_fifth(source, rows):
        calls.append(len(rows))
        added = insert(source, rows)
        if len(calls) == 5:
            raise MemoryError("killed")
        return added

    monkeypatch.setattr(storing, "insert", dies_in_the_fifth)
    with pytest.raises(MemoryError):
        run_now(job)
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    # Four chunks are kept with their checkpoint; what the fifth wrote before it died is not.
    assert job.checkpoint["row"] == 401
    assert FeedbackItem.objects.count() == 399
    again = run_now(job)
    source.refresh_from_db()
    assert again.state == Job.State.SUCCEEDED
    assert (source.rows_imported, source.rows_known, source.rows_refused) == (949, 0, 1)
    assert FeedbackItem.objects.count() == 949
    assert sum(calls) == 949 + 100


def test_a_second_order_to_import_is_the_same_job(upload, owner):
    source = upload("feedback", rows_of_feedback(20))
    assert services.start_import(source=source) == services.start_import(source=source)


def test_a_file_of_which_no_row_fits_stops_early_and_keeps_nothing(upload, owner):
    source = upload("feedback", "text,date\n" + "Fine,2026-01-01\n" * 3 + "Fine,never\n" * 5000)
    services.set_columns(source=source, columns={"text": ["text"], "rating": ["date"]}, parameters={})
    job = run_now(services.start_import(source=source, actor=owner))
    source.refresh_from_db()
    assert (job.state, job.error_code, source.state) == ("failed", "all_refused", "failed")
    assert not QuarantinedRow.objects.exists()
    services.set_columns(source=source, columns={"text": ["text"]})
    assert run_now(services.start_import(source=source, actor=owner)).state == "succeeded"


def test_a_figure_is_stale_once_a_row_of_its_source_was_corrected(bring_in, workspace, owner):
    source = bring_in("feedback", rows_of_feedback(20))
    estimate = estimate_services.record(
        workspace=workspace, kind="research.needs", grade="observed", draws={}, figures=[],
        inputs=[selectors.source_ref(source)],
    )  # fmt: skip
    assert not estimates.staleness(estimate).stale
    assert selectors.figures_moved_by_source(source) == [estimate]
    assert estimates.inputs(estimate)[0].url.endswith(f"/sources/{source.pk}/")
    values = {"text": "Text 7", "customer": "C-7", "said_on": "2026-01-08"}
    corrections.correct_row(refused=QuarantinedRow.objects.get(), values=values, actor=owner)
    assert estimates.staleness(estimate).stale


@pytest.mark.parametrize(
    ("dates", "order", "first"),
    [
        (["03/04/2026", "25/04/2026"], "dmy", "2026-04-03"),
        (["03/04/2026", "04/25/2026"], "mdy", "2026-03-04"),
        (["3.4.2026", "4.4.2026"], "dmy", "2026-04-03"),
        (["2026年4月3日", "2026年4月4日"], "dmy", "2026-04-03"),
        (["3 Apr 2026", "4 Apr 2026"], "dmy", "2026-04-03"),
        (["April 3, 2026", "April 4, 2026"], "dmy", "2026-04-03"),
        (["2026-04-03T12:30:00Z", "2026-04-04 01:02"], "dmy", "2026-04-03"),
        (["46115", "46116"], "dmy", "2026-04-03"),
        (["1775174400", "1775260800"], "dmy", "2026-04-03"),
    ],
)
def test_dates_are_read_by_the_evidence_of_their_file(bring_in, dates, order, first):
    rows = "".join(f'Text {number},"{cell}"\n' for number, cell in enumerate(dates))
    source = bring_in("feedback", "text,date\n" + rows)
    assert source.parameters["date_order"] == order
    assert FeedbackItem.objects.get(row_number=2).said_on.isoformat() == first


def test_dates_that_could_be_either_are_told_as_doubtful(upload):
    assert upload("feedback", "text,date\nHello,03/04/2026\n").parameters["date_order_doubtful"]
    assert not upload("feedback", "text,date\nHello,23/04/2026\n").parameters["date_order_doubtful"]


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("1,234.50", 1234.5),
        ("$1,234", 1234),
        ("¥ 99", 99),
        ("12 EUR", 12),
        ("USD 12.5", 12.5),
        ("１２", 12),
        ("1'000", 1000),
    ],
)
def test_prices_are_read_with_their_signs(bring_in, cell, price):
    source = bring_in("subscriptions", f'customer,start,price\nAcme,2026-01-01,"{cell}"\n')
    assert selectors.rows(source)[0].monthly_price == price


def test_decimal_commas_are_recognised_by_the_file(bring_in):
    source = bring_in("subscriptions", "customer;start;price\nAcme;2026-01-01;1.234,50\nBirch;2026-01-01;9,90\n")
    assert source.parameters["decimal"] == ","
    assert [row.monthly_price for row in selectors.rows(source)] in ([1234.5, 9.9], [9.9, 1234.5])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("Acme,2026-03-01,2026-02-01,,", "ended_before_start"),
        ("Acme,2026-03-01,2026-04-01,yes,", "active_and_ended"),
        ("Acme,2026-03-01,,no,", "end_missing"),
        ("Acme,,,yes,", "start_missing"),
        (",2026-03-01,,,", "missing"),
        ("Acme,2026-03-01,,maybe,", "not_yes_or_no"),
        ("Acme,2026-03-01,,,-5", "number_out_of_range"),
        ("Acme,2026-03-01,,,1e999", "not_a_number"),
        ("Acme,1926-03-01,,,", "date_out_of_range"),
    ],
)
def test_a_subscription_that_contradicts_itself_is_refused(bring_in, row, code):
    good = "Birch,2026-01-01,2026-02-01,no,5\nCedar,2026-01-01,active,yes,5\n"
    source = bring_in("subscriptions", f"customer,start,end,active,price\n{good}{good.replace('r', 'R')}{row}\n")
    assert (source.rows_imported, source.rows_refused) == (4, 1)
    assert QuarantinedRow.objects.get().reason_code == code


def test_chinese_names_of_columns_are_understood(upload):
    source = upload(
        "satisfaction",
        "客户,功能满意度,交互体验,性价比,总体满意度,日期\n甲,8,7,6,7,2026年3月1日\n乙,9,7,3,10,2026年3月2日\n",
    )
    assert source.columns == {
        "customer": ["客户"], "functionality": ["功能满意度"], "interaction": ["交互体验"], "cost": ["性价比"],
        "overall": ["总体满意度"], "said_on": ["日期"],
    }  # fmt: skip
    assert (source.parameters["scale_min"], source.parameters["scale_max"]) == (1.0, 10.0)


def test_a_source_ceases_to_hold_on_its_day(bring_in, workspace):
    source = bring_in("feedback", rows_of_feedback(20))
    assert selectors.expires_at(workspace, ["feedback"]).date() == source.expires_on
    assert source.expires_on > timezone.localdate()
