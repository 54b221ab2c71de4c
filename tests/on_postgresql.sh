#!/usr/bin/env bash
# Runs the suite, or what the arguments name, on a PostgreSQL and a Redis of its own instead of SQLite and the embedded broker.
set -eu
cd "$(dirname "$0")/.."
tests/services.sh
python="${VENV:-.venv}/bin/python"
if [ $# -eq 0 ]; then set -- -n "${TEST_WORKERS:-2}" --dist loadgroup; fi
exec "$python" -m tests.servers "$python" -m pytest "$@"
