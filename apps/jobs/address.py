"""Where the web process listens, and what is said to its operator once it answers."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

from django.conf import settings
from django.utils.module_loading import import_string

from apps.jobs.errors import CannotServe

HOST = "127.0.0.1"
PORTS_TRIED = 50


def free_port(wanted: int) -> int:
    for port in range(wanted, wanted + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise CannotServe(f"The ports {wanted} to {wanted + PORTS_TRIED - 1} are all taken. Choose another with --port.")


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def greeting(port: int) -> list[str]:
    dotted = getattr(settings, "TRIMTAB_SERVE_GREETING", "")
    if not dotted:
        return []
    try:
        return list(import_string(dotted)(f"http://{HOST}:{port}"))
    except Exception as error:  # a greeting must never stop the product
        return [f"(The greeting failed: {error})"]
