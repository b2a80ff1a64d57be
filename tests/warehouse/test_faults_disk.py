"""T2 of our reliability cases: the N-th write, flush or rename fails, for N = 1, 2, …; disks that are really full."""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from mining_tasks.warehouse import durable, ledger, publish
from mining_tasks.warehouse.home import Home
from tests.warehouse.apart import ended, enter, started
from tests.warehouse.nights import NEXT, NIGHT, drafts, publish_night
from tests.warehouse.readers import by_current, by_file

MOST_OPERATIONS = 150
SEED = 7


class Disk:
    """Counts operations of the file system and lets the N-th fail, or it and every later one."""

    def __init__(self, failing: int, code: int, is_for_good: bool) -> None:
        self.failing, self.code, self.is_for_good = failing, code, is_for_good
        self.operations = self.faults = 0

    def wrap(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*arguments: Any, **named: Any) -> Any:
            self.operations += 1
            if self.operations == self.failing or (self.is_for_good and self.operations > self.failing):
                self.faults += 1
                raise OSError(self.code, os.strerror(self.code))
            return operation(*arguments, **named)

        return guarded


@contextmanager
def faulty(disk: Disk) -> Iterator[None]:
    """Every way in which our code writes, flushes, links and renames goes through the disk; none says where."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "rename", "replace", "link", "mkdir"):
            patch.setattr(os, name, disk.wrap(getattr(os, name)))
        patch.setattr(Path, "write_text", disk.wrap(Path.write_text))
        patch.setattr(pq.ParquetWriter, "write_table", disk.wrap(pq.ParquetWriter.write_table))
        yield


@pytest.mark.parametrize(
    ("code", "is_for_good", "step"),
    [(errno.ENOSPC, False, 1), (errno.EIO, True, 3)],  # of faults for good every third: they end where the first does
    ids=["full once", "broken for good"],
)
def test_whichever_operation_fails_readers_keep_a_whole_run_and_the_retry_succeeds(
    shop_home: Home, code: int, is_for_good: bool, step: int
) -> None:
    old, new, faults = publish_night(NIGHT, seed=1), "", 0
    for failing in range(1, MOST_OPERATIONS, step):
        disk = Disk(failing, code, is_for_good)
        try:
            with faulty(disk):
                new = publish_night(NEXT, seed=SEED)
        except OSError as fault:
            assert disk.faults, "the fault that was told is the one that was made"
            told = str(fault)
            assert str(shop_home.path) in told, f"no place in: {told}"
            assert code != errno.ENOSPC or "disk full" in told
        faults += disk.faults
        assert {by_current(shop_home)[0], by_file(shop_home)} <= {old, new or ledger.pointer("segments")["run_id"]}
        if not disk.faults:
            break
    else:
        pytest.fail("no run passed untouched")
    assert faults > 20, "the faults were made"
    assert by_current(shop_home)[0] == by_file(shop_home) == new != old
    assert [row["run_id"] for row in ledger.publications_of("segments")] == [new, old]


def publish_with_little_room(known: dict[str, str], most_bytes: int, answers: Any) -> None:
    """Publish while no file may grow beyond so many bytes: every writer meets it, Arrow, DuckDB and SQLite too."""
    enter(known)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    try:
        publish.publish("segments", NEXT, drafts(NEXT, rows=12, seed=SEED))
        answers.touch()
    except Exception as fault:  # any: its kind is looked at by the test
        answers.with_suffix(".fault").mkdir(exist_ok=True)
        (answers.with_suffix(".fault") / type(fault).__name__).touch()


def test_where_files_cannot_grow_readers_keep_a_whole_run(shop_home: Home, tmp_path: Path) -> None:
    old, new = publish_night(NIGHT, seed=1), run_id_elsewhere(tmp_path)
    answers = tmp_path / "answer"
    for kilobytes in (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192):
        assert ended(started(publish_with_little_room, kilobytes * 1024, answers)) == 0
        if answers.exists():
            break
        assert {by_file(shop_home), by_current(shop_home)[0]} <= {old, new}
    assert answers.exists(), "it never passed"
    faults = {fault.name for fault in answers.with_suffix(".fault").iterdir()}
    assert "DiskFull" in faults
    assert by_file(shop_home) == by_current(shop_home)[0] == new != old


def run_id_elsewhere(tmp_path: Path) -> str:
    """What the same rows are called in a home with room."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOLDSEAM_HOME", str(tmp_path / "roomy"))
        return publish_night(NEXT, seed=SEED)


FULL_DISK = """
import os, sys
from pathlib import Path
home = Path(sys.argv[1])
home.mkdir(exist_ok=True)
if os.system(f"mount -t tmpfs -o size=4m tmpfs {home}") != 0:
    sys.exit(77)
os.environ["GOLDSEAM_HOME"] = str(home)
(home / "sources.toml").write_text('[shop]\\ntimezone = "UTC"\\n')
from mining_tasks.warehouse import durable, publish
from tests.warehouse.nights import NEXT, NIGHT, drafts, publish_night
from tests.warehouse.readers import by_current, by_file
from mining_tasks.warehouse.home import home as chosen
old = publish_night(NIGHT, seed=1)
filler = os.open(home / "filler", os.O_WRONLY | os.O_CREAT)
try:
    while True:
        os.write(filler, b"x" * 4096)
except OSError:
    os.close(filler)
try:
    publish.publish("segments", NEXT, drafts(NEXT, seed=7))
    sys.exit("published on a full disk")
except durable.DiskFull as fault:
    assert "disk full" in str(fault) and str(home) in str(fault), fault
assert by_file(chosen()) == by_current(chosen())[0] == old
(home / "filler").unlink()
new = publish_night(NEXT, seed=7)
assert by_file(chosen()) == by_current(chosen())[0] == new != old
"""


def test_on_a_really_full_disk_it_says_so_and_goes_on_once_there_is_room(tmp_path: Path) -> None:
    command = ["unshare", "--mount", sys.executable, "-c", FULL_DISK, str(tmp_path / "small")]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GOLDSEAM_")}
    try:
        found = subprocess.run(command, env=clean | {"PYTHONPATH": str(Path.cwd())}, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("this system has no unshare: a small disk cannot be mounted")
    if found.returncode == 77 or "unshare" in found.stderr:
        pytest.skip("mounting a small disk needs rights that this user lacks")
    assert found.returncode == 0, found.stderr[-2000:]


def test_a_fault_without_a_place_is_told_with_one(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="here.txt"), durable.writing(tmp_path / "here.txt"):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    with pytest.raises(durable.DiskFull, match="disk full"), durable.writing(tmp_path / "here.txt"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
