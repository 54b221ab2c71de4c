from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.onboarding import selectors
from apps.onboarding.greeting import sign_in_address
from apps.workspaces.models import User


class Command(BaseCommand):
    help = "Print a link that signs a person in once; without an address, the account made for first use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", default=selectors.FIRST_OWNER)
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="where the product answers")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {options['email']}.")
        self.stdout.write(sign_in_address(options["address"], user))
