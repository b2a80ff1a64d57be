"""Contracts for people: the Markdown dictionary. `python -m expectations.speak.dictionary` writes it anew."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import expectations
from expectations.words import Column, Pii, Table

FILE = Path(str(expectations.__file__)).with_name("DICTIONARY.md")
LAYERS = {
    "raw": "as the source says",
    "core": "resolved",
    "mined": "learnt",
    "pub": "published, promised to readers",
}
TYPES = {str: "text", int: "whole number", float: "number", bool: "yes/no", date: "day", datetime: "UTC instant"}
HEAD = """# Dictionary

Every table we promise, by room: what a row is, whose it is, what each column means and what we promise about it.
Generated from the contracts in `expectations/` by `python -m expectations.speak.dictionary`; do not edit.
"""


def dictionary(tables: Iterable[Table]) -> str:
    """The dictionary of tables, a section for each, in the order given."""
    listed = list(tables)
    index = [f"- [`{table.name}`](#{table.name}): {table.grain}" for table in listed]
    return "\n".join([HEAD, *index, "", *(page(table) for table in listed)]).rstrip()


def page(table: Table) -> str:
    """One table: its first words come from its name, the rest from its contract."""
    rows = "\n".join(_row(table, column) for column in table.columns)
    whole = [promise.sentence("the table") for column, promise in table.all_promises if column is None]
    facts = [
        f"## {table.name}\n",
        f"*{table.things.replace('_', ' ').capitalize()} of {table.room.replace('_', ' ')}, {LAYERS[table.layer]}.*",
        table.text,
        *(f"**Beware.** {note}" for note in table.beware),
        *(["**Optional.** Without rows where the shop's `sources.toml` does not map it."] if table.is_optional else []),
        "",
        f"Owner {table.owner} · version {table.version} · kept {table.keep_nights} nights",
        f"Promised: {'; '.join(whole)}.\n",
        *(f"Foretold: {prediction.sentence()}.\n" for prediction in table.predictions),
        "| column | type | unit | meaning | privacy | promises |",
        "|---|---|---|---|---|---|",
        rows,
        "",
    ]
    return "\n".join(facts)


def _row(table: Table, column: Column) -> str:
    mark = " (key)" if column.name in table.key else ""
    promises = "; ".join(promise.sentence("").strip() for promise in column.promises)
    privacy = "" if column.pii is Pii.NONE else column.pii.value
    cells = [f"`{column.name}`{mark}", _type(column), column.unit, column.text, privacy, promises]
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _type(column: Column) -> str:
    return f"decimal, {column.decimals} digits" if column.type is Decimal else TYPES[column.type]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def write() -> None:
    """Write the dictionary of all tables to where it is committed."""
    FILE.write_text(dictionary(expectations.tables().values()) + "\n")


if __name__ == "__main__":
    write()
