"""Where settings are kept: SQLAlchemy Core and alembic, SQLite by default."""
