"""The ledger's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _seq() -> sa.Column[int]:
    return sa.Column("seq", sa.Integer, sa.ForeignKey("log.seq"), nullable=False)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "log",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        *_text("body"),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "arrival",
        _seq(),
        sa.Column("source", sa.String(100), nullable=False),
        *_text("name"),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("source", "name", "version", "sha256"),
    )
    op.create_table(
        "verdict",
        _seq(),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("quarter", sa.String(7)),
        sa.Column("unit", sa.String(20)),
        sa.Column("centre", sa.String(20)),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("nil", sa.Boolean, nullable=False),
        sa.Column("parsed", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "seq"),
    )
    op.create_table(
        "finding",
        _seq(),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        *_text("severity", "rule", "sheet", "cell", "column", "found", "zh", "en"),
        sa.PrimaryKeyConstraint("sha256", "seq", "n"),
    )
    op.create_table(
        "decision",
        _seq(),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        *_text("reason"),
    )
    op.create_table(
        "snapshot",
        _seq(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        *_text("content"),
        sa.PrimaryKeyConstraint("kind", "seq"),
    )
    op.create_table(
        "edition",
        _seq(),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("input_hash", sa.String(64), nullable=False),
        sa.Column("known_seq", sa.Integer, nullable=False),
        sa.Column("known_at", sa.String(32), nullable=False),
        *_text("folder", "outputs"),
        sa.UniqueConstraint("quarter", "scope", "input_hash"),
        sa.UniqueConstraint("quarter", "scope", "number"),
    )
    op.create_table(
        "outbox",
        _seq(),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        *_text("recipients"),
        sa.Column("state", sa.String(16), nullable=False),
        *_text("error"),
        sa.Column("changed_at", sa.String(32), nullable=False),
    )
