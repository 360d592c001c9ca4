"""A real PostgreSQL for tests.

Question  Where is a PostgreSQL that a test may fill, break and throw away?
Answer    1. the server that PAYOFF_TEST_POSTGRES names (postgresql://…, a user who may create databases);
          2. else a cluster of its own from the system's binaries, in a temporary folder, one a session (with
             xdist: one a worker), started at first use, ended with the session, or with its process.
Durable   Settings are PostgreSQL's own: fsync and synchronous_commit are on.

A test asks for the fixture `postgres_url` (record_stores.py): a fresh, empty database, dropped afterwards.
To run on both stores it asks for `store_url`: the same test with a SQLite file and with PostgreSQL. A test
that stops or kills the server starts one of its own: `with own_server() as server: server.kill()`.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

SERVER_IN_ENVIRONMENT = "PAYOFF_TEST_POSTGRES"
START_SECONDS = 60


def find_binaries() -> Path:
    """The folder with `initdb` and `postgres`: Debian keeps them off the PATH, newest version first here."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    for folder in sorted(debian, key=lambda p: float(p.parent.name), reverse=True):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    on_path = shutil.which("initdb")
    if on_path is None:
        raise FileNotFoundError(
            f"no PostgreSQL server: install Debian's postgresql, or name one in {SERVER_IN_ENVIRONMENT}"
        )
    return Path(on_path).resolve().parent


def find_user() -> pwd.struct_passwd | None:
    """Who runs the server when we are root, for PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def find_free_port() -> int:
    """A TCP port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """A cluster of our own: `url` names its database postgres."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.binaries = find_binaries()
        self.user = find_user()
        self.port = find_free_port()
        self.password = secrets.token_hex(16)
        self.url = f"postgresql://payoff:{self.password}@127.0.0.1:{self.port}/postgres"
        self.process: subprocess.Popen[bytes] | None = None
        self._init()

    def _prefix(self, *options: str) -> list[str]:
        """Without root's rights, where we have them."""
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            if self.user is not None:
                raise FileNotFoundError("setpriv (util-linux) is needed to run PostgreSQL from root")
            return []
        if self.user is not None:
            ids = [f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups"]
            options = (*ids, *options)
        return [setpriv, *options] if options else []

    def _init(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self.user is not None:
            for path in (self.folder, secret):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
        made = subprocess.run(
            [
                *self._prefix(),
                *(str(self.binaries / "initdb"), "--pgdata", str(self.folder / "data")),
                *("--username=payoff", f"--pwfile={secret}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb: {made.stderr or made.stdout}")

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
        }
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *self._prefix("--pdeathsig=INT"),  # a killed test run leaves no server behind
                    *(str(self.binaries / "postgres"), "-D", str(self.folder / "data")),
                    *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
                ],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.kill()
                    raise RuntimeError(f"postgres: {(self.folder / 'log').read_text()[-2000:]}") from None
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop as an administrator does in a hurry (SIGINT): sessions are cut, committed work kept."""
        if self.process is None:
            return
        self.process.send_signal(2)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """Kill the server and all its children (SIGQUIT to the postmaster), as a crash would."""
        if self.process is None:
            return
        self.process.send_signal(3)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@contextmanager
def own_server() -> Iterator[PostgresServer]:
    """A running cluster, gone afterwards whatever happened."""
    folder = Path(tempfile.mkdtemp(prefix="payoff-pg-"))
    try:
        server = PostgresServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def any_server() -> Iterator[str]:
    """The URL of the server the environment names, or of one of our own."""
    named = os.environ.get(SERVER_IN_ENVIRONMENT)
    if named:
        yield named
        return
    with own_server() as server:
        yield server.url


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """The URL of a new, empty database; dropped afterwards with whoever still sits in it."""
    name = f"payoff_test_{secrets.token_hex(8)}"
    database = sql.Identifier(name)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(database))
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
