"""What people see of the choice study and the simulator, and what programs get."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from apps.choices import selectors
from apps.choices.models import ChoiceStudy, Market
from apps.estimates import selectors as estimates
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research.models import SourceKind
from apps.workspaces.models import Membership, Role, User
from tests.choices.choice_rows import OFFERS, choice_rows
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db

OURS, THEIRS = OFFERS["Ours"], OFFERS["Theirs"]


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda name="home", *row: client.get(
        reverse(f"choices:{name}", args=[workspace.slug, *row])
    ).content.decode()


@pytest.fixture
def send(client, owner, workspace):
    client.force_login(owner)

    def send(name, values=None, *row):
        return client.post(reverse(f"choices:{name}", args=[workspace.slug, *row]), values or {})

    return send


@pytest.fixture
def ask(client, owner):
    """A program's request."""
    client.force_login(owner)

    def ask(method, name, body=None, *row):
        address = reverse(f"api-choices-{name}", args=row)
        return getattr(client, method)(address, json.dumps(body) if body is not None else None, "application/json")

    return ask


def form(workspace, *offers, **more):
    """Offers as the page's form sends them."""
    names = [one.name for one in selectors.study_settings(workspace).used]
    fields = {"rule": "preference", "with_none": "on"} | more
    for place, (name, values) in enumerate(offers):
        fields[f"offer-{place}-name"] = name
        fields |= {f"offer-{place}-{at}": values[one] for at, one in enumerate(names)}
    return fields


def test_without_a_survey_the_page_says_what_to_ask_and_leads_to_the_upload(page):
    shown = page()
    assert "No choice survey yet" in shown
    assert "Upload a choice survey" in shown
    assert "Nothing to simulate yet" in page("simulator")
    assert "No choice survey yet" in page("settings")


def test_from_the_answers_to_what_quality_is_worth(client, workspace, survey, page, send, short):
    assert "shown alternatives wait to be studied" in page()
    send("run")
    assert "Waiting for a worker" in page()
    assert run_now(Job.objects.get(kind="choices.model")).state == "succeeded"
    shown = page()
    model = estimates.current(workspace, "choices.model")
    evidence = reverse("estimates:detail", args=[workspace.slug, model.pk])
    assert evidence in shown
    assert "willingness to pay = −Δx · β / β_price" in client.get(evidence).content.decode()
    for words in (
        "Willingness to pay: quality",
        "What each level is worth",
        "good to best",
        "Hierarchical Bayes",
        "Chance alone",
        "Did the computation settle?",
        "Are these answers enough?",
        "What is assumed",
        "By segment",
        "Model lab",
    ):
        assert words in shown, words


def test_the_reading_is_guessed_changed_and_taken_back(workspace, survey, page, send):
    shown = page("settings")
    assert "Guessed from the data" in shown
    settings = selectors.study_settings(workspace)
    assert (settings.price.name, settings.quality.name) == ("price", "quality")
    assert settings.quality.levels == ("good", "best")
    assert [one.levels for one in settings.used if one.name == "speed"] == [("slow", "medium", "fast")]
    fields = {f"{at}-used": "on" for at, one in enumerate(settings.attributes) if one.name != "speed"}
    fields |= {f"{at}-role": one.role for at, one in enumerate(settings.attributes)}
    fields |= {f"{at}-kind": one.kind for at, one in enumerate(settings.attributes)}
    fields |= {"family": "latent_classes", "period": "once", f"source-{survey.pk}": "on"}
    assert send("settings-change", fields).status_code == 302
    changed = selectors.study_settings(workspace)
    assert "speed" not in {one.name for one in changed.used}
    assert (changed.family, changed.period) == ("latent_classes", "once")
    assert "Set by your team" in page("settings")
    send("settings-undo")
    assert selectors.study_settings(workspace) == settings
    send("settings-undo")
    assert selectors.study_settings(workspace) == changed
    send("settings-guess")
    assert ChoiceStudy.objects.get().settings == {}


def test_a_price_that_is_no_number_is_refused_with_its_name(workspace, survey, send):
    settings = selectors.study_settings(workspace)
    fields = {f"{at}-used": "on" for at in range(len(settings.attributes))}
    fields |= {f"{at}-role": "price" if one.name == "speed" else "" for at, one in enumerate(settings.attributes)}
    answer = send("settings-change", fields | {"family": "automatic", "period": "month"})
    assert answer.status_code == 422
    assert "speed cannot be the price" in answer.content.decode()


