"""Adoption from imported counts and from the subscription log, by the page's own job."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile

from apps.adoption import services as adoption
from apps.adoption.adopters import adoption_series
from apps.adoption.adoption_settings import AdoptionSettings
from apps.estimates import selectors as estimates
from apps.jobs.testing import run_now
from apps.research import services as research
from apps.research.models import SourceKind
from apps.workspaces.errors import Refused
from tests.research_rows import add_source
from trimtab.economics.errors import CannotEstimate

pytestmark = pytest.mark.django_db
VCR = (840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890)


def years(counts, first=1980):
    return [{"period": date(first + place, 1, 1), "adopters": float(count)} for place, count in enumerate(counts)]


def test_the_vcr_file_reaches_the_published_curve(workspace, owner, public_data, study):
    content = (public_data / "bass_series" / "vcr_1980_1989.csv").read_bytes()
    source = research.upload(
        workspace=workspace, kind="adoption", file=ContentFile(content, name="vcr.csv"), actor=owner
    ).source
    research.set_columns(source=source, columns={"period_number": ["t"], "adopters": ["sales"]}, actor=owner)
    run_now(research.start_import(source=source, actor=owner))
    assert study().state == "succeeded"
    found = estimates.current(workspace, "adoption.bass")
    density, increment = found.diagnostics["fits"]
    # NLS of the ten years in R: density form, then the increments of the distribution.
    assert density["fitted"] == pytest.approx([67981, 0.006594, 0.63809], rel=1e-4)
    assert density["sigma"] == pytest.approx(727.19, abs=0.01)
    assert increment["fitted"] == pytest.approx([67660, 0.00879, 0.64216], rel=5e-4)
    assert (found.grade, found.parameters["method"]) == ("observed", "least_squares")
    figure = found.figures["market"]
    assert figure["low"] < 67981 < figure["high"]


def test_five_years_print_no_market_but_say_what_would_help(workspace, study):
    add_source(workspace, SourceKind.ADOPTION, years(VCR[:5]))
    job = study()
    assert (job.state, job.error_code) == ("failed", "inflection_not_reached")
    assert estimates.current(workspace, "adoption.bass") is None


def test_with_a_typed_market_the_same_years_give_an_assumed_forecast(workspace, study):
    add_source(workspace, SourceKind.ADOPTION, years(VCR[:5]))
    assert study(market=70_000.0).state == "succeeded"
    found = estimates.current(workspace, "adoption.bass")
    assert (found.grade, found.parameters["method"]) == ("assumed", "priors")
    assert found.diagnostics["refused"]["code"] == "inflection_not_reached"
    market = found.figures["market"]
    assert market["low"] < 67981 < market["high"]
    # Sales were highest in the sixth year, 1985; the first curve's own peak lies at 7.1.
    peak = found.figures["peak_period"]
    assert peak["low"] < 7.1 < peak["high"]
    assert found.diagnostics["curve"][5]["label"] == "1985"


def test_enough_data_does_not_listen_to_the_typed_market(workspace, study):
    add_source(workspace, SourceKind.ADOPTION, years(VCR))
    study(market=1_000_000.0)
    found = estimates.current(workspace, "adoption.bass")
    assert found.parameters["method"] == "least_squares"
    assert found.figures["market"]["high"] < 100_000


def test_months_and_quarters_are_told_from_their_dates(workspace):
    quarters = [date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)]
    rows = [{"product": "A", "period": day, "adopters": 5.0} for day in quarters]
    rows += [{"product": "B", "period": date(2024, month, 1), "adopters": 4.0} for month in (1, 2, 3, 4)]
    rows += [{"product": "C", "period": date(2024, 1, 1) + timedelta(weeks=week), "adopters": 4.0} for week in range(9)]
    add_source(workspace, SourceKind.ADOPTION, rows)
    found = {name: adoption_series(workspace, AdoptionSettings(product=name)) for name in "ABC"}
    assert [found[name].period for name in "ABC"] == ["quarter", "month", "week"]
    assert (found["A"].label(6), found["B"].label(13), found["C"].label(2)) == ("2025-Q2", "2025-01", "2024-01-08")
    assert adoption_series(workspace, AdoptionSettings()).product == "C"


def test_a_gap_in_the_periods_is_named_and_not_taken_for_zero(workspace):
    add_source(workspace, SourceKind.ADOPTION, [row for row in years(VCR) if row["period"].year != 1984])
    with pytest.raises(CannotEstimate) as refusal:
        adoption_series(workspace, AdoptionSettings())
    assert (refusal.value.code, refusal.value.params["period"]) == ("period_missing", "1983-01-01")


def test_a_newer_file_corrects_the_periods_of_an_older_one(workspace):
    add_source(workspace, SourceKind.ADOPTION, years(VCR[:4]))
    add_source(workspace, SourceKind.ADOPTION, years((900, 1500, 2110, 4000, 7590)))
    found = adoption_series(workspace, AdoptionSettings())
    assert found.counts.tolist() == [900, 1500, 2110, 4000, 7590]
    assert found.repeated == 4


def test_new_customers_of_the_subscription_log_are_adopters_by_month(workspace):
    rows = [{"customer": f"C-{n}", "started_on": date(2026, 1 + n % 3, 5)} for n in range(9)]
    rows += [{"customer": "C-1", "started_on": date(2026, 3, 20)}]
    rows += [{"customer": f"L-{n}", "started_on": date(2026, 4, 3)} for n in range(4)]
    add_source(workspace, SourceKind.SUBSCRIPTIONS, rows, parameters={"as_of": "2026-04-10"})
    found = adoption_series(workspace, AdoptionSettings(source="arrivals"))
    # C-1 comes once; April is not over.
    assert found.counts.tolist() == [3, 3, 3]
    assert (found.period, found.label(1), found.label(4)) == ("month", "2026-01", "2026-04")


def test_the_subscription_log_can_be_studied_in_place_of_counts(workspace, study):
    came = (4, 9, 18, 33, 52, 61, 55, 38, 22, 11, 5, 3)
    rows = [
        {"customer": f"C-{month}-{number}", "started_on": date(2025, month, 1 + number % 28)}
        for month, count in enumerate(came, 1)
        for number in range(count)
    ]
    add_source(workspace, SourceKind.SUBSCRIPTIONS, rows, parameters={"as_of": "2025-12-31"})
    assert study(source="arrivals", form="increment").state == "succeeded"
    found = estimates.current(workspace, "adoption.bass")
    assert (found.parameters["period"], found.diagnostics["adopters"]) == ("month", sum(came))
    assert found.figures["market"]["median"] == pytest.approx(sum(came), rel=0.1)
    assert found.diagnostics["curve"][12]["label"] == "2026-01"


def test_rates_a_year_are_turned_into_rates_of_the_period(workspace, study):
    monthly = [{"period": date(2026, month, 1), "adopters": 100.0 + 10 * month} for month in range(1, 5)]
    add_source(workspace, SourceKind.ADOPTION, monthly)
    study(market=20_000.0)
    figures = estimates.current(workspace, "adoption.bass").figures
    # .38 a year is .032 a month; the data may move it, not by a factor of twelve.
    assert 0.01 < figures["imitation"]["median"] < 0.1


def test_starting_without_rows_is_refused_with_the_way_out(workspace):
    for source, code in (("counts", "no_adopters"), ("arrivals", "no_subscriptions")):
        with pytest.raises(Refused) as refusal:
            adoption.start(workspace=workspace, settings=AdoptionSettings(source=source))
        assert refusal.value.code == code
    add_source(workspace, SourceKind.ADOPTION, years(VCR))
    with pytest.raises(Refused) as refusal:
        adoption.start(workspace=workspace, settings=AdoptionSettings(product="Radio"))
    assert refusal.value.code == "product_unknown"
