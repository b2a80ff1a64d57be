"""How strangers agree: counted where values are the same, and by pairs drawn at random where they are alike."""

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mining_tasks.identities.levels import COMPARISONS
from mining_tasks.identities.model import LEAST_ACCOUNTS, Chance, Floats
from mining_tasks.identities.tables import keep
from mining_tasks.warehouse.engine import sql
from mining_tasks.warehouse.sql import filled, quoted

DRAWN = 500_000
SEED = 20_180_101  # any number; the same accounts are to give the same model
ONES_OWN = ("loyalty", "device")  # given by one house to one person; who shares them knows her
USUAL_DRAWS = 10_000.0  # how many drawn pairs the usual chances weigh


def chance(connection: duckdb.DuckDBPyConnection) -> Chance:
    """Of all pairs of accounts of one country, how many are on each level; at least as many as in a small town."""
    sizes = np.array([row[0] for row in connection.execute(sql(__file__, "region_sizes.sql")).fetchall()], np.int64)
    there_are = float((sizes * (sizes - 1) / 2).sum())
    pairs = max(there_are, LEAST_ACCOUNTS**2 / 2)
    drawn = _levels_of_drawn(connection, sizes)
    for name, place, share in connection.execute(sql(__file__, "chance.sql")).fetchall():
        # names are as common in a small shop as in a large one; a card is not
        drawn[name][place] = share * drawn[name].sum() * (there_are / pairs if name in ONES_OWN else 1.0)
    levels = {it.name: drawn[it.name] + USUAL_DRAWS * np.array(it.chance) for it in COMPARISONS}
    in_one_street = connection.execute(sql(__file__, "in_one_street.sql")).fetchall()[0][0]
    return Chance(pairs, {name: counted / counted.sum() * pairs for name, counted in levels.items()}, in_one_street)


def _levels_of_drawn(connection: duckdb.DuckDBPyConnection, sizes: np.ndarray) -> dict[str, Floats]:
    """For each comparison, how many pairs drawn at random are on each level."""
    accounts = connection.execute(sql(__file__, "accounts_by_region.sql")).fetchnumpy()["account"]
    connection.register("drawn", _drawn(accounts, sizes))
    keep(connection, "drawn_levels", filled(__file__, "levels.sql", pairs="drawn", compared="compared"))
    return {it.name: _counted(connection, it.name, len(it.levels)) for it in COMPARISONS}


def _drawn(accounts: NDArray[np.int32], sizes: NDArray[np.int64]) -> pa.Table:
    """Pairs of accounts of one country, all equally likely, none twice; `accounts` stand country by country."""
    rng = np.random.Generator(np.random.Philox(SEED))
    squares = sizes.astype(np.float64) ** 2
    region = rng.choice(len(sizes), DRAWN if len(sizes) else 0, p=squares / squares.sum() if len(sizes) else None)
    first, size = (np.cumsum(sizes) - sizes)[region], sizes[region]
    one, other = (accounts[first + (rng.random(len(region)) * size).astype(np.int64)] for _ in range(2))
    pairs = np.unique(np.column_stack([np.minimum(one, other), np.maximum(one, other)])[one != other], axis=0)
    return pa.table({"account": pairs[:, 0], "other": pairs[:, 1]})


def _counted(connection: duckdb.DuckDBPyConnection, name: str, levels: int) -> Floats:
    query = filled(__file__, "drawn_counts.sql", level=quoted(name))
    counted = np.zeros(levels)
    for level, pairs in connection.execute(query).fetchall():
        counted[level] = pairs
    return counted
