from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.onboarding import services
from apps.onboarding.public_data import NAME, Part
from apps.onboarding.waiting import wait_for_loop
from apps.workspaces.errors import Refused
from apps.workspaces.models import User


class Command(BaseCommand):
    help = "Load public data sets into a new workspace and begin its loop; the workers do the rest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=settings.TRIMTAB_PUBLIC_DATA, help="folder of the data sets")
        parser.add_argument("--workspace", default=NAME, help="name of the new workspace")
        parser.add_argument("--owner", help="address of its owner; left out: the account made for first use")
        parser.add_argument("--labels", type=int, help="take only the labels with the most messages")
        parser.add_argument("--texts", type=int, help="take only so many messages as feedback")
        parser.add_argument("--steps", type=int, help="end the fine-tuning after so many steps, to save time")
        parser.add_argument("--wait", action="store_true", help="stay until the running workers have ended the loop")

    def handle(self, *args: Any, **options: Any) -> None:
        steps = options["steps"]
        try:
            workspace = services.load_public_data(
                owner=_owner(options["owner"]),
                folder=options["data"],
                name=options["workspace"],
                part=Part(options["labels"], options["texts"]),
                training={"parameters": {"max_steps": steps}} if steps else None,
            )
        except Refused as refusal:
            raise CommandError(f"{refusal} {refusal.remedy}".strip()) from refusal
        self.stdout.write(f"{workspace.name} is loaded; the workers go through its loop now.")
        if options["wait"]:
            wait_for_loop(workspace, self.stdout.write)


def _owner(email: str | None) -> User:
    if email is None:
        return services.first_owner()
    found = User.objects.filter(email=email.lower(), is_active=True).first()
    if found is None:
        raise CommandError(f"Nobody here has the address {email}.")
    return found
