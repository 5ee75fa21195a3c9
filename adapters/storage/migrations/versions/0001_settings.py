"""Settings and stopped rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "settings",
        sa.Column("writer", sa.String(200), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("writer", "name", name="pk_settings"),
    )
    op.create_table(
        "stopped_rules",
        sa.Column("writer", sa.String(200), nullable=False),
        sa.Column("rule", sa.String(100), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("writer", "rule", name="pk_stopped_rules"),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("stopped_rules")
    op.drop_table("settings")
