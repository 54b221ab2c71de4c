"""The published schema: complete, without warnings, and what the routes really do with whatever it allows."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.errors import SchemathesisError

from tests.api.problems import assert_is_a_problem
from tests.routes import routes

SCHEMA = SchemaGenerator().get_schema(request=None, public=True)
CALLABLE = schemathesis.openapi.from_dict(SCHEMA)
CALLABLE.app = get_wsgi_application()
OPERATIONS = [result.ok() for result in CALLABLE.get_all_operations()]
PLAIN = {"api/v1/schema/", "api/v1/docs/", "api/v1/^.*$"}


def test_the_schema_is_made_without_a_warning_and_is_valid():
    GENERATOR_STATS.reset()
    validate_schema(SchemaGenerator().get_schema(request=None, public=True))
    assert dict(GENERATOR_STATS._warn_cache) == {}
    assert dict(GENERATOR_STATS._error_cache) == {}


def test_every_route_is_in_the_schema():
    described = set(SCHEMA["paths"])
    for route in routes("api/v1/"):
        if route.template not in PLAIN:
            address = route.address({place: f"{{{place}}}" for place in route.places})
            assert address.replace("/?", "/") in described, route.template


def test_every_operation_has_a_name_of_its_own_and_says_what_it_answers():
    operations = [operation for methods in SCHEMA["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(code == "4XX" or code.startswith("2") for operation in operations for code in operation["responses"])


@pytest.fixture
def held_connection():
    """The test's own connection outlives each request, as under Django's test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("held_connection")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_input_that_a_program_may_send_breaks_a_route(operation, settings, mine, bearer):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    known = {name: str(mine[name]) for name in mine if name.endswith("_id") or name in ("changed", "name", "kind")}

    # A fixed draw keeps the run short and the same on every machine.
    @hypothesis.settings(
        max_examples=14,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data):
        mode = data.draw(st.sampled_from(list(GenerationMode)))
        try:
            strategy = operation.as_strategy(generation_mode=mode)
            case = data.draw(strategy)
        except SchemathesisError:
            # Nothing can be wrong with the input of a route that takes none.
            case = data.draw(operation.as_strategy())
        if data.draw(st.integers(0, 3)):
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
        response = case.call(headers=bearer)
        assert response.status_code < 500
        if response.status_code >= 400:
            assert_is_a_problem(response, operation.label)

    ask()
