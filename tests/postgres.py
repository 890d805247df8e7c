"""A PostgreSQL server of our own, as its own user and in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path:
    """Debian keeps PostgreSQL's server programs off the PATH, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    assert initdb, "PostgreSQL is missing: install what packages.txt lists"
    return Path(initdb).parent


@contextmanager
def server(*initdb: str, options: str = "", password: str = "") -> Iterator[Path]:
    """Runs while the block lasts; yields the folder of its socket. ``password`` is the superuser's."""
    as_root = os.geteuid() == 0
    who = {"user": "postgres", "group": "postgres"} if as_root else {}  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="jc-pg-", dir="/tmp"))  # a socket's path may have 107 bytes
    data, secret = folder / "data", folder / "password"
    secret.write_text(password, "utf-8")
    if as_root:
        for path in (folder, secret):
            shutil.chown(path, "postgres", "postgres")

    def run(program: str, *arguments: str) -> None:
        command = [str(programs() / program), "--pgdata", str(data), *arguments]
        # To a file, not a pipe: the server keeps pg_ctl's output open as long as it lives.
        with (folder / f"{program}.log").open("ab") as log:
            subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=True, timeout=60, **who)

    try:
        asked = ["--auth-host=scram-sha-256", f"--pwfile={secret}"] if password else []
        run("initdb", "--auth=trust", "--encoding=UTF8", "--no-sync", *asked, *initdb)
        run("pg_ctl", "start", "--wait", "--options", f"-k {folder} -c fsync=off {options}")
        try:
            yield folder
        finally:
            run("pg_ctl", "stop", "--wait", "--mode=immediate")
    finally:
        shutil.rmtree(folder)
