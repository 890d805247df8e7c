"""Editions say what they rest on and what they were made with; that one stands after a change is written down."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name, empty in (("submissions", "[]"), ("made_with", "{}")):
        op.add_column("edition", sa.Column(name, sa.Text, nullable=False, server_default=empty))
    op.create_table(
        "assessment",
        sa.Column("seq", sa.Integer, sa.ForeignKey("log.seq"), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("known_seq", sa.Integer, nullable=False),
        sa.Column("figures", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
