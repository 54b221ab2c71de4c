"""Files made to break an intake, or made carelessly: each gets a clear refusal, none gets through in silence."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from apps.research.models import FeedbackItem, QuarantinedRow
from apps.workspaces.errors import Refused

pytestmark = pytest.mark.django_db


def workbook(rows):
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Notes")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return kept.getvalue()


def refusal(upload, content, **more):
    with pytest.raises(Refused) as refused:
        upload("feedback", content, **more)
    return refused.value.code


def test_a_workbook_is_read_whatever_its_name_says(bring_in):
    source = bring_in("feedback", workbook([["text", "rating"], ["Slow", 2], ["Fine", 4.5]]))
    assert (source.format, source.rows_imported) == ("xlsx", 2)
    assert FeedbackItem.objects.get(text="Fine").rating == 4.5


def test_a_workbook_that_would_inflate_to_gigabytes_is_not_opened(upload):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _block in range(64):
                sheet.write(bytes(1 << 20))
    assert refusal(upload, kept.getvalue()) == "workbook_too_large"


def test_a_broken_workbook_and_another_archive_are_told_apart(upload):
    assert refusal(upload, b"PK\x03\x04 no archive at all") == "workbook_unreadable"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    assert refusal(upload, kept.getvalue()) == "not_a_workbook"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"  \n ", "file_empty"),
        (b"text,date\n", "file_empty"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old_excel"),
        (bytes(range(32)) * 40, "not_text"),
        (b'[{"text": "one"}, {"text": "two"}]', "json_list"),
        (",".join(f"c{n}" for n in range(100_000)).encode() + b"\n1,2\n", "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(upload, content, code):
    assert refusal(upload, content) == code


def test_a_file_above_the_limit_is_refused(upload, settings):
    settings.TRIMTAB_UPLOAD_MEGABYTES = 1
    assert refusal(upload, b"text\n" + b"x" * (1 << 20)) == "file_too_large"


def test_ragged_rows_are_kept_aside_and_never_cut(bring_in):
    source = bring_in("feedback", "text,segment\nGood,Retail\nMore,Retail,left over\nFewer\nTrailing,Retail,,\n")
    assert (source.rows_imported, source.rows_refused) == (2, 2)
    more, fewer = QuarantinedRow.objects.order_by("row_number")
    assert (more.reason_code, more.raw["cells"]) == ("more_cells", ["More", "Retail", "left over"])
    assert (fewer.reason_code, fewer.reason_values) == ("fewer_cells", {"cells": 1, "columns": 2})


def test_a_quote_that_is_never_closed_costs_its_own_row_only(bring_in):
    rows = "".join(f"Text {number},Retail\n" for number in range(300))
    source = bring_in("feedback", 'text,segment\n"never closed,Retail\n' + rows)
    assert (source.rows_imported, source.rows_refused) == (300, 1)


def test_a_cell_of_several_lines_is_one_cell(bring_in):
    source = bring_in("feedback", 'text,segment\n"First line\nsecond, line",Retail\n')
    assert source.rows_imported == 1
    assert FeedbackItem.objects.get().text == "First line\nsecond, line"


def test_nul_and_half_characters_are_refused_and_can_be_shown(bring_in):
    nul = bring_in("feedback", "text,segment\nab\x00cd,Retail\nFine,Retail\n")
    assert (nul.rows_imported, nul.rows_refused) == (1, 1)
    assert QuarantinedRow.objects.get(source=nul).raw["cells"][0] == "ab\u2400cd"
    half = bring_in("feedback", '{"text": "half \\ud800 sign"}\n{"text": "whole"}\nnot json\n[1, 2]\n')
    assert (half.rows_imported, half.rows_refused) == (1, 3)
    codes = QuarantinedRow.objects.filter(source=half).order_by("row_number").values_list("reason_code", flat=True)
    assert list(codes) == ["half_character", "not_json", "not_an_object"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "导出太慢了"),
        ("utf-8-sig", "导出太慢了"),
        ("gb18030", "导出太慢了"),
        ("utf-16", "导出太慢了"),
        ("latin-1", "très déçu, café"),
    ],
)
def test_the_usual_encodings_are_recognised(bring_in, encoding, text):
    bring_in("feedback", f'text;segment\n"{text}";Retail\n'.encode(encoding))
    assert FeedbackItem.objects.get().text == text


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_usual_delimiters_are_recognised(bring_in, delimiter):
    source = bring_in("feedback", f"text{delimiter}segment\nGood, very{delimiter}Retail\n".replace("d, v", "d v"))
    assert source.columns == {"text": ["text"], "segment": ["segment"]}


def test_a_file_name_is_no_path(upload):
    source = upload("feedback", "text\nHello\n", name="..\\..\\windows\\evil\x00.csv")
    assert source.name == "evil␀.csv"
    assert source.file.name.startswith(f"workspace-{source.workspace_id}/sources/")
    assert "evil" not in source.file.name
