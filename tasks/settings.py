"""The environment, read once: where things lie, who mails, what time it is. Nothing below ``dags/`` and here asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, Literal, ParamSpec, TypeVar, get_args

from filelock import FileLock
from pydantic import AwareDatetime, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from expectations.form import Form, the_form
from expectations.quarter import SHANGHAI
from tasks.connections import Connection, connection_of
from warehouse.archive import Archive
from warehouse.ledger import Ledger
from warehouse.registry import Registry

if TYPE_CHECKING:
    from warehouse.store import Store

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Environment variables ``JINCHUANG_…``; every one has a default that works on one machine without mail.

    What is not set may be a file ``jinchuang_…`` of the folder that ``JINCHUANG_SECRETS`` names.
    """

    model_config = SettingsConfigDict(env_prefix="JINCHUANG_", env_ignore_empty=True, frozen=True)
    home: Path = Path("var")
    inbox: Path | None = None
    backup: Path | None = None
    registry: Path = ROOT / "registry"
    ledger_url: SecretStr | None = None
    now: AwareDatetime | None = None
    clock: Path | None = None
    deliver: bool = False
    unattended: bool = False
    base_url: str = "http://127.0.0.1:8080"
    smtp_url: SecretStr | None = None
    smtp_ca: Path | None = None
    mail_from: str = "jinchuang@office.example"
    settle_seconds: float = 1.0
    source_seconds: float = 60.0
    disk_free_gb: float = 2.0


Lock = Literal["writing", "posting", "backing"]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class House:
    """The stores and the clock, opened where they are first used."""

    settings: Settings

    @cached_property
    def home(self) -> Path:
        home = self.settings.home.resolve()
        home.mkdir(parents=True, exist_ok=True)
        return home

    @property
    def inbox(self) -> Path:
        return self.settings.inbox or self.home / "inbox"

    @property
    def mail(self) -> Path:
        return self.home / "mail"

    @property
    def backup(self) -> Path:
        return self.settings.backup or self.home / "backup"

    @property
    def editions(self) -> Path:
        return self.home / "editions"

    @property
    def drafts(self) -> Path:
        return self.home / "drafts"

    @property
    def templates(self) -> Path:
        return self.home / "templates"

    @property
    def fonts(self) -> Path:
        return (self.home / "fonts").resolve()  # what is known of a font is remembered by its path

    @cached_property
    def _locks(self) -> dict[Lock, FileLock]:
        return {name: FileLock(self.home / f".{name}.lock") for name in get_args(Lock)}

    def alone(self, name: Lock) -> FileLock:
        """The house's lock of a name, to be held by ``with``; taking it again in the same process is allowed."""
        return self._locks[name]

    @cached_property
    def archive(self) -> Archive:
        return Archive(self.home)

    @cached_property
    def ledger(self) -> Ledger:
        url = self.settings.ledger_url
        return Ledger(url.get_secret_value() if url else own_ledger(self.home))

    @cached_property
    def store(self) -> Store:
        from warehouse.store import Store  # DuckDB: what only looks at the ledger must not load it

        return Store(self.home)

    @cached_property
    def registry(self) -> Registry:
        return Registry.read(self.settings.registry)

    def connection(self, name: str) -> Connection:
        """Address and secrets of a source; NoConnection if there is none of that id."""
        return connection_of(name, os.environ)

    @property
    def simulated(self) -> bool:
        """Whether the clock is a demo's or a test's: what the real calendar starts means nothing then."""
        return self.settings.now is not None or self.settings.clock is not None

    @property
    def form(self) -> Form:
        return the_form()

    def now(self) -> datetime:
        """The instant: the clock, or that of a demo or test: a fixed one, or the one a file holds at the moment."""
        fixed = self.settings.now
        if self.settings.clock is not None:
            fixed = datetime.fromisoformat(self.settings.clock.read_text("utf-8").strip())
        return (fixed or datetime.now(UTC)).astimezone(SHANGHAI)


def own_ledger(home: Path) -> str:
    """Where the ledger of a house is that was told of no other."""
    return f"sqlite:///{home / 'ledger.db'}"


def one_at_a_time(
    name: Lock,
) -> Callable[[Callable[Concatenate[House, P], T]], Callable[Concatenate[House, P], T]]:
    """A task that waits for its kind: a command beside a DAG's run must not meet half of what the other does.

    ``writing`` changes archive, ledger, warehouse or editions. ``posting`` sends mail: a letter found in *sending*
    under this lock was interrupted and is not in work elsewhere. ``backing`` copies out what never changes.
    """

    def waiting(task: Callable[Concatenate[House, P], T]) -> Callable[Concatenate[House, P], T]:
        @wraps(task)
        def alone(house: House, /, *args: P.args, **kwargs: P.kwargs) -> T:
            with house.alone(name):
                return task(house, *args, **kwargs)

        return alone

    return waiting


def house() -> House:
    """The house the environment describes; ValueError names the variable that is wrong (and not what it holds)."""
    try:
        secrets = os.environ.get("JINCHUANG_SECRETS")
        return House(Settings(_secrets_dir=secrets))  # type: ignore[call-arg]  # pydantic's own, no field
    except ValidationError as wrong:
        said = [f"JINCHUANG_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in wrong.errors()]
        raise ValueError("; ".join(said)) from None
