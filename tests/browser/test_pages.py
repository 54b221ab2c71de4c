"""Every kind of page, full of the sample company, in both languages and at both widths."""

from __future__ import annotations

import re

import pytest

from tests.browser.addresses import addresses

# What a page shows when a name was not filled in, a figure is missing or a template was not understood.
LEFT_OVER = re.compile(r"%\(|\{\{|\{%|\bNaN\b|\bundefined\b|\[object|(?<=[\u4e00-\u9fff] )None\b")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_fits_and_has_no_barrier(
    new_page, sign_in, furnished, barriers, too_wide, look, language, width
):
    page = new_page(width=width, language=language)
    sign_in(page, furnished.memberships.get().user)
    found = {}
    for name, path in addresses(furnished).items():
        answer = page.goto(path)
        page.wait_for_load_state("networkidle")
        wrong = [f"answered {answer.status}"] if answer.status != 200 else []
        wrong += [f"scrolls sideways: {place}" for place in too_wide(page)]
        wrong += _amiss(page, language)
        # What a page says to a screen reader does not hang on its width.
        wrong += barriers(page) if (width == 360) == (language == "en") else []
        look(page, f"{name}-{language}")
        found |= {name: wrong} if wrong else {}
    assert found == {}


def _amiss(page, language: str) -> list[str]:
    headings = page.get_by_role("heading", level=1).all_inner_texts()
    wrong = [] if len(headings) == 1 and headings[0].strip() else [f"first headings: {headings}"]
    if page.locator("html").get_attribute("lang") != language:
        wrong.append("is in another language")
    if not page.locator(".simulated").first.is_visible():
        wrong.append("does not say that its data are simulated")
    return wrong + sorted(set(LEFT_OVER.findall(page.locator("body").inner_text())))


def test_a_dark_page_has_no_barrier_either(new_page, sign_in, furnished, barriers, look):
    page = new_page(theme="dark")
    sign_in(page, furnished.memberships.get().user)
    walked = addresses(furnished)
    found = {}
    for name in ("overview", "source", "needs", "position", "price", "retention", "run", "candidate", "forecast"):
        page.goto(walked[name])
        page.wait_for_load_state("networkidle")
        found |= {name: wrong} if (wrong := barriers(page)) else {}
        look(page, f"{name}-dark")
    assert found == {}
