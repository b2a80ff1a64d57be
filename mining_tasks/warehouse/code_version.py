"""Which code made a table: a hash over our own sources, exact even in a dirty checkout."""

import hashlib
from functools import cache
from pathlib import Path

import expectations
import mining_tasks

SUFFIXES = {".py", ".sql"}


@cache
def code_version() -> str:
    """Twelve hex digits over every Python and SQL file of ours; the same files give the same digits."""
    digest = hashlib.sha256()
    for package in (expectations, mining_tasks):
        root = Path(str(package.__file__)).parent
        for file in sorted(path for path in root.rglob("*") if path.suffix in SUFFIXES):
            digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
