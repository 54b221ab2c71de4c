"""The retention study against published numbers and the known truth of the sample company."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import numpy as np
import pytest

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.research.cells import months_before
from apps.research.models import SourceKind
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 10, 31)


def current(workspace, part):
    return estimates.current(workspace, f"retention.{part}")


def stay(customer, start, end=None, **more):
    return {"customer": customer, "started_on": start, "ended_on": end} | more


def answer(customer, functionality, interaction, cost, overall, said_on=None):
    names = ("customer", "functionality", "interaction", "cost", "overall", "said_on")
    return dict(zip(names, (customer, functionality, interaction, cost, overall, said_on), strict=True))


def add_log(workspace, rows, as_of=AS_OF):
    return add_source(workspace, SourceKind.SUBSCRIPTIONS, rows, parameters={"as_of": as_of.isoformat()})


def add_survey(workspace, rows, lowest=1, highest=10):
    scale = {"scale_min": lowest, "scale_max": highest}
    return add_source(workspace, SourceKind.SATISFACTION, rows, parameters=scale)


def random_log(count, rng, months=18):
    """Customers over some months, each leaving with a chance of 6 % a month."""
    rows = []
    for number in range(count):
        start = AS_OF - timedelta(days=int(rng.integers(1, months * 30)))
        end = start + timedelta(days=int(rng.exponential(500)) + 1)
        rows.append(stay(f"C-{number}", start, end if end <= AS_OF else None))
    return rows


def random_survey(count, rng):
    parts = rng.uniform(0.2, 1, (count, 3))
    overall = np.clip(parts @ [0.5, 0.3, 0.2] + 0.04 * rng.standard_normal(count), 0, 1)
    scaled = np.round(1 + 9 * np.column_stack([parts, overall]), 1)
    return [answer(f"C-{place}", *map(float, row)) for place, row in enumerate(scaled)]


def test_the_telco_log_gives_the_known_survival(workspace, study, public_data):
    with (public_data / "telco_churn_ibm" / "Telco-Customer-Churn.csv").open(newline="") as file:
        told = list(csv.DictReader(file))
    rows = [
        stay(
            row["customerID"],
            months_before(AS_OF, int(row["tenure"])),
            AS_OF if row["Churn"] == "Yes" else None,
            segment=row["Contract"],
            monthly_price=float(row["MonthlyCharges"]),
        )
        for row in told
    ]
    add_log(workspace, rows)
    assert study().state == "succeeded"
    survival = current(workspace, "survival")
    seen = {row["month"]: row["survival"] for row in survival.diagnostics["kaplan_meier"]}
    # Recomputed by an independent implementation: S(1, 12, 24, 48, 72).
    for month, share in {1: 0.94596, 12: 0.84320, 24: 0.78874, 48: 0.70884, 72: 0.59279}.items():
        assert seen[month] == pytest.approx(share, abs=5e-6)
    assert survival.diagnostics["median_months"] is None
    assert survival.diagnostics["customers"] == 7043
    year = survival.figures["retained_month_12"]
    assert year["low"] - 0.01 < seen[12] < year["high"] + 0.01
    segments = {estimate.subject for estimate in Estimate.objects.filter(kind="retention.survival").exclude(subject="")}
    assert segments == {"Month-to-month", "One year", "Two year"}
    for estimate in Estimate.objects.filter(kind="retention.survival"):
        # Beside every projection stands its own backtest, and the best family by it is the one used.
        assert estimate.parameters["family"] == estimate.diagnostics["backtest"]["scores"][0]["family"]
    active = current(workspace, "arrivals").parameters["active_customers"]
    assert sum(active) == survival.diagnostics["active"]


def test_the_mobi_survey_gives_the_known_regression_and_cannot_tell_the_forms_apart(workspace, study, public_data):
    with (public_data / "ecsi_mobi" / "mobi.csv").open(newline="") as file:
        told = list(csv.DictReader(file))

    def mean(row, *names):
        return float(np.mean([float(row[name]) for name in names]))

    rows = [
        answer(
            f"M-{place}",
            mean(row, "PERQ1", "PERQ2", "PERQ4", "PERQ5", "PERQ6"),
            mean(row, "PERQ3", "PERQ7", "IMAG4"),
            mean(row, "PERV1", "PERV2"),
            mean(row, "CUSA1", "CUSA2", "CUSA3"),
        )
        for place, row in enumerate(told)
    ]
    add_survey(workspace, rows)
    assert study().state == "succeeded"
    satisfaction = current(workspace, "satisfaction")
    linear = satisfaction.diagnostics["linear"]
    # Recomputed with an independent implementation: OLS R2 .6654 (.3791 .3422 .1297), quadratic .6857 (p .019).
    assert linear["r2"] == pytest.approx(0.6654, abs=5e-5)
    assert [linear[part] for part in ("functionality", "interaction", "cost")] == pytest.approx(
        [0.3791, 0.3422, 0.1297], abs=5e-5
    )
    assert linear["quadratic_r2"] == pytest.approx(0.6857, abs=5e-5)
    assert linear["quadratic_p"] == pytest.approx(0.019, abs=5e-4)
    assert satisfaction.parameters["family"] == "additive"
    assert satisfaction.diagnostics["decided"] is False
    link = current(workspace, "link")
    assert link.grade == "assumed"
    assert link.diagnostics["refused"]["code"] == "nobody_in_both"
    assert current(workspace, "survival") is None


def test_the_sample_company_is_found_again(workspace, sample, study):
    assert study().state == "succeeded"
    truth = sample.truth
    link = current(workspace, "link")
    assert link.grade == "observed"
    assert link.figures["slope"]["low"] < truth.link_slope < link.figures["slope"]["high"]
    survival = current(workspace, "survival")
    assert survival.parameters["family"] == "sbg"
    assert survival.parameters["as_of"] == truth.as_of.isoformat()
    u_reference = current(workspace, "satisfaction").figures["u_reference"]
    assert u_reference["low"] < truth.u_reference < u_reference["high"]
    arrivals = current(workspace, "arrivals")
    assert arrivals.parameters["first_month"] == "2026-11"
    assert arrivals.parameters["monthly_price"] == truth.current_price
    # 249 in the first of 24 months at full scale, growing 2.45 % a month: a quarter of 445 in the first month ahead.
    ahead = estimates.draws(arrivals)["arrivals"]
    assert np.quantile(ahead[:, 0], 0.05) < 0.25 * 249 * 1.0245**24 < np.quantile(ahead[:, 0], 0.95)
    assert all(current(workspace, part).simulated for part in ("satisfaction", "survival", "link", "arrivals"))
    assert not estimates.staleness(link).stale


def test_the_draws_are_as_the_contract_says_and_a_second_run_repeats_them(workspace, sample, study):
    study()
    first = {part: current(workspace, part) for part in ("satisfaction", "survival", "link", "arrivals")}
    shapes = {part: {n: v.shape for n, v in estimates.draws(found).items()} for part, found in first.items()}
    terms = len(first["satisfaction"].parameters["names"])
    assert shapes["satisfaction"] == {
        "coef": (2000, terms),
        "coef_segment": (2000, 4, terms),
        **dict.fromkeys(("F0_segment", "I0_segment", "C0_segment"), (2000, 4)),
        **dict.fromkeys(("u_reference", "F0", "I0", "C0"), (2000,)),
    }
    assert shapes["survival"]["hazard"] == (2000, 60)
    assert shapes["survival"]["survival"] == (2000, 61)
    assert set(first["survival"].parameters["names"]) < set(shapes["survival"])
    assert shapes["link"] == {
        "slope": (2000,),
        "u_reference": (2000,),
        "shape": (2000, 2),
        "slope_cell": (2000, 4, 2),
    }
    for part in ("satisfaction", "link"):
        assert first[part].parameters["segments"] == sorted(segment.name for segment in sample.truth.segments)
    assert shapes["arrivals"] == {"arrivals": (2000, 60), "expected": (2000, 60)}
    study()
    for part, before in first.items():
        assert current(workspace, part).draws_sha256 == before.draws_sha256
        assert current(workspace, part).version == 2


def test_the_link_is_at_rest_at_todays_satisfaction_in_every_world(workspace, sample, study):
    study()
    link, satisfaction = current(workspace, "link"), current(workspace, "satisfaction")
    np.testing.assert_array_equal(estimates.draws(link)["u_reference"], estimates.draws(satisfaction)["u_reference"])
    assert satisfaction in [item.upstream for item in estimates.inputs(link)]


def test_a_survey_without_a_log_still_gives_satisfaction_and_an_assumed_link(workspace, study):
    add_survey(workspace, random_survey(80, np.random.default_rng(1)))
    job = study()
    assert job.state == "succeeded"
    assert job.result["refused"]["retention.survival"]["code"] == "no_customers"
    assert current(workspace, "link").grade == "assumed"
    assert current(workspace, "arrivals") is None
    fitted = {row["name"]: row["fitted"] for row in current(workspace, "satisfaction").diagnostics["coefficients"]}
    assert fitted["functionality"] == pytest.approx(0.5, abs=0.1)


def test_a_log_without_a_survey_still_gives_survival_and_arrivals(workspace, study):
    add_log(workspace, random_log(300, np.random.default_rng(2)))
    job = study()
    assert job.state == "succeeded"
    assert job.result["refused"]["retention.satisfaction"]["code"] == "no_answers"
    # Exponential lives of 500 days: a customer is kept a year with exp(-365 / 500) = .48.
    year = current(workspace, "survival").figures["retained_month_12"]
    assert year["low"] - 0.03 < np.exp(-365.25 / 500) < year["high"] + 0.03
    assert current(workspace, "arrivals") is not None


def test_a_log_in_which_nobody_left_says_so_and_still_counts_arrivals(workspace, study):
    rows = [stay(f"C-{n}", AS_OF - timedelta(days=3 * n + 1)) for n in range(120)]
    add_log(workspace, rows)
    job = study()
    assert job.state == "succeeded"
    assert job.result["refused"]["retention.survival"]["code"] == "nobody_churned"
    assert current(workspace, "survival") is None
    assert 8 < current(workspace, "arrivals").figures["arrivals_per_month"]["median"] < 13


def test_a_study_without_any_usable_part_fails_with_the_main_reason(workspace, study):
    add_survey(workspace, random_survey(5, np.random.default_rng(3)))
    job = study()
    assert job.state == "failed"
    assert job.error_code == "too_few_respondents"
    assert "at least 20" in job.error_text
    assert not Estimate.objects.exists()


def test_an_answer_off_the_scale_is_refused_with_its_count(workspace, study):
    add_survey(workspace, random_survey(40, np.random.default_rng(3)), lowest=1, highest=5)
    assert study().error_code == "off_scale"


def test_several_answers_of_one_customer_count_once_and_the_last_holds(workspace, study):
    rows = random_survey(40, np.random.default_rng(5))
    earlier = [row | {"overall": 1.0, "said_on": date(2025, 1, 1)} for row in rows]
    add_survey(workspace, [row | {"said_on": date(2026, 1, 1)} for row in rows] + earlier)
    study()
    diagnostics = current(workspace, "satisfaction").diagnostics
    assert (diagnostics["n"], diagnostics["respondents"]) == (80, 40)
    assert diagnostics["linear"]["functionality"] == pytest.approx(0.5, abs=0.1)


def test_months_before_the_answer_do_not_count_for_the_link(workspace, study):
    """Those who left before they could be asked, or gave no date, are left out and counted."""
    rng = np.random.default_rng(6)
    log, answers = [], []
    for number in range(400):
        level = float(rng.uniform(1, 10))
        start = AS_OF - timedelta(days=int(rng.integers(200, 600)))
        end = start + timedelta(days=int(rng.exponential(40 + 50 * level)) + 1)
        log.append(stay(f"C-{number}", start, end if end <= AS_OF else None))
        said = None if number < 20 else start + timedelta(days=30)
        answers.append(answer(f"C-{number}", level, level, level, round(level), said))
    answers.append(answer("stranger", 5, 5, 5, 5, AS_OF))
    add_log(workspace, log)
    add_survey(workspace, answers)
    study()
    link = current(workspace, "link")
    joined = link.diagnostics["joined"]
    asked = sum(row["said_on"] is not None for row in answers) - 1
    left_early = sum(
        1 for row, said in zip(log[20:], answers[20:400], strict=True)
        if row["ended_on"] and row["ended_on"] <= said["said_on"]
    )  # fmt: skip
    assert left_early > 5
    assert joined["answers"] == asked - left_early
    assert (joined["undated"], joined["unknown"], joined["outside"]) == (20, 1, left_early)
    assert link.grade == "observed"
    assert link.figures["slope"]["low"] > 0.5


def test_a_clear_wrong_sign_keeps_the_link_assumed_and_says_why(workspace, study):
    rng = np.random.default_rng(7)
    log, answers = [], []
    for number in range(300):
        level = float(rng.integers(1, 11))
        start = AS_OF - timedelta(days=500)
        end = start + timedelta(days=int(rng.exponential(800 - 75 * level)) + 5)
        log.append(stay(f"C-{number}", start, end if end <= AS_OF else None))
        answers.append(answer(f"C-{number}", level, float(rng.integers(1, 11)), level, level, start))
    add_log(workspace, log)
    add_survey(workspace, answers)
    study()
    link = current(workspace, "link")
    assert link.grade == "assumed"
    assert link.diagnostics["refused"]["code"] == "slope_wrong_sign"


def test_a_newer_export_of_the_log_tells_of_ends_and_adds_no_customer(workspace, study):
    rows = random_log(200, np.random.default_rng(8))
    active = [row for row in rows if row["ended_on"] is None]
    add_log(workspace, rows)
    later = AS_OF + timedelta(days=31)
    ends = [row | {"ended_on": AS_OF + timedelta(days=5)} for row in active[:20]]
    add_log(workspace, ends, as_of=later)
    study()
    survival = current(workspace, "survival")
    assert survival.parameters["as_of"] == later.isoformat()
    assert survival.diagnostics["customers"] == 200
    assert survival.diagnostics["active"] == len(active) - 20
    assert survival.diagnostics["rows"]["repeated"] == 20


def test_without_a_stated_day_the_log_is_known_until_its_latest_date(workspace, study):
    rows = random_log(100, np.random.default_rng(9))
    add_source(workspace, SourceKind.SUBSCRIPTIONS, rows)
    study()
    latest = max(day for row in rows for day in (row["started_on"], row["ended_on"]) if day)
    assert current(workspace, "survival").parameters["as_of"] == latest.isoformat()


def test_a_month_that_the_log_holds_only_in_part_is_no_slump(workspace, study):
    rows = [stay(f"C-{n}", date(2026, 1, 1) + timedelta(days=n)) for n in range(280)]
    add_log(workspace, rows, as_of=date(2026, 10, 7))
    study()
    arrivals = current(workspace, "arrivals")
    assert arrivals.parameters["first_month"] == "2026-10"
    assert arrivals.diagnostics["months"][-1] == {"month": "2026-09", "customers": 30}


def test_cohorts_show_only_months_that_they_are_old_enough_for(workspace, sample, study):
    study()
    cohorts = current(workspace, "survival").diagnostics["cohorts"]
    youngest = cohorts[-1]
    assert youngest["month"] == "2026-09"
    assert youngest["retained"][0] is not None
    assert youngest["retained"][1] is None
    assert all(share is not None for share in cohorts[0]["retained"])