def test_the_simulator_answers_a_change_with_shares_and_no_reload(workspace, survey, study, page, send):
    study()
    assert "Our offer" in page("simulator")
    both = form(workspace, ("Ours", OURS), ("Theirs", THEIRS))
    shown = send("shares", both).content.decode()
    assert "<html" not in shown
    assert "Theirs" in shown
    assert "80% interval" in shown
    dear = form(workspace, ("Ours", OURS | {"price": 30}), ("Theirs", THEIRS))
    assert share(send("shares", dear)) < share(send("shares", both))
    beyond = send("shares", form(workspace, ("Ours", OURS | {"price": 99}), ("Theirs", THEIRS))).content.decode()
    assert "Outside what people were asked about" in beyond
    alike = send("shares", form(workspace, ("Same", OURS), ("Same", THEIRS))).content.decode()
    assert "Two offers are named Same" in alike


def share(answer):
    """The first offer's share on the page."""
    return float(re.search(r'<td class="number">([\d.]+)%', answer.content.decode())[1])


def test_offers_are_added_copied_removed_and_the_change_is_taken_back(workspace, survey, study, send):
    study()
    fields = form(workspace, ("Ours", OURS), ("Theirs", THEIRS))
    added = send("offers", fields | {"action": "add"}).content.decode()
    assert 'value="Competitor"' in added
    copied = send("offers", fields | {"action": "copy-0"}).content.decode()
    assert 'value="Copy of Ours"' in copied
    past = re.search(r'name="history" value="([^"]*)"', copied)[1].replace("&quot;", '"')
    three = form(workspace, ("Ours", OURS), ("Theirs", THEIRS), ("Copy of Ours", OURS), history=past, action="undo")
    assert "Copy of Ours" not in send("offers", three).content.decode().replace(past.replace('"', "&quot;"), "")
    removed = send("offers", fields | {"action": "remove-1"}).content.decode()
    assert 'name="offer-1-name"' not in removed


@pytest.mark.parametrize(
    "past", ["", "{", "[" * 50_000, "[1]", '[{"offers": []}]', '[{"offers": [{"name": 1, "values": {}}]}]', '{"a": 1}']
)
def test_a_history_that_is_none_is_left_aside(workspace, survey, study, send, past):
    study()
    fields = form(workspace, ("Ours", OURS), ("Theirs", THEIRS), history=past, action="undo")
    answer = send("offers", fields)
    assert answer.status_code == 200
    assert 'value="Theirs"' in answer.content.decode()


def test_the_best_price_and_the_best_offer(workspace, survey, study, page, send):
    study()
    fields = form(workspace, ("Ours", OURS), ("Theirs", THEIRS), unit_cost="2")
    assert "Ours earns most at" in send("price", fields).content.decode()
    assert "zero or more" in send("price", fields | {"unit_cost": "-1"}).content.decode()
    send("search", fields)
    job = run_now(Job.objects.get(kind="choices.best_offer"))
    assert job.state == "succeeded", job.error_text
    found = estimates.current(workspace, "choices.best_offer").diagnostics
    assert found["tried"] == found["possible"] == 12
    # Nothing that costs us nothing more can earn more without the quality that everybody likes.
    assert found["offers"][0]["values"]["quality"] == "best"
    assert "Offers that earn most" in page("simulator")


def test_offers_are_kept_marked_as_today_and_deleted(workspace, survey, study, page, send):
    study()
    fields = form(workspace, ("Ours", OURS), ("Theirs", THEIRS))
    send("keep", fields | {"market_name": "Now"})
    send("keep", fields | {"market_name": "Next year"})
    first, second = Market.objects.order_by("pk")
    assert (first.is_today, second.is_today) == (True, False)
    assert "Next year" in page("market", second.pk)
    send("market-today", {}, second.pk)
    assert selectors.market_of_today(workspace) == second
    cheaper = form(workspace, ("Ours", OURS | {"price": 15}), ("Theirs", THEIRS))
    send("market-keep", cheaper | {"market_name": "Next year"}, second.pk)
    second.refresh_from_db()
    assert second.offers[0]["values"]["price"] == 15
    send("market-delete", {}, first.pk)
    assert list(Market.objects.all()) == [second]


