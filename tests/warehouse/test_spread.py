"""Of a large partition a bounded number of rows is seen, from its beginning to its end."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mining_tasks.warehouse import spread


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files of 1,000 and 500 rows, numbered on, in row groups of 10."""
    paths = []
    for name, numbers in {"a": range(1000), "b": range(1000, 1500)}.items():
        paths.append(tmp_path / f"{name}.parquet")
        pq.write_table(pa.table({"number": list(numbers)}), paths[-1], row_group_size=10)
    return paths


def seen(files: list[Path], most: int) -> list[int]:
    return [number for piece in spread.rows_of(files, most) for number in piece.rows["number"].to_pylist()]


@pytest.mark.parametrize("most", [1500, 10_000])
def test_of_a_small_partition_all_rows_are_seen_in_order(files: list[Path], most: int) -> None:
    assert seen(files, most) == list(range(1500))


def test_of_a_large_one_the_pieces_lie_evenly_from_the_first_row_group_to_the_last(files: list[Path]) -> None:
    found = seen(files, 2 * spread.PIECES)
    assert found[:2] == [0, 1]
    assert found[-2:] == [1490, 1491]
    assert len(found) == 2 * spread.PIECES
    gaps = {after - before for before, after in zip(found[::2], found[2::2], strict=False)}
    assert gaps <= {40, 50}
    assert seen(files, 2 * spread.PIECES) == found


def test_few_row_groups_give_larger_pieces_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "READ_ROWS", 4)
    pq.write_table(pa.table({"number": list(range(40))}), tmp_path / "x.parquet", row_group_size=20)
    assert seen([tmp_path / "x.parquet"], 22) == [*range(11), *range(20, 31)]


def test_files_without_rows_do_no_harm(files: list[Path], tmp_path: Path) -> None:
    pq.write_table(pa.table({"number": pa.array([], pa.int64())}), tmp_path / "empty.parquet")
    assert seen([tmp_path / "empty.parquet"], 10) == []
    assert len(seen([tmp_path / "empty.parquet", *files], 64)) in (62, 64)
