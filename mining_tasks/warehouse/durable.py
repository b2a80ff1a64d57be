"""Writing files so that a crash leaves the old state or the new, never half of one."""

import errno
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mining_tasks.warehouse.milestones import reached

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_ROOM_WORDS = ("no space left", "disk is full", "file too large", "disk quota exceeded")


class DiskFull(OSError):
    """There was no room for a file; what stood there before still does."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Let a fault of the disk say where it happened; raises `DiskFull` if there was no room."""
    try:
        yield
    except DiskFull:
        raise
    except Exception as fault:
        if is_disk_full(fault):
            advice = "disk full: the last good run is untouched; make room, then run the step again"
            raise DiskFull(errno.ENOSPC, advice, str(path)) from fault
        if isinstance(fault, OSError) and fault.errno is not None and fault.filename is None:
            raise OSError(fault.errno, os.strerror(fault.errno), str(path)) from fault
        raise


def is_disk_full(fault: BaseException) -> bool:
    """Whether a fault of Python, Arrow, DuckDB or SQLite means that there was no room."""
    if isinstance(fault, OSError):
        return fault.errno in NO_ROOM
    return any(words in str(fault).lower() for words in NO_ROOM_WORDS)


def flush(path: Path) -> None:
    """fsync a file or a folder: what it holds survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        with writing(path):
            os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Make a folder and those above it; each new one survives a power cut."""
    if not path.is_dir():
        make_folder(path.parent)
        with writing(path):
            path.mkdir(exist_ok=True)
        flush(path.parent)


def beside(path: Path) -> Path:
    """A hidden name in the same folder under which a file can be made before it is put in place."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}")


def put_in_place(made: Path, path: Path) -> None:
    """Replace a file at once by one made beside it: flushed, renamed, folder flushed."""
    flush(made)
    reached(f"before renaming {path.name}")
    with writing(path):
        made.replace(path)
    reached(f"renamed {path.name}")
    flush(path.parent)
    reached(f"after renaming {path.name}")


def place_new(made: Path, path: Path) -> None:
    """Give a file made beside it its name unless another process was first; then that one's stays."""
    try:
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # no hard links here
        if not path.exists():
            made.replace(path)
    flush(path.parent)


def write_text(path: Path, text: str) -> None:
    """Replace a file's text at once."""
    made = beside(path)
    with writing(path):
        made.write_text(text)
    put_in_place(made, path)


def write_json(path: Path, content: Any) -> None:
    """`write_text` of sorted, indented JSON: the same content is the same bytes."""
    write_text(path, json.dumps(content, indent=1, sort_keys=True, default=str) + "\n")


def sha256(path: Path) -> str:
    """Hex digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_folder(source: Path, target: Path) -> None:
    """Let `target` hold the files of `source`, all at once, by hard links where the file system has them.

    Copies nothing if `target` stands already, or appears meanwhile: folders of one name hold the same files.
    """
    make_folder(target.parent)
    if not target.exists():
        with writing(target):
            _copy_beside(source, target)
    flush(target.parent)


def _copy_beside(source: Path, target: Path) -> None:
    made = beside(target)
    made.mkdir()
    for file in sorted(source.iterdir()):
        link(file, made / file.name)
    flush(made)
    reached(f"before placing {target.name}")
    _settle(made, target)


def _settle(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError as fault:
        shutil.rmtree(made)
        if fault.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


def link(source: Path, target: Path) -> None:
    """The same file under a second name, copied where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError as fault:
        if fault.errno in NO_ROOM or fault.errno == errno.EIO:
            raise
        with writing(target):
            shutil.copy2(source, target)
        flush(target)
