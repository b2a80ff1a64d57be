"""Takes staged blocks in their order into the silos and the truth; what is half done lies where nobody looks."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from mining_tasks.demo import versions
from mining_tasks.demo.planted import topics
from mining_tasks.demo.planted.silos.block_files import STORES
from mining_tasks.demo.planted.silos.night_files import NightFiles
from mining_tasks.demo.planted.silos.shop_load import Shop, postgres_schema, sqlite_file
from mining_tasks.demo.planted.silos.shop_tables import OF_THE_SHOP, ORDERS
from mining_tasks.demo.planted.silos.stores import Store
from mining_tasks.demo.planted.silos.written import desk, minor_units, written
from mining_tasks.demo.planted.truth import TruthFiles, truth_files
from mining_tasks.demo.planted.world import World

TOTALS = ["source_code", "things", "night", "currency"]


@dataclass
class Silos:
    """All that is being filled; `rows` counts what went where."""

    world: World
    dropped: Path
    later: Path
    shop: Shop
    stores: dict[str, Store]
    truth: TruthFiles
    rows: dict[str, int] = field(default_factory=dict)
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
            if kind == "drop":  # its nights have files of their own, once all blocks are there
                file.replace(self.later / f"{name}.{folder.name}")
            else:
                with pa.memory_map(str(file)) as source:
                    self._take(kind, name, pa.ipc.open_file(source).read_all())
        shutil.rmtree(folder)

    def _take(self, kind: str, name: str, rows: pa.Table) -> None:
        if kind == "shop":
            self.load_shop(name.removesuffix(".dirty"), _filled(rows) if name.endswith(".dirty") else rows)
        elif kind == "store":
            self.stores[name].load(rows)
            self._count(name, rows)
        elif name == "totals":
            self._totals.append(rows.take(np.arange(rows.num_rows)))  # a copy: the mapped file goes away
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
        for dirt in NightFiles(self.world, self.later, self.dropped).written():
            self.truth.add("dirt", dirt)
        summed = (
            pa.concat_tables(self._totals)
            .group_by(TOTALS)
            .aggregate([(name, "sum") for name in ("rows_count", "amount_minor", "discount_minor")])
        )
        names = [*TOTALS, "rows_count", "amount_minor", "discount_minor"]
        self.truth.add("totals", summed.rename_columns(names).sort_by([(name, "ascending") for name in TOTALS]))


def _filled(rows: pa.Table) -> pa.Table:
    """Dirty orders with all columns of the table."""
    nothing = pa.nulls(rows.num_rows, pa.string())
    return pa.table({name: rows[name] if name in rows.column_names else nothing for name in ORDERS.columns})


def _shop(folder: Path, postgres_url: str | None) -> AbstractContextManager[Shop]:
    return postgres_schema(postgres_url) if postgres_url else sqlite_file(folder / "shop.db")


@contextmanager
def silos(world: World, folder: Path, postgres_url: str | None) -> Iterator[Silos]:
    """Empty silos and truth in a folder (the shop in a Postgres, if one is named), whole when the block ends."""
    dropped, later = folder / "drops", folder / "later"
    for place in (dropped, later):
        place.mkdir(parents=True)
    with ExitStack() as stack:
        shop = stack.enter_context(_shop(folder, postgres_url))
        stores = {name: Store(stack.enter_context(versions.building(folder / f"{name}.db"))) for name in STORES}
        truth = stack.enter_context(truth_files(folder / "truth"))
        filling = Silos(world, dropped, later, shop, stores, truth)
        yield filling
        filling.finish()
