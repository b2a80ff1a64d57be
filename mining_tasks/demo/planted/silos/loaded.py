"""Takes staged blocks in their order into the silos and the truth; what is half done lies where nobody looks."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo import versions
from mining_tasks.demo.planted import topics
from mining_tasks.demo.planted.dirt import files
from mining_tasks.demo.planted.dirt.dirty import DirtyFile
from mining_tasks.demo.planted.silos import drops
from mining_tasks.demo.planted.silos.block_files import STORES, TEXT_DROPS, rng_of_night
from mining_tasks.demo.planted.silos.drop_plan import drop_plan
from mining_tasks.demo.planted.silos.shop_load import Shop, postgres_schema, sqlite_file
from mining_tasks.demo.planted.silos.shop_tables import OF_THE_SHOP, ORDERS
from mining_tasks.demo.planted.silos.stores import Store, store
from mining_tasks.demo.planted.silos.written import desk, minor_units, written
from mining_tasks.demo.planted.truth import TruthFiles, truth_files
from mining_tasks.demo.planted.world import World

TOTALS = ["source_code", "things", "night", "currency"]


@dataclass
class Silos:
    """All that is being filled; `rows` counts what went where."""

    world: World
    dropped: Path
    shop: Shop
    stores: dict[str, Store]
    truth: TruthFiles
    rows: dict[str, int] = field(default_factory=dict)
    _later: dict[str, list[pa.Table]] = field(default_factory=dict)
    _totals: list[pa.Table] = field(default_factory=list)

    def take_whole(self) -> None:
        """What is the same for everybody: products, prices, stock, campaigns, and their truth."""
        tables = topics.whole_shop(self.world)
        with desk(self.world, tables) as connection:
            for table in OF_THE_SHOP:
                self.load_shop(table.name, written(connection, f"shop_{table.name}"))
            self.stores["crm"].load(written(connection, "crm_campaigns"))
        for name, rows in {**tables, **topics.whole_truth(self.world)}.items():
            self.truth.add(name, rows)
        self.truth.add("minor_units", minor_units(self.world).drop_columns(["digits"]))

    def take_block(self, folder: Path) -> None:
        """One staged block, which is then thrown away."""
        for file in sorted(folder.iterdir()):
            kind, name = file.stem.split(".", 1)
            with pa.memory_map(str(file)) as source:
                self._take(kind, name, pa.ipc.open_file(source).read_all())
        shutil.rmtree(folder)

    def _take(self, kind: str, name: str, rows: pa.Table) -> None:
        if kind == "shop":
            self.load_shop(name.removesuffix(".dirty"), _filled(rows) if name.endswith(".dirty") else rows)
        elif kind == "store":
            self.stores[name].load(rows)
            self._count(name, rows)
        elif kind == "drop":
            self._later.setdefault(name, []).append(_copied(rows))
        elif name == "totals":
            self._totals.append(_copied(rows))
        else:
            self.truth.add(name, rows)

    def load_shop(self, name: str, rows: pa.Table) -> None:
        """Rows of one of the shop's tables."""
        self.shop.load(name, rows)
        self._count(name, rows)

    def _count(self, name: str, rows: pa.Table) -> None:
        self.rows[name] = self.rows.get(name, 0) + rows.num_rows

    def finish(self) -> None:
        """The nights' own files, and the sums over all blocks."""
        for night in drop_plan(self.world).nights():
            for things in TEXT_DROPS:
                self._drop(things, night)
            name = drops.name("events", night, "parquet")
            events = self._of_night("events", night).drop_columns(["night"])
            drops.put_parquet(self.dropped / name, events.to_reader())
        summed = (
            pa.concat_tables(self._totals)
            .group_by(TOTALS)
            .aggregate([(name, "sum") for name in ("rows_count", "amount_minor", "discount_minor")])
        )
        names = [*TOTALS, "rows_count", "amount_minor", "discount_minor"]
        self.truth.add("totals", summed.rename_columns(names).sort_by([(name, "ascending") for name in TOTALS]))

    def _of_night(self, things: str, night: date) -> pa.Table:
        parts = [part.filter(pc.equal(part["night"], pa.scalar(night, pa.date32()))) for part in self._later[things]]
        return pa.concat_tables(parts)

    def _drop(self, things: str, night: date) -> None:
        source, ending = TEXT_DROPS[things]
        header = drops.REVIEWS_HEADER if things == "reviews" else None
        name = drops.name(things, night, ending)
        whose = DirtyFile(source, things, name, night, int(header is not None))
        lines = [line.encode() for line in self._of_night(things, night)["line"].to_pylist()]
        rng = rng_of_night(self.world, things, self.world.day_of(night))
        mix, count, dirt = files.dirty_file(self.world, whose, lines, rng)
        if header and night == self._drift_night():
            header, mix, drift = files.drifted(whose, header, mix)
            dirt = pa.concat_tables([dirt, drift])
        drops.put_lines(self.dropped / name, header, mix, count)
        self.truth.add("dirt", dirt)

    def _drift_night(self) -> date:
        return self.world.last_day - timedelta(days=self.world.settings["dirt"]["drift_days_before_last"])


def _copied(rows: pa.Table) -> pa.Table:
    """The rows in memory of their own: the mapped file goes away."""
    return rows.take(np.arange(rows.num_rows))


def _filled(rows: pa.Table) -> pa.Table:
    """Dirty orders with all columns of the table."""
    nothing = pa.nulls(rows.num_rows, pa.string())
    return pa.table({name: rows[name] if name in rows.column_names else nothing for name in ORDERS.columns})


def _shop(folder: Path, postgres_url: str | None) -> AbstractContextManager[Shop]:
    return postgres_schema(postgres_url) if postgres_url else sqlite_file(folder / "shop.db")


@contextmanager
def silos(world: World, folder: Path, postgres_url: str | None) -> Iterator[Silos]:
    """Empty silos and truth in a folder (the shop in a Postgres, if one is named), whole when the block ends."""
    dropped = folder / "drops"
    dropped.mkdir(parents=True)
    with ExitStack() as stack:
        shop = stack.enter_context(_shop(folder, postgres_url))
        stores = {name: store(stack.enter_context(versions.building(folder / f"{name}.db"))) for name in STORES}
        truth = stack.enter_context(truth_files(folder / "truth"))
        filling = Silos(world, dropped, shop, stores, truth)
        yield filling
        filling.finish()
