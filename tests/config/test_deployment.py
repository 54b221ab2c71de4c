"""Production settings, and what the container is told to do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.servers import missing, servers

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())
SCRIPT = ROOT / "docker/command.sh"
OURS = {name: service for name, service in COMPOSE["services"].items() if "image" not in service}


def test_the_deployment_check_finds_nothing_in_production_settings(tmp_path):
    answer = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        # The browser tests of this process allow what production must not.
        env={name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
        | {"TRIMTAB_HTTPS": "1", "TRIMTAB_HOSTS": "trimtab.example", "TRIMTAB_DATA": str(tmp_path)}
        | {"DJANGO_SETTINGS_MODULE": "trimtab.config.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    assert "no issues (0 silenced)" in answer.stdout


def known_commands() -> set[str]:
    return set(re.findall(r"^  ([a-z-]+)\)", SCRIPT.read_text(), re.MULTILINE))


def test_the_scripts_are_whole():
    for script in (SCRIPT, ROOT / "tests/services.sh", ROOT / "tests/on_postgresql.sh"):
        shell = "sh" if script == SCRIPT else "bash"
        assert subprocess.run([shell, "-n", script]).returncode == 0
        assert os.access(script, os.X_OK), f"{script.name} can't be run"


def test_every_service_runs_a_command_that_the_container_knows():
    assert {service["command"][0] for service in OURS.values()} == known_commands()


def test_all_of_ours_wait_for_the_migration_and_share_one_world():
    for name, service in OURS.items():
        assert service["environment"] == OURS["web"]["environment"], name
        assert "files:/data" in service["volumes"], name
        if name != "migrate":
            assert "migrate" in service["depends_on"], name


def test_the_image_leaves_out_what_is_private():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", "var", ".venv", "tests"} <= set(ignored)


@pytest.mark.kill
@pytest.mark.xdist_group("processes")
def test_each_command_of_the_container_starts_and_stops_when_told(tmp_path):
    if reason := missing():
        pytest.skip(reason)
    with servers() as addresses:
        environment = (
            {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
            | addresses
            | {
                "TRIMTAB_DATA": str(tmp_path),
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "PYTHONUNBUFFERED": "1",
                "PORT": "0",
                "TRIMTAB_LOG_LEVEL": "INFO",
            }
        )
        signs = {"web": "Listening at", "worker-analysis": "ready", "worker-training": "ready", "scheduler": ""}
        done = subprocess.run(["sh", SCRIPT, "migrate"], cwd=ROOT, env=environment, capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr
        running = {}
        for name in signs:
            output = (tmp_path / f"{name}.txt").open("wb")
            command = ["sh", SCRIPT, name]
            running[name] = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            for name, sign in signs.items():
                _wait_for_sign(tmp_path / f"{name}.txt", sign, running[name])
        finally:
            for process in running.values():
                process.terminate()
            codes = {name: process.wait(60) for name, process in running.items()}
        assert set(codes.values()) <= {0, -15}, codes


def _wait_for_sign(output: Path, sign: str, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + 60
    while sign not in output.read_text() and time.monotonic() < limit and process.poll() is None:
        time.sleep(0.1)
    assert process.poll() is None, output.read_text()
    assert sign in output.read_text()
