"""A PostgreSQL and a Redis of the tests' own, on loopback ports and folders that are thrown away.

`python -m tests.servers COMMAND...` runs a command with DATABASE_URL and REDIS_URL set to them.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis


def binary(name: str) -> str | None:
    """A server's program on PATH, or where Debian and Homebrew keep PostgreSQL's."""
    kept = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql*/bin")]
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, sorted(kept, reverse=True))))


def missing() -> str:
    """Why the servers can't be started here, as a sentence; empty when they can."""
    names = {"postgres": "PostgreSQL", "initdb": "PostgreSQL", "redis-server": "Redis"}
    absent = sorted({title for name, title in names.items() if not binary(name)})
    if absent:
        return f"{' and '.join(absent)} is not installed: apt-get install postgresql redis-server."
    if os.getuid() == 0 and not _postgres_user():
        return "PostgreSQL does not run as root, and there is no user named postgres."
    return ""


def _postgres_user() -> str:
    return next((entry.pw_name for entry in pwd.getpwall() if entry.pw_name == "postgres"), "")


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL of two fresh servers, which end with the block."""
    folder = Path(tempfile.mkdtemp(prefix="trimtab-servers-"))
    folder.chmod(0o711)
    running: list[subprocess.Popen[bytes]] = []
    try:
        yield {
            "DATABASE_URL": _postgresql(folder / "postgresql", running),
            "REDIS_URL": _redis(folder / "redis", running),
        }
    finally:
        for process in running:
            # SIGINT asks PostgreSQL for its fast shutdown, which does not wait for clients.
            process.send_signal(signal.SIGINT)
        for process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _postgresql(folder: Path, running: list[subprocess.Popen[bytes]]) -> str:
    user = _postgres_user() if os.getuid() == 0 else None
    as_whom = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    folder.mkdir(mode=0o700)
    password, port = secrets.token_urlsafe(16), _free_port()
    (folder / "password").write_text(password)
    if user:
        for path in (folder, folder / "password"):
            shutil.chown(path, user)
    data = folder / "data"
    subprocess.run(
        [
            *[binary("initdb"), "--pgdata", data, "--username", "trimtab", "--pwfile", folder / "password"],
            *["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"],
        ],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        **as_whom,
    )
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "fsync": "off",
        "max_connections": 200,
    }
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    log = (folder / "log.txt").open("wb")
    command = [binary("postgres"), "-D", data, *settings]
    running.append(subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **as_whom))
    address = f"postgres://trimtab:{password}@127.0.0.1:{port}"
    _await(lambda: psycopg.connect(f"{address}/postgres", autocommit=True), psycopg.OperationalError)
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE trimtab")
    return f"{address}/trimtab"


def _redis(folder: Path, running: list[subprocess.Popen[bytes]]) -> str:
    folder.mkdir(mode=0o700)
    password, port = secrets.token_urlsafe(16), _free_port()
    configuration = folder / "redis.conf"
    configuration.touch(0o600)
    lines = ["bind 127.0.0.1", f"port {port}", f"requirepass {password}", f"dir {folder}", 'save ""', "appendonly yes"]
    configuration.write_text("\n".join([*lines, "maxmemory-policy noeviction", ""]))
    with (folder / "log.txt").open("wb") as log:
        running.append(subprocess.Popen([binary("redis-server"), configuration], cwd=folder, stdout=log, stderr=log))
    address = f"redis://:{password}@127.0.0.1:{port}/0"
    _await(lambda: redis.Redis.from_url(address).ping(), redis.ConnectionError)
    return address


def _await(connect: Callable[[], object], refusal: type[Exception]) -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            close = getattr(connect(), "close", None)
        except refusal:
            if time.monotonic() > limit:
                raise
            time.sleep(0.05)
        else:
            if close:
                close()
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: list[str]) -> int:
    if reason := missing():
        print(reason, file=sys.stderr)
        return 1
    with servers() as addresses:
        return subprocess.run(command, env=os.environ | addresses).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
