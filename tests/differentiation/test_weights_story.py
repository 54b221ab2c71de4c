"""Weights by people: what they say, whether it agrees, and what it does to the position."""

import numpy as np
import pytest
from django.urls import reverse

from apps.differentiation import selectors, services, weight_answers, weight_services
from apps.differentiation.models import Criterion, Weighing, WeightJudgement
from apps.estimates import selectors as estimates
from apps.jobs.testing import run_now, run_waiting
from apps.workspaces.errors import Refused
from tests.differentiation.test_position_story import needs, owner, sheet, workspace

__all__ = ["needs", "owner", "sheet", "workspace"]
pytestmark = pytest.mark.django_db

NAMES = ["Accurate answers", "Languages", "Price", "Single sign-on"]
# Accuracy matters twice as much as languages and four times as much as price; all three say the same.
PAIRS = {
    "pairs": [
        {"more": "Accurate answers", "less": "Languages", "ratio": 2},
        {"more": "Accurate answers", "less": "Price", "ratio": 4},
        {"more": "Languages", "less": "Price", "ratio": 2},
    ]
}
BEST_WORST = {
    "best": "Accurate answers",
    "worst": "Price",
    "best_to_others": {"Languages": 2, "Price": 4},
    "others_to_worst": {"Languages": 2, "Accurate answers": 4},
}
POINTS = {"points": {"Accurate answers": 100, "Languages": 50, "Price": 25}}


@pytest.fixture
def compared(workspace, sheet, needs):
    services.suggest_criteria(workspace=workspace)
    return workspace


def weights(workspace):
    return selectors.current(workspace, selectors.WEIGHTS)


def by_method(estimate):
    names = estimate.parameters["attributes"]
    return {
        one["method"]: dict(zip(names, (weight["median"] for weight in one["weights"]), strict=True))
        for one in estimate.diagnostics["methods"]
    }


def scored(workspace):
    run_now(services.start(workspace=workspace))
    return weights(workspace)


@pytest.mark.parametrize(("method", "answers"), [("ahp", PAIRS), ("best_worst", BEST_WORST), ("swing", POINTS)])
def test_each_way_of_judging_brings_what_was_said_into_the_weights(compared, method, answers):
    weight_services.judge(workspace=compared, method=method, person="Ada", answers=answers)
    found = scored(compared)
    # Said: 4 to 2 to 1; single sign-on was not judged and weighs nothing.
    said = by_method(found)[method]
    assert said["Accurate answers"] == pytest.approx(4 / 7, abs=0.03)
    assert said["Languages"] == pytest.approx(2 / 7, abs=0.03)
    assert said["Single sign-on"] == 0
    [one] = [row for row in found.diagnostics["methods"] if row["method"] == method]
    assert one["unjudged"] == ["Single sign-on"]
    assert one["people"][0]["person"] == "Ada"
    assert (one["people"][0]["ratio"] or 0) == pytest.approx(0, abs=1e-6)


def test_the_chosen_method_moves_the_position_and_the_needs_move_it_back(compared):
    weight_services.judge(workspace=compared, method="swing", person="Ada", answers={"points": {"Price": 100}})
    by_needs = scored(compared)
    assert by_needs.parameters["method"] == "needs"
    weight_services.choose_method(workspace=compared, method="swing")
    run_waiting(compared)
    found = selectors.current(compared)
    # On price alone the cheapest is first in every world: 29 against 49 and 69.
    chances = {one["offer"]: one["p_rank"][0] for one in found.diagnostics["offers"]}
    assert chances["Brindle"] == pytest.approx(1)
    assert found.grade == "assumed"
    weight_services.take_back(judgement=WeightJudgement.objects.get())
    run_waiting(compared)
    assert Weighing.objects.get().method == "needs"
    assert selectors.current(compared).figures["p_first"]["median"] > 0.99


def test_weights_by_the_chosen_method_are_those_of_the_position(compared):
    weight_services.judge(workspace=compared, method="ahp", person="Ada", answers=PAIRS)
    weight_services.choose_method(workspace=compared, method="ahp")
    drawn = estimates.draws(scored(compared))
    assert np.array_equal(drawn["weights"], drawn["weights_ahp"])
    assert drawn["weights"].shape == (2000, 4)
    assert drawn["weights_needs"].sum(axis=1) == pytest.approx(np.ones(2000))


