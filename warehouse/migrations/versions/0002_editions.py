"""Editions say what they rest on and what they were made with."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name, empty in (("submissions", "[]"), ("made_with", "{}")):
        op.add_column("edition", sa.Column(name, sa.Text, nullable=False, server_default=empty))
