from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from apps.onboarding import selectors, services
from apps.onboarding.waiting import wait_for_loop


def above_zero(text: str) -> float:
    if not float(text) > 0:
        raise ArgumentTypeError("must be above 0")
    return float(text)


class Command(BaseCommand):
    help = "Load the sample company: its files are left for the workers to import, and its loop begins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing where it was loaded before")
        parser.add_argument("--scale", type=above_zero, default=1.0, help="multiplies the number of rows")
        parser.add_argument("--wait", action="store_true", help="stay until the running workers have ended the loop")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"] and selectors.sample_was_loaded():
            return
        workspace = services.load_sample(owner=services.first_owner(), scale=options["scale"])
        self.stdout.write(f"The sample company {workspace.name} is loaded; the workers go through its loop now.")
        if options["wait"]:
            wait_for_loop(workspace, self.stdout.write)
