"""Looks for texts in everything under a folder: in bytes as they lie, and in what is packed inside."""

import base64
import gzip
import json
import sqlite3
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import pyarrow.parquet as pq

WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def forms(text: str) -> set[bytes]:
    """The text in every coat in which it may lie: Unicode forms, cases, URL, JSON, base64, wide characters."""
    spelt = {unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    spelt |= {change(each) for each in spelt for change in (str.lower, str.upper, str.title)}
    found: set[bytes] = set()
    for each in spelt:
        plain = each.encode()
        found |= {plain, quote(each).encode(), quote_plus(each).encode(), json.dumps(each)[1:-1].encode()}
        found |= {each.encode(kind) for kind in WIDE} | set(_in_base64(plain))
    return found


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """The characters that stand for these bytes whatever stands before and after them."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + plain)
        inside = coded[(0, 2, 3)[before] : len(coded) - 4]
        yield inside
        yield inside.replace(b"+", b"-").replace(b"/", b"_")


def everywhere(_file: str) -> bool:
    """Look into every file."""
    return True


def found(texts: Iterable[str], folder: Path, chosen: Callable[[str], bool] = everywhere) -> dict[str, list[str]]:
    """Which chosen files under the folder hold which of the texts; empty if none does."""
    wanted = {text: forms(text) for text in texts}
    assert wanted
    assert all(len(form) >= 6 for every in wanted.values() for form in every), "too short to be nobody else's"
    where: dict[str, list[str]] = {}
    files = (path for path in folder.rglob("*") if path.is_file() and chosen(str(path.relative_to(folder))))
    for file in sorted(files):
        held = b"\n".join(unpacked(file))
        if texts_there := [text for text, every in wanted.items() if any(form in held for form in every)]:
            where[str(file.relative_to(folder))] = texts_there
    return where


def unpacked(file: Path) -> Iterator[bytes]:
    """A file's bytes, and what Parquet, SQLite, gzip and zip files hold."""
    yield str(file).encode()
    content = file.read_bytes()
    if content[:4] == b"PAR1":
        yield from _columns(file)
        return
    yield content
    if content[:16] == b"SQLite format 3\0":
        yield from _cells(file)
    elif content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    elif zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def _columns(file: Path) -> Iterator[bytes]:
    table = pq.read_table(file)
    yield repr(table.schema.metadata).encode()
    for column in table.columns:
        yield "\n".join(map(str, column.unique().to_pylist())).encode("utf-8", "surrogatepass")


def _cells(file: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as store:
        store.text_factory = bytes
        for (table,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = store.execute(f'SELECT * FROM "{table.decode()}"')
            yield b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row)
