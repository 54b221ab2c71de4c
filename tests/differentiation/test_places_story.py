"""Segments, methods side by side, newcomers, the map, the canvas and white spaces, through page and API."""

import numpy as np
import pytest
from django.urls import reverse

from apps.differentiation import entrants, map_labels, need_weights, ranking, selectors, services
from apps.differentiation.models import Criterion
from apps.estimates import selectors as estimates
from apps.estimates import services as estimate_services
from apps.jobs.testing import run_now
from apps.research.models import CompetitorFact, Need
from apps.workspaces.errors import Refused
from tests.differentiation.test_position_story import owner, sheet, workspace
from trimtab.economics.draws import interval, summarise

__all__ = ["owner", "sheet", "workspace"]
pytestmark = pytest.mark.django_db


def ends(median, width):
    return {"median": median, "low": median - width, "high": median + width}


@pytest.fixture
def needs(workspace):
    """Accuracy matters to large customers, low prices to small ones; on speed nobody was rated."""
    made = {
        name: Need.objects.create(workspace=workspace, name=name, terms=terms)
        for name, terms in (
            ("wrong, answer", ["wrong answer", "accurate"]),
            ("Low price", ["price"]),
            ("Speed", ["seconds"]),
        )
    }
    rows = [
        _row(made["wrong, answer"], 0.5, 900.0, {"large": 18.0, "small": 1.0}),
        _row(made["Low price"], 0.4, 300.0, {"large": 1.0, "small": 18.0}),
        _row(made["Speed"], 0.2, 0.0, {"large": 2.0, "small": 2.0}),
    ]
    draws = np.stack([np.linspace(10, 12, 2000), np.linspace(9, 11, 2000), np.linspace(2, 3, 2000)], axis=1)
    estimate_services.record(
        workspace=workspace, kind="research.needs", grade="observed", inputs=[], draws={"opportunity": draws},
        figures=[summarise(draws[:, 0], name="top_opportunity")],
        parameters={"need_ids": [need.pk for need in made.values()], "texts": 0}, diagnostics={"needs": rows},
    )  # fmt: skip
    return made


def _row(need, share, money, by_segment):
    parts = [
        {"segment": name, "group": 40 if name == "large" else 60, "opportunity": ends(value, 0.3)}
        for name, value in by_segment.items()
    ]
    return {"need_id": need.pk, "name": need.name, "customers": round(100 * share), "money": money,
            "share": ends(share, 0.02), "by_segment": parts}  # fmt: skip


@pytest.fixture
def scored(workspace, sheet, needs):
    services.suggest_criteria(workspace=workspace)
    for attribute, need in (("Accurate answers", "wrong, answer"), ("Price", "Low price")):
        criterion = Criterion.objects.get(workspace=workspace, attribute=attribute)
        services.change_criterion(criterion=criterion, changes={"need": needs[need]})
    for attribute in ("Languages", "Single sign-on"):
        services.leave_out(criterion=Criterion.objects.get(workspace=workspace, attribute=attribute))
    run_now(services.start(workspace=workspace))
    return selectors.current(workspace)


def test_each_segment_has_a_first_of_its_own(scored):
    segments = {one["segment"]: one for one in scored.diagnostics["segments"]}
    assert list(segments) == ["small", "large"]
    assert segments["large"]["customers"] == 40
    first = {name: {row["offer"]: row["p_first"] for row in one["offers"]} for name, one in segments.items()}
    # Ours is most accurate (.8 against .6 and .3), Brindle the cheapest; each segment wants little else.
    assert first["large"]["Northwind"] > 0.95
    assert first["small"]["Brindle"] > 0.95


def test_a_segments_draws_have_the_median_and_the_interval_that_the_needs_state():
    drawn = need_weights.interval_draws({"median": 5, "low": 4, "high": 8}, 200_000, np.random.default_rng(1))
    assert [float(part) for part in interval(drawn)] == pytest.approx([5, 4, 8], abs=0.03)


def test_methods_stand_side_by_side_with_where_they_disagree(scored):
    methods = {one["method"]: one for one in scored.diagnostics["methods"]}
    assert set(methods) == {"weighted_sum", "topsis", "promethee"}
    for one in methods.values():
        assert sum(row["p_first"] for row in one["offers"]) == pytest.approx(1)
        assert sorted(row["place"] for row in one["offers"]) == [1, 2, 3]
    assert methods["weighted_sum"]["offers"][0]["score"]["median"] == pytest.approx(
        scored.diagnostics["offers"][0]["score"]["median"]
    )


