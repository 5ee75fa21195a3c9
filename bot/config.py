"""The only reader of the environment: where data lives, and how each platform is reached. Values come from `OFFSCRIPT_…` variables or a `.env` file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

DISCORD = "OFFSCRIPT_DISCORD_TOKEN"
SLACK_BOT, SLACK_APP, SLACK_SECRET = "OFFSCRIPT_SLACK_BOT_TOKEN", "OFFSCRIPT_SLACK_APP_TOKEN", "OFFSCRIPT_SLACK_SIGNING_SECRET"
SLACK_CLIENT, SLACK_CLIENT_SECRET = "OFFSCRIPT_SLACK_CLIENT_ID", "OFFSCRIPT_SLACK_CLIENT_SECRET"
"""What the variables are called in what we tell people; the names without OFFSCRIPT_ are read as well."""


def _secret(name: str) -> SecretStr:
    field: SecretStr = Field(default=SecretStr(""), validation_alias=AliasChoices(name, name.removeprefix("OFFSCRIPT_")))
    return field


class Config(BaseSettings):
    """What an installation may set; every field has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix="OFFSCRIPT_", env_file=".env", extra="ignore", populate_by_name=True)

    database_url: str = Field(default="", validation_alias=AliasChoices("OFFSCRIPT_DATABASE_URL", "DATABASE_URL"))
    """Where everything is kept that is kept: SQLite or PostgreSQL; empty means an SQLite file in the data folder."""
    data_home: Path = Field(
        default_factory=lambda: Path.home() / ".local" / "share", validation_alias=AliasChoices("OFFSCRIPT_DATA_HOME", "XDG_DATA_HOME")
    )
    """The folder for data on this machine."""
    keys: SecretStr = SecretStr("")
    """What notes are sealed with: keys of 32 bytes in base64, commas between; the first seals, all open. Empty means the key file, which SQLite alone may use."""
    config_home: Path = Field(
        default_factory=lambda: Path.home() / ".config", validation_alias=AliasChoices("OFFSCRIPT_CONFIG_HOME", "XDG_CONFIG_HOME")
    )
    """The folder for configuration on this machine; the key file is in it, apart from the data."""
    slack_bot_token: SecretStr = _secret(SLACK_BOT)
    """Slack's bot token, `xoxb-…`."""
    slack_app_token: SecretStr = _secret(SLACK_APP)
    """Slack's app token, `xapp-…`; with it Slack is reached by Socket Mode, without it over HTTP."""
    slack_signing_secret: SecretStr = _secret(SLACK_SECRET)
    """What Slack signs its deliveries with; needed over HTTP."""
    slack_client_id: str = Field(default="", validation_alias=AliasChoices(SLACK_CLIENT, SLACK_CLIENT.removeprefix("OFFSCRIPT_")))
    """The app's id towards Slack's OAuth; with it, its secret and the signing secret, and without a bot token, many workspaces are served."""
    slack_client_secret: SecretStr = _secret(SLACK_CLIENT_SECRET)
    """The app's secret towards Slack's OAuth."""
    slack_api_url: str = "https://slack.com/api/"
    """Slack's Web API; another one for a government workspace or a simulator."""
    slack_command: str = "/coach"
    """What the slash command is called in the workspace; the manifest names it."""
    discord_token: SecretStr = _secret(DISCORD)
    """Discord's bot token."""
    discord_public_key: str = ""
    """The application's public key, against which Discord's webhook events are held; two with a comma between while it changes. Empty means that none are taken."""
    host: str = ""
    """The address to listen on; empty means this machine alone, or every address where `PORT` is set (on a host that routes to it)."""
    port: int = Field(default=0, validation_alias=AliasChoices("OFFSCRIPT_PORT", "PORT"))
    """The port to listen on; 0 means 3000."""
    metrics_port: int = 0
    """Where `/metrics` is shown: 0 means the port of everything else, another number a port of its own, -1 nowhere."""
    admins: str = ""
    """User ids of those who administer Offscript in the Slack workspace (`U012ABC,U034DEF`); they can name others."""
    log_level: str = "INFO"
    """How much of the libraries' doings is logged, without their words."""

    @property
    def many_workspaces(self) -> bool:
        """Tell whether workspaces install Offscript themselves, each with a token of its own."""
        oauth = self.slack_client_id and self.slack_client_secret.get_secret_value() and self.slack_signing_secret.get_secret_value()
        return bool(oauth) and not self.slack_bot_token.get_secret_value()

    @property
    def folder(self) -> Path:
        """Return the folder in which Offscript keeps its data."""
        return self.data_home / "offscript"

    @property
    def in_data_folder(self) -> bool:
        """Tell whether everything is kept where it is kept when nobody says where."""
        return self.database_url in {"", self.default_url}

    @property
    def default_url(self) -> str:
        """Return the address of the SQLite file in the data folder."""
        return f"sqlite+aiosqlite:///{self.folder / 'offscript.db'}"

    @property
    def key_file(self) -> Path:
        """Return the file with the key of an installation on one machine."""
        return self.config_home / "offscript" / "key"

    @property
    def address(self) -> tuple[str, int]:
        """Return where to listen."""
        return (self.host or ("0.0.0.0" if self.port else "127.0.0.1"), self.port or 3000)  # noqa: S104 - behind a host's router


@lru_cache(maxsize=1)
def _read() -> Config:
    return Config()


def load() -> Config:
    """Return the configuration, with the database's address filled in."""
    read = _read()
    return read if read.database_url else read.model_copy(update={"database_url": read.default_url})
