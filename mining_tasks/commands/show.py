"""What a command found, as a table for people or as JSON for programs."""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

WIDE = 400  # where output goes to a file or a pipe, no line is folded


def say(words: str) -> None:
    """One line on stdout, seen at once even through a pipe."""
    print(words, flush=True)  # noqa: T201 the one place where commands print


def program() -> str:
    """How to call us from where the user stands: by name if that finds us, else by the path that did."""
    ours = Path(sys.argv[0])
    return ours.name if shutil.which(ours.name) or not ours.exists() else os.path.relpath(ours)


def as_json(found: Any) -> None:
    """One JSON document on stdout; dates in ISO form, decimals as text so that no digit is lost."""
    say(json.dumps(found, default=_plain, indent=2, ensure_ascii=False))


def as_table(rows: Sequence[Mapping[str, Any]], title: str = "", empty: str = "nothing") -> None:
    """The rows under the names of their columns; `empty` where there are none."""
    if title:
        say(f"\n{title}")
    if not rows:
        say(f"  {empty}")
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, value in rows[0].items():
        number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        table.add_column(name.replace("_", " "), justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else WIDE, soft_wrap=False).print(table, markup=False)


def either(given: Any, rows: Sequence[Mapping[str, Any]], title: str = "", empty: str = "nothing") -> None:
    """As JSON where `--json` was given, else as a table."""
    if given.json:
        as_json(rows)
    else:
        as_table(rows, title, empty)


def rotated(given: Any, found: Any) -> int:
    """What became of a key, by fingerprints, and the next step; the exit status of a command."""
    if given.json:
        as_json(vars(found))
        return 0
    say(f"{found.name} key: {found.before} before, {found.now} now")
    if found.next_step:
        say(f"Next: {found.next_step}")
    return 0


def cell(value: Any) -> str:
    """One value as people write it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
