"""O7 of our reliability cases: the same night twice, with other clocks, hash seeds, threads and row order."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

NIGHT_ALONE = """
import random, sys
import expectations
from mining_tasks.warehouse import accept, engine, publish, shelf
from tests.warehouse.nights import NIGHT, rows_of
lines, seed = expectations.table("core_shop__order_lines"), int(sys.argv[1])
draw = random.Random(seed)

def turned(table, rows):
    return rows_of(table, NIGHT, rows).take(draw.sample(range(rows), rows))

accept.accept(shelf.draft(lines, NIGHT, turned(lines, 400)))
again = engine.write("SELECT * FROM core_shop__order_lines", lines, NIGHT, [lines])
assert shelf.opened(again).run_id == shelf.read(lines, NIGHT).run_id
drafts = [shelf.draft(table, NIGHT, turned(table, 40)) for table in expectations.family("segments")]
print(publish.publish("segments", NIGHT, drafts))
"""


def night(home: Path, order: int, **environment: str) -> str:
    """Run a small night in a process of its own; the run id it published."""
    home.mkdir()
    (home / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GOLDSEAM_")}
    told = clean | {"GOLDSEAM_HOME": str(home), "PYTHONPATH": str(Path.cwd())} | environment
    found = subprocess.run(
        [sys.executable, "-c", NIGHT_ALONE, str(order)], env=told, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr[-2000:]
    return found.stdout.strip().splitlines()[-1]


def contents(home: Path) -> dict[str, bytes]:
    """Every published and accepted file by its path."""
    shelves = home / "warehouse"
    return {str(file.relative_to(shelves)): file.read_bytes() for file in shelves.rglob("*.parquet")}


@pytest.mark.parametrize(
    ("clock", "hash_seed", "threads"), [("Pacific/Auckland", "1", "1"), ("America/St_Johns", "31337", "4")]
)
def test_the_same_night_elsewhere_gives_the_same_bytes(
    tmp_path: Path, clock: str, hash_seed: str, threads: str
) -> None:
    one = night(tmp_path / "one", 1, TZ="UTC", PYTHONHASHSEED="0")
    other = night(tmp_path / "other", 2, TZ=clock, PYTHONHASHSEED=hash_seed, OMP_NUM_THREADS=threads, LC_ALL="C")
    assert one == other
    assert len(contents(tmp_path / "one")) == 4
    assert contents(tmp_path / "one") == contents(tmp_path / "other")
