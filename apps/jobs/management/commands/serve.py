from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.jobs.errors import CannotServe
from apps.jobs.health import unapplied_migrations
from apps.jobs.supervisor import Plan, Supervisor


class Command(BaseCommand):
    help = "Run web, workers, scheduler and the embedded broker together until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2, help="analysis jobs at a time")
        parser.add_argument("--web-processes", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        if unapplied_migrations():
            raise CommandError("The database is not up to date. Run: manage.py migrate")
        plan = Plan(port=options["port"], web_processes=options["web_processes"], analysis_children=options["workers"])
        try:
            Supervisor(plan, say=self._say).run()
        except CannotServe as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