def test_a_disagreement_names_the_methods_on_either_side():
    rows = [
        {"method": "weighted_sum", "offers": [{"offer": "a", "place": 1}, {"offer": "b", "place": 2}]},
        {"method": "topsis", "offers": [{"offer": "a", "place": 2}, {"offer": "b", "place": 1}]},
    ]
    assert ranking.disagreements(rows) == [
        {"one": "a", "other": "b", "one_first": ["weighted_sum"], "other_first": ["topsis"]}
    ]


def test_whatever_the_weights_an_offer_behind_on_everything_is_never_first_and_has_no_central_weights(scored):
    found = {one["offer"]: one for one in scored.diagnostics["whatever_the_weights"]}
    # Quorvane is least accurate (.3) and dearest (69).
    assert found["Quorvane"]["p_first"] < 0.01
    assert found["Quorvane"]["central"] is None or found["Quorvane"]["confidence"] < 0.5
    assert found["Northwind"]["central"][0]["criterion"] == "Accurate answers"
    assert found["Brindle"]["central"][0]["criterion"] == "Price"


def test_a_newcomer_better_on_everything_takes_the_first_place_and_moves_nobody_elses_score(workspace, scored):
    keys = {one.attribute: one.pk for one in Criterion.objects.filter(workspace=workspace)}
    best = entrants.entered(workspace, name="Newcomer", ratings={keys["Accurate answers"]: 1.0, keys["Price"]: 1.0})
    assert best.offers[-1] == {"offer": "Newcomer", "before": None, "after": pytest.approx(1, abs=0.02)}
    worst = entrants.entered(workspace, name="Newcomer", ratings={keys["Accurate answers"]: 0.0, keys["Price"]: 0.0})
    assert [one["after"] for one in worst.offers[:-1]] == pytest.approx([one["before"] for one in worst.offers[:-1]])
    assert not [one for one in [*best.turned, *worst.turned] if one["method"] == "weighted_sum"]


def test_a_newcomer_is_refused_with_a_taken_name_a_strange_criterion_or_a_rating_off_the_scale(workspace, scored):
    key = Criterion.objects.filter(workspace=workspace).first().pk
    for name, ratings, code in (
        ("Brindle", {}, "name_taken"),
        ("New", {999_999: 0.5}, "criterion_unknown"),
        ("New", {key: 1.5}, "rating_out_of_range"),
        ("New", {key: float("nan")}, "rating_out_of_range"),
    ):
        with pytest.raises(Refused) as refusal:
            entrants.entered(workspace, name=name, ratings=ratings)
        assert refusal.value.code == code


def test_the_map_places_offers_with_an_ellipse_and_leaves_out_what_weighs_nothing(workspace, scored):
    found = selectors.current(workspace, selectors.MAP)
    draws = estimates.draws(found)
    assert draws["offers"].shape == (2000, 3, 2)
    # Two criteria have two dimensions: nothing is hidden.
    assert found.figures["map_shows"]["median"] == pytest.approx(1)
    assert {one["criterion"] for one in found.diagnostics["criteria"]} == {"Accurate answers", "Price"}
    for at, one in enumerate(found.diagnostics["offers"]):
        centre = draws["offers"][:, at].mean(axis=0)
        assert np.linalg.norm(centre - [one["x"], one["y"]]) < 0.1
        assert len(one["ellipse"]) > 20


def test_names_on_the_map_do_not_cover_each_other():
    points = [{"name": "Integrations", "x": 0.1 * at, "y": 0.0} for at in range(3)] + [{"name": "far", "x": 9, "y": 5}]
    window = map_labels.Window.around(points)
    placed = map_labels.label_places(points, window)
    heights = [row["label_y"] for row in placed[:3]]
    assert len({round(height, 6) for height in heights}) == 3


def test_the_canvas_says_how_far_we_are_from_the_most_similar_offer(workspace, scored):
    found = selectors.current(workspace, selectors.CANVAS)
    # Ours .8 and .5 against Brindle .6 and 1, Quorvane .3 and 0; weights about 11 to 10.
    weights = np.array([11, 10]) / 21
    by_hand = {
        "Brindle": np.sqrt(weights @ np.array([0.2, 0.5]) ** 2),
        "Quorvane": np.sqrt(weights @ np.array([0.5, 0.5]) ** 2),
    }
    rivals = {one["offer"]: one["divergence"]["median"] for one in found.diagnostics["rivals"]}
    assert rivals == pytest.approx(by_hand, abs=0.03)
    assert found.parameters["nearest"] == "Brindle"
    assert found.figures["divergence"]["median"] == pytest.approx(rivals["Brindle"], abs=0.02)


