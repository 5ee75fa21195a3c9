"""Notes, sketches with their bands, habits, phrases of a house, claims, and the secrets behind them. Only adds: code from before goes on working."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_Owner = sa.String(200).with_variant(postgresql.VARCHAR(200, collation="C"), "postgresql")
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _secrets()
    _notes()
    _sketches()
    _habits()
    op.create_table(
        "phrases",
        sa.Column("house", _Owner, nullable=False),
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("house", "id", name="pk_phrases"),
    )
    op.create_table(
        "claims",
        sa.Column("delivery", sa.String(200), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("delivery", name="pk_claims"),
    )
    op.create_index("ix_claims_until", "claims", ["until"])


def _secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )
    op.create_table(
        "salts",
        sa.Column("writer", _Owner, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("writer", name="pk_salts"),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("writer", _Owner, nullable=False),
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("used", sa.BigInteger()),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("writer", "id", name="pk_notes"),
    )
    op.create_index("ix_notes_until", "notes", ["until"])


def _sketches() -> None:
    op.create_table(
        "sketches",
        sa.Column("id", _Number, nullable=False),
        sa.Column("writer", _Owner, nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("recipient", sa.BigInteger(), nullable=False),
        sa.Column("bins", sa.LargeBinary(), nullable=False),
        sa.Column("sentences", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("batch", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sketches"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sketches_writer", "sketches", ["writer", "made"])
    op.create_index("ix_sketches_made", "sketches", ["made"])
    op.create_table(
        "bands",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("sketch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "sketch", name="pk_bands"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bands_sketch", "bands", ["sketch"])


def _habits() -> None:
    op.create_table(
        "habits",
        sa.Column("writer", _Owner, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("verdict", sa.String(60), nullable=False),
        sa.Column("rule", sa.String(100), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("writer", "week", "kind", "verdict", "rule", name="pk_habits"),
    )
    op.create_index("ix_habits_week", "habits", ["week"])


def downgrade() -> None:
    """Drop what was added."""
    for table in ("claims", "phrases", "habits", "bands", "sketches", "notes", "salts", "secrets"):
        op.drop_table(table)
