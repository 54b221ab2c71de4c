from __future__ import annotations

import io
import json

import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.modellab import services
from apps.modellab.models import LabelledSet
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace
from tests.modellab.conftest import as_csv, made_rows


def upload(workspace: Workspace, content: str | bytes, name: str = "texts.csv", **options) -> LabelledSet:
    data = content.encode() if isinstance(content, str) else content
    return services.upload_set(workspace=workspace, file=ContentFile(data, name=name), actor=None, **options)


def codes(found: LabelledSet) -> dict[str, dict]:
    return {problem["code"]: problem["values"] for problem in found.problems}


def lines(*rows: str) -> str:
    return "text,label\n" + "\n".join(rows) + "\n"


GOOD = [f"text number {word} {place},{label}" for place in range(4) for word, label in (("one", "a"), ("two", "b"))]


def test_columns_are_known_by_their_names_and_labels_are_counted(workspace: Workspace) -> None:
    found = services.upload_set(workspace=workspace, file=as_csv(made_rows(each=5)), actor=None)
    assert found.columns == {
        "text": "text",
        "label": "label",
        "predicted_today": "predicted_today",
        "latency_today_ms": "latency_today_ms",
    }
    assert found.labels == dict.fromkeys(["export", "login", "price", "refund", "speed", "team"], 5)
    assert found.rows == 30
    assert found.tests_today
    assert found.is_usable


def test_columns_without_known_names_are_told_by_their_values(workspace: Workspace) -> None:
    rows = [f"{n},sentence number {n} about a thing,{'x' if n % 2 else 'y'}" for n in range(12)]
    found = upload(workspace, "no,what was said,kind\n" + "\n".join(rows))
    assert found.columns == {"text": "what was said", "label": "kind"}


def test_one_chinese_text_in_twenty_asks_for_the_encoder_that_reads_both(workspace: Workspace) -> None:
    english = [f"a rather long english text about number {n},{'ab'[n % 2]}" for n in range(19)]
    assert upload(workspace, lines(*english)).parameters["encoder"] == "english"
    assert upload(workspace, lines(*english, "我的订单在哪里,a")).parameters["encoder"] == "bilingual"


def test_json_lines_and_a_workbook_hold_the_same_set_as_the_csv(workspace: Workspace) -> None:
    rows = made_rows(each=5)
    from_json = upload(workspace, "\n".join(json.dumps(row) for row in rows), "a.jsonl")
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        for place, row in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            sheet.write_row(place, 0, row)
    from_sheet = upload(workspace, book.getvalue(), "a.xlsx")
    from_csv = services.upload_set(workspace=workspace, file=as_csv(rows), actor=None)
    assert from_json.labels == from_sheet.labels == from_csv.labels
    assert from_json.columns == from_sheet.columns == from_csv.columns
    assert [found.format for found in (from_json, from_sheet, from_csv)] == ["jsonl", "xlsx", "csv"]


def test_every_problem_of_the_rows_is_named_with_its_count(workspace: Workspace) -> None:
    found = upload(
        workspace,
        lines(*GOOD, ",a", "no label here,", "TEXT number  one 0,a", "both ways,a", "both ways,b", "1,2,3,4"),
    )
    problems = codes(found)
    assert problems["empty_text"] == {"count": 1}
    assert problems["empty_label"] == {"count": 1}
    assert problems["repeated"] == {"count": 1}
    assert problems["contradicting"] == {"count": 2}
    assert problems["unreadable"] == {"count": 1}
    assert found.labels == {"a": 4, "b": 4}
    assert found.is_usable
    assert next(p["rows"] for p in found.problems if p["code"] == "empty_text") == [10]


def test_a_label_with_three_texts_stands_in_the_way_unless_it_is_left_out(workspace: Workspace) -> None:
    found = upload(workspace, lines(*GOOD, "c one,c", "c two,c", "c three,c"))
    assert codes(found)["too_few"] == {"count": 1, "least": 4, "names": "c"}
    assert not found.is_usable
    with pytest.raises(Refused) as refusal:
        services.start_run(workspace=workspace, labelled_set=found, actor=None)
    assert refusal.value.code == "too_few"
    _run, job = services.start_run(
        workspace=workspace, labelled_set=found, actor=None, parameters={"leave_out_rare": True}
    )
    assert job.queue == "training"