def test_people_who_disagree_widen_the_weights(compared):
    weight_services.judge(
        workspace=compared, method="swing", person="Ada", answers={"points": {"Price": 90, "Languages": 10}}
    )
    calm = estimates.draws(scored(compared))["weights_swing"].std(axis=0).max()
    weight_services.judge(
        workspace=compared, method="swing", person="Bo", answers={"points": {"Price": 10, "Languages": 90}}
    )
    run_waiting(compared)
    assert estimates.draws(weights(compared))["weights_swing"].std(axis=0).max() > 2 * calm


def test_a_criterion_that_was_left_out_is_not_judged(compared):
    weight_services.judge(workspace=compared, method="ahp", person="Ada", answers=PAIRS)
    services.leave_out(criterion=Criterion.objects.get(workspace=compared, attribute="Price"))
    said = by_method(scored(compared))["ahp"]
    assert said["Price"] == 0
    assert said["Accurate answers"] == pytest.approx(2 / 3, abs=0.03)


def test_a_judgement_whose_best_was_left_out_is_refused_in_words_and_the_rest_goes_on(compared):
    weight_services.judge(workspace=compared, method="best_worst", person="Ada", answers=BEST_WORST)
    services.leave_out(criterion=Criterion.objects.get(workspace=compared, attribute="Price"))
    found = scored(compared)
    assert found.diagnostics["refused"]["best_worst"]["code"] == "best_or_worst_left_out"
    weight_services.choose_method(workspace=compared, method="best_worst")
    job = run_now(services.start(workspace=compared))
    assert (job.state, job.error_code) == ("failed", "best_or_worst_left_out")


def test_a_changed_judgement_makes_the_position_stale_until_it_is_scored(compared):
    weight_services.judge(workspace=compared, method="ahp", person="Ada", answers=PAIRS)
    before = scored(compared)
    assert not estimates.staleness(before).stale
    weight_services.judge(workspace=compared, method="swing", person="Ada", answers=POINTS)
    assert estimates.staleness(before).stale
    run_waiting(compared)
    assert not estimates.staleness(weights(compared)).stale


@pytest.mark.parametrize(
    ("method", "answers"),
    [
        ("ahp", {}),
        ("ahp", {"pairs": []}),
        ("ahp", {"pairs": [{"more": "Price", "less": "Price", "ratio": 2}]}),
        ("ahp", {"pairs": [{"more": "Price", "less": "Nothing", "ratio": 2}]}),
        ("ahp", {"pairs": [{"more": "Price", "less": "Languages", "ratio": 10}]}),
        ("ahp", {"pairs": [{"more": "Price", "less": "Languages", "ratio": True}]}),
        ("ahp", {"pairs": [*PAIRS["pairs"], {"more": "Price", "less": "Languages", "ratio": 2}]}),
        ("ahp", {"pairs": "Price"}),
        ("best_worst", {"best": "Price", "worst": "Price"}),
        ("best_worst", {**BEST_WORST, "best_to_others": {"Languages": 0.5, "Price": 4}}),
        ("best_worst", {"best": "Price", "worst": "Languages", "best_to_others": {}, "others_to_worst": {}}),
        ("swing", {"points": {"Price": -1}}),
        ("swing", {"points": {"Price": 0}}),
        ("swing", {"points": {"Nothing": 5}}),
        ("swing", []),
    ],
)  # fmt: skip
def test_answers_that_say_nothing_usable_are_refused(method, answers):
    with pytest.raises(Refused) as refusal:
        weight_answers.checked(method, answers, NAMES)
    assert refusal.value.code == "judgement_not_usable"


def test_a_method_without_a_judgement_cannot_be_chosen_and_entropy_needs_none(compared):
    with pytest.raises(Refused, match="Nobody has judged"):
        weight_services.choose_method(workspace=compared, method="ahp")
    with pytest.raises(Refused, match="no such method"):
        weight_services.choose_method(workspace=compared, method="guess")
    with pytest.raises(Refused, match="asks nobody"):
        weight_services.judge(workspace=compared, method="entropy", person="Ada", answers={})
    weight_services.choose_method(workspace=compared, method="entropy")
    assert scored(compared).parameters["method"] == "entropy"


