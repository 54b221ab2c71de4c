"""The public survey with two columns swapped: told at the import and on the price page, mended by one click."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.jobs.testing import run_now, run_waiting
from apps.research import services as research
from apps.research.uploading import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(workspace, owner, public_data):
    file = ContentFile((public_data / "psm_survey_1500/psm.csv").read_bytes(), name="psm.csv")
    return upload(workspace=workspace, kind="prices", file=file, actor=owner).source


@pytest.fixture
def kept(workspace):
    return lambda: estimates.current(workspace, "pricing.van_westendorp").diagnostics["kept"]


def test_one_click_on_the_columns_page_swaps_before_the_import(client, owner, workspace, source, study, kept):
    client.force_login(owner)
    columns = reverse("research:columns", args=[workspace.slug, source.pk])
    assert "The price columns look swapped." in client.get(columns).content.decode()
    client.post(reverse("research:swap", args=[workspace.slug, source.pk]))
    assert "The price columns look swapped." not in client.get(columns).content.decode()
    source.refresh_from_db()
    run_now(research.start_import(source=source, actor=owner))
    study()
    # ORACLES: 1,132 of 1,500 rows rise with the two columns swapped.
    assert kept() == 1132


def test_one_click_on_the_price_page_mends_what_was_imported_swapped(client, owner, workspace, source, study, kept):
    client.force_login(owner)
    run_now(research.start_import(source=source, actor=owner))
    study()
    assert kept() == 8
    page = reverse("pricing:home", args=[workspace.slug])
    assert "Swap them and import again" in client.get(page).content.decode()
    client.post(reverse("pricing:swap", args=[workspace.slug]))
    run_waiting(workspace)
    study()
    assert kept() == 1132
    assert "Swap them and import again" not in client.get(page).content.decode()
    refused = client.post(reverse("api-pricing-swap-columns"))
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing_to_swap")
