"""The only reader of the environment: where data lives. Values come from `OFFSCRIPT_…` variables or a `.env` file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Config(BaseSettings):
    """What an installation may set; every field has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix="OFFSCRIPT_", env_file=".env", extra="ignore", populate_by_name=True)

    database_url: str = Field(default="", validation_alias=AliasChoices("OFFSCRIPT_DATABASE_URL", "DATABASE_URL"))
    """Where settings are kept; empty means an SQLite file in the data folder."""
    data_home: Path = Field(
        default_factory=lambda: Path.home() / ".local" / "share", validation_alias=AliasChoices("OFFSCRIPT_DATA_HOME", "XDG_DATA_HOME")
    )
    """The folder for data on this machine."""

    @property
    def folder(self) -> Path:
        """Return the folder in which Offscript keeps its data."""
        return self.data_home / "offscript"


@lru_cache(maxsize=1)
def _read() -> Config:
    return Config()


def load() -> Config:
    """Return the configuration, with the database's address filled in."""
    read = _read()
    return read if read.database_url else read.model_copy(update={"database_url": f"sqlite+aiosqlite:///{read.folder / 'offscript.db'}"})
