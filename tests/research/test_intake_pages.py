"""What a person does in the browser: upload, look, correct, import, mend."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.jobs.testing import run_waiting
from apps.research.models import CompetitorFact, FeedbackItem, QuarantinedRow, Source, SourceKind
from apps.workspaces.models import Membership, Role, User

pytestmark = pytest.mark.django_db

FEEDBACK = """Comment,Client,Industry,Plan,Created,Stars
Export is missing,Acme,Retail,Team,14/03/2026,3
搜索太慢,Birch,Finance,Pro,15/03/2026,2
Works,Cedar,Retail,Team,31/02/2026,5
"""


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)

    def page(name, *args):
        return reverse(f"research:{name}", args=[workspace.slug, *args])

    return page


def send(client, page, kind, content, name="rows.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(page("upload"), {"kind": kind, "file": SimpleUploadedFile(name, data)})


def confirm(client, page, source, **changes):
    """Send the columns page's form as it stands, with changes, pressing Import."""
    form = client.get(page("columns", source.pk)).context["form"]
    data = {}
    for field in form:
        value = field.value()
        data[field.html_name] = "" if value is None else value
    return client.post(page("columns", source.pk), data | {"import": ""} | changes)


def test_a_person_uploads_looks_imports_and_mends_a_row(client, page, workspace):
    sent = send(client, page, "feedback", FEEDBACK)
    source = Source.objects.get()
    assert sent.url == page("columns", source.pk)
    looked = client.get(sent.url)
    assert looked.context["preview"].good == 2
    assert source.columns == {
        "text": ["Comment"], "customer": ["Client"], "segment": ["Industry"], "plan": ["Plan"],
        "said_on": ["Created"], "rating": ["Stars"],
    }  # fmt: skip
    assert confirm(client, page, source).url == page("source", source.pk)
    run_waiting(workspace)
    source.refresh_from_db()
    assert (source.state, source.rows_imported, source.rows_refused, source.rows_total) == ("imported", 2, 1, 3)
    refused = QuarantinedRow.objects.get()
    assert (refused.row_number, refused.field, refused.reason_code) == (4, "said_on", "date_not_possible")
    shown = client.get(page("source", source.pk)).content.decode()
    assert "31/02/2026" in shown
    assert "no day of the calendar" in shown
    values = {"text": "Works", "customer": "Cedar", "said_on": "31 Feb", "rating": "5"}
    wrong = client.post(page("correct", refused.pk), values, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert "not a date" in wrong.content.decode()
    before = source.content_sha256
    right = client.post(page("correct", refused.pk), values | {"said_on": "2026-02-28"}, headers={"HX-Request": "true"})
    assert right.status_code == 200
    source.refresh_from_db()
    assert (source.rows_imported, source.rows_refused, source.rows_total) == (3, 0, 3)
    assert source.content_sha256 != before
    assert client.post(page("correct", refused.pk), values, headers={"HX-Request": "true"}).status_code == 422


def test_a_row_is_discarded_and_brought_back(client, page, workspace):
    send(client, page, "feedback", FEEDBACK)
    source = Source.objects.get()
    confirm(client, page, source)
    run_waiting(workspace)
    refused = QuarantinedRow.objects.get()
    client.post(page("discard", refused.pk))
    assert client.get(page("source", source.pk)).context["waiting"] == []
    client.post(page("bring-back", refused.pk))
    assert len(client.get(page("source", source.pk)).context["waiting"]) == 1


def test_the_same_file_twice_adds_nothing(client, page, workspace):
    send(client, page, "feedback", FEEDBACK)
    source = Source.objects.get()
    confirm(client, page, source)
    run_waiting(workspace)
    again = send(client, page, "feedback", FEEDBACK, name="renamed.csv")
    assert again.url == page("source", source.pk)
    assert Source.objects.count() == 1


def test_a_grown_file_adds_only_its_new_rows(client, page, workspace):
    for content in (FEEDBACK, FEEDBACK + "Ten new words,Dune,Retail,Team,16/03/2026,4\n"):
        send(client, page, "feedback", content)
        confirm(client, page, Source.objects.latest("pk"))
        run_waiting(workspace)
    grown = Source.objects.latest("pk")
    assert (grown.rows_imported, grown.rows_known, grown.rows_refused) == (1, 2, 1)
    assert FeedbackItem.objects.count() == 3


def test_without_a_needed_column_the_page_says_which(client, page):
    send(client, page, "satisfaction", "a,b,c,d\n1,2,3,4\n5,4,3,2\n")
    answer = confirm(client, page, Source.objects.get())
    assert answer.status_code == 422
    assert "Functionality" in answer.content.decode()


def test_changing_a_column_shows_the_rows_again_without_importing(client, page):
    send(client, page, "competitors", "who,attribute,value\nAcme,Speed,7\nOurs,Speed,8\n")
    source = Source.objects.get()
    form = {"column-offer": "who", "column-attribute": "attribute", "column-value": "value", "name": "x",
            "decimal": ".", "date_order": "dmy"}  # fmt: skip
    shown = client.post(page("columns", source.pk), form, headers={"HX-Request": "true"})
    assert shown.status_code == 200
    assert shown.context["preview"].good == 2
    assert not CompetitorFact.objects.exists()


def test_an_import_is_taken_back_and_done_again_with_other_columns(client, page, workspace):
    send(client, page, "feedback", "text,note\nOne thing,another thing\n")
    source = Source.objects.get()
    confirm(client, page, source)
    run_waiting(workspace)
    assert client.post(page("take-back", source.pk)).url == page("columns", source.pk)
    assert not FeedbackItem.objects.exists()
    confirm(client, page, source, **{"column-text": "note"})
    run_waiting(workspace)
    assert FeedbackItem.objects.get().text == "another thing"


def test_a_deleted_source_takes_rows_and_file_along(client, page, workspace, django_capture_on_commit_callbacks):
    send(client, page, "feedback", FEEDBACK)
    source = Source.objects.get()
    confirm(client, page, source)
    run_waiting(workspace)
    storage, name = source.file.storage, source.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("delete-source", source.pk))
    assert not FeedbackItem.objects.exists()
    assert not storage.exists(name)


