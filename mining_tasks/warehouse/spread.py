"""A bounded number of a partition's rows: all of a small one, of a large one pieces spread evenly over its files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

READ_ROWS = 32_768
PIECES = 32  # of a large partition, each from a row group of its own; the first and the last are among them


@dataclass(frozen=True)
class Piece:
    """Some rows of a file's row group, of which `first` is the place of the first one."""

    file: Path
    group: int
    first: int
    rows: pa.Table


def rows_of(files: Sequence[Path], most: int) -> Iterator[Piece]:
    """Pieces as they lie in the files, about `most` rows if there are more; the same files give the same pieces."""
    groups = [(file, index) for file in files for index in range(pq.read_metadata(file).num_row_groups)]
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    chosen = groups if rows <= most else _evenly(groups, PIECES)
    a_piece = max(1, rows if rows <= most else ceil(most / len(chosen)))
    for file, index in chosen:
        yield from _first(file, index, a_piece)


def _evenly(groups: Sequence[tuple[Path, int]], pieces: int) -> list[tuple[Path, int]]:
    last = len(groups) - 1
    places = {round(piece * last / max(pieces - 1, 1)) for piece in range(pieces)}
    return [groups[place] for place in sorted(places)]


def _first(file: Path, group: int, rows: int) -> Iterator[Piece]:
    """The first rows of a row group; the others are not even unpacked."""
    batches = pq.ParquetFile(file).iter_batches(min(rows, READ_ROWS), row_groups=[group])
    for taken, batch in enumerate(islice(batches, ceil(rows / READ_ROWS))):
        yield Piece(file, group, taken * READ_ROWS, pa.Table.from_batches([batch.slice(0, rows - taken * READ_ROWS)]))
