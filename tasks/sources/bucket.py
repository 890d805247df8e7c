"""Returns in an S3 bucket, each told by its key and ETag."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from fsspec.asyn import sync
from s3fs import S3FileSystem

from tasks.connections import Connection
from tasks.settings import House
from tasks.sources.source import Key, Offer, Source, SourceUnreachable, is_finished, within_bounds
from warehouse.archive import SourceChanged
from warehouse.registry_rows import SourceRow

_TROUBLE = (OSError, ValueError, BotoCoreError, ClientError, HTTPClientError, aiohttp.ClientError)
_CHUNK = 1 << 16


@contextmanager
def bucket(row: SourceRow, connection: Connection, house: House) -> Iterator[Source]:
    """The bucket and what is below a prefix of it. ``endpoint_url`` and ``region_name`` are in the connection's extra;
    without login the machine's own role is asked.
    """
    url, seconds = urlsplit(row.url), house.settings.source_seconds
    files = S3FileSystem(
        key=connection.login or None,
        secret=connection.password.get_secret_value() or None,
        endpoint_url=connection.extra.get("endpoint_url"),
        client_kwargs={"region_name": connection.extra.get("region_name")},
        config_kwargs={
            "connect_timeout": seconds,
            "read_timeout": seconds,
            "retries": {"total_max_attempts": 1},  # the next round is the second attempt
        },
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    files.retries = 1
    yield Bucket(url.netloc, unquote(url.path).strip("/"), files, connection, house)


@dataclass(frozen=True)
class Bucket(Source):
    """The time of receipt is the object's last modification, which the store sets itself."""

    bucket: str
    prefix: str
    files: Any
    connection: Connection
    house: House

    def offers(self, known: Collection[Key]) -> Iterator[Offer]:
        yield from within_bounds((one for one in self._objects() if one.key not in known), self.house)

    def _objects(self) -> Iterator[Offer]:
        root = f"{self.bucket}/{self.prefix}".rstrip("/")
        try:
            found = self.files.find(root, detail=True, timeout=self.house.settings.source_seconds)
            if not found:  # an empty prefix is nothing unusual, a bucket that is not there is
                self.files.call_s3("head_bucket", Bucket=self.bucket)
        except _TROUBLE as trouble:
            raise SourceUnreachable(self.connection.told(trouble)) from None
        for path, info in found.items():
            name = path.removeprefix(root).strip("/") or path.rpartition("/")[2]
            if is_finished(name) and info["type"] == "file" and not path.endswith("/"):
                yield Offer(name, info["ETag"].strip('"'), info["size"], info["LastModified"], info)

    def fetch(self, offer: Offer, to: Path) -> Path:
        seconds = self.house.settings.source_seconds
        try:
            sync(self.files.loop, self._fetched, offer.handle, to, timeout=seconds)
        except FileNotFoundError as gone:
            raise SourceChanged(offer.name) from gone
        except _TROUBLE as trouble:
            if "PreconditionFailed" in str(trouble) or "pre-conditions" in str(trouble):
                raise SourceChanged(offer.name) from None
            raise SourceUnreachable(self.connection.told(trouble)) from None
        if to.stat().st_size != offer.size:
            raise SourceUnreachable(f"{offer.name}: the connection ended amid the file")
        return to

    async def _fetched(self, info: dict[str, Any], to: Path) -> None:
        # Not ``get_file``: that would go on with whatever the key holds by then after an interruption.
        got = await self.files._call_s3(
            "get_object", Bucket=self.bucket, Key=info["name"].partition("/")[2], IfMatch=info["ETag"]
        )
        with to.open("wb") as writer:
            async with got["Body"] as body:
                while chunk := await body.read(_CHUNK):
                    writer.write(chunk)