def test_a_viewer_may_simulate_but_neither_run_nor_keep(client, workspace, survey, study):
    study()
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    fields = form(workspace, ("Ours", OURS), ("Theirs", THEIRS))
    codes = {
        name: client.post(reverse(f"choices:{name}", args=[workspace.slug]), fields).status_code
        for name in ("shares", "offers", "price", "keep", "search", "run", "settings-change")
    }
    refused = {name for name, code in codes.items() if code == 403}
    assert refused == {"keep", "search", "run", "settings-change"}
    assert {code for name, code in codes.items() if name not in refused} == {200}


def test_the_twin_studies_simulates_and_prices(workspace, survey, ask, short):
    assert ask("post", "simulate", {"offers": []}).status_code == 404
    assert ask("post", "study").status_code == 202
    assert ask("get", "study").json()["job"]["state"] == "queued"
    run_now(Job.objects.get(kind="choices.model"))
    assert ask("get", "study").json()["model"]["figures"]["wtp:quality"]["unit"] == "EUR/month"
    offers = [{"name": "Ours", "values": OURS}, {"name": "Theirs", "values": THEIRS}]
    for rule in ("preference", "first", "randomised_first"):
        found = ask("post", "simulate", {"offers": offers, "rule": rule}).json()
        assert [one["name"] for one in found["shares"]] == ["Ours", "Theirs", "none"]
        assert sum(one["share"]["median"] for one in found["shares"]) == pytest.approx(1, abs=0.05)
    assert {one["attribute"] for one in found["worth"]} <= {"speed"}, "ours has the best of all else"
    swapped = ask("post", "simulate", {"offers": offers[::-1], "with_none": False}).json()
    assert {one["attribute"] for one in swapped["worth"]} >= {"privacy", "quality"}
    assert all(one["figure"]["median"] > 0 for one in swapped["worth"] if one["attribute"] != "speed")
    best = ask("post", "best-price", {"offers": offers, "unit_cost": 2}).json()
    assert 10 <= best["price"] <= 30
    assert ask("post", "best-offer", {"offers": offers}).status_code == 202


def test_the_twin_names_the_field_at_fault(workspace, survey, study, ask):
    study()
    wrong = ask("post", "simulate", {"offers": [{"name": "Ours", "values": OURS | {"quality": "great"}}]})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "offers.0.quality"
    unknown = ask("put", "settings", {"attributes": [{"name": "colour"}]})
    assert unknown.status_code == 422
    assert unknown.json()["code"] == "attribute_unknown"


def test_the_twin_reads_the_answers_in_another_way_and_goes_back(workspace, survey, ask):
    guess = ask("get", "settings").json()
    assert [one["role"] for one in guess["attributes"] if one["name"] == "price"] == ["price"]
    changed = guess | {"period": "once"}
    changed["attributes"] = [one | {"quality": {"good": 0.8, "best": 0.9}} if one["role"] == "quality" else one
                             for one in guess["attributes"]]  # fmt: skip
    kept = ask("put", "settings", changed)
    assert kept.status_code == 200
    assert ask("get", "settings").json() == kept.json() != guess
    assert kept.json()["period"] == "once"
    assert ask("delete", "settings").status_code == 204
    assert ask("get", "settings").json() == guess


def test_the_twin_keeps_markets(workspace, survey, study, ask):
    study()
    offers = [{"name": "Ours", "values": OURS}, {"name": "Theirs", "values": THEIRS}]
    kept = ask("post", "markets", {"name": "Now", "offers": offers}).json()
    assert kept["is_today"]
    assert ask("get", "markets").json()["results"][0]["name"] == "Now"
    assert ask("put", "market", {"name": "Then", "offers": offers[:1]}, kept["id"]).json()["name"] == "Then"
    assert ask("post", "market-today", None, kept["id"]).status_code == 200
    assert ask("delete", "market", None, kept["id"]).status_code == 204
    assert not Market.objects.exists()


def test_what_a_file_writes_is_shown_as_text(workspace, page, study):
    rows = choice_rows(people=30, tasks=6, seed=5)
    for row in rows:
        if row["attributes"]:
            row["attributes"]["<img src=x>"] = (
                row["attributes"].pop("speed").replace("slow", "<script>alert(1)</script>")
            )
    add_source(workspace, SourceKind.CHOICES, rows)
    study()
    for name in ("home", "settings", "simulator"):
        shown = page(name)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "alert(1)" in shown
