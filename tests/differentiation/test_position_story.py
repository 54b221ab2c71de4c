"""From a competitor sheet and needs to who is first, how surely, and what would change it."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from apps.differentiation import facts, need_weights, selectors, services
from apps.differentiation.models import Criterion
from apps.differentiation.standing import standing
from apps.estimates import selectors as estimates
from apps.estimates import services as estimate_services
from apps.jobs.testing import run_now, run_waiting
from apps.research import need_matching
from apps.research.models import CompetitorFact, Need, Source, SourceKind, SourceState
from apps.workspaces.errors import Refused
from apps.workspaces.models import Membership, Role, User
from apps.workspaces.services import create_workspace
from trimtab.economics.draws import summarise

pytestmark = pytest.mark.django_db

SHEET = {
    "Northwind": {"Accurate answers": "8", "Single sign-on": "yes", "Price": "49", "Languages": "90%"},
    "Brindle": {"Accurate answers": "6", "Single sign-on": "no", "Price": "29", "Languages": "40%"},
    "Quorvane": {"Accurate answers": "3", "Single sign-on": "partial", "Price": "69"},
}


@pytest.fixture
def owner():
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return create_workspace(name="Northwind", owner=owner)


def number(value):
    return float(value) if value.replace(".", "").isdigit() else None


@pytest.fixture
def sheet(workspace):
    source = Source.objects.create(
        workspace=workspace, kind=SourceKind.COMPETITORS, name="sheet.csv", format="csv", sha256="e" * 64,
        content_sha256="e" * 64, state=SourceState.IMPORTED,
    )  # fmt: skip
    cells = [(offer, attribute, value) for offer, row in SHEET.items() for attribute, value in row.items()]
    CompetitorFact.objects.bulk_create(
        CompetitorFact(
            workspace=workspace, source=source, row_number=at, offer=offer, attribute=attribute, value=value,
            number=number(value), is_ours=offer == "Northwind", said_by="own test", said_on=timezone.localdate(),
            sha256=hashlib.sha256(f"{offer}{attribute}".encode()).digest(),
        )
        for at, (offer, attribute, value) in enumerate(cells)
    )  # fmt: skip
    return source


@pytest.fixture
def needs(workspace):
    """Two needs: accuracy with an opportunity around 15, languages around 3."""
    accuracy = Need.objects.create(workspace=workspace, name="wrong, answer", terms=["wrong answer", "incorrect"])
    languages = Need.objects.create(workspace=workspace, name="More languages", terms=["polish", "language"])
    draws = np.stack([np.linspace(14, 16, 2000), np.linspace(2, 4, 2000)], axis=1)
    estimate_services.record(
        workspace=workspace, kind="research.needs", grade="observed", inputs=[], draws={"opportunity": draws},
        figures=[summarise(draws[:, 0], name="top_opportunity")],
        parameters={"need_ids": [accuracy.pk, languages.pk], "texts": 0}, diagnostics={"needs": []},
    )  # fmt: skip
    return {"accuracy": accuracy, "languages": languages}


@pytest.fixture
def scored(workspace, sheet, needs):
    run_now(services.start(workspace=workspace))
    return selectors.current(workspace)


def criterion(workspace, attribute):
    return Criterion.objects.get(workspace=workspace, attribute=attribute)


def test_criteria_are_suggested_with_need_direction_and_scale(workspace, sheet, needs):
    services.suggest_criteria(workspace=workspace)
    accuracy, price = criterion(workspace, "Accurate answers"), criterion(workspace, "Price")
    assert accuracy.need == needs["accuracy"]
    assert (accuracy.worst, accuracy.best, accuracy.less_is_better) == (0, 10, False)
    assert criterion(workspace, "Languages").need == needs["languages"]
    assert price.less_is_better
    assert (price.worst, price.best) == (69, 29)
    assert criterion(workspace, "Single sign-on").need is None
    assert services.suggest_criteria(workspace=workspace) == []


@pytest.mark.parametrize(
    ("value", "rating"),
    [
        ("yes", 1),
        ("No", 0),
        ("partial", 0.5),
        ("部分支持", 0.5),
        ("45%", 0.45),
        ("4/5", 0.8),
        ("8", None),
        ("fast", None),
    ],
)
def test_words_percentages_and_stars_need_no_scale(value, rating):
    assert facts.plain_share(value) == rating


@pytest.mark.parametrize(
    ("numbers", "is_cost", "ends"),
    [
        ([0.2, 0.9], False, (0, 1)),
        ([2, 4.5], False, (1, 5)),
        ([2, 8], False, (0, 10)),
        ([20, 99], False, (0, 100)),
        ([200, 900], False, (200, 900)),
        ([29, 69, 49], True, (69, 29)),
    ],
)
def test_scales_are_guessed_from_the_numbers(numbers, is_cost, ends):
    scale = facts.guessed_scale(numbers, is_cost=is_cost, ten=False)
    assert (scale.worst, scale.best) == ends


def test_an_attribute_finds_its_need_by_what_customers_say():
    bills = need_matching.need_words(1, "费用, monthly", [], ["the bill is a surprise", "bills differ every month"])
    people = need_matching.need_words(2, "agent", [], ["let me talk to a person", "no person ever answers"])
    names = ["Predictable bills", "Handover to a person", "人工费用", "Emoji"]
    assert need_matching.matched(names, [bills, people]) == {
        "Predictable bills": 1,
        "Handover to a person": 2,
        "人工费用": 1,
    }


def test_the_closer_attribute_keeps_a_need_from_one_that_merely_sounds_like_it():
    privacy = need_matching.need_words(1, "data, personal", [], ["where is our personal data", "personal data is safe"])
    people = need_matching.need_words(2, "bot, hand", [], ["let me talk to a person", "no person ever answers"])
    names = ["Data privacy", "Handover to a person"]
    assert need_matching.matched(names, [privacy, people]) == {"Data privacy": 1, "Handover to a person": 2}


def test_position_is_kept_as_draws_ranks_and_chances(workspace, scored):
    draws = estimates.draws(scored)
    assert scored.parameters["offers"] == ["Northwind", "Brindle", "Quorvane"]
    assert draws["score"].shape == draws["rank"].shape == (2000, 3)
    offers = scored.diagnostics["offers"]
    assert sum(offer["p_rank"][0] for offer in offers) == pytest.approx(1)
    assert scored.figures["p_first"]["median"] == pytest.approx(offers[0]["p_rank"][0])
    # Ours is best on three of four criteria and they carry most weight.
    assert scored.figures["p_first"]["median"] > 0.99
    assert offers[2]["unknown"] == ["Languages"]


def test_scores_agree_with_a_sum_by_hand(workspace, scored):
    # Weights in units of opportunity: accuracy 15, languages 3, and the mean of both, 9, for each of two assumed ones.
    weights = np.array([15, 3, 9, 9]) / 36
    # Ours: 8 of 0..10, 90 %, yes, and 49 between 69 (worst) and 29 (best).
    by_hand = weights @ np.array([0.8, 0.9, 1.0, 0.5])
    # Ratings are drawn with a deviation of .05 and held within 0..1, which costs a rating of 1 about .02.
    assert scored.diagnostics["offers"][0]["score"]["median"] == pytest.approx(by_hand, abs=0.015)


def test_a_criterion_of_weight_zero_changes_nothing(workspace, sheet, needs):
    services.suggest_criteria(workspace=workspace)
    services.leave_out(criterion=criterion(workspace, "Price"))
    run_now(services.start(workspace=workspace))
    with_it = estimates.draws(selectors.current(workspace))["score"]
    services.rate(criterion=criterion(workspace, "Price"), offer="Quorvane", value=1.0)
    run_waiting(workspace)
    assert np.array_equal(estimates.draws(selectors.current(workspace))["score"], with_it)


def test_two_criteria_on_one_need_share_its_weight(workspace, sheet, needs):
    services.suggest_criteria(workspace=workspace)
    services.change_criterion(criterion=criterion(workspace, "Single sign-on"), changes={"need": needs["accuracy"]})
    found = standing(workspace)
    share = dict(zip(found.attributes, need_weights.overall_weights(found).mean(axis=0), strict=True))
    assert share["Accurate answers"] == share["Single sign-on"] == pytest.approx(7.5)
    assert need_weights.assumed(found) == [criterion(workspace, "Price").pk]


def test_a_merged_need_weighs_through_the_need_that_took_it(workspace, sheet, needs):
    services.suggest_criteria(workspace=workspace)
    Need.objects.filter(pk=needs["languages"].pk).update(merged_into=needs["accuracy"])
    fresh = selectors.criteria(workspace).get(attribute="Languages")
    assert selectors.need_behind(fresh) == needs["accuracy"]


def test_the_grade_is_assumed_while_a_weight_is_and_observed_without(workspace, scored):
    assert scored.grade == "assumed"
    for attribute in ("Price", "Single sign-on"):
        services.leave_out(criterion=criterion(workspace, attribute))
    run_waiting(workspace)
    assert selectors.current(workspace).grade == "observed"


def test_the_smallest_change_of_a_rating_brings_us_level(workspace, sheet, needs):
    services.suggest_criteria(workspace=workspace)
    services.rate(criterion=criterion(workspace, "Accurate answers"), offer="Northwind", value=0.3)
    run_now(services.start(workspace=workspace))
    tip = next(
        t for t in selectors.current(workspace).diagnostics["tips"]["ratings"] if t["criterion"] == "Accurate answers"
    )
    services.rate(criterion=criterion(workspace, "Accurate answers"), offer="Northwind", value=tip["to"])
    run_waiting(workspace)
    score = {offer["offer"]: offer["score"]["median"] for offer in selectors.current(workspace).diagnostics["offers"]}
    # Level at the means; what clipping at 0 and 1 moves is below .02.
    assert score["Northwind"] == pytest.approx(score[tip["rival"]], abs=0.02)


def test_new_needs_make_the_position_stale_and_a_rating_scores_it_anew(workspace, scored):
    assert not estimates.staleness(scored).stale
    services.rate(criterion=criterion(workspace, "Languages"), offer="Quorvane", value=0.7)
    assert estimates.staleness(scored).stale
    run_waiting(workspace)
    fresh = selectors.current(workspace)
    assert fresh.version == 2
    assert not estimates.staleness(fresh).stale
    assert fresh.diagnostics["offers"][2]["unknown"] == []


def test_a_fact_past_its_expiry_is_stale_and_drawn_more_widely(workspace, sheet, needs):
    CompetitorFact.objects.filter(offer="Brindle").update(said_on=date(2020, 1, 1))
    services.suggest_criteria(workspace=workspace)
    [row, *_rest] = selectors.rows(workspace, selectors.sheet(workspace))
    assert [cell.stale for cell in row.cells] == [False, True, False]
    Source.objects.update(expires_on=timezone.localdate() + timedelta(days=9))
    [row, *_rest] = selectors.rows(workspace, selectors.sheet(workspace))
    assert not any(cell.stale for cell in row.cells)


def test_no_sheet_is_refused_and_no_offer_of_ours_fails_with_what_to_do(workspace, sheet):
    CompetitorFact.objects.update(is_ours=False)
    job = run_now(services.start(workspace=workspace))
    assert (job.state, job.error_code) == ("failed", "no_offer_of_ours")
    CompetitorFact.objects.all().delete()
    with pytest.raises(Refused, match="no competitor sheet"):
        services.start(workspace=workspace)


def test_a_person_compares_corrects_and_sees_the_answer(client, workspace, owner, sheet, needs):
    client.force_login(owner)
    page = reverse("differentiation:home", args=[workspace.slug])
    assert "3 offers and 4 attributes" in client.get(page).content.decode()
    client.post(reverse("differentiation:run", args=[workspace.slug]))
    run_waiting(workspace)
    shown = client.get(page).content.decode()
    assert "Chance of being first" in shown
    assert "Need: wrong, answer" in shown
    price = criterion(workspace, "Price")
    here = reverse("differentiation:criterion", args=[workspace.slug, price.pk])
    assert "own test" in client.get(here).content.decode()
    change = reverse("differentiation:change", args=[workspace.slug, price.pk])
    form = {"name": "Price a month", "assumed_weight": "0.5", "worst": "69", "best": "29", "less_is_better": "on"}
    assert client.post(change, {**form, "assumed_weight": "-1"}).status_code == 422
    assert client.post(change, {**form, "best": ""}).status_code == 422
    assert client.post(change, form).status_code == 302
    price.refresh_from_db()
    assert (price.name, price.assumed_weight, price.worst, price.best) == ("Price a month", 0.5, 69, 29)
    rate = reverse("differentiation:rate", args=[workspace.slug, price.pk])
    client.post(rate, {"offer": "Quorvane", "percent": "70", "back": "table"})
    assert price.ratings.get().value == pytest.approx(0.7)
    client.post(rate, {"offer": "Quorvane", "percent": ""})
    assert not price.ratings.exists()
    run_waiting(workspace)
    assert "Price a month" in client.get(page).content.decode()


def test_turning_the_direction_turns_the_scale(workspace, sheet):
    services.suggest_criteria(workspace=workspace)
    price = criterion(workspace, "Price")
    services.change_criterion(criterion=price, changes={"less_is_better": False})
    assert (price.worst, price.best) == (29, 69)


def test_another_workspace_sees_nothing_and_a_viewer_changes_nothing(client, workspace, scored, owner):
    other = create_workspace(name="Other", owner=owner)
    one = criterion(workspace, "Price")
    client.force_login(owner)
    assert client.get(reverse("differentiation:criterion", args=[other.slug, one.pk])).status_code == 404
    rate = reverse("differentiation:rate", args=[other.slug, one.pk])
    assert client.post(rate, {"offer": "Quorvane", "percent": "1"}).status_code == 404
    assert "No competitor sheet yet" in client.get(reverse("differentiation:home", args=[other.slug])).content.decode()
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert client.get(reverse("differentiation:home", args=[workspace.slug])).status_code == 200
    assert client.post(reverse("differentiation:run", args=[workspace.slug])).status_code == 403


def test_the_api_does_what_the_page_does(client, workspace, sheet, needs, owner):
    client.force_login(owner)
    said = {"headers": {"Trimtab-Workspace": workspace.slug}, "content_type": "application/json"}
    assert client.get("/api/v1/position/", **said).status_code == 404
    assert len(client.post("/api/v1/criteria/suggest/", **said).json()) == 4
    assert client.post("/api/v1/position/run/", **said).status_code == 202
    run_waiting(workspace)
    assert client.get("/api/v1/position/", **said).json()["figures"]["p_first"]["median"] > 0.9
    listed = client.get("/api/v1/criteria/", **said).json()
    first = next(row for row in listed if row["attribute"] == "Accurate answers")
    assert [cell["rating"] for cell in first["ratings"]] == pytest.approx([0.8, 0.6, 0.3])
    path = f"/api/v1/criteria/{first['id']}/"
    changed = client.patch(path, {"need": needs["languages"].pk}, **said)
    assert changed.json()["need"] == needs["languages"].pk
    assert client.patch(path, {"need": 999999}, **said).status_code == 422
    rated = client.put(f"{path}ratings/", {"offer": "Brindle", "rating": 0.9}, **said)
    assert rated.json()["ratings"][1]["rating"] == 0.9
    assert client.put(f"{path}ratings/", {"offer": "Nobody", "rating": 0.9}, **said).status_code == 422
