"""Real servers that returns arrive at, each a context manager that yields what a test needs to use it: SFTP by asyncssh, S3
by moto, a mailbox by Dovecot. ``connection`` of each is what belongs into ``AIRFLOW_CONN_<ID>``.
"""

from __future__ import annotations

import asyncio
import grp
import json
import os
import pwd
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncssh
import boto3
import httpx
import trustme
from imap_tools import MailBox
from moto.server import ThreadedMotoServer

from operations.airflow_api import until
from operations.ports import free_port

USER, PASSWORD = "jinchuang", "p@ss/w?口令"


# ── the line between
@dataclass
class Line:
    """A line to a server: whoever calls ``port`` gets through. After ``cut_after`` more bytes from the server it breaks,
    once; while it is ``dead`` nothing comes through.
    """

    port: int = 0
    cut_after: int | None = None
    dead: bool = False
    broken: int = 0

    async def _carry(self, caller: Any, writer: Any, target: int) -> None:
        try:
            answers, asks = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.transport.abort()
            return
        there = asyncio.ensure_future(self._pass(caller, asks, counted=False))
        await self._pass(answers, writer, counted=True)
        there.cancel()
        asks.transport.abort()
        writer.transport.abort()

    async def _pass(self, reader: Any, writer: Any, *, counted: bool) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1 << 14):
                while self.dead:
                    await asyncio.sleep(0.05)
                if counted and self.cut_after is not None:
                    self.cut_after -= len(data)
                    if self.cut_after < 0:
                        self.cut_after, self.broken = None, self.broken + 1
                        return
                writer.write(data)
                await writer.drain()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line to what listens on a port of this machine, that can be made to fail."""
    line = Line()
    with _loop() as run:
        carrying = asyncio.start_server(lambda *ends: line._carry(*ends, port), "127.0.0.1", 0)
        server = run(carrying)
        line.port = server.sockets[0].getsockname()[1]
        yield line


# ── SFTP
@dataclass
class Wire:
    """``on_open`` is called with the path before a file is opened for reading."""

    on_open: Callable[[bytes], None] = lambda _: None


@dataclass(frozen=True)
class SftpServer:
    """``folder`` is what a client sees as ``/``."""

    folder: Path
    port: int
    host_key: str
    private_key: str
    wire: Wire

    def connection(self, **other: Any) -> str:
        """As JSON, logging in with the password; ``private_key`` or another ``password`` instead if given."""
        extra = {"host_key": other.pop("host_key", self.host_key)}
        if key := other.pop("private_key", None):
            extra["private_key"] = key
        told = {"host": "127.0.0.1", "port": self.port, "login": USER, "password": PASSWORD, "extra": extra}
        return json.dumps(told | other)


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: Any, folder: Path, wire: Wire) -> None:
        self._wire = wire
        super().__init__(channel, chroot=os.fsencode(folder))

    def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        self._wire.on_open(path)
        return super().open(path, pflags, attrs)


class _Door(asyncssh.SSHServer):
    def __init__(self, key: str) -> None:
        self._key = asyncssh.import_public_key(key)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: Any) -> bool:
        return bool(username == USER and key == self._key)


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """An SFTP server over a folder of this machine, which is made; it takes ``USER`` with a password or a private key."""
    folder.mkdir(parents=True, exist_ok=True)
    wire, host = Wire(), asyncssh.generate_private_key("ssh-ed25519")
    user = asyncssh.generate_private_key("ssh-ed25519")
    key = user.export_public_key().decode()

    async def listening() -> Any:
        return await asyncssh.create_server(
            lambda: _Door(key),
            "127.0.0.1",
            0,
            server_host_keys=[host],
            sftp_factory=lambda channel: _Files(channel, folder, wire),
        )

    with _loop() as run:
        server = run(listening())
        try:
            yield SftpServer(
                folder,
                server.get_port(),
                host.export_public_key().decode().strip(),
                user.export_private_key().decode(),
                wire,
            )
        finally:
            server.close()


@contextmanager
def _loop() -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """An event loop in a thread of its own; yields what runs a coroutine there and waits for it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield lambda coroutine: asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(_all_ended(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _all_ended() -> None:
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for one in rest:
        one.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


# ── S3
@dataclass(frozen=True)
class S3Server:
    """``client`` is boto3's, for whoever sends."""

    bucket: str
    endpoint: str
    client: Any

    def connection(self, **other: Any) -> str:
        """As JSON; other fields take the place of these."""
        told = {
            "login": "testing",
            "password": "testing-secret",
            "extra": {"endpoint_url": self.endpoint, "region_name": "us-east-1"},
        }
        return json.dumps(told | other)

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=content)


@contextmanager
def s3_server(bucket: str = "returns") -> Iterator[S3Server]:
    """An object store with one empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing-secret",
        )
        httpx.post(
            f"{endpoint}/moto-api/reset"
        ).raise_for_status()  # what another server of this process was given
        client.create_bucket(Bucket=bucket)
        yield S3Server(bucket, endpoint, client)
    finally:
        server.stop()


# ── IMAP
@dataclass(frozen=True)
class MailboxServer:
    """``ca`` is whom to trust; ``put`` is how mail gets into it, with the instant at which the server received it."""

    port: int
    ca: Path

    def connection(self, **other: Any) -> str:
        """As JSON; other fields take the place of these."""
        told = {
            "host": "127.0.0.1",
            "port": self.port,
            "login": USER,
            "password": PASSWORD,
            "extra": {"ca": str(self.ca)},
        }
        return json.dumps(told | other)

    @contextmanager
    def box(self, folder: str = "INBOX") -> Iterator[MailBox]:
        """The mailbox as its owner opens it."""
        context = ssl.create_default_context(cafile=str(self.ca))
        with MailBox("127.0.0.1", self.port, ssl_context=context).login_utf8(USER, PASSWORD, folder) as box:
            yield box

    def put(self, message: EmailMessage | bytes, received: str = "2026-10-10T09:00:00+08:00") -> None:
        self.put_all([message], received)

    def put_all(self, messages: list[EmailMessage | bytes], received: str) -> None:
        with self.box() as box:
            for one in messages:
                raw = one if isinstance(one, bytes) else one.as_bytes()
                box.append(raw, dt=datetime.fromisoformat(received))


_DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
mail_max_userip_connections = 100
"""


@contextmanager
def mailbox() -> Iterator[MailboxServer]:
    """An IMAP server with one empty mailbox of ``USER``, over TLS only, whose certificate a new authority signed."""
    # Dovecot serves no mail as root, so root starts it as nobody, who must be able to reach its folder.
    account = pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("nobody")
    group = grp.getgrgid(account.pw_gid).gr_name
    authority, port = trustme.CA(), free_port()
    certificate = authority.issue_cert("127.0.0.1")
    with TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        named = {"folder": folder, "port": port, "user": account.pw_name, "group": group}
        for name, content in (
            ("key.pem", certificate.private_key_pem.bytes()),
            ("cert.pem", b"".join(one.bytes() for one in certificate.cert_chain_pems)),
            ("ca.pem", authority.cert_pem.bytes()),
            ("users", f"{USER}:{{PLAIN}}{PASSWORD}\n".encode()),
            ("dovecot.conf", _DOVECOT.format(**named, uid=account.pw_uid, gid=account.pw_gid).encode()),
        ):
            (folder / name).write_bytes(content)
        who: dict[str, Any] = {}
        if os.getuid() == 0:
            who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            for path in (folder, *folder.iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program, "dovecot is not installed, see packages.txt"
        with subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")], **who) as process:
            try:
                server = MailboxServer(port, folder / "ca.pem")
                until(lambda: _answers(server, process), seconds=20, what="Dovecot", every=0.05)
                yield server
            finally:
                process.kill()  # its children end with it; asked to stop it takes a second


def _answers(server: MailboxServer, process: subprocess.Popen[bytes]) -> bool | None:
    assert process.poll() is None, "Dovecot ended"
    try:
        with server.box():
            return True
    except OSError:
        return None
