"""The house stands as the design says: the path, the rooms, the settings."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def fresh_python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_standard_library_platform_module_is_not_shadowed():
    answer = fresh_python("import platform, uuid; print(platform.system())")
    assert answer.stdout.strip() in {"Linux", "Darwin"}, answer.stderr


def test_no_loose_file_lies_in_platform():
    assert [path.name for path in (ROOT / "platform").iterdir() if path.is_file()] == []


def test_the_web_application_leaves_torch_alone(tmp_path):
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE']='trimtab.config.settings';"
        "from trimtab.config.wsgi import application; from django.urls import get_resolver;"
        "get_resolver().reverse_dict; print(sorted({'torch','transformers'} & set(sys.modules)))"
    )
    answer = fresh_python(code, TRIMTAB_DATA=str(tmp_path), TRIMTAB_LOG_LEVEL="ERROR")
    assert answer.stdout.strip() == "[]", answer.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("TRIMTAB_DEBUG", "maybe"), ("TRIMTAB_JOB_LEASE_SECONDS", "soon"), ("DATABASE_URL", "mysql://x")],
)
def test_a_bad_environment_value_stops_the_start_and_is_quoted(tmp_path, name, value):
    answer = fresh_python("import trimtab.config.settings", TRIMTAB_DATA=str(tmp_path), **{name: value})
    assert answer.returncode != 0
    assert value.split(":")[0] in answer.stderr


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    code = "from trimtab.config.settings import SECRET_KEY; print(SECRET_KEY)"
    keys = {fresh_python(code, TRIMTAB_DATA=str(tmp_path), TRIMTAB_SECRET_KEY="").stdout for _ in range(2)}
    assert len(keys) == 1
    assert len(keys.pop().strip()) > 60
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def settings_read():
    source = "".join(path.read_text() for path in (ROOT / "platform/trimtab/config").glob("*.py"))
    return set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', source))


def test_every_setting_is_documented_and_every_documented_setting_exists():
    documented = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    assert documented == settings_read()
