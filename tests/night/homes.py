"""Homes for whole nights: a small shop with its silos, kept at the end of its first night, and copies to go on from."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from mining_tasks.commands import init
from mining_tasks.demo import settings, silos
from mining_tasks.demo.prepare import prepare
from mining_tasks.demo.server import Server
from mining_tasks.warehouse.home import Home

FIRST, SECOND, THIRD = date(2017, 12, 31), date(2018, 1, 1), date(2018, 1, 2)
NIGHTS = (FIRST, SECOND, THIRD)
HOUSEHOLDS = 500  # 350 buyers are the least that segments are learnt from
FEW = 120  # from which nothing is learnt: every family publishes its fallback, for half of what its models cost
OUTSIDE = (
    *("GOLDSEAM_LEDGER_URL", "GOLDSEAM_POSTGRES_URL", "MLFLOW_TRACKING_URI", "GOLDSEAM_VAULT"),
    *("GOLDSEAM_HASH_KEY", "GOLDSEAM_HASH_KEY_FILE", "GOLDSEAM_VAULT_KEY", "GOLDSEAM_VAULT_KEY_FILE"),
)
IMPATIENT = "tries = 2\nfirst_wait_seconds = 0.05\nlongest_wait_seconds = 0.2\n"
# A small shop's segments are less stable than the whole one's, and a champion is wanted here.
OBJECTIVES = """[segments.limits]
stability_ari_mean = 0.4
stability_ari_min = 0.2
separation_silhouette = 0.1
smallest_share = 0.01

# What learners find is the rooms' own tests' business, and that of the whole shop's night.
[churn]
learners = ["logistic regression"]

[campaigns]
learners = ["logistic regression"]
"""


@dataclass
class Shop:
    """A home with its silos up: `crm` and `desk` can be told to misbehave, `database` is the shop's own."""

    home: Home
    crm: Server | None = None
    desk: Server | None = None

    @property
    def database(self) -> Path:
        return self.home.path / "demo" / "shop.db"

    def tell_shop(self, *statements: str) -> int:
        """Run SQL in the shop's own database; returns the rows changed by all of them."""
        with closing(sqlite3.connect(self.database)) as shop:
            before = shop.total_changes
            for statement in statements:
                shop.execute(statement)
            shop.commit()
            return shop.total_changes - before

    def ask_shop(self, statement: str, *values: object) -> list[tuple]:
        """Rows of the shop's own database: the truth."""
        with closing(sqlite3.connect(self.database)) as shop:
            return shop.execute(statement, values).fetchall()


def make(path: Path, households: int | None = HOUSEHOLDS) -> Home:
    """A home with a prepared demo, quick to give up on a silent silo."""
    prepare(path, limit_households=households)
    home = Home(path.resolve())
    init.complete(home)
    sources = home.path / "sources.toml"
    sources.write_text(re.sub(r"(style = .*\n)", rf"\1{IMPATIENT}", sources.read_text()))
    if households:
        (home.path / "objectives.toml").write_text(OBJECTIVES)
    return home


def copied(kept: Path, path: Path) -> Home:
    """A home of its own from one that was kept: what holds its address is told the new one."""
    shutil.copytree(kept, path)
    (path / "connections.env").unlink()
    shop = settings.write_connections(path, None, "")
    prepared = json.loads((path / "demo" / "prepared.json").read_text())
    (path / "demo" / "prepared.json").write_text(json.dumps(prepared | {"shop": shop}))
    if (path / "mlflow" / "mlflow.db").exists():
        _move_experiments(path, kept)
    return Home(path.resolve())


def _move_experiments(path: Path, kept: Path) -> None:
    """MLflow keeps absolute addresses of its artifacts."""
    with closing(sqlite3.connect(path / "mlflow" / "mlflow.db")) as store:
        for table, column in (("experiments", "artifact_location"), ("runs", "artifact_uri")):
            store.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (str(kept), str(path)))
        store.commit()


@contextmanager
def at_home(home: Home) -> Iterator[None]:
    """This process works in that home, with its connections."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (*OUTSIDE, settings.SHOP, settings.CRM, settings.DESK):
            patch.delenv(name, raising=False)
        patch.setenv("GOLDSEAM_HOME", str(home.path))
        for name, value in settings._lines(home.path).items():
            patch.setenv(name, value)
        yield


@contextmanager
def opened(home: Home, *down: str) -> Iterator[Shop]:
    """The home's silos, up in this process but for those that are down: `crm`, `support`, `shop`."""
    to_crm, to_desk = settings.door(home.path, settings.CRM), settings.door(home.path, settings.DESK)
    shop, demo = Shop(home), silos.demo_of(home.path)
    with ExitStack() as stack:
        stack.enter_context(at_home(home))
        if "crm" not in down:
            shop.crm = stack.enter_context(silos.crm(home.demo / "crm.db", to_crm.password, to_crm.port, demo))
        if "support" not in down:
            key = (to_desk.login, to_desk.password)
            shop.desk = stack.enter_context(silos.desk(home.demo / "desk.db", key, to_desk.port, demo))
        if "shop" in down:
            shop.database.rename(shop.database.with_suffix(".away"))
            stack.callback(shop.database.with_suffix(".away").rename, shop.database)
        yield shop
