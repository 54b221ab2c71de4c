"""The decision memo and its tables: what they hold, in both languages, and that nobody's words become code."""

from __future__ import annotations

import io
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from apps.decisions import memo_content, memo_sheets
from apps.decisions.memo_pdf import pdf
from apps.decisions.memo_sheets import workbook
from apps.decisions.models import Option
from apps.estimates.reading import percent
from apps.jobs.testing import run_now
from apps.planning import selectors as planning_selectors
from apps.planning import services as planning
from apps.planning.models import Scenario
from apps.workspaces.models import User
from apps.workspaces.services import create_workspace
from tests.planning.worlds import record_all

HOSTILE = '=HYPERLINK("http://evil.example") #panic("x") <script> \\u0000 $x$ 价格'


@pytest.fixture
def owner(db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return create_workspace(name="Northwind", owner=owner)


@pytest.fixture
def scenario(workspace, owner):
    record_all(workspace, candidates={"tuned": (0.9, 300.0, 1.0)})
    made = planning.base_scenario(workspace=workspace, actor=owner)
    Option.objects.create(workspace=workspace, scenario=made, name="Dearer", price=29.0)
    return made


def test_the_memo_recommends_what_the_comparison_does_and_names_every_link(scenario):
    memo = memo_content.memo(scenario)
    assert memo.title == scenario.title
    assert "Dearer" in memo.summary[1]
    parts = {part.title: part for part in memo.parts}
    assert [row["cells"][0] for row in parts["Options"].table.rows] in (["Dearer", "Today"], ["Today", "Dearer"])
    assert "Price today" in [row["cells"][0] for row in parts["What the forecast stands on"].table.rows]
    assert {one["grade"] for one in memo.figures} <= {"assumed", "observed", "tested"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pdf_is_made_in_either_language_with_charts_and_the_font_inside(scenario, language):
    with translation.override(language):
        made = pdf(memo_content.memo(scenario))
    assert made.startswith(b"%PDF-")
    assert b"NotoSansCJK" in made.replace(b" ", b"").replace(b"-", b"")


def test_words_of_people_are_never_markup_nor_formulas(scenario, workspace):
    Scenario.objects.filter(pk=scenario.pk).update(name=HOSTILE[:110])
    Option.objects.update(name=HOSTILE[:110])
    scenario.refresh_from_db()
    assert pdf(memo_content.memo(scenario)).startswith(b"%PDF-")
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(workbook(scenario)))
    rows = sheets.get_sheet_by_index(0).to_python()
    assert HOSTILE[:110] in [row[0] for row in rows]


def test_the_workbook_holds_numbers_as_numbers(scenario):
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(workbook(scenario)))
    assert sheets.sheet_names == ["Options", "Months", "What it stands on", "Assumptions"]
    head, first, *_rest = sheets.get_sheet_by_index(0).to_python()
    assert head[:3] == ["Option", "Price", "Expected gain"]
    assert isinstance(first[2], float)


def test_page_and_interface_give_the_same_files(scenario, workspace, owner, client):
    client.force_login(owner)
    page = client.get(reverse("decisions:memo", args=[workspace.slug]))
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"].startswith("attachment; filename=")
    told = client.get("/api/v1/decisions/memo.pdf", headers={"Trimtab-Workspace": workspace.slug})
    assert (told.status_code, told["Content-Type"]) == (200, "application/pdf")
    asked = {"Trimtab-Workspace": workspace.slug, "Accept": "application/pdf"}
    assert client.get("/api/v1/decisions/memo.pdf", headers=asked).status_code == 200
    book = client.get("/api/v1/decisions/tables.xlsx", headers={"Trimtab-Workspace": workspace.slug})
    assert book.content[:2] == b"PK"


def test_without_a_forecast_the_page_says_what_is_missing(workspace, owner, client):
    client.force_login(owner)
    answer = client.get(reverse("decisions:memo", args=[workspace.slug]), follow=True)
    assert "Import a subscription log" in answer.content.decode()
    told = client.get("/api/v1/decisions/memo.pdf", headers={"Trimtab-Workspace": workspace.slug})
    assert told.status_code == 422


def test_charts_fetch_nothing(scenario):
    with patch("vl_convert.vegalite_to_svg", return_value="<svg xmlns='http://www.w3.org/2000/svg'/>") as drawn:
        pdf(memo_content.memo(scenario))
    assert drawn.call_args_list
    assert all(call.kwargs == {"allowed_base_urls": []} for call in drawn.call_args_list)


def test_the_candidates_break_even_with_an_interval_in_the_memo_and_older_verdicts_without_one(scenario):
    run_now(planning.start(workspace=scenario.workspace, scenario=scenario))
    verdict = planning_selectors.results(scenario)[planning_selectors.VERDICT]
    (card,) = verdict.diagnostics["verdict"]
    median, spread = card["needed_quality"], card["needed_quality_interval"]
    assert spread["low"] < median < spread["high"]
    told = f"{percent(median)} ({percent(spread['low'])} to {percent(spread['high'])})"
    assert _breaks_even_at(scenario) == [told]
    del card["needed_quality_interval"]
    verdict.save()
    assert _breaks_even_at(scenario) == [percent(median)]


def _breaks_even_at(scenario):
    parts = (part for part in memo_content.memo(scenario).parts if part.table)
    table = next(part.table for part in parts if "Breaks even at" in part.table.head)
    return [row["cells"][table.head.index("Breaks even at")] for row in table.rows]


def test_an_assumption_of_few_choices_is_told_by_its_name(scenario):
    with translation.override("en"):
        told = memo_content.memo(scenario)
        sheets = {name: rows for name, _columns, rows in memo_sheets.tables(scenario)}
    rows = {row["cells"][0]: row["cells"] for part in told.parts if part.title == "Assumptions" and part.table
            for row in part.table.rows}  # fmt: skip
    assert rows["New customers come from"][1:3] == ["the subscription log", ""]
    assert rows["Form of retention"][1] == "the risk of leaving"
    in_workbook = {row[0]: row[1] for row in sheets["Assumptions"]}
    assert in_workbook["Form of retention"] == "the risk of leaving"
