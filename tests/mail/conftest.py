"""The demo's letters, and houses that post them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from operations.mail_catcher import catcher
from tasks.deliver import deliver
from tasks.settings import House
from tests.conftest import copied, house_at
from tests.mail.server import ACCOUNT, Behaviour, Running, mail_server


def posting(house: House, url: str, ca: Path, **other: Any) -> House:
    """The same house with a mail connection, delivery on."""
    more = {"registry": house.settings.registry, **other}
    return house_at(house.home, deliver=True, smtp_url=url, smtp_ca=ca, **more)


@pytest.fixture(scope="session")
def received(
    small_house: House, tmp_path_factory: pytest.TempPathFactory
) -> tuple[House, dict[str, EmailMessage]]:
    """All the demo's letters as they came out of the mail catcher, by their key; and the house that sent them."""
    folder = tmp_path_factory.mktemp("mail")
    with catcher(folder / "caught", folder / "ca.pem", ACCOUNT) as caught:
        house = posting(copied(small_house, folder / "house"), caught.url, caught.ca)
        assert deliver(house) == {"sent": len(house.ledger.letters())}
        assert deliver(house) == {}
    found = {}
    for path in caught.folder.iterdir():
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        found[str(message["Message-ID"]).strip("<>").partition("@")[0]] = message
    return house, found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with mail_server(tmp_path / "ca.pem", Behaviour()) as running:
        yield running


@pytest.fixture
def three(house_copy: House) -> House:
    """A house with three letters in its outbox: an answer that accepts, one that returns, and a report."""
    verdicts = {one.sha256: one.verdict for one in house_copy.ledger.verdicts()}
    letters = house_copy.ledger.letters()
    kept = [
        next(one.key for one in letters if verdicts.get(one.subject) == v) for v in ("accepted", "returned")
    ]
    kept.append(next(one.key for one in letters if one.subject == "2026-Q3-e1"))
    with house_copy.ledger.engine.begin() as connection:
        outbox = sa.table("outbox", sa.column("key"))
        connection.execute(sa.delete(outbox).where(outbox.c.key.not_in(kept)))
    return house_copy


@pytest.fixture
def states() -> Callable[[House], list[str]]:
    """The states of a house's letters, in the order they fell due."""
    return lambda house: [one.state for one in house.ledger.letters()]
