"""The description of the REST interface, under the same policy as every page."""

import pytest

from apps.workspaces import services
from apps.workspaces.models import User


@pytest.mark.django_db(transaction=True)
def test_the_description_of_the_interface_opens_without_breaking_the_policy(browser_page, sign_in):
    owner = User.objects.create_user("owner@example.org", "long-secret-words")
    services.create_workspace(name="Northwind", owner=owner)
    sign_in(browser_page, owner)
    browser_page.goto("/api/v1/docs/")
    browser_page.get_by_role("link", name="workspace", exact=True).click()
    operation = browser_page.get_by_text("/api/v1/workspace/", exact=True)
    operation.wait_for()
    operation.click()
    browser_page.get_by_role("button", name="Try it out").click()
    browser_page.get_by_role("button", name="Execute").click()
    browser_page.get_by_text('"slug": "northwind"').first.wait_for()