@pytest.mark.parametrize(
    ("content", "code"),
    [("text,label\na thing,x\nanother,x\nmore,x\nthe last,x\n", "one_label"), ("text,label\n,\n , \n", "no_rows")],
)
def test_texts_without_two_labels_cannot_be_trained_on(workspace: Workspace, content: str, code: str) -> None:
    found = upload(workspace, content)
    assert code in codes(found)
    assert not found.is_usable


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"text,label\n", "file_empty"),
        (b"\x00\x01\x02\x03" * 400, "not_text"),
        (b"PK\x03\x04 not really an archive", "workbook_unreadable"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "old_excel"),
        (b"\x80\x04\x95cos\nsystem\n(S'id'\ntR." + b"\x00" * 300, "not_text"),
        (b'[{"text": "a", "label": "b"}]', "json_list"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_nothing_is_kept(
    workspace: Workspace, content: bytes, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        upload(workspace, content)
    assert refusal.value.code == code
    assert not LabelledSet.objects.exists()
    folder = f"workspace-{workspace.pk}/labelled-sets"
    assert not default_storage.exists(folder) or default_storage.listdir(folder)[1] == []


def test_columns_can_be_corrected_until_a_run_stands_on_them(workspace: Workspace) -> None:
    rows = "\n".join(f"text {n},{'x' if n % 2 else 'y'},{'p' if n % 3 else 'q'}" for n in range(12))
    found = upload(workspace, "text,label,other\n" + rows)
    assert found.labels == {"x": 6, "y": 6}
    services.set_columns(labelled_set=found, columns={"text": "text", "label": "other"})
    assert found.labels == {"p": 8, "q": 4}
    for columns, code in (
        ({"text": "text", "label": "nowhere"}, "column_unknown"),
        ({"text": "text", "label": "text"}, "column_used_twice"),
    ):
        with pytest.raises(Refused) as refusal:
            services.set_columns(labelled_set=found, columns=columns)
        assert refusal.value.code == code
    services.start_run(workspace=workspace, labelled_set=found, actor=None)
    with pytest.raises(Refused, match="trained on this set"):
        services.set_columns(labelled_set=found, columns={"text": "text", "label": "label"})


def test_half_characters_and_nul_bytes_do_not_stop_an_upload(workspace: Workspace) -> None:
    rows = [json.dumps({"text": f"\ud800 odd \x00 {n}", "label": "ab"[n % 2]}) for n in range(10)]
    found = upload(workspace, "\n".join(rows), "odd.jsonl")
    found.refresh_from_db()
    assert found.labels == {"a": 5, "b": 5}


def test_answers_of_todays_model_that_cannot_be_right_are_counted(workspace: Workspace) -> None:
    rows = [f"text {n},{'xy'[n % 2]},{'z' if n < 3 else 'x'},{'fast' if n == 5 else 700}" for n in range(12)]
    rows.append("text without an answer,x,,700")
    found = upload(workspace, "text,label,predicted_today,latency_today_ms\n" + "\n".join(rows))
    problems = codes(found)
    assert problems["unknown_today"] == {"count": 3}
    assert problems["no_answer_today"] == {"count": 1}
    assert problems["bad_latency"] == {"count": 1}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"methods": ["pickle"]}, "method_unknown"),
        ({"encoder": "../../etc"}, "encoder_unknown"),
        ({"parameters": {"epochs": -1}}, "parameter_out_of_range"),
        ({"parameters": {"test_share": 0.9}}, "parameter_out_of_range"),
        ({"parameters": {"anything": 1}}, "parameter_unknown"),
        ({"parameters": {"epochs": "many"}}, "parameter_invalid"),
    ],
)
def test_settings_that_cannot_be_trained_are_refused_before_a_job_exists(
    workspace: Workspace, labelled_set: LabelledSet, given: dict, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        services.start_run(workspace=workspace, labelled_set=labelled_set, actor=None, **given)
    assert refusal.value.code == code
    assert not labelled_set.runs.exists()


def test_the_same_key_starts_one_run(workspace: Workspace, labelled_set: LabelledSet) -> None:
    first = services.start_run(workspace=workspace, labelled_set=labelled_set, actor=None, idempotency_key="k")
    second = services.start_run(workspace=workspace, labelled_set=labelled_set, actor=None, idempotency_key="k")
    assert first == second
    assert labelled_set.runs.count() == 1
