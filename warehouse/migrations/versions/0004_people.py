"""What the calendar and people did around a report: milestones, proposals and approvals, confirmations, exemptions, alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, sa.Column("seq", sa.Integer, sa.ForeignKey("log.seq"), nullable=False), *columns)


def _column(name: str, type_: sa.types.TypeEngine[str] | sa.types.TypeEngine[int]) -> sa.Column[object]:
    return sa.Column(name, type_, nullable=False)


def upgrade() -> None:
    _of_sources_and_calendar()
    _of_reports()
    _of_returns()
    _table(
        "alert",
        _column("cause", sa.String(100)),
        _column("state", sa.String(16)),
        _column("detail", sa.Text()),
        sa.PrimaryKeyConstraint("seq"),
    )


def _of_sources_and_calendar() -> None:
    op.add_column("arrival", sa.Column("sender", sa.Text, nullable=False, server_default=sa.text("''")))
    op.add_column("verdict", sa.Column("arrival", sa.Integer))
    _table(
        "sighting",
        _column("source", sa.String(100)),
        _column("name", sa.Text()),
        _column("version", sa.String(100)),
        _column("at", sa.String(32)),
        sa.UniqueConstraint("source", "name", "version"),
    )
    _table(
        "milestone",
        _column("quarter", sa.String(7)),
        _column("kind", sa.String(16)),
        sa.UniqueConstraint("quarter", "kind"),
    )


def _of_reports() -> None:
    _table(
        "proposal",
        _column("quarter", sa.String(7)),
        _column("scope", sa.String(20)),
        _column("number", sa.Integer()),
        _column("input_hash", sa.String(64)),
        _column("known_seq", sa.Integer()),
        _column("folder", sa.Text()),
        _column("started_by", sa.String(100)),
        sa.PrimaryKeyConstraint("seq"),
    )
    _table(
        "approval",
        _column("proposal", sa.Integer()),
        _column("action", sa.String(16)),
        _column("by", sa.String(100)),
        _column("comment", sa.Text()),
        sa.UniqueConstraint("proposal"),
    )


def _of_returns() -> None:
    _table(
        "confirmation",
        _column("quarter", sa.String(7)),
        _column("centre", sa.String(20)),
        _column("state", sa.String(16)),
        _column("by", sa.String(100)),
        _column("comment", sa.Text()),
        sa.Column("until", sa.String(32)),
        sa.PrimaryKeyConstraint("seq"),
    )
    _table(
        "exemption",
        _column("kind", sa.String(16)),
        _column("unit", sa.String(20)),
        _column("centre", sa.String(20)),
        _column("quarter", sa.String(7)),
        _column("rule", sa.String(40)),
        _column("until", sa.String(32)),
        _column("by", sa.String(100)),
        _column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("seq"),
    )
