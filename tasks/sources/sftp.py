"""Returns on an SFTP server whose host key is known."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncssh
from fsspec.asyn import FSTimeoutError, sync
from sshfs import SSHFileSystem

from tasks.connections import Connection
from tasks.settings import House
from tasks.sources.source import (
    Key,
    Offer,
    Source,
    SourceUnreachable,
    is_finished,
    not_taken,
    readable,
    within_bounds,
)
from warehouse.archive import SourceChanged
from warehouse.records import Sighting
from warehouse.registry_rows import SourceRow

asyncssh.set_log_level("WARNING")  # it tells of every channel it opens and closes
_TROUBLE = (OSError, asyncssh.Error, ValueError)  # a key that cannot be read is a ValueError


@contextmanager
def sftp(row: SourceRow, connection: Connection, house: House) -> Iterator[Source]:
    """The server's folder, logged in. Its host key must be the one the connection names: nothing is trusted unseen."""
    host_key = connection.extra.get("host_key")
    if not host_key:
        raise SourceUnreachable(
            "the connection's extra names no host_key; a host that is not known is not trusted"
        )
    seconds = house.settings.source_seconds
    try:
        files = SSHFileSystem(
            connection.host,
            port=connection.port or 22,
            username=connection.login,
            **_secrets(connection),
            known_hosts=([asyncssh.import_public_key(host_key)], [], []),
            # Neither agent, nor keys, nor settings of whoever runs this.
            agent_path=None,
            config=None,
            login_timeout=seconds,
            timeout=seconds,
            sftp_client_kwargs={"path_errors": "surrogateescape"},
            skip_instance_cache=True,
        )
    except _TROUBLE as trouble:
        raise SourceUnreachable(connection.told(trouble)) from None
    try:
        yield Sftp(row.name, unquote(urlsplit(row.url).path) or "/", files, connection, house)
    finally:
        with suppress(FSTimeoutError, *_TROUBLE):  # whoever hangs up first
            sync(files.loop, files._stack.aclose, timeout=seconds)


def _secrets(connection: Connection) -> dict[str, Any]:
    """What to log in with: a private key, else a password."""
    key, phrase = connection.extra.get("private_key"), connection.extra.get("private_key_passphrase")
    if key:
        return {"client_keys": [asyncssh.import_private_key(key, phrase)], "password": None}
    return {"client_keys": None, "password": connection.password.get_secret_value()}


@dataclass(frozen=True)
class Sftp(Source):
    """The time of receipt is the instant a file was first seen: its modification time is the client's word."""

    name: str
    root: str
    files: Any
    connection: Connection
    house: House

    def offers(self, known: Collection[Key]) -> Iterator[Offer]:
        first = {path: info for path, info in self._looked().items() if self._key(path, info) not in known}
        if not first:
            return
        time.sleep(self.house.settings.settle_seconds)
        second = self._looked()
        whole = {path: info for path, info in first.items() if _same(info, second.get(path))}
        seen = self._first_seen([self._key(path, info) for path, info in whole.items()])
        offers = (
            Offer(*self._key(path, info), info["size"], seen[self._key(path, info)].at, (path, info))
            for path, info in whole.items()
        )
        yield from within_bounds(offers, self.house)

    def fetch(self, offer: Offer, to: Path) -> Path:
        path, info = offer.handle
        try:
            self.files.get_file(path, str(to), timeout=self.house.settings.source_seconds)
            now = self.files.info(path, timeout=self.house.settings.source_seconds)
        except FileNotFoundError as gone:
            raise SourceChanged(offer.name) from gone
        except _TROUBLE as trouble:
            raise SourceUnreachable(self.connection.told(trouble)) from None
        if not _same(info, now) or to.lstat().st_size != info["size"]:
            raise SourceChanged(offer.name)
        return to

    def _key(self, path: str, info: dict[str, Any]) -> Key:
        name = readable(posixpath.relpath(path, self.root))
        return name, f"{info['size']}-{info['mtime'] and int(info['mtime'].timestamp())}"

    def _first_seen(self, keys: list[Key]) -> dict[Key, Sighting]:
        """When each was first seen, by this look or one before it that could not fetch it; kept before it is fetched."""
        seen = {(one.name, one.version): one for one in self.house.ledger.sightings(self.name)}
        now = self.house.now()
        new = {key: Sighting(self.name, *key, now) for key in keys if key not in seen}
        self.house.ledger.record_sightings(list(new.values()), now)
        return seen | new

    def _looked(self) -> dict[str, dict[str, Any]]:
        """The regular files by path, the folders below too."""
        found: dict[str, dict[str, Any]] = {}
        folders = [self.root]
        try:
            while folders:
                for info in self.files.ls(
                    folders.pop(), detail=True, timeout=self.house.settings.source_seconds
                ):
                    if not is_finished(posixpath.relpath(info["name"], self.root)):
                        continue
                    if info["type"] == "directory":
                        folders.append(info["name"])
                    elif info["type"] == "file":
                        found[info["name"]] = info
                    else:
                        told = not_taken(self.house, "files.not_regular", *self._key(info["name"], info))
                        self.house.ledger.record_notice(told, self.house.now())
        except _TROUBLE as trouble:
            raise SourceUnreachable(self.connection.told(trouble)) from None
        return found


def _same(before: dict[str, Any], now: dict[str, Any] | None) -> bool:
    return now is not None and all(before[name] == now[name] for name in ("type", "size", "mtime"))
