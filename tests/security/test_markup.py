"""What people and files write is shown as text, on every page and wherever it stands."""

from __future__ import annotations

import pytest

from tests.furnished import furnish
from tests.routes import routes

pytestmark = pytest.mark.django_db

PAYLOADS = {
    "a script": "<script>alert(1)</script>",
    "an attribute": "\"><img src=x onerror=alert(1)>'",
    "a template": "{{ request.user.password }}{% debug %}",
    "the end of a JSON island": "</script><svg onload=alert(1)>",
}
DANGEROUS = ("<script>alert", "<img src=x", "<svg onload", "&amp;lt;script")
PAGES = [route for route in routes("") if not route.template.startswith(("api/", "accounts/", "static/", "metrics"))]


@pytest.mark.parametrize("words", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_it_is_shown_as_text_on_every_page(client, words):
    mine = furnish("mine", words=words)
    client.force_login(mine["owner"], backend="django.contrib.auth.backends.ModelBackend")
    shown = 0
    for route in PAGES:
        seen = client.get(route.address(mine))
        if not seen.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = seen.content.decode()
        for danger in DANGEROUS:
            assert danger not in text, f"{route.template} shows {danger}"
        if "{{" in words:
            assert "md5$" not in text, route.template
        shown += words.split("<")[0].strip("\"'>") in text or "alert(1)" in text or "request.user" in text
    assert shown > 15, "The payload must have been shown for this to mean anything."


@pytest.mark.parametrize("words", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_answers_of_the_interface_are_never_read_as_a_page(client, words):
    mine = furnish("mine", words=words)
    client.force_login(mine["owner"], backend="django.contrib.auth.backends.ModelBackend")
    for route in routes("api/v1/"):
        seen = client.get(route.address(mine))
        if route.template != "api/v1/docs/":
            assert "html" not in seen.headers.get("Content-Type", ""), route.template
        assert seen.headers["X-Content-Type-Options"] == "nosniff", route.template
