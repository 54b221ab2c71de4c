"""What errors cost and what quality is worth, in a browser at both widths."""

from __future__ import annotations

import pytest

from tests.browser.addresses import addresses


@pytest.mark.parametrize("width", [360, 1440])
def test_errors_and_outcomes_fit_and_have_no_barrier(new_page, sign_in, furnished, barriers, too_wide, look, width):
    page = new_page(width=width)
    sign_in(page, furnished.memberships.get().user)
    walked = addresses(furnished)
    for name in ("errors", "outcomes"):
        assert page.goto(walked[name]).status == 200
        page.wait_for_load_state("networkidle")
        assert too_wide(page) == []
        assert barriers(page) == []
        look(page, f"{name}-now")
    page.goto(walked["errors"])
    page.get_by_label("A person answers below this confidence").fill("60")
    page.get_by_role("button", name="Save and weigh again").click()
    assert page.get_by_text("Waiting for a worker").first.is_visible()
    assert page.get_by_role("button", name="Undo the last change").is_visible()
