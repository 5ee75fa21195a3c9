"""Installations of many workspaces, the states of their OAuth flow, and leases between processes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_Owner = sa.String(200).with_variant(postgresql.VARCHAR(200, collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables; those before them stay as they are."""
    op.create_table(
        "installations",
        sa.Column("tenant", _Owner, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_installations"),
    )
    op.create_table(
        "oauth_states",
        sa.Column("state", sa.String(100), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_oauth_states"),
    )
    op.create_index("ix_oauth_states_until", "oauth_states", ["until"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("holder", sa.String(100), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def downgrade() -> None:
    """Drop what was added."""
    for table in ("leases", "oauth_states", "installations"):
        op.drop_table(table)
