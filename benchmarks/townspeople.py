"""The home of a town: planted accounts as accepted core tables of one night, and of the next with some changed.

`python -m benchmarks.townspeople plant COUNT SEED DAYS`, then `change`: GOLDSEAM_HOME is the home.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

import expectations
from benchmarks.people import NIGHT, SETTINGS
from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.demo.planted.people import accounts, persons
from mining_tasks.demo.planted.truth import truth_files
from mining_tasks.demo.planted.world import World
from mining_tasks.warehouse import engine, shelf, unsealed
from mining_tasks.warehouse.accept import accept
from mining_tasks.warehouse.home import home

TABLES = {"shop": "core_shop__customers", "crm": "core_crm__contacts", "support": "core_support__requesters"}


def plant(count: int, seed: int, days: int) -> None:
    """Plant the truth and accept what the silos hold of it on the first night."""
    here = home()
    (here.path / "sources.toml").write_text(SETTINGS, encoding="utf-8")
    here.make_keys()
    world = World(count, days, seed)
    (here.path / "demo").mkdir(parents=True)
    with truth_files(here.path / "demo" / "truth") as files:
        for block in world.blocks():
            files.add("accounts", accounts(world, block, persons(world, block)))
    _accept_silos(here.path / "demo" / "truth" / "accounts.parquet")
    (here.path / "planted").touch()


def change() -> None:
    """Accept who is who of the first night, and the silos of the next with 0.3 % of accounts changed."""
    from mining_tasks.identities.steps import link_accounts

    accept(*link_accounts(NIGHT))
    query = (Path(__file__).parent / "changed.sql").read_text(encoding="utf-8")
    for name in TABLES.values():
        table = expectations.table(name)
        name_column = "full_name" if name == TABLES["support"] else "surname"
        made = query.replace("core_table", name).replace("id_source", table.key[0]).replace("family", name_column)
        accept(_written(made, table))


def _written(query: str, table: Table) -> str:
    """The draft of the second night that a query over the first one's rows gives."""
    part = shelf.read(table, NIGHT)
    with engine.connected(private=True) as connection:
        unsealed.show(connection, part)
        rows = engine.asked(connection, query, {}, table).to_arrow_reader()
        return shelf.draft(table, NIGHT + timedelta(1), rows, [part])


def _accept_silos(truth: Path) -> None:
    query = (Path(__file__).parent / "silo.sql").read_text(encoding="utf-8")
    for source, name in TABLES.items():
        table = expectations.table(name)
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            rows = connection.sql(query, params={"truth": str(truth), "source": source}).to_arrow_table()
        told = dict(zip([table.key[0], *rows.column_names[1:]], rows.columns, strict=True))
        nulls = {field.name: pa.nulls(rows.num_rows, field.type) for field in arrow.schema(table)}
        accept(shelf.draft(table, NIGHT, pa.table(nulls | {it: told[it] for it in nulls.keys() & told.keys()})))


if __name__ == "__main__":
    if sys.argv[1] == "plant":
        plant(*map(int, sys.argv[2:]))
    else:
        change()
    print(json.dumps({"done": sys.argv[1]}))
