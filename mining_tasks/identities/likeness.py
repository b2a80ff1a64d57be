"""Likeness: candidate pairs as patterns of levels, what a model learns from them, and what it says of each."""

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mining_tasks.identities.blocks import learnt_from
from mining_tasks.identities.levels import COMPARISONS
from mining_tasks.identities.model import IS_NAMESAKE, IS_ONE, IS_STRANGE, Floats, Model, Patterns
from mining_tasks.identities.tables import keep, make
from mining_tasks.warehouse.engine import sql
from mining_tasks.warehouse.sql import filled, quoted

WHO = ("given", "surname", "birth")
PLACES = {it.name: place for place, it in enumerate(COMPARISONS)}
SAME_DAY = COMPARISONS[PLACES["birth"]].levels.index("common")  # from here on birth dates are the same
APART_BITS = 4.9  # a difference that accounts of one person show 30 times less often than those of two
BITS = 4  # of a level in a pattern
PAIRS_AT_ONCE = 750_000  # more of them, with all that is compared, do not fit in memory
STEPS_AT_MOST = 1_000
TAUGHT_PAIRS = 500  # of fewer pairs what is usual weighs more than what they show
LEARNT_PAIRS = 1_000_000  # of more candidates an even sample teaches as well


def compare(connection: duckdb.DuckDBPyConnection, compared: str = "compared") -> None:
    """From `candidates` make `likenesses`: account, other, rules and `pattern`, the levels of all comparisons.

    `compared`: a table of what is compared of the candidates at least.
    """
    levels = filled(__file__, "levels.sql", pairs="compared_now", compared=quoted(compared))
    packed = " + ".join(f"((CAST({quoted(it.name)} AS BIGINT) + 1) << {BITS * n})" for n, it in enumerate(COMPARISONS))
    connection.execute(sql(__file__, "no_likenesses.sql"))
    for first, last in _steps(connection):
        make(connection, "compared_now", first=first, last=last)
        connection.execute(filled(__file__, "likenesses.sql", packed=packed, levels=levels))


def _steps(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """Ranges of accounts of about `PAIRS_AT_ONCE` candidates each: beside both accounts a pair takes a kilobyte."""
    accounts = connection.execute("SELECT coalesce(max(account), 0) + 1 FROM candidates").fetchall()[0][0]
    width = max(1, accounts // STEPS_AT_MOST)
    steps: list[tuple[int, int]] = []
    pairs = PAIRS_AT_ONCE
    for place, count in connection.execute(sql(__file__, "candidate_counts.sql"), {"width": width}).fetchall():
        first = place * width
        if pairs + count > PAIRS_AT_ONCE:
            steps, pairs = [*steps, (first, first)], 0
        steps[-1], pairs = (steps[-1][0], first + width - 1), pairs + count
    return steps


def levels_of(patterns: NDArray[np.int64]) -> NDArray[np.int8]:
    """Patterns as levels: patterns × comparisons, -1 where one side does not tell."""
    shifts = BITS * np.arange(len(COMPARISONS))
    return np.asarray(((patterns[:, None] >> shifts) & (2**BITS - 1)) - 1, np.int8)


def patterns(connection: duckdb.DuckDBPyConnection) -> tuple[Patterns, float]:
    """What there is to learn from, and the share of candidates that it is made of."""
    pairs = connection.execute("SELECT count(*) FROM likenesses").fetchall()[0][0]
    every = max(1, -(-pairs // LEARNT_PAIRS))
    counted = connection.execute(sql(__file__, "counted_patterns.sql"), {"every": every}).fetchnumpy()
    learns = np.column_stack([(counted["rules"] & learnt_from(it.name)) > 0 for it in COMPARISONS])
    return Patterns(levels_of(counted["pattern"]), counted["pairs"].astype(np.float64), learns), 1 / every


def judge(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make `judged`: for every pattern among `likenesses` match_probability, match_weight and the weights that sum
    to it: prior_weight and one per comparison, in bits."""
    found = connection.execute("SELECT DISTINCT pattern FROM likenesses ORDER BY pattern").fetchnumpy()["pattern"]
    weights = waterfall(model, levels_of(found))
    columns = {f"{it.name}_weight": weights[:, place + 1] for place, it in enumerate(COMPARISONS)}
    total = weights.sum(axis=1)
    kin = model.memberships(levels_of(found))
    told = {
        "stranger_probability": kin[:, IS_STRANGE].sum(axis=1),
        "namesake_probability": kin[:, IS_NAMESAKE].sum(axis=1),
        "match_weight": total,
        "match_probability": 1 / (1 + np.exp2(-total)),
        "prior_weight": weights[:, 0],
        "is_contradicted": _contradicts(model, levels_of(found)),
    }
    connection.register("judged_patterns", pa.table({"pattern": found, **told, **columns}))
    connection.execute("CREATE OR REPLACE TABLE judged AS SELECT * FROM judged_patterns")
    connection.register("differing", _telling(model))


def find_contradictions(connection: duckdb.DuckDBPyConnection, pairs: str) -> None:
    """Make `apart` (account, other): the pairs of a table that cannot be one person by what is known of them.

    After `judge` a difference tells as much as it does in this shop; else every one does.
    """
    keep(connection, "asked", filled(__file__, "levels.sql", pairs=quoted(pairs), compared="compared"))
    connection.execute(sql(__file__, "differing.sql"))
    make(connection, "apart")


def _telling(model: Model) -> pa.Table:
    return pa.table({f"{name}_tells": [tells] for name, tells in _tells(model).items()})


def _tells(model: Model) -> dict[str, bool]:
    """Whether a different given name, surname and birth date each tell two people apart, by themselves; of a handful of
    pairs nothing is learnt but what is usual."""
    is_learnt = model.pairs[IS_ONE].sum() >= TAUGHT_PAIRS
    usual = {it.name: it.usual[0] / sum(it.usual) for it in COMPARISONS}
    same = {name: model.shares[name, "same"][0] if is_learnt else usual[name] for name in WHO}
    bits = {name: np.log2(same[name] / model.shares[name, "chance"][0]) for name in WHO}
    return {name: bool(weight <= -APART_BITS) for name, weight in bits.items()}


def _contradicts(model: Model, levels: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Which patterns cannot be one person: birth dates that differ, and given names that do on one birth date, as those
    of twins; where such a difference tells people apart."""
    tells, given, birth = _tells(model), levels[:, PLACES["given"]], levels[:, PLACES["birth"]]
    are_twins = (given == 0) & (birth >= SAME_DAY) & tells["given"]
    return np.asarray(are_twins | ((birth == 0) & tells["birth"]))


def waterfall(model: Model, levels: NDArray[np.int8]) -> Floats:
    """Patterns × (1 + comparisons): log2 odds of one person before any comparison, and what each one adds to them."""
    logs = np.tile(np.log(model.pairs), (len(levels), 1))
    odds = [_log2_odds(logs)]
    for place in range(len(COMPARISONS)):
        logs = logs + model.log_shares(levels[:, place], place)
        odds.append(_log2_odds(logs))
    return np.diff(np.column_stack(odds), axis=1, prepend=0.0)


def _log2_odds(logs: Floats) -> Floats:
    return np.asarray((_log_sum(logs[:, IS_ONE]) - _log_sum(logs[:, ~IS_ONE])) / np.log(2))


def _log_sum(logs: Floats) -> Floats:
    top = logs.max(axis=1)
    return np.asarray(top + np.log(np.exp(logs - top[:, None]).sum(axis=1)))
