"""One shop, one home: the folder in which everything of a shop lies."""

import hmac
import os
import secrets
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

PRIVATE = 0o077  # nobody else on the machine reads a shop's home
HASH_KEY_BYTES = 32  # HMAC-SHA-256 gains nothing from a longer key (RFC 2104)


class HomeMissing(ValueError):
    """The home was never made, or lacks a file that a step needs."""


@dataclass(frozen=True)
class Home:
    """Where everything of one shop lies; folders are made when first asked for."""

    path: Path

    def _folder(self, name: str) -> Path:
        os.umask(PRIVATE)
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def warehouse(self) -> Path:
        return self._folder("warehouse")

    @property
    def drafts(self) -> Path:
        return self._folder("drafts")

    @property
    def landing(self) -> Path:
        return self._folder("landing")

    @property
    def quarantine(self) -> Path:
        return self._folder("quarantine")

    @property
    def airflow(self) -> Path:
        return self._folder("airflow")

    @property
    def mlflow(self) -> Path:
        return self._folder("mlflow")

    @property
    def demo(self) -> Path:
        return self._folder("demo")

    @property
    def reports(self) -> Path:
        return self._folder("reports")

    @property
    def spill(self) -> Path:
        return self._folder("spill")

    @property
    def published_file(self) -> Path:
        """The analysts' DuckDB file: views over the published Parquet."""
        return self.path / "published.duckdb"

    @property
    def current_file(self) -> Path:
        """The one small file that says which run of each family readers see."""
        return self.warehouse / "CURRENT"

    @property
    def ledger_url(self) -> str:
        return os.environ.get("GOLDSEAM_LEDGER_URL") or f"sqlite:///{self._folder('') / 'ledger.db'}"

    @property
    def mlflow_uri(self) -> str:
        return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{self.mlflow / 'mlflow.db'}"

    @property
    def postgres_url(self) -> str | None:
        """SQLAlchemy URL of the analysts' Postgres: a server's, or the home's own; None where there is none."""
        own = self.postgres_file.read_text().strip() if self.postgres_file.exists() else None
        return os.environ.get("GOLDSEAM_POSTGRES_URL") or own

    @property
    def postgres_file(self) -> Path:
        """Holds the URL of the home's own server while it is up."""
        return self.path / "postgres.url"

    def toml(self, name: str) -> dict[str, Any]:
        """The settings file `<name>.toml`; raises `HomeMissing` with the next step."""
        file = self.path / f"{name}.toml"
        if not file.exists():
            raise HomeMissing(f"{file} does not exist. Next: goldseam init {self.path}")
        try:
            return tomllib.loads(file.read_text())
        except tomllib.TOMLDecodeError as fault:
            raise HomeMissing(f"{file} is no valid TOML: {fault}") from fault

    @cached_property
    def night_zone(self) -> str:
        """Time zone of the shop's business day; UTC where nothing is said."""
        return str(self.toml("sources").get("shop", {}).get("timezone", "UTC"))

    def hash_key(self) -> bytes:
        """The key under which contact data are hashed; without one nothing is hashed at all."""
        given = os.environ.get("GOLDSEAM_HASH_KEY")
        file = self.path / "hash.key"
        if not given and not file.exists():
            raise HomeMissing(f"no hash key: set GOLDSEAM_HASH_KEY, or run goldseam init {self.path}")
        return bytes.fromhex((given or file.read_text()).strip())

    def identity(self) -> str:
        """What tells this shop from every other, and nothing else: a keyed hash of a constant."""
        return hmac.new(self.hash_key(), b"goldseam home", "sha256").hexdigest()[:16]

    def make_hash_key(self) -> None:
        """Write a new key unless there is one: a new key would cut every joined account apart."""
        file = self._folder("") / "hash.key"
        if not file.exists():
            file.write_text(secrets.token_hex(HASH_KEY_BYTES))
            file.chmod(0o600)


def home() -> Home:
    """The home chosen by `GOLDSEAM_HOME`, or `./home`."""
    return Home(Path(os.environ.get("GOLDSEAM_HOME", "home")).resolve())
