"""A house whose registry declares sources, and what its units send to them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tasks.settings import ROOT, House
from tests.conftest import house_at
from tests.sources.servers import MailboxServer, S3Server, SftpServer, mailbox, s3_server, sftp_server

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
Declare = Callable[..., House]


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declare:
    """A house with sources: ``name="url"`` each, its connection in the environment if ``connections`` has one."""

    def declared(
        sources: dict[str, str],
        connections: dict[str, str] | None = None,
        units: dict[str, str] | None = None,
        **settings: Any,
    ) -> House:
        registry = tmp_path / "registry"
        shutil.copytree(ROOT / "registry", registry, dirs_exist_ok=True)
        with (registry / "sources.csv").open("w", encoding="utf-8", newline="") as handle:
            rows = csv.writer(handle)
            rows.writerow(("name", "url", "connection", "unit"))
            for name, url in sources.items():
                given = "" if url.startswith("file:") else name
                rows.writerow((name, url, given, (units or {}).get(name, "")))
        for name, told in (connections or {}).items():
            monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", told)
        return house_at(tmp_path / "home", registry=registry, **{"source_seconds": 30, **settings})

    return declared


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    with sftp_server(tmp_path / "sftp") as server:
        yield server


@pytest.fixture
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def post() -> Iterator[MailboxServer]:
    with mailbox() as server:
        yield server


def mail(
    sender: str, *attached: tuple[str, bytes], subject: str = "2026年第三季度季报", **headers: str
) -> EmailMessage:
    """A mail with workbooks, or whatever else has a name."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "returns@office.example"
    message["Subject"] = subject
    message["Message-ID"] = headers.pop("id", "<1@unit.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("见附件。\n")
    for name, content in attached:
        message.add_attachment(content, *XLSX, filename=name)
    return message
