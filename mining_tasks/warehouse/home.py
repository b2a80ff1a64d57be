"""One shop, one home: the folder in which everything of a shop lies."""

import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mining_tasks.warehouse.keys import HomeMissing, Secret, derived, write

__all__ = ["Home", "HomeMissing", "home"]

PRIVATE = 0o077  # nobody else on the machine reads a shop's home


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

    @property
    def vault(self) -> Path:
        """Where contact data lie, sealed: `GOLDSEAM_VAULT`, or in the home. Only its owner enters."""
        place = os.environ.get("GOLDSEAM_VAULT")
        folder = Path(place).resolve() if place else self._folder("vault")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def secret(self, name: str) -> Secret:
        """The `hash` or the `vault` key, wherever it is kept."""
        return Secret(name, self.path / f"{name}.key")

    def hash_key(self) -> bytes:
        """The key under which contact data are hashed; without one nothing is hashed at all."""
        return self.secret("hash").read()

    def vault_key(self) -> bytes:
        """The key that opens the vault; without one nothing is put into it and nothing taken out."""
        return self.secret("vault").read()

    def id_key(self) -> bytes:
        """The key of customer ids: made of the first hash key, and kept when that is replaced, so that ids stay."""
        file = self.path / "id.key"
        if not file.exists():
            write(file, derived(self.hash_key(), "customer ids").hex())
        return bytes.fromhex(file.read_text())

    def identity(self) -> str:
        """What tells this shop from every other, and nothing else; kept when the keys are replaced."""
        file = self.path / "shop.id"
        if not file.exists():
            write(file, derived(self.hash_key(), "home").hex()[:16])
        return file.read_text()

    def make_keys(self) -> None:
        """Write the keys that the home lacks. Those it has stay: a new one is a decision, `goldseam key rotate`."""
        for name in ("hash", "vault"):
            if self.secret(name).is_ours:
                self.secret(name).make()


def home() -> Home:
    """The home chosen by `GOLDSEAM_HOME`, or `./home`."""
    return Home(Path(os.environ.get("GOLDSEAM_HOME", "home")).resolve())
