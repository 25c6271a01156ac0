"""A PostgreSQL server of the tests' own, as Debian's package brings it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import wait_for

__all__ = ("running_postgres",)


@contextmanager
def running_postgres(port: int | None = None) -> Iterator[str]:
    """The address of a server that listens on a socket of its own and ends with the block. Skips where there is none.

    With `port` it also listens on that port of the loopback interface, for clients that know no other sockets.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("PostgreSQL is not here: apt-get install postgresql")
    programs = found[-1].parent
    # The server refuses to run as root, and pytest's directories are root's alone.
    user = "postgres" if os.geteuid() == 0 else None
    directory = Path(tempfile.mkdtemp(prefix="newswire-postgres-"))
    if user is not None:
        shutil.chown(directory, user)
    try:
        data = directory / "data"
        command = [
            str(programs / "initdb"),
            "--pgdata",
            str(data),
            "--auth",
            "trust",
            "--username",
            "news",
            "--no-sync",
        ]
        subprocess.run(command, user=user, check=True, capture_output=True, cwd=directory)
        listens = "" if port is None else "127.0.0.1"
        options = ["fsync=off", f"listen_addresses={listens}", *([] if port is None else [f"port={port}"])]
        with (directory / "log").open("w") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", directory, *(f"--{option}" for option in options)],
                user=user,
                stdout=log,
                stderr=log,
                cwd=directory,
            )
        try:
            wait_for(
                lambda: "ready to accept connections" in (directory / "log").read_text(), "PostgreSQL is ready", 60
            )
            yield f"postgres://news@/postgres?host={directory}" + ("" if port is None else f"&port={port}")
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
