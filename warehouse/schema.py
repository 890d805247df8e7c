"""The ledger's tables. Their history is in migrations/; a test holds the two together."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import sqlalchemy as sa

from expectations.findings import Finding
from warehouse.records import Credit

metadata = sa.MetaData()


class Instant(sa.TypeDecorator[datetime]):
    """An aware instant, kept as UTC text: SQLite has no time zones and text sorts."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if value else None


class Credits(sa.TypeDecorator[tuple[Credit, ...]]):
    """Who is credited with what, as JSON of unit, centre and share."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Credit, ...] | None, dialect: sa.Dialect) -> str:
        return json.dumps([(one.unit, one.centre, f"{one.share:f}") for one in value or ()])

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> tuple[Credit, ...]:
        told = json.loads(value or "[]")
        return tuple(Credit(unit, centre, Decimal(share)) for unit, centre, share in told)


def _seq() -> sa.Column[int]:
    return sa.Column("seq", sa.Integer, sa.ForeignKey("log.seq"), nullable=False)


log = sa.Table(
    "log",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
arrival = sa.Table(
    "arrival",
    metadata,
    _seq(),
    sa.Column("source", sa.String(100), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.String(100), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("sender", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.UniqueConstraint("source", "name", "version", "sha256"),
)
sighting = sa.Table(
    "sighting",
    metadata,
    _seq(),
    sa.Column("source", sa.String(100), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.String(100), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("source", "name", "version"),
)
verdict = sa.Table(
    "verdict",
    metadata,
    _seq(),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("quarter", sa.String(7)),
    sa.Column("unit", sa.String(20)),
    sa.Column("centre", sa.String(20)),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("nil", sa.Boolean, nullable=False),
    sa.Column("parsed", sa.String(200), nullable=False),
    sa.Column("arrival", sa.Integer),
    sa.PrimaryKeyConstraint("sha256", "seq"),
)
finding = sa.Table(
    "finding",
    metadata,
    _seq(),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in Finding.model_fields),
    sa.PrimaryKeyConstraint("sha256", "seq", "n"),
)
decision = sa.Table(
    "decision",
    metadata,
    _seq(),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
settlement = sa.Table(
    "settlement",
    metadata,
    _seq(),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("identifier", sa.Text, nullable=False),
    sa.Column("credits", Credits, nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
snapshot = sa.Table(
    "snapshot",
    metadata,
    _seq(),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("kind", "seq"),
)
edition = sa.Table(
    "edition",
    metadata,
    _seq(),
    sa.Column("quarter", sa.String(7), nullable=False),
    sa.Column("scope", sa.String(20), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("input_hash", sa.String(64), nullable=False),
    sa.Column("known_seq", sa.Integer, nullable=False),
    sa.Column("known_at", Instant, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("outputs", sa.Text, nullable=False),
    sa.Column("submissions", sa.Text, nullable=False, server_default="[]"),
    sa.Column("made_with", sa.Text, nullable=False, server_default="{}"),
    sa.UniqueConstraint("quarter", "scope", "input_hash"),
    sa.UniqueConstraint("quarter", "scope", "number"),
)
assessment = sa.Table(
    "assessment",
    metadata,
    _seq(),
    sa.Column("quarter", sa.String(7), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("known_seq", sa.Integer, nullable=False),
    sa.Column("figures", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("seq"),
)
milestone = sa.Table(
    "milestone",
    metadata,
    _seq(),
    sa.Column("quarter", sa.String(7), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.UniqueConstraint("quarter", "kind"),
)
proposal = sa.Table(
    "proposal",
    metadata,
    _seq(),
    sa.Column("quarter", sa.String(7), nullable=False),
    sa.Column("scope", sa.String(20), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("input_hash", sa.String(64), nullable=False),
    sa.Column("known_seq", sa.Integer, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("started_by", sa.String(100), nullable=False),
    sa.PrimaryKeyConstraint("seq"),
)
approval = sa.Table(
    "approval",
    metadata,
    _seq(),
    sa.Column("proposal", sa.Integer, nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.UniqueConstraint("proposal"),
)
confirmation = sa.Table(
    "confirmation",
    metadata,
    _seq(),
    sa.Column("quarter", sa.String(7), nullable=False),
    sa.Column("centre", sa.String(20), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("until", Instant),
    sa.PrimaryKeyConstraint("seq"),
)
exemption = sa.Table(
    "exemption",
    metadata,
    _seq(),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("unit", sa.String(20), nullable=False),
    sa.Column("centre", sa.String(20), nullable=False),
    sa.Column("quarter", sa.String(7), nullable=False),
    sa.Column("rule", sa.String(40), nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("seq"),
)
alert = sa.Table(
    "alert",
    metadata,
    _seq(),
    sa.Column("cause", sa.String(100), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("seq"),
)
outbox = sa.Table(
    "outbox",
    metadata,
    _seq(),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(100), nullable=False),
    sa.Column("recipients", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("about", sa.Text),
)
