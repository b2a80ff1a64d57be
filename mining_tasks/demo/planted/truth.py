"""What is true, in a folder of its own: one Parquet file per topic, written block by block."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mining_tasks.demo.planted.world import World


class TruthFiles:
    """Takes tables by name; what comes under one name goes into one file, in the order in which it comes."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        self._writers: dict[str, pq.ParquetWriter] = {}

    def add(self, name: str, rows: pa.Table) -> None:
        """Rows of one more block; the first decides the columns."""
        if name not in self._writers:
            writer = pq.ParquetWriter(self.folder / f"{name}.parquet", rows.schema, compression="zstd")
            self._writers[name] = self._stack.enter_context(writer)
        self._writers[name].write_table(rows)


@contextmanager
def truth_files(folder: Path) -> Iterator[TruthFiles]:
    """The files of a new folder, closed when the block ends."""
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        yield TruthFiles(folder, stack)


def write_facts(world: World, folder: Path, more: Mapping[str, Any]) -> None:
    """`facts.json`: the size of the world, all its settings, and what else is to be known."""
    size = {"customers": world.customers, "days": world.days, "seed": world.seed}
    nights = {"first_day": world.first_day, "last_day": world.last_day}
    facts = size | nights | dict(more) | {"settings": dict(world.settings)}
    text = json.dumps(facts, default=_plain, indent=1, ensure_ascii=False)
    (folder / "facts.json").write_text(text + "\n", encoding="utf-8")


def settings_told(world: World) -> dict[str, Any]:
    """The settings of a world as `facts.json` tells them when it is read."""
    return dict(json.loads(json.dumps(dict(world.settings), default=_plain)))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no fact")
