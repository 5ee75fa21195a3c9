"""The tables, in SQLAlchemy Core; migrations/versions say how they came about. No table has a column for draft text.

`writer` holds an opaque name such as `slack:T1:U1`; in `settings` it may be a house, `slack:T1`. What people wrote stands only in `sealed`, encrypted.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from sqlalchemy import Dialect

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """A moment in time, kept as whole microseconds since 1970 in UTC: the same number in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the number is the same everywhere
        """Return the number for a moment with its time zone."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"},
)
_Owner = String(200).with_variant(postgresql.VARCHAR(200, collation="C"), "postgresql")
"""Names compare byte by byte, so that everybody of a house is one range of an index."""
_Number = BigInteger().with_variant(Integer(), "sqlite")
"""In SQLite only an INTEGER key is numbered by the database."""

settings = Table(
    "settings",
    metadata,
    Column("writer", String(200), nullable=False),
    Column("name", String(60), nullable=False),
    Column("value", String(200), nullable=False),
    PrimaryKeyConstraint("writer", "name"),
)
"""What a writer or a house has chosen, by name."""

stopped_rules = Table(
    "stopped_rules",
    metadata,
    Column("writer", String(200), nullable=False),
    Column("rule", String(100), nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("writer", "rule"),
)
"""Rules that a writer does not want to hear from."""

secrets = Table(
    "secrets", metadata, Column("name", String(60), nullable=False), Column("sealed", LargeBinary, nullable=False), PrimaryKeyConstraint("name")
)
"""The root secret of this installation, sealed."""

salts = Table(
    "salts", metadata, Column("writer", _Owner, nullable=False), Column("salt", LargeBinary, nullable=False), PrimaryKeyConstraint("writer")
)
"""What makes one writer's sketches comparable with one another only; once it is erased they are so no more."""

notes = Table(
    "notes",
    metadata,
    Column("writer", _Owner, nullable=False),
    Column("id", String(100), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("used", Moment),
    Column("until", Moment, nullable=False),
    PrimaryKeyConstraint("writer", "id"),
    Index(None, "until"),
)
"""What writers want to remember of others, sealed."""

sketches = Table(
    "sketches",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("writer", _Owner, nullable=False),
    Column("made", Moment, nullable=False),
    Column("recipient", BigInteger, nullable=False),
    Column("bins", LargeBinary, nullable=False),
    Column("sentences", LargeBinary, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("batch", Boolean, nullable=False),
    Index(None, "writer", "made"),
    Index(None, "made"),
    sqlite_autoincrement=True,
)
"""Sketches of drafts: keyed hashes, from which no text can be read back. An id is never given twice."""

bands = Table(
    "bands",
    metadata,
    Column("key", BigInteger, nullable=False),
    Column("sketch", BigInteger, nullable=False),
    PrimaryKeyConstraint("key", "sketch"),
    Index(None, "sketch"),
    sqlite_with_rowid=False,
)
"""By which sketches are found: those that share a key may be alike."""

habits = Table(
    "habits",
    metadata,
    Column("writer", _Owner, nullable=False),
    Column("week", Date, nullable=False),
    Column("kind", String(60), nullable=False),
    Column("verdict", String(60), nullable=False),
    Column("rule", String(100), nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("writer", "week", "kind", "verdict", "rule"),
    Index(None, "week"),
)
"""How often something was met in a week."""

phrases = Table(
    "phrases",
    metadata,
    Column("house", _Owner, nullable=False),
    Column("id", String(100), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("house", "id"),
)
"""Phrases of a house's own, sealed."""

claims = Table(
    "claims",
    metadata,
    Column("delivery", String(200), nullable=False),
    Column("until", Moment, nullable=False),
    PrimaryKeyConstraint("delivery"),
    Index(None, "until"),
)
"""Deliveries that somebody has taken on, until nobody can deliver them again."""

installations = Table(
    "installations",
    metadata,
    Column("tenant", _Owner, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("changed", Moment, nullable=False),
    PrimaryKeyConstraint("tenant"),
)
"""Workspaces that installed Offscript, with their tokens, sealed; a tenant is `slack:T1`, or `slack:e:E1` for a whole organisation."""

oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", String(100), nullable=False),
    Column("until", Moment, nullable=False),
    PrimaryKeyConstraint("state"),
    Index(None, "until"),
)
"""Installations that were finished, by the hash of their state, until that is over: each is good for one callback."""

leases = Table(
    "leases",
    metadata,
    Column("name", String(200), nullable=False),
    Column("holder", String(100), nullable=False),
    Column("until", Moment, nullable=False),
    PrimaryKeyConstraint("name"),
)
"""What only one process may do at a time, and until when it holds."""

OWNED = (
    (settings, "writer"),
    (stopped_rules, "writer"),
    (salts, "writer"),
    (notes, "writer"),
    (sketches, "writer"),
    (habits, "writer"),
    (phrases, "house"),
    (installations, "tenant"),
)
"""Tables whose rows belong to somebody, with the column that says to whom; bands go with their sketches."""
