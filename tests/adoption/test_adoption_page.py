"""What people see of adoption, and its twin for programs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research.models import SourceKind
from apps.workspaces.models import Membership, Role, User
from tests.adoption.test_adoption_study import VCR, years
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db
FORM = {
    "source": "counts", "period": "year", "form": "density", "market_factor": 1.5,
    "p": 0.03, "p_factor": 3, "q": 0.38, "q_factor": 1.6,
}  # fmt: skip


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda: client.get(reverse("adoption:home", args=[workspace.slug])).content.decode()


def test_without_adopters_the_page_says_what_to_bring(client, workspace, page):
    shown = page()
    assert "No adopters yet" in shown
    answer = client.post(reverse("adoption:run", args=[workspace.slug]), FORM, follow=True)
    assert "Import one row a year, quarter or month" in answer.content.decode()
    twin = client.post(reverse("api-adoption-study"))
    assert (twin.status_code, twin.json()["code"]) == (422, "no_adopters")


def test_from_the_counts_to_the_curve(client, workspace, page):
    add_source(workspace, SourceKind.ADOPTION, years(VCR))
    assert "The adopters are in" in page()
    client.post(reverse("adoption:run", args=[workspace.slug]), FORM)
    assert run_now(Job.objects.get(kind="adoption.bass")).state == "succeeded"
    shown = page()
    for words in (
        "Two forms of one curve",
        "67,981",
        "67,660",
        "0.00659",
        "Enough to plan with",
        "A period is a year.",
        "Adopters so far",
        "Neighbouring periods err alike",
    ):
        assert words in shown, words
    assert "Other figures for the market" not in shown


def test_before_the_peak_the_refusal_asks_for_a_market_and_then_shows_what_it_rests_on(client, workspace, page):
    add_source(workspace, SourceKind.ADOPTION, years(VCR[:5]))
    run = reverse("adoption:run", args=[workspace.slug])
    client.post(run, FORM)
    run_now(Job.objects.latest("created_at"))
    assert "Type how many could adopt at most" in page()
    client.post(run, FORM | {"market": 70_000})
    run_now(Job.objects.latest("created_at"))
    shown = page()
    assert "have not turned down clearly" in shown
    assert "graded as assumed" in shown
    assert 'value="70000.0"' in shown
    assert "Other figures for the market" in shown


def test_the_sliders_answer_at_once_and_refuse_in_words(client, owner, workspace, study, page):
    add_source(workspace, SourceKind.ADOPTION, years(VCR[:5]))
    client.force_login(owner)
    address = reverse("adoption:what-if", args=[workspace.slug])
    given = {"market": 70_000, "p": 0.03, "q": 0.38}
    assert client.get(address, given).status_code == 404
    study(market=70_000.0)
    answer = client.get(address, given).content.decode()
    assert "<html" not in answer
    assert "Period of the peak" in answer
    refused = client.get(address, given | {"market": 2_000})
    assert refused.status_code == 422
    assert "more than the market that you typed allows" in refused.content.decode()
    assert client.get(address, given | {"q": "much"}).status_code == 422


def test_the_twin_moves_the_peak_with_the_figures(client, owner, workspace, study):
    add_source(workspace, SourceKind.ADOPTION, years(VCR[:3]))
    study(market=70_000.0)
    client.force_login(owner)
    address = reverse("api-adoption-what-if")
    slow, fast = (client.get(address, {"market": 70_000, "p": 0.01, "q": q}).json() for q in (0.2, 0.7))
    assert fast["peak"]["median"] < slow["peak"]["median"]
    assert client.get(address, {"market": -1, "p": 0.01, "q": 0.3}).status_code == 422


def test_the_twin_starts_the_study_and_shows_it(client, owner, workspace):
    add_source(workspace, SourceKind.ADOPTION, years(VCR))
    client.force_login(owner)
    started = client.post(reverse("api-adoption-study"), {"form": "increment"}, content_type="application/json")
    assert started.status_code == 202
    run_now(Job.objects.get(pk=started.json()["id"]))
    found = client.get(reverse("api-adoption-study")).json()
    assert found["periods"] == 10
    assert found["estimate"]["parameters"]["fitted"][0] == pytest.approx(67660, rel=1e-3)
    assert found["why_not_fitted"] == ""
    wrong = client.post(reverse("api-adoption-study"), {"p": -1}, content_type="application/json")
    assert wrong.status_code in (400, 422)


def test_a_viewer_reads_but_does_not_run(client, workspace):
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert client.get(reverse("adoption:home", args=[workspace.slug])).status_code == 200
    assert client.post(reverse("adoption:run", args=[workspace.slug]), FORM).status_code == 403
    assert client.post(reverse("api-adoption-study")).status_code == 403
