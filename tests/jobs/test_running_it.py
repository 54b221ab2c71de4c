"""Broker, supervisor, health and recurring duties."""

from __future__ import annotations

import socket
import stat
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.jobs import address, broker, health, periodic, registry
from apps.jobs.child import Child
from apps.jobs.errors import CannotServe
from apps.jobs.models import PeriodicRun
from apps.jobs.supervisor import Plan, Supervisor


@pytest.fixture
def alone(settings: Any, tmp_path: Path) -> Iterator[Supervisor]:
    """A supervisor that starts nothing but what a test asks for."""
    settings.TRIMTAB_DATA, settings.REDIS_URL = tmp_path, ""
    said: list[str] = []
    supervisor = Supervisor(Plan(web_processes=0), say=said.append)
    supervisor.said = said
    yield supervisor
    for child in supervisor.children:
        child.kill_group()


def test_the_embedded_broker_keeps_what_it_got_and_is_open_to_this_user_alone(alone: Supervisor) -> None:
    alone._start_broker()
    server = broker.client()
    assert broker.is_reachable()
    assert server.config_get("appendonly") == {"appendonly": "yes"}
    assert server.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert server.config_get("port") == {"port": "0"}
    assert stat.S_IMODE(broker.socket_path().stat().st_mode) == 0o700
    assert stat.S_IMODE((broker.folder() / "broker.conf").stat().st_mode) == 0o600

    server.rpush("kept", "x")
    server.close()
    alone.children[0].ask_to_stop()
    assert alone.children[0].wait(10)
    alone.children.clear()
    alone._start_broker()
    assert broker.depth("kept") == 1


def test_a_broker_that_cannot_read_its_own_log_starts_afresh(alone: Supervisor) -> None:
    alone._start_broker()
    alone.children[0].kill_group()
    alone.children.clear()
    for part in (broker.folder() / "appendonlydir").iterdir():
        part.write_bytes(b"not an append-only file at all\n" * 40)
    alone._start_broker()
    assert broker.is_reachable()
    assert "set aside" in alone.said[0]


def test_a_server_of_ones_own_overrides_the_embedded_one(settings: Any) -> None:
    settings.REDIS_URL = "rediss://user:word@redis.example:6380/1"
    assert broker.url() == settings.REDIS_URL
    assert not broker.is_embedded()


def test_without_the_wheels_build_a_server_on_the_path_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_bundled_binary", lambda: None)
    monkeypatch.setattr(broker.shutil, "which", {"redis-server": "/usr/bin/redis-server"}.get)
    assert broker.server_binary() == "/usr/bin/redis-server"
    monkeypatch.setattr(broker.shutil, "which", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match="set REDIS_URL"):
        broker.server_binary()


def test_a_broker_that_does_not_answer_has_no_depth(settings: Any, tmp_path: Path) -> None:
    settings.TRIMTAB_DATA, settings.REDIS_URL = tmp_path, ""
    assert broker.depth("analysis") == 0
    assert not broker.is_reachable()


def test_a_taken_port_gives_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind((address.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert address.free_port(port) > port


def test_a_redis_that_does_not_answer_is_said_before_anything_starts(alone: Supervisor, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(CannotServe, match="REDIS_URL"):
        alone._start()
    assert alone.children == []


def test_a_child_that_dies_is_started_again_with_growing_pauses(tmp_path: Path) -> None:
    ends = []
    child = Child(
        name="brief",
        argv=[sys.executable, "-c", "raise SystemExit(3)"],
        log_path=tmp_path / "brief.log",
        env={},
        working_folder=tmp_path,
        on_exit=ends.append,
    )
    pauses = []
    for _ in range(4):
        child.start()
        assert child.wait(20)
        assert "status 3" in (child.watch() or "")
        pauses.append(child.start_at)
    assert ends == [3] * 4
    assert child.quick_deaths == 4
    assert child.watch() is None
    assert child.process is None, "It must wait out its pause first."


def test_a_greeting_that_breaks_does_not_stop_the_product(settings: Any) -> None:
    settings.TRIMTAB_SERVE_GREETING = "apps.no_such.lines"
    (line,) = address.greeting(8000)
    assert "greeting failed" in line


def test_serving_an_old_database_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.jobs.management.commands.serve.unapplied_migrations", lambda: ["jobs.0002"])
    with pytest.raises(CommandError, match="migrate"):
        call_command("serve")


def test_a_live_process_says_so_without_asking_anything(client: Client) -> None:
    assert client.get("/livez").content == b"ok"


@pytest.mark.django_db
@pytest.mark.parametrize("broker_answers", [True, False])
def test_ready_means_database_broker_and_migrations(
    client: Client, monkeypatch: pytest.MonkeyPatch, broker_answers: bool
) -> None:
    monkeypatch.setattr(health.broker, "is_reachable", lambda: broker_answers)
    answer = client.get("/readyz")
    assert answer.json() == {"database": True, "broker": broker_answers, "migrations": True}
    assert answer.status_code == (200 if broker_answers else 503)


@pytest.mark.django_db
def test_a_recurring_duty_runs_once_a_period_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic, "_duties", {})
    duty = periodic.periodic("test.daily", every=timedelta(days=1))(mock.Mock())
    now = timezone.now()
    assert [found.duty for found in periodic.due(now=now)] == [duty]
    assert periodic.due(now=now + timedelta(hours=23)) == []
    assert len(periodic.due(now=now + timedelta(hours=24))) == 1
    assert PeriodicRun.objects.count() == 1


def test_a_kind_on_an_unknown_queue_or_twice_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="queue"):
        registry.job_kind("test.somewhere", queue="somewhere", title="x")
    with pytest.raises(ValueError, match="twice"):
        registry.job_kind(next(iter(registry._kinds), "x"), queue="analysis", title="x")(lambda run: None)
