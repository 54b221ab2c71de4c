"""What every refusal of the API looks like."""

from __future__ import annotations

import json


def assert_is_a_problem(response, where=""):
    """Problem details with a code for programs, a title for people and the fields at fault."""
    kinds = [value for name, value in response.headers.items() if name.lower() == "content-type"]
    assert kinds in (["application/problem+json"], [["application/problem+json"]]), where
    problem = json.loads(response.content)
    assert problem["status"] == response.status_code, where
    assert problem["code"], where
    assert problem["title"], where
    assert isinstance(problem["errors"], list), where
    return problem
