"""The overview at 100,000 feedback rows: requests a second and p95 through gunicorn, beside naive counting of the rows.

The peer answers with the numbers that the page shows of its evidence and needs, by the group-by queries that one would
write first, in one process without HTTP, sessions or templates. Run as ``python -m benchmarks.overview``; it works in
a folder of its own and removes it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np

ROWS, NEEDS = 100_000, 12
WORKERS, CLIENTS, WARM_UP, REQUESTS = 2, 4, 20, 400
PEER_RUNS = 20
PORT = 8797
SUBJECTS = ("the answers", "the export", "our invoices", "the search", "signing in")


def prepare() -> str:
    """Fill the data folder; returns the key of a signed-in session."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from apps.jobs.testing import run_now
    from apps.planning import services
    from apps.workspaces.models import User
    from apps.workspaces.services import create_workspace
    from tests.planning.worlds import record_all

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    owner = User.objects.create_user("bench@example.org", "bench-bench-bench")
    workspace = create_workspace(name="Bench", owner=owner)
    _feedback(workspace)
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    run_now(services.start(workspace=workspace))
    client = Client()
    client.force_login(owner)
    return client.cookies["sessionid"].value


def _feedback(workspace: object) -> None:
    from apps.research.models import FeedbackItem, Need, NeedMention, Source, SourceState

    source = Source.objects.create(
        workspace=workspace, kind="feedback", name="feedback.csv", file="feedback.csv", format="csv", sha256="f" * 64,
        state=SourceState.IMPORTED, rows_total=ROWS, rows_imported=ROWS,
    )  # fmt: skip
    needs = [Need.objects.create(workspace=workspace, name=f"Need {number}") for number in range(NEEDS)]
    items = [
        FeedbackItem(
            workspace=workspace, source=source, row_number=row, sha256=row.to_bytes(32, "big"), language="en",
            text=f"{SUBJECTS[row % 5]} is too slow since ticket {row}", customer=f"C-{row % 9001}",
            segment=f"Segment {row % 4}", said_on=date(2026, row % 12 + 1, row % 28 + 1), rating=row % 5 + 1,
        )
        for row in range(ROWS)
    ]  # fmt: skip
    FeedbackItem.objects.bulk_create(items, batch_size=2000)
    mentions = [
        NeedMention(workspace=workspace, need=needs[row % NEEDS], feedback=item, similarity=0.8)
        for row, item in enumerate(items)
    ]
    NeedMention.objects.bulk_create(mentions, batch_size=2000)


def naive() -> list[float]:
    """Seconds of each round of: rows, files' newest day, and customers by need, counted from the rows."""
    import django

    django.setup()
    from django.db.models import Avg, Count, Max

    from apps.research.models import FeedbackItem, NeedMention
    from apps.workspaces.models import Workspace

    workspace, times = Workspace.objects.get(name="Bench"), []
    for _round in range(PEER_RUNS):
        began = time.perf_counter()
        FeedbackItem.objects.filter(workspace=workspace).aggregate(rows=Count("pk"), newest=Max("said_on"))
        mentions = NeedMention.objects.filter(workspace=workspace).values("need__name")
        list(mentions.annotate(customers=Count("feedback__customer", distinct=True), rating=Avg("feedback__rating")))
        times.append(time.perf_counter() - began)
    return times


def measure(session: str, paths: tuple[str, ...]) -> dict[str, tuple[float, np.ndarray]]:
    """Requests a second and the seconds of each request, by path."""
    found = {}
    for path in paths:
        _client(session, path, WARM_UP)
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            rounds = list(pool.map(lambda _n: _client(session, path, REQUESTS // CLIENTS), range(CLIENTS)))  # noqa: B023
        found[path] = REQUESTS / (time.perf_counter() - began), np.concatenate(rounds)
    return found


def _client(session: str, path: str, count: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    times = []
    for _request in range(count):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - began)
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    connection.close()
    return times


def wait_for_web(process: subprocess.Popen[bytes]) -> None:
    for _try in range(150):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if process.poll() is not None:
                break
        time.sleep(0.2)
    raise SystemExit("The web did not start.")


def _part(name: str, environment: dict[str, str]) -> str:
    program = [sys.executable, "-m", "benchmarks.overview", "--part", name]
    done = subprocess.run(program, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip().splitlines()[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("prepare", "naive"), help=argparse.SUPPRESS)
    part = parser.parse_args().part
    if part:
        print(json.dumps(prepare() if part == "prepare" else naive()))
        return
    with tempfile.TemporaryDirectory(prefix="trimtab-bench-") as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "trimtab.config.settings", "TRIMTAB_DATA": folder, "TRIMTAB_LOG_LEVEL": "ERROR",
        }  # fmt: skip
        session = json.loads(_part("prepare", environment))
        command = [sys.executable, "-m", "gunicorn", "trimtab.config.wsgi:application", "--workers", str(WORKERS)]
        command += ["--config", "python:trimtab.config.gunicorn", "--bind", f"127.0.0.1:{PORT}", "--log-level", "error"]
        web = subprocess.Popen(command, env=environment)
        try:
            wait_for_web(web)
            found = measure(session, ("/w/bench/", "/api/v1/overview/", "/w/bench/planning/what-if/?price=64"))
        finally:
            web.terminate()
            web.wait(timeout=20)
        peer = np.array(json.loads(_part("naive", environment)))
    print(f"{ROWS:,} feedback rows, {WORKERS} web processes, {CLIENTS} clients, {REQUESTS} requests each")
    for path, (rate, times) in found.items():
        median, p95 = np.quantile(times, [0.5, 0.95]) * 1000
        print(f"{path:<38} {rate:6.1f} requests/s   median {median:6.1f} ms   p95 {p95:6.1f} ms")
    alone, p95 = np.quantile(peer, [0.5, 0.95]) * 1000
    name = "naive group-by over the rows, alone"
    print(f"{name:<38} {1000 / alone:6.1f} rounds/s     median {alone:6.1f} ms   p95 {p95:6.1f} ms")


if __name__ == "__main__":
    main()