def test_scripts_in_the_data_are_shown_as_text(client, page, workspace):
    evil = "<script>alert(1)</script>"
    send(client, page, "feedback", f"text,customer\n{evil},{evil}\n", name=f"../../{evil}.csv")
    source = Source.objects.get()
    assert "/" not in source.name
    confirm(client, page, source)
    run_waiting(workspace)
    item = FeedbackItem.objects.get()
    for url in (page("source", source.pk), page("feedback"), page("feedback-item", item.pk), page("home")):
        shown = client.get(url).content.decode()
        assert evil not in shown
    assert "&lt;script&gt;alert(1)" in client.get(page("feedback-item", item.pk)).content.decode()


def test_feedback_is_found_by_chinese_words_segment_and_date(client, page, workspace):
    send(client, page, "feedback", FEEDBACK)
    confirm(client, page, Source.objects.get())
    run_waiting(workspace)

    def found(**query):
        return [item.text for item in client.get(page("feedback"), query).context["items"]]

    assert found(search="太慢") == ["搜索太慢"]
    assert found(search="EXPORT") == ["Export is missing"]
    assert found(segment="Finance") == ["搜索太慢"]
    assert found(until="2026-03-14") == ["Export is missing"]


def test_cells_that_a_spreadsheet_would_run_leave_as_text(client, page, workspace):
    send(client, page, "feedback", "text,date\nFine,2026-03-01\nFine too,2026-03-02\n=HYPERLINK(1),no date\n")
    source = Source.objects.get()
    confirm(client, page, source)
    run_waiting(workspace)
    sent = b"".join(client.get(page("quarantine-download", source.pk)).streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in sent


@pytest.mark.parametrize("kind", SourceKind.values)
def test_the_example_file_of_each_kind_can_be_imported_as_it_is(client, page, workspace, kind):
    example = b"".join(client.get(page("template", kind)).streaming_content)
    send(client, page, kind, example)
    source = Source.objects.get()
    confirm(client, page, source)
    run_waiting(workspace)
    source.refresh_from_db()
    assert (source.rows_imported, source.rows_refused) == (2, 0)


def test_a_viewer_reads_but_may_not_upload(client, page, workspace):
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert client.get(page("home")).status_code == 200
    assert client.get(page("upload")).status_code == 403


def test_the_preview_says_which_columns_are_still_to_be_chosen(client, page):
    send(client, page, "satisfaction", "k,l,m,n\n1,2,3,4\n5,4,3,2\n")
    shown = client.get(page("columns", Source.objects.get().pk))
    assert shown.context["preview"].missing == ["Functionality", "Interaction", "Cost", "Overall"]
    assert shown.context["preview"].good == 0


def test_rows_stand_in_the_order_of_the_file(client, page, workspace):
    send(client, page, "feedback", "text\n" + "".join(f"Text {number}\n" for number in range(60)))
    source = Source.objects.get()
    confirm(client, page, source)
    run_waiting(workspace)
    first = client.get(page("source", source.pk))
    assert [number for _key, number, _values in first.context["table"].rows] == list(range(2, 52))
    more = client.get(page("source", source.pk), {"after": first.context["next"]})
    assert [number for _key, number, _values in more.context["table"].rows] == list(range(52, 62))
