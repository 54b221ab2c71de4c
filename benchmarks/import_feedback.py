"""Import of a million feedback rows: seconds and peak memory, beside bare csv and executemany into SQLite.

Run as ``python -m benchmarks.import_feedback [--rows N]``; it works in a folder of its own and removes it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SUBJECTS = (
    "the export",
    "the search",
    "our invoices",
    "the answers",
    "the Chinese answers",
    "the mobile page",
    "the price",
    "signing in",
)
VERBS = (
    "is too slow for",
    "works well for",
    "breaks in the middle of",
    "is what we need for",
    "costs too much for",
)
PLACES = (
    "our support team",
    "large files",
    "a new colleague",
    "the weekly report",
    "our customers in Asia",
    "every second chat",
)
SEGMENTS = ("Retail", "Finance", "Health", "Education")
PLANS = ("Free", "Team", "Business")


def write_file(path: Path, rows: int) -> None:
    choice = random.Random(7).choice
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "customer", "segment", "plan", "date", "rating"])
        for row in range(rows):
            text = f"{choice(SUBJECTS)} {choice(VERBS)} {choice(PLACES)}, and that since ticket {row}"
            day = f"2025-{row % 12 + 1:02d}-{row % 28 + 1:02d}"
            writer.writerow([text, f"C-{row % 90_001}", choice(SEGMENTS), choice(PLANS), day, row % 5 + 1])


def measure_import(path: Path) -> dict[str, float]:
    """In a process of its own, so that the peak of memory is the import's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trimtab.config.settings")
    import django

    django.setup()
    from django.core.files.base import File
    from django.core.management import call_command

    from apps.jobs.testing import run_now
    from apps.research import services
    from apps.workspaces.models import User
    from apps.workspaces.services import create_workspace

    call_command("migrate", verbosity=0)
    owner = User.objects.create_user("bench@example.org", "bench-bench-bench")
    workspace = create_workspace(name="Bench", owner=owner)
    began = time.perf_counter()
    with path.open("rb") as file:
        kept = services.upload(workspace=workspace, kind="feedback", file=File(file, name=path.name), actor=owner)
    source = kept.source
    uploaded = time.perf_counter()
    job = services.start_import(source=source, actor=owner)
    run_now(job)
    ended = time.perf_counter()
    source.refresh_from_db()
    return {
        "rows": source.rows_imported,
        "upload_seconds": uploaded - began,
        "import_seconds": ended - uploaded,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measure_peer(path: Path, database: Path) -> float:
    """The same rows by csv and one executemany, with no check, no hash and one index."""
    began = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE feedback (id INTEGER PRIMARY KEY, text, customer, segment, plan, said_on, rating)")
    with path.open(encoding="utf-8", newline="") as file, connection:
        rows = csv.reader(file)
        next(rows)
        connection.executemany(
            "INSERT INTO feedback (text, customer, segment, plan, said_on, rating) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
    connection.close()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure_import(options.measure)))
        return
    with tempfile.TemporaryDirectory(prefix="trimtab-bench-") as folder:
        path = Path(folder, "feedback.csv")
        write_file(path, options.rows)
        environment = os.environ | {"TRIMTAB_DATA": str(Path(folder, "data")), "TRIMTAB_LOG_LEVEL": "ERROR"}
        program = [sys.executable, "-m", "benchmarks.import_feedback", "--measure", str(path)]
        done = subprocess.run(program, env=environment, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.strip().splitlines()[-1])
        peer = measure_peer(path, Path(folder, "peer.sqlite3"))
    seconds = found["import_seconds"]
    print(f"rows imported       {found['rows']:,}")
    print(f"upload and guess    {found['upload_seconds']:.1f} s")
    print(f"import              {seconds:.1f} s, {found['rows'] / seconds:,.0f} rows a second")
    print(f"peak memory         {found['peak_megabytes']:.0f} MB")
    print(f"bare csv + SQLite   {peer:.1f} s; the import takes {seconds / peer:.1f} times as long")


if __name__ == "__main__":
    main()
