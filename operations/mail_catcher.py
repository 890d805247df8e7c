"""An SMTP server that keeps every letter as a file and sends none on; STARTTLS and a login are required.

The demo, the tests and docker compose deliver to it, so that mail leaves the program by the road it takes in
production.
"""

from __future__ import annotations

import argparse
import hmac
import logging
import re
import signal
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from operations.ports import free_port

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of what it does itself at each login
_NAME = re.compile(r"(?P<number>[0-9]+)-(?P<slug>.+)\.eml")


@dataclass(frozen=True)
class Account:
    user: str
    password: str = field(repr=False)

    def accepts(self, given: object) -> bool:
        if not isinstance(given, LoginPassword):
            return False
        both = zip((given.login, given.password), (self.user, self.password), strict=True)
        return all(hmac.compare_digest(got, expected.encode()) for got, expected in both)


@dataclass(frozen=True)
class Caught:
    """A running catcher: where to send (``smtp+starttls://…``), whom to trust, where the letters lie."""

    url: str = field(repr=False)
    ca: Path
    folder: Path


class Keeper:
    """aiosmtpd's handler: one letter, one file ``<n>-<slug>.eml``; the same Message-ID is kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        self.keep(content.encode() if isinstance(content, str) else content)
        return "250 kept"

    def keep(self, letter: bytes) -> Path:
        slug = _slug(letter)
        held = {m["slug"]: int(m["number"]) for p in self.folder.iterdir() if (m := _NAME.fullmatch(p.name))}
        number = held.get(slug, max(held.values(), default=0) + 1)
        path = self.folder / f"{number:04d}-{slug}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(letter)
        part.replace(path)
        return path


def _slug(letter: bytes) -> str:
    """A file name from the Message-ID alone: a letter delivered twice does not look like two."""
    message_id = str(message_from_bytes(letter, policy=policy.default)["Message-ID"] or "")
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", message_id.partition("@")[0]).strip("-._")
    return readable[:80] or sha256(letter).hexdigest()[:16]


class _Server(Controller):
    def __init__(self, account: Account, context: ssl.SSLContext, folder: Path, host: str, port: int) -> None:
        self._account = account
        super().__init__(
            Keeper(folder),
            hostname=host,
            port=port,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            auth_exclude_mechanism=[],
            authenticator=self._authenticate,
            decode_data=False,
            enable_SMTPUTF8=True,
            data_size_limit=64 * 2**20,
        )

    def _authenticate(self, *asked: object) -> AuthResult:
        given = asked[-1]  # after server, session, envelope and mechanism
        return AuthResult(success=self._account.accepts(given), handled=False)


def _certificate(ca_file: Path, names: tuple[str, ...]) -> ssl.SSLContext:
    """A fresh authority and server certificate; only the authority's public part is written down."""
    authority = trustme.CA(organization_name="jinchuang mail catcher")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*names).configure_cert(context)
    ca_file.parent.mkdir(parents=True, exist_ok=True)
    ca_file.write_bytes(authority.cert_pem.bytes())
    return context


@contextmanager
def catcher(
    folder: Path,
    ca_file: Path,
    account: Account,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    name: str | None = None,
) -> Iterator[Caught]:
    """Run the server in a thread. Port 0 takes a free one; ``name`` is what clients call the host."""
    names = tuple(dict.fromkeys((name or host, "localhost", "127.0.0.1")))
    server = _Server(account, _certificate(ca_file, names), folder, host, port or free_port())
    server.start()
    try:
        login = f"{quote(account.user, safe='')}:{quote(account.password, safe='')}"
        yield Caught(f"smtp+starttls://{login}@{name or host}:{server.port}", ca_file, folder)
    finally:
        server.stop()


def main(arguments: list[str] | None = None) -> None:
    """Stand-alone, as docker compose runs it: until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m operations.mail_catcher", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--name", help="host name that clients use, put into the certificate")
    parser.add_argument("--folder", type=Path, required=True, help="where letters are kept")
    parser.add_argument("--ca", type=Path, required=True, help="where to write the authority's certificate")
    parser.add_argument("--user", default="jinchuang")
    parser.add_argument("--password-file", type=Path, required=True)
    given = parser.parse_args(arguments)

    account = Account(given.user, given.password_file.read_text(encoding="utf-8").strip())
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    where = {"host": given.host, "port": given.port, "name": given.name}
    with catcher(given.folder, given.ca, account, **where) as caught:
        print(f"letters are kept in {caught.folder}; trust {caught.ca}", flush=True)
        done.wait()


if __name__ == "__main__":
    main()
