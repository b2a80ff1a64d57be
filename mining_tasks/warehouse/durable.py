"""Writing files so that a crash leaves the old state or the new, never half of one."""

import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

from mining_tasks.warehouse.milestones import reached


def flush(path: Path) -> None:
    """fsync a file or a folder: what it holds survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Replace a file at once: written beside, flushed, renamed, folder flushed."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    beside.write_text(text)
    flush(beside)
    reached(f"before renaming {path.name}")
    beside.replace(path)
    flush(path.parent)
    reached(f"after renaming {path.name}")


def write_json(path: Path, content: Any) -> None:
    """`write_text` of sorted, indented JSON: the same content is the same bytes."""
    write_text(path, json.dumps(content, indent=1, sort_keys=True, default=str) + "\n")


def sha256(path: Path) -> str:
    """Hex digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def move_folder(source: Path, target: Path) -> None:
    """Rename a folder to where it is to stay; both parents are flushed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    flush(target.parent)
    flush(source.parent)
