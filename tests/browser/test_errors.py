"""A product lead says what errors cost and where a person answers, and sees what it makes of the candidate."""

from __future__ import annotations

from django.urls import reverse

from apps.jobs.testing import run_waiting
from apps.modellab import quality_services
from apps.workspaces.models import Membership, Role, User, Workspace
from tests.modellab.drawn import by_method, drawn_run, outcome_rows
from tests.modellab.test_outcomes import ERRORS, uneven_rows
from tests.research_rows import add_source


def test_errors_are_weighed_handed_over_and_undone(new_page, sign_in, barriers, too_wide, look, transactional_db):
    workspace = Workspace.objects.create(name="Ours", slug="ours", is_simulated=True)
    owner = User.objects.create_user("owner@example.com", "a long enough passphrase")
    Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    run = drawn_run(workspace, rows=uneven_rows(120))
    add_source(workspace, "outcomes", outcome_rows(3000, errors=ERRORS, slope=0.8), simulated=True)
    quality_services.start(workspace=workspace)
    run_waiting(workspace)
    page = new_page()
    sign_in(page, owner)
    page.goto(reverse("modellab:outcomes", args=["ours"]))
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("The data narrowed what was assumed").first.is_visible()
    look(page, "outcomes-story")
    page.goto(reverse("modellab:errors", args=["ours", by_method(run)["full"].pk]))
    page.get_by_label("A person answers below this confidence").fill("60")
    page.get_by_label("Cost of a person's answer").fill("1.5")
    page.get_by_role("button", name="Save and weigh again").click()
    page.get_by_text("Waiting for a worker").first.wait_for()
    run_waiting(workspace)
    page.reload()
    assert page.get_by_text("Assumed").first.is_visible()
    assert (too_wide(page), barriers(page)) == ([], [])
    look(page, "errors-story")
    page.get_by_role("button", name="Undo the last change").click()
    page.get_by_text("Back to what was set before").wait_for()
