"""Builds all of the demo into a home: shop database, the stores of CRM and desk, truth, connections, sources."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from mining_tasks.demo import accounts, crm, desk, journey, settings, shop, versions
from mining_tasks.demo.draws import SEED
from mining_tasks.demo.shop_databases import PostgresShop, SqliteShop, exists, postgres_shop, sqlite_shop

VERSION = f"1 {SEED}"  # a new number rebuilds the demo of every home
PRIVATE = 0o077

Say = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """What lies in a home's `demo/prepared.json`: what was built, and from which wish; `planted`: of no real shop."""

    version: str
    households: int | None
    shop: str
    demo: str
    planted: dict[str, Any] | None = None


def prepare(
    home: Path, postgres_url: str | None = None, limit_households: int | None = None, say: Say = lambda step: None
) -> None:
    """Builds the demo into `home/demo`, and connects the home to it; does nothing if that has been done.

    The shop goes into a SQLite file, or into the schema `goldseam_demo_shop` of the Postgres at `postgres_url`.
    `limit_households` builds a small shop, which is row for row a part of the whole. `say` hears of every step.
    """
    home = Path(home).resolve()
    os.umask(PRIVATE)
    (home / "demo").mkdir(parents=True, exist_ok=True)
    before = prepared(home)
    if before and before.planted:
        raise settings.NotTheDemo(f"{home} holds a planted shop. Next: another home for the real one")
    shop_line = settings.write_connections(home, postgres_url, before.shop if before else "")
    settings.write_sources(home)
    wished = Prepared(VERSION, limit_households, shop_line, before.demo if before else uuid4().hex)
    if before == wished and _is_there(home, postgres_url):
        say("the demo is prepared already")
        return
    (home / "demo" / "prepared.json").unlink(missing_ok=True)
    _build(home, postgres_url, limit_households, say)
    (home / "demo" / "prepared.json").write_text(json.dumps(vars(wished)), encoding="utf-8")


def prepared(home: Path) -> Prepared | None:
    """What the home's demo was built from; None if it was not, or not to the end."""
    file = home / "demo" / "prepared.json"
    return Prepared(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def planted_night(home: Path) -> date | None:
    """The last night of the shop that is planted in a home; None if no planted shop is there."""
    facts = prepared(home)
    return date.fromisoformat(facts.planted["last_night"]) if facts and facts.planted else None


def _is_there(home: Path, postgres_url: str | None) -> bool:
    files = [home / "demo" / name for name in ("crm.db", "desk.db")]
    shop_there = exists(postgres_url) if postgres_url else (home / "demo" / "shop.db").exists()
    return shop_there and all(file.exists() for file in files)


def _build(home: Path, postgres_url: str | None, limit: int | None, say: Say) -> None:
    folder = home / "demo"
    say("reading The Complete Journey and the people of febrl")
    with journey.opened(limit) as read:
        opened = shop.opened_at(read)
        town = accounts.town(journey.all_households(), opened)
        say(f"filling the shop's database with {len(opened):,} households")
        with _database(folder, postgres_url) as database:
            shop_accounts = shop.build(read, town, database)
        say("filling the CRM")
        the_crm = crm.build(read, town, opened)
        versions.write(folder / "crm.db", the_crm.versions)
        say("filling the support desk")
        the_desk = desk.build(read, town)
        versions.write(folder / "desk.db", the_desk.versions)
    everyone = (*shop_accounts, *the_crm.accounts, *the_desk.accounts)
    accounts.write_truth(everyone, folder / "truth" / "accounts.csv")


def _database(folder: Path, postgres_url: str | None) -> AbstractContextManager[SqliteShop | PostgresShop]:
    return postgres_shop(postgres_url) if postgres_url else sqlite_shop(folder / "shop.db")
