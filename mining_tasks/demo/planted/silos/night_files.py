"""The files that the last nights have of their own, with their dirt; written once all blocks have been there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.dirt import files
from mining_tasks.demo.planted.dirt.dirty import DirtyFile
from mining_tasks.demo.planted.silos import drops
from mining_tasks.demo.planted.silos.drop_plan import drop_plan
from mining_tasks.demo.planted.world import World


@dataclass(frozen=True)
class NightFiles:
    """Where the blocks' later rows wait (`<things>.<block>`), and where the files go."""

    world: World
    waiting: Path
    dropped: Path

    def written(self) -> Iterator[pa.Table]:
        """Writes every file, and gives what the truth says of its dirt."""
        for night in drop_plan(self.world).nights():
            for things in drops.TEXTS:
                yield self._texts(things, night)
            events = self._of_night("events", night).drop_columns(["night"])
            drops.put_parquet(self.dropped / drops.name("events", night, "parquet"), events.to_reader())

    def _texts(self, things: str, night: date) -> pa.Table:
        text = drops.TEXTS[things]
        whose = self._whose(things, night)
        lines = [line.encode() for line in self._of_night(things, night)["line"].to_pylist()]
        rng = self.world.rng(f"dirt.{things}.night", self.world.day_of(night))
        mix, count, dirt = files.dirty_file(self.world, whose, lines, rng)
        header = text.header
        if header and night == self._before("drift_days_before_last"):
            header, mix, drift = files.drifted(whose, header, mix)
            dirt = pa.concat_tables([dirt, drift])
        drops.put_lines(self.dropped / whose.file, header, mix, count)
        if night == self._before("again_days_before_last"):
            twin = self._whose(things, night, "again")
            drops.put_lines(self.dropped / twin.file, header, lines, len(lines))
            dirt = pa.concat_tables([dirt, files.again(twin, lines)])
        return dirt

    def _whose(self, things: str, night: date, part: str = "") -> DirtyFile:
        text = drops.TEXTS[things]
        name = drops.name(things, night, text.ending, part)
        return DirtyFile(text.source_code, things, name, night, int(text.header is not None))

    def _before(self, setting: str) -> date:
        return self.world.last_day - timedelta(days=self.world.settings["dirt"][setting])

    def _of_night(self, things: str, night: date) -> pa.Table:
        return pa.concat_tables(_of_night(path, night) for path in sorted(self.waiting.glob(f"{things}.*")))


def _of_night(path: Path, night: date) -> pa.Table:
    """A night's rows of a staged file, in memory of their own."""
    with pa.memory_map(str(path)) as source:
        rows = pa.ipc.open_file(source).read_all()
        return rows.filter(pc.equal(rows["night"], pa.scalar(night, pa.date32())))
