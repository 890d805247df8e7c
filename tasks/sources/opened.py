"""A row of sources.csv → that source, opened; what it needs to be reached comes from its connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.connections import NoConnection
from tasks.settings import House
from tasks.sources.folder import Folder
from tasks.sources.source import Source, SourceUnreachable
from warehouse.registry_rows import INBOX, SourceRow


@contextmanager
def opened(row: SourceRow, house: House, incoming: Path) -> Iterator[Source]:
    """The source while it is read; SourceUnreachable if it cannot be. ``incoming`` is where a mailbox puts attachments."""
    if row.kind == "file":
        path = house.inbox if row.name == INBOX else Path(unquote(urlsplit(row.url).path))
        yield Folder(path, house)
        return
    try:
        connection = house.connection(row.connection)
    except NoConnection as none:
        raise SourceUnreachable(str(none)) from None
    # Each loads a client of its own, which a house without such a source need not.
    if row.kind == "sftp":
        from tasks.sources.sftp import sftp

        source = sftp(row, connection, house)
    elif row.kind == "s3":
        from tasks.sources.bucket import bucket

        source = bucket(row, connection, house)
    else:
        from tasks.sources.mailbox import mailbox

        source = mailbox(row, connection, house, incoming)
    with source as one:
        yield one
