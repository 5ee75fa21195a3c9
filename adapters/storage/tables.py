"""The tables, in SQLAlchemy Core; migrations/versions say how they came about. No table has a column for draft text."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, MetaData, PrimaryKeyConstraint, String, Table

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"},
)

settings = Table(
    "settings",
    metadata,
    Column("writer", String(200), nullable=False),
    Column("name", String(60), nullable=False),
    Column("value", String(200), nullable=False),
    PrimaryKeyConstraint("writer", "name"),
)
"""What a writer has chosen, by name; `writer` is an opaque string such as `terminal:me`."""

stopped_rules = Table(
    "stopped_rules",
    metadata,
    Column("writer", String(200), nullable=False),
    Column("rule", String(100), nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("writer", "rule"),
)
"""Rules that a writer does not want to hear from."""
