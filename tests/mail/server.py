"""A real SMTP server that remembers every letter it took, however often, and can be told to misbehave."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, syntax

from operations.mail_catcher import Account
from operations.ports import free_port

ACCOUNT = Account("clerk", "p:@ss/w")
Drop = Literal["", "before", "amid", "after"]


@dataclass
class Behaviour:
    """What the server does. ``drop`` ends the connection before, amid or after the data of the n-th letter."""

    refuse: tuple[str, ...] = ()
    reject_data: str = ""
    drop: Drop = ""
    drop_at: int = 1
    taken: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    begun: int = 0

    @property
    def letters(self) -> list[EmailMessage]:
        found = [message_from_bytes(content, policy=policy.default) for _, content in self.taken]
        assert all(isinstance(one, EmailMessage) for one in found)
        return found  # type: ignore[return-value]

    def by_key(self) -> dict[str, list[EmailMessage]]:
        """Letters by the part of their Message-ID before the @."""
        found: dict[str, list[EmailMessage]] = {}
        for one in self.letters:
            found.setdefault(str(one["Message-ID"]).strip("<>").partition("@")[0], []).append(one)
        return found

    # what aiosmtpd asks
    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.reject_data:
            return self.reject_data
        self.taken.append((tuple(envelope.rcpt_tos), envelope.content))
        if self.drop == "after" and self.begun == self.drop_at:
            server.transport.abort()
        return "250 taken"


class _Server(SMTP):
    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        behaviour: Behaviour = self.event_handler
        behaviour.begun += 1
        if behaviour.begun == behaviour.drop_at and behaviour.drop in {"before", "amid"}:
            if behaviour.drop == "amid":
                await self.push("354 go on")
                await self._reader.read(200)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


@dataclass(frozen=True)
class Running:
    """Where it listens, whom to trust, and what it took."""

    url: str
    ca: Path
    behaviour: Behaviour


@contextmanager
def mail_server(
    ca: Path, behaviour: Behaviour, *, names: tuple[str, ...] = ("127.0.0.1",), implicit_tls: bool = False
) -> Iterator[Running]:
    """``names`` are those in the certificate; clients always call it 127.0.0.1."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    ca.write_bytes(authority.cert_pem.bytes())
    more: dict[str, Any] = (
        {"ssl_context": context} if implicit_tls else {"tls_context": context, "require_starttls": True}
    )
    controller = _Controller(
        behaviour,
        hostname="127.0.0.1",
        port=free_port(),
        auth_required=True,
        auth_require_tls=not implicit_tls,
        authenticator=lambda *asked: AuthResult(success=ACCOUNT.accepts(asked[-1]), handled=False),
        data_size_limit=64 << 20,
        decode_data=False,
        enable_SMTPUTF8=False,
        **more,
    )
    controller.start()
    try:
        scheme = "smtps" if implicit_tls else "smtp+starttls"
        yield Running(f"{scheme}://clerk:p%3A%40ss%2Fw@127.0.0.1:{controller.port}", ca, behaviour)
    finally:
        controller.stop()
