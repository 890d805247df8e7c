"""Decisions on what several claim, and letters that keep what they say."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "settlement",
        sa.Column("seq", sa.Integer, sa.ForeignKey("log.seq"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("credits", sa.Text, nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.add_column("outbox", sa.Column("about", sa.Text))