def test_a_person_judges_sees_whether_it_agrees_and_chooses(client, compared, owner):
    client.force_login(owner)
    keys = {one.attribute: one.pk for one in Criterion.objects.filter(workspace=compared)}
    form = reverse("differentiation:judge-ahp", args=[compared.slug])
    assert "Accurate answers, 9 times" in client.get(form).content.decode()
    said = {
        "person": "Ada",
        f"pair-{keys['Accurate answers']}-{keys['Languages']}": "2",
        f"pair-{keys['Accurate answers']}-{keys['Price']}": "4",
        # Turned round: price nine times as much as languages contradicts the other two.
        f"pair-{keys['Price']}-{keys['Languages']}": "9",
    }
    check = client.post(reverse("differentiation:check-ahp", args=[compared.slug]), said).content.decode()
    assert "The answers contradict each other" in check
    assert "Price against Languages, said to matter 9" in check
    assert not WeightJudgement.objects.exists()
    said[f"pair-{keys['Price']}-{keys['Languages']}"] = "-2"
    assert (
        "The answers agree"
        in client.post(reverse("differentiation:check-ahp", args=[compared.slug]), said).content.decode()
    )
    keep = reverse("differentiation:keep-ahp", args=[compared.slug])
    assert client.post(keep, {"person": "Ada"}).status_code == 422
    assert client.post(keep, said).status_code == 302
    assert WeightJudgement.objects.get().answers["pairs"][0]["ratio"] in (2.0, 4.0)
    client.post(reverse("differentiation:choose-weights", args=[compared.slug]), {"method": "ahp"})
    run_now(services.start(workspace=compared))
    shown = client.get(reverse("differentiation:weights", args=[compared.slug])).content.decode()
    assert "Nobody judged Single sign-on" in shown
    assert "Consistency ratio 0" in shown
    again = client.get(f"{form}?person=Ada").content.decode()
    assert 'value="4" selected' in again


def test_best_worst_and_swing_forms_keep_what_was_typed(client, compared, owner):
    client.force_login(owner)
    keys = {one.attribute: one.pk for one in Criterion.objects.filter(workspace=compared)}
    said = {
        "person": "Bo",
        "best": keys["Accurate answers"],
        "worst": keys["Price"],
        f"down-{keys['Languages']}": "2",
        f"up-{keys['Languages']}": "2",
        f"down-{keys['Price']}": "4",
    }
    assert client.post(reverse("differentiation:keep-best-worst", args=[compared.slug]), said).status_code == 302
    points = {"person": "Bo", f"points-{keys['Price']}": "100", f"points-{keys['Languages']}": "x"}
    swing = reverse("differentiation:keep-swing", args=[compared.slug])
    assert client.post(swing, points).status_code == 422
    assert client.post(swing, {**points, f"points-{keys['Languages']}": "40"}).status_code == 302
    kept = {one.method: one.answers for one in WeightJudgement.objects.all()}
    assert kept["best_worst"] == BEST_WORST
    assert kept["swing"] == {"points": {"Languages": 40.0, "Price": 100.0}}
    page = client.get(reverse("differentiation:judge-best-worst", args=[compared.slug]) + "?person=Bo").content.decode()
    assert f'value="{keys["Price"]}" selected' in page


def test_the_api_judges_chooses_and_takes_back(client, compared, owner):
    client.force_login(owner)
    said = {"headers": {"Trimtab-Workspace": compared.slug}, "content_type": "application/json"}
    assert client.get("/api/v1/weights/", **said).json() == {"method": "needs", "estimate": None}
    wrong = {"method": "swing", "person": "Ada", "answers": {"points": {"Nothing": 1}}}
    assert client.post("/api/v1/weight-judgements/", wrong, **said).status_code == 422
    made = client.post("/api/v1/weight-judgements/", {"method": "ahp", "person": "Ada", "answers": PAIRS}, **said)
    assert made.status_code == 201
    path = f"/api/v1/weight-judgements/{made.json()['id']}/"
    consistency = client.get(f"{path}consistency/", **said).json()
    assert consistency["weights"]["Price"] == pytest.approx(1 / 7)
    assert client.put("/api/v1/weights/", {"method": "ahp"}, **said).json()["method"] == "ahp"
    run_now(services.start(workspace=compared))
    shown = client.get("/api/v1/weights/", **said).json()
    assert shown["estimate"]["parameters"]["method"] == "ahp"
    assert len(client.get("/api/v1/weight-judgements/", **said).json()) == 1
    assert client.delete(path, **said).status_code == 204
    assert client.get(path, **said).status_code == 404
    assert client.get("/api/v1/weights/", **said).json()["method"] == "needs"
