"""Two blocks of planted people, made as `plant` makes them, and how the tests ask about them."""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted import wishes
from mining_tasks.demo.planted.people import accounts, persons, spellings
from mining_tasks.demo.planted.world import Block, World

SIZE = 6_000
WORLD = World(2 * SIZE, 403, 11)
BLOCKS = (Block(0, 0, SIZE), Block(1, SIZE, SIZE))
Ask = Callable[..., list[tuple[Any, ...]]]


@cache
def tables() -> dict[str, pa.Table]:
    """Persons, accounts, spellings, consents and erasures of both blocks, each with its block's number."""
    made: dict[str, list[pa.Table]] = {}
    for block in BLOCKS:
        for name, table in of_block(WORLD, block).items():
            number = pa.repeat(block.number, table.num_rows)
            made.setdefault(name, []).append(table.append_column("block", number))
    return {name: pa.concat_tables(parts) for name, parts in made.items()}


def of_block(world: World, block: Block) -> dict[str, pa.Table]:
    """Everything that this topic makes of one block."""
    people = persons(world, block)
    known = accounts(world, block, people)
    return {
        "persons": people,
        "accounts": known,
        "spellings": spellings(world, block),
        "consents": wishes.consents(world, block, known),
        "erasures": wishes.erasures(world, block, people, known),
    }


def ask(sql: str, *params: object) -> list[tuple[Any, ...]]:
    """Rows of a question about the tables of `tables()`."""
    with duckdb.connect() as connection:
        for name, table in tables().items():
            connection.register(name, table)
        return connection.execute(sql, list(params)).fetchall()


def is_near(found: float, share: float, of: float) -> bool:
    """True if so many of so many are what the share lets expect, within 4.5 standard deviations."""
    return abs(found - share * of) <= 4.5 * np.sqrt(max(of * share * (1 - share), 1))


def fingerprint(world: World, block: Block) -> str:
    """SHA-256 of the Arrow bytes of all tables of a block."""
    digest = hashlib.sha256()
    for name, table in sorted(of_block(world, block).items()):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        digest.update(name.encode() + sink.getvalue().to_pybytes())
    return digest.hexdigest()
