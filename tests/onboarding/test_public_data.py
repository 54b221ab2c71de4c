"""Public data sets through the whole loop by real workers, held against numbers that others published."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from apps.planning.selectors import latest_loop
from apps.workspaces.models import Workspace

BLOCKS = (
    ("PERQ1", "PERQ2", "PERQ4", "PERQ5", "PERQ6"),
    ("PERQ3", "PERQ7", "IMAG4"),
    ("PERV1", "PERV2"),
    ("CUSA1", "CUSA2", "CUSA3"),
)


@pytest.fixture(scope="module")
def loaded(load, public_data):
    # The head on frozen features is trained in full; the rest is cut short to save minutes.
    return load("public-data", "load_public_data", "--data", str(public_data), "--steps", "30", "--texts", "4000")


@pytest.mark.slow
@pytest.mark.xdist_group("whole-loop")
def test_public_data_goes_through_the_loop_to_a_verdict_with_the_published_numbers(loaded, public_data):
    loop = loaded.run()
    assert loop["failed"] == []
    # There is no competitor sheet: the loop says so and goes on with an assumed preference.
    assert loop["states"].pop("position") == "skipped"
    assert set(loop["states"].values()) == {"succeeded"}, loop["why"]
    results = loaded.ask("results_of")
    price_points_are_printed(results)
    survival_is_published(results)
    satisfaction_is_published(results, public_data)
    choices_are_published(results)
    adoption_is_published(results)
    the_head_on_frozen_features_is_good(results)
    the_verdict_says_what_is_assumed(results)
    only_made_up_sources_are_simulated(results)


def only(results, kind, subject=""):
    (found,) = [one for one in results[kind] if one["subject"] == subject]
    return found


def price_points_are_printed(results):
    points = only(results, "pricing.van_westendorp")["diagnostics"]["points"]
    # R pricesensitivitymeter 1.3.3, seed 20: range 7.17-16.82, IDP 12.055, OPP 7.995.
    assert points["pmc"]["price"] == pytest.approx(7.17, abs=0.005)
    assert points["pme"]["price"] == pytest.approx(16.82, abs=0.005)
    assert points["idp"]["price"] == pytest.approx(12.055, abs=0.0005)
    assert points["opp"]["price"] == pytest.approx(7.995, abs=0.0005)


def survival_is_published(results):
    found = only(results, "retention.survival")["diagnostics"]
    assert found["customers"] == 7043
    seen = {row["month"]: row["survival"] for row in found["kaplan_meier"]}
    # Kaplan-Meier of the same file, by lifelines: S(1, 12, 24, 48, 72).
    published = {1: 0.94596, 12: 0.84320, 24: 0.78874, 48: 0.70884, 72: 0.59279}
    assert {month: seen[month] for month in published} == pytest.approx(published, abs=5e-6)


def satisfaction_is_published(results, public_data):
    with (public_data / "ecsi_mobi" / "mobi.csv").open() as file:
        rows = list(csv.DictReader(file))
    F, I, C, U = (np.array([np.mean([float(row[name]) for name in block]) for row in rows]) for block in BLOCKS)  # noqa: E741
    design = np.column_stack([np.ones(len(rows)), F, I, C])
    coefficients, *_ = np.linalg.lstsq(design, U, rcond=None)
    r2 = 1 - np.sum((U - design @ coefficients) ** 2) / np.sum((U - U.mean()) ** 2)
    # ORACLES: OLS R2 .6654 with .3791 .3422 .1297.
    assert [r2, *coefficients[1:]] == pytest.approx([0.6654, 0.3791, 0.3422, 0.1297], abs=5e-5)
    found = only(results, "retention.satisfaction")
    assert found["diagnostics"]["n"] == 250
    for name, block in zip(("F0", "I0", "C0"), (F, I, C), strict=True):
        # On 1..10 the mean becomes (mean - 1) / 9.
        assert found["figures"][name]["median"] == pytest.approx((block.mean() - 1) / 9, abs=0.01)
    assert found["diagnostics"]["r2"] == pytest.approx(r2, abs=0.03)
    assert found["diagnostics"]["r2_held_out"] < found["diagnostics"]["r2"]


def choices_are_published(results):
    found = only(results, "choices.model")["diagnostics"]
    fits = {row["code"]: row["log_likelihood"] for row in found["models"]}
    # ORACLES: -1171.2825 with a linear price; EUR 10.12 for quality, 9.54 for privacy, 6.84 for speed.
    assert fits["logit"] == pytest.approx(-1171.2825, abs=5e-5)
    worth = {row["attribute"]: row["point"] for row in found["wtp_logit"] if row["attribute"] != "spec"}
    assert worth == pytest.approx({"qual": 10.12, "priv": 9.54, "vel": 6.84}, abs=0.005)
    issues = only(results, "choices.maxdiff")["diagnostics"]
    # ORACLES: sequential logit LL -10284.828, closed form of healthcare .926814507.
    assert issues["log_likelihood"] == pytest.approx(-10284.828, abs=5e-4)
    rows = {row["item"]: row for row in issues["items"]}
    assert rows["healthcare"]["closed_form"] == pytest.approx(0.926814507, abs=1e-9)


def adoption_is_published(results):
    density, _increment = only(results, "adoption.bass")["diagnostics"]["fits"]
    # NLS of the ten years in R, density form.
    assert density["fitted"] == pytest.approx([67981, 0.006594, 0.63809], rel=1e-4)


def the_head_on_frozen_features_is_good(results):
    # Frozen English encoder and logistic regression: accuracy .929 on banking77's own test split.
    head = min(results["modellab.evaluation"], key=lambda one: int(one["subject"]))
    assert head["figures"]["accuracy"]["median"] >= 0.90


def the_verdict_says_what_is_assumed(results):
    (verdict,) = results["planning.verdict"]
    assert verdict["grade"] == "assumed"
    links = {link["code"]: link["grade"] for link in verdict["diagnostics"]["links"]}
    assert links["preference"] == "assumed"
    assert {one["verdict"] for one in verdict["diagnostics"]["verdict"]} <= {"ship", "hold", "cannot_tell"}


def only_made_up_sources_are_simulated(results):
    assert only(results, "retention.satisfaction")["simulated"] is False
    assert only(results, "research.needs")["simulated"] is False
    for kind in ("choices.model", "choices.maxdiff", "retention.lifetime_value", "adoption.bass"):
        assert only(results, kind)["simulated"] is False
    assert only(results, "retention.survival")["simulated"] is True, "its publisher says that the company is fictional"


@pytest.mark.django_db
def test_a_folder_without_the_data_is_refused_with_its_name(tmp_path):
    with pytest.raises(CommandError, match=r"There is no banking77/train\.csv in"):
        call_command("load_public_data", data=tmp_path)
    assert not Workspace.objects.exists()


@pytest.mark.django_db
def test_a_part_takes_the_labels_with_the_most_messages_and_so_many_texts(public_data):
    call_command("load_public_data", data=public_data, workspace="Small", labels=5, texts=40, verbosity=0)
    workspace = Workspace.objects.get(name="Small")
    labelled_set = workspace.labelled_sets.get()
    assert len(labelled_set.labels) == 5
    assert min(labelled_set.labels.values()) > 200, "train and test together"
    feedback = workspace.sources.get(kind="feedback")
    assert feedback.columns == {"text": ["text"]}
    assert feedback.file.read().count(b"\n") == 41
    made_up = dict(workspace.sources.values_list("kind", "simulated"))
    assert made_up == {
        "feedback": False, "satisfaction": False, "subscriptions": True, "prices": True,
        "choices": False, "maxdiff": False, "purchases": False, "adoption": False,
    }  # fmt: skip
    assert {"Contract"} == set(workspace.sources.get(kind="subscriptions").columns["plan"])
    assert {"InternetService", "PaymentMethod"} <= set(workspace.sources.get(kind="subscriptions").columns["traits"])
    waiting = {step["study"] for step in latest_loop(workspace).steps}
    assert {"choices", "best_worst", "value", "adoption", "drivers", "revenue"} <= waiting
    assert not {"ladder", "plans"} & waiting, "there are no such answers"


@pytest.mark.django_db
def test_an_owner_who_is_not_here_is_named(public_data):
    with pytest.raises(CommandError, match=r"Nobody here has the address ada@example\.org"):
        call_command("load_public_data", data=public_data, owner="ada@example.org")
