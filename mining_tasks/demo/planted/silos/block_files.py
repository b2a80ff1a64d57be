"""What a worker does with one block: grow it, write it down as the silos would, and stage it for those that load."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted import topics
from mining_tasks.demo.planted.dirt import files, missing
from mining_tasks.demo.planted.dirt import orders as dirty
from mining_tasks.demo.planted.dirt.dirty import DirtyFile
from mining_tasks.demo.planted.silos import drops
from mining_tasks.demo.planted.silos.drop_plan import drop_plan
from mining_tasks.demo.planted.silos.shop_tables import OF_BLOCKS
from mining_tasks.demo.planted.silos.written import desk, streamed, written
from mining_tasks.demo.planted.topics import Tables
from mining_tasks.demo.planted.world import Block, World

STORES = {
    "crm": ("crm_contacts", "crm_consents", "crm_campaign_controls"),
    "desk": ("desk_users", "desk_tickets"),
}
SESSION = ["session_id", "person_id", "is_bot", "is_test", "intent_code"]
WRITTEN_BY_PEOPLE = {"body", "subject"}  # the silos show them, so the truth need not


@dataclass(frozen=True)
class Task:
    """Which block of which world, and where its files go: staged ones, and dropped ones of the history."""

    customers: int
    days: int
    seed: int
    number: int
    staged: Path
    dropped: Path
    takes_any_text: bool


def stage(task: Task) -> int:
    """Make a block; returns its number once all its files are there."""
    world = _world(task.customers, task.days, task.seed)
    block = world.blocks()[task.number]
    tables, truth = _grown(world, block)
    with desk(world, tables) as connection:
        for table in OF_BLOCKS:
            put(task, f"shop.{table.name}", written(connection, f"shop_{table.name}"))
        for store, names in STORES.items():
            put(task, f"store.{store}", pa.concat_tables([written(connection, name) for name in names]))
        truth["totals"] = written(connection, "totals")
        dirt = [truth.pop("dirt"), *(_drop_lines(world, task, connection, things) for things in drops.TEXTS)]
        _drop_events(world, task, streamed(connection, "drop_events"))
    made = dirty.dirty_orders(world, block, tables["orders"], task.takes_any_text)
    put(task, "shop.orders.dirty", pa.Table.from_pylist(made.rows, _texts(made.rows)))
    truth["dirt"] = pa.concat_tables([*dirt, made.dirt])
    truth["orders"] = _with_good(truth["orders"], made.good)
    for name, table in truth.items():
        put(task, f"truth.{name}", table)
    return task.number


def put(task: Task, name: str, table: pa.Table) -> None:
    """Stage a table for the process that loads."""
    folder = task.staged / f"{task.number:05}"
    folder.mkdir(exist_ok=True)
    with pa.OSFile(str(folder / f"{name}.arrow"), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


@lru_cache(maxsize=1)
def _world(customers: int, days: int, seed: int) -> World:
    return World(customers, days, seed)


def _grown(world: World, block: Block) -> tuple[Tables, Tables]:
    """The block's tables as the silos take them, and as the truth keeps them."""
    tables = topics.block_tables(world, block)
    tables["accounts"], gaps = missing.with_gaps(world, block, tables["persons"], tables["accounts"])
    tables["orders"] = dirty.arriving(world, block, tables["orders"])
    truth = {name: tables[name] for name in ("persons", "accounts", "buying", "consents", "contacts", "erasures")}
    truth["orders"] = tables["orders"].join(tables["order_costs"], "order_id").sort_by("order_id")
    truth |= {"missing": gaps, "dirt": dirty.late(world, tables["orders"])}
    for name in ("tickets", "reviews"):
        kept = [column for column in tables[name].column_names if column not in WRITTEN_BY_PEOPLE]
        truth[name] = tables[name].select(kept)
    events = tables["events"]
    truth["web_sessions"] = events.filter(pc.equal(events["event_number"], 1)).select(SESSION)
    return tables, truth


def _with_good(orders: pa.Table, good: list[dict[str, object]]) -> pa.Table:
    """The truth's orders and those dirty ones that ought to load."""
    return pa.concat_tables([orders, pa.Table.from_pylist(good, orders.schema)]) if good else orders


def _texts(rows: list[dict[str, object]]) -> pa.Schema:
    kinds = {"id": pa.int64(), "customer_id": pa.int64()}
    names = rows[0] if rows else kinds
    return pa.schema([(name, kinds.get(name, pa.string())) for name in names])


def _drop_lines(world: World, task: Task, connection: duckdb.DuckDBPyConnection, things: str) -> pa.Table:
    """The history as one file of this block; later rows are staged for the nights' files. Returns the file's dirt."""
    rows, night = written(connection, f"drop_{things}"), drop_plan(world).history_night
    is_history = pc.less_equal(rows["night"], pa.scalar(night, pa.date32()))
    put(task, f"drop.{things}", rows.filter(pc.invert(is_history)))
    lines = [line.encode() for line in rows.filter(is_history)["line"].to_pylist()]
    text = drops.TEXTS[things]
    name = drops.name(things, night, text.ending, f"{task.number:05}")
    whose = DirtyFile(text.source_code, things, name, night, int(text.header is not None))
    rng = world.rng(f"dirt.{things}", task.number)
    mix, count, dirt = files.dirty_file(world, whose, lines, rng)
    drops.put_lines(task.dropped / name, text.header, mix, count)
    return dirt


def _drop_events(world: World, task: Task, rows: pa.RecordBatchReader) -> None:
    """Batch by batch: all events of a block as text are a quarter of a gigabyte."""
    night, later = drop_plan(world).history_night, []
    name = drops.name("events", night, "parquet", f"{task.number:05}")

    def history() -> Iterator[pa.RecordBatch]:
        for batch in rows:
            is_history = pc.less_equal(batch["night"], pa.scalar(night, pa.date32()))
            later.append(batch.filter(pc.invert(is_history)))
            yield batch.filter(is_history).drop_columns(["night"])

    schema = rows.schema.remove(rows.schema.get_field_index("night"))
    drops.put_parquet(task.dropped / name, pa.RecordBatchReader.from_batches(schema, history()))
    put(task, "drop.events", pa.Table.from_batches(later, rows.schema))
