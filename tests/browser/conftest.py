"""A real browser on a live server; any violation of the content policy and any script error fails the test."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from apps.workspaces.models import Workspace

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
LOOKS = Path(__file__).resolve().parents[2] / "build" / "looks"
# A busy machine is slow, not wrong: the limit only guards against waiting for ever.
PATIENCE_MS = 30_000
LOCALES = {"en": "en-US", "zh-hans": "zh-CN"}

# Playwright's own event loop runs in the test's thread, where Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    if not CHROMIUM.exists():
        pytest.skip(f"No Chromium at {CHROMIUM}: install the package chromium, or name another by CHROMIUM.")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        sync_api.expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def live(live_server: object) -> str:
    """The address of the running site, without a slash at its end."""
    return live_server.url


@pytest.fixture
def new_page(chromium: object, live: str) -> Iterator[Callable[..., object]]:
    """Opens a page: ``new_page(width=360, language="zh-hans", theme="dark", allow=("404",))``.

    Paths are relative to the live site. ``allow`` names words of console errors that the test provokes.
    """
    problems: list[str] = []
    contexts = []

    def open_page(width: int = 1440, language: str = "en", theme: str = "light", allow: tuple[str, ...] = ()) -> object:
        context = chromium.new_context(
            base_url=live, viewport={"width": width, "height": 900}, locale=LOCALES[language], color_scheme=theme
        )
        contexts.append(context)
        context.set_default_timeout(4 * PATIENCE_MS)
        page = context.new_page()

        def hear(message: object) -> None:
            if message.type == "error" and not any(word in message.text for word in allow):
                problems.append(f"{page.url}: {message.text}")

        page.on("console", hear)
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == [], "the browser's console has errors"


@pytest.fixture
def browser_page(new_page: Callable[..., object]) -> object:
    """A page in English at 1440 pixels."""
    return new_page()


@pytest.fixture
def sign_in(live: str) -> Callable[[object, object], None]:
    """``sign_in(page, user)`` gives the page's browser a session of that user."""

    def enter(page: object, user: object) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live}])

    return enter


@pytest.fixture
def furnished(transactional_db: None, furniture: dict[str, sqlite3.Connection]) -> Workspace:
    """The sample company's workspace with all its studies: made once a process, copied back for each test."""
    from tests.browser.furnishing import furnish

    if "kept" in furniture:
        furniture["kept"].backup(connection.connection)
        return Workspace.objects.get()
    workspace = furnish()
    if connection.vendor == "sqlite":
        furniture["kept"] = sqlite3.connect(":memory:")
        connection.connection.backup(furniture["kept"])
    return workspace


@pytest.fixture(scope="session")
def furniture() -> Iterator[dict[str, sqlite3.Connection]]:
    kept: dict[str, sqlite3.Connection] = {}
    yield kept
    for copy in kept.values():
        copy.close()


@pytest.fixture
def look() -> Callable[[object, str], Path]:
    """``look(page, "price")`` keeps a picture of the whole page in build/looks/ for people to see."""

    def keep(page: object, name: str) -> Path:
        LOOKS.mkdir(parents=True, exist_ok=True)
        width = page.viewport_size["width"]
        picture = LOOKS / f"{name}-{width}.png"
        page.screenshot(path=str(picture), full_page=True)
        return picture

    return keep


@pytest.fixture
def barriers() -> Callable[[object], list[str]]:
    """``barriers(page)``: what axe finds, each as "rule: first place"; empty when all can use the page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def find(page: object) -> list[str]:
        found = axe.run(page).response["violations"]
        return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]

    return find


@pytest.fixture
def too_wide() -> Callable[[object], list[str]]:
    """``too_wide(page)``: what makes the page scroll sideways; empty when it fits its window."""

    def find(page: object) -> list[str]:
        return page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")]
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map((element) => `${element.tagName}.${element.className}`)"""
        )

    return find