def test_white_spaces_join_customers_their_money_and_the_best_service(workspace, needs, scored):
    spaces = {one["name"]: one for one in selectors.current(workspace, selectors.SPACES).diagnostics["spaces"]}
    accuracy = spaces["wrong, answer"]
    # Half of the customers, best served by ours at .8: .5 * .2; of 900 a month a fifth is unserved.
    assert accuracy["unserved"]["median"] == pytest.approx(0.1, abs=0.02)
    assert accuracy["money_unserved"]["median"] == pytest.approx(180, abs=40)
    assert (accuracy["best_offer"], accuracy["customers"]) == ("Northwind", 50)
    assert spaces["Low price"]["unserved"]["median"] == pytest.approx(0.4 * 0.02, abs=0.02)
    # Nobody was rated on speed: the best service is anywhere, so that the space is wide open to either side.
    speed = spaces["Speed"]
    assert speed["best_offer"] is None
    assert (speed["best"]["low"], speed["best"]["high"]) == pytest.approx((0.1, 0.9), abs=0.03)


def test_without_needs_the_rest_is_still_scored_and_white_spaces_say_what_is_missing(client, workspace, owner, sheet):
    job = run_now(services.start(workspace=workspace))
    assert job.state == "succeeded"
    assert job.result["refused"][selectors.SPACES]["code"] == "no_needs"
    assert selectors.current(workspace, selectors.MAP) is not None
    client.force_login(owner)
    page = client.get(reverse("differentiation:white-spaces", args=[workspace.slug])).content.decode()
    assert "Find the needs first" in page


def test_offers_alike_on_everything_have_no_map_but_a_position(workspace, sheet):
    CompetitorFact.objects.update(value="5", number=5.0)
    job = run_now(services.start(workspace=workspace))
    assert job.state == "succeeded"
    assert selectors.current(workspace) is not None


def test_a_person_walks_the_tabs_and_types_a_newcomer(client, workspace, owner, scored):
    client.force_login(owner)
    home = client.get(reverse("differentiation:home", args=[workspace.slug])).content.decode()
    for words in ("By segment", "Other ways to score", "Whatever the weights", "What if this competitor enters?"):
        assert words in home
    key = Criterion.objects.get(workspace=workspace, attribute="Accurate answers").pk
    entrant = reverse("differentiation:entrant", args=[workspace.slug])
    answer = client.post(entrant, {"name": "Newcomer", f"rating-{key}": "95"}).content.decode()
    assert "Newcomer would score" in answer
    assert "A rating lies between 0 and 1" in client.post(entrant, {f"rating-{key}": "many"}).content.decode()
    for name, words in (
        ("map", "Map of the offers"),
        ("canvas", "Value curves"),
        ("white-spaces", "Needs by how much is unserved"),
        ("weights", "Weights side by side"),
    ):
        assert words in client.get(reverse(f"differentiation:{name}", args=[workspace.slug])).content.decode()


def test_pages_teach_before_anything_is_there(client, workspace, owner):
    client.force_login(owner)
    for name in ("map", "canvas", "white-spaces", "weights"):
        page = client.get(reverse(f"differentiation:{name}", args=[workspace.slug])).content.decode()
        assert "Import a competitor sheet" in page
    assert (
        "At least two criteria"
        in client.get(reverse("differentiation:judge-swing", args=[workspace.slug])).content.decode()
    )


def test_the_api_gives_map_canvas_spaces_and_newcomers(client, workspace, owner, scored):
    client.force_login(owner)
    said = {"headers": {"Trimtab-Workspace": workspace.slug}, "content_type": "application/json"}
    assert client.get("/api/v1/position/map/", **said).json()["figures"]["map_shows"]["unit"] == "share"
    assert client.get("/api/v1/position/canvas/", **said).json()["parameters"]["nearest"] == "Brindle"
    assert len(client.get("/api/v1/position/white-spaces/", **said).json()["diagnostics"]["spaces"]) == 3
    key = Criterion.objects.get(workspace=workspace, attribute="Price").pk
    asked = {"name": "Newcomer", "ratings": [{"criterion": key, "rating": 1.0}]}
    found = client.post("/api/v1/position/entrant/", asked, **said).json()
    assert found["offers"][-1]["offer"] == "Newcomer"
    assert client.post("/api/v1/position/entrant/", {**asked, "name": "Brindle"}, **said).status_code == 422
