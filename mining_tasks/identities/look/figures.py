"""Figures: one night of links in numbers, without anybody's account among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from expectations.identities import CHANGES
from mining_tasks.identities.look.weights import weights
from mining_tasks.warehouse import engine
from mining_tasks.warehouse.shelf import Partition


@dataclass(frozen=True)
class Figures:
    """`numbers` by name; `sizes`: accounts_count and customers; `curve`: rows of core_identities__curve; `parameters`:
    comparison, level, m, u, bits …; `examples`: the weights by comparison of typical pairs and of the nearest ones."""

    numbers: dict[str, float]
    sizes: pa.Table
    curve: pa.Table
    parameters: pa.Table
    examples: dict[str, dict[str, float]]


def figures(reads: Sequence[Partition]) -> Figures:
    """The figures of one night's tables."""
    with engine.connected() as connection:
        for read in reads:
            engine.show(connection, read)

        def asked(name: str, **params: Any) -> pa.Table:
            return engine.asked(connection, engine.sql(__file__, name), params).to_arrow_table()

        told = asked("figures.sql", night=reads[0].night, changes=list(CHANGES)).to_pylist()
        numbers = {row["name"]: row["value"] for row in told if row["value"] is not None}
        examples = asked("examples.sql", threshold=numbers.get("threshold_bits", 0.0)).to_pylist()
        return Figures(
            numbers=numbers,
            sizes=asked("sizes.sql"),
            curve=connection.table("core_identities__curve").order("threshold_weight").to_arrow_table(),
            parameters=asked("parameters.sql"),
            examples={row["name"]: weights(row) for row in examples},
        )
