"""Blocks: which accounts are worth comparing. Each rule is a key; accounts of one key are compared with each other.

How large a block may be is found by counting: for each rule the largest size at which all its blocks together make at
most `PAIRS_PER_ACCOUNT` pairs an account. Larger blocks are closed: they are left to the other rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mining_tasks.identities.tables import keep, make
from mining_tasks.warehouse.engine import sql
from mining_tasks.warehouse.sql import filled, quoted

PAIRS_PER_ACCOUNT = 1.5  # of one rule; true pairs are about one an account in a shop of three silos
LARGEST_BLOCK = 60
FEW_ACCOUNTS = 1_000  # in a smaller shop the pairs of all blocks are few anyway


@dataclass(frozen=True)
class Rule:
    """A blocking rule: what its key is made of, in SQL over `compared` (one of them missing: in no block), the fields
    that the key equates, and whether its values are limited already, so that all its blocks are compared."""

    code: str
    parts: tuple[str, ...]
    fields: tuple[str, ...]
    is_limited: bool = False

    def key(self, number: Mapping[str, str]) -> str:
        """SQL of the key, which is a number: its only part, or a hash of several; `number`: the column of each part."""
        columns = [number[part] for part in self.parts]
        known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        return columns[0] if len(columns) == 1 else f"CASE WHEN {known} THEN hash({', '.join(columns)}) END"


def _joined(code: str, *columns: str, fields: tuple[str, ...]) -> Rule:
    return Rule(code, columns, fields)


GIVEN, SURNAME = "given_sound", "family_sound"
RULES = (
    Rule("email", ("mailbox",), ("email",), is_limited=True),
    Rule("phone", ("phone_end",), ("phone",), is_limited=True),
    Rule("loyalty", ("loyalty",), ("loyalty",), is_limited=True),
    Rule("device", ("device",), ("device",), is_limited=True),
    Rule("local_part", ("CASE WHEN NOT is_role AND length(local_part) >= 5 THEN local_part END",), ("email",)),
    _joined("name", "given_joined", "family_joined", fields=("given", "surname")),
    _joined(
        "name_crossed",
        "least(given_joined, family_joined)",
        "greatest(given_joined, family_joined)",
        fields=("given", "surname"),
    ),
    _joined("sound", GIVEN, SURNAME, fields=("given", "surname")),
    _joined("nickname", "nickname_lines[1]", SURNAME, fields=("given", "surname")),
    Rule("surname", ("family_joined",), ("surname",)),
    Rule("given", ("given_joined",), ("given",)),
    _joined("sound_city", GIVEN, SURNAME, "city", fields=("given", "surname", "city")),
    _joined("sound_birth_year", GIVEN, SURNAME, "left(born, 4)", fields=("given", "surname", "birth")),
    _joined("surname_birth", SURNAME, "born", fields=("surname", "birth")),
    _joined("given_birth", GIVEN, "born", fields=("given", "birth")),
    _joined("given_postcode", GIVEN, "postcode", fields=("given", "postcode")),
    _joined("surname_postcode", SURNAME, "postcode", fields=("surname", "postcode")),
    _joined("birth_postcode", "born", "postcode", fields=("birth", "postcode")),
    _joined("birth_city", "born", "city", fields=("birth", "city")),
    _joined("birth_house", "born", "house", fields=("birth", "house")),
    _joined("lines_crossed", "least(street, extra)", "greatest(street, extra)", fields=("street", "extra")),
    _joined("street_house", "street", "house", fields=("street", "house")),
    _joined("street_city", "street", "city", fields=("street", "city")),
    _joined("street_postcode", "street", "postcode", fields=("street", "postcode")),
    _joined("house_postcode", "house", "postcode", "left(street, 3)", fields=("house", "postcode", "street")),
    _joined("extra_city", "extra", "city", fields=("extra", "city")),
    _joined("surname_house", SURNAME, "house", fields=("surname", "house")),
    _joined("given_house", GIVEN, "house", "left(city, 3)", fields=("given", "house", "city")),
    _joined("also_called", GIVEN, "coalesce(phonetic(also_called), family_sound)", fields=("given", "surname")),
)
BY_ORDER = Rule("order", (), ("orders",))  # whose pairs are known: both name one order


def key_accounts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `keys`: of each account of `compared` that is no guest the key of every rule, in a column of its code."""
    number = {part: f"part_{place}" for place, part in enumerate(sorted({part for it in RULES for part in it.parts}))}
    parts = ", ".join(f"CASE WHEN {part} IS NOT NULL THEN hash({part}) END AS {it}" for part, it in number.items())
    told = ", ".join(f"{rule.key(number)} AS {quoted(rule.code)}" for rule in RULES)
    keep(connection, "keys", filled(__file__, "keys.sql", parts=parts, keys=told))


def sizes(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """For each rule how large its blocks may be, by counting them; 1 where even couples are too many."""
    return {rule.code: _largest(connection, rule) for rule in RULES}


def close_blocks(connection: duckdb.DuckDBPyConnection, largest: Mapping[str, int]) -> None:
    """Make `closed` (rule, key), the blocks that are too large, and `closed_to` (account, closed): as bits the rules of
    which an account's block is."""
    connection.execute(sql(__file__, "no_closed_blocks.sql"))
    for number, rule in enumerate(RULES):
        if not rule.is_limited:
            crowded = _crowded(_sorted_keys(connection, rule), largest[rule.code])
            connection.register("crowded", pa.table({"rule": np.full(len(crowded), number, np.int8), "key": crowded}))
            connection.execute("INSERT INTO closed FROM crowded")
            connection.unregister("crowded")
    bits = [
        filled(__file__, "closed_to_rule.sql", key=quoted(rule.code), rule=str(number))
        for number, rule in enumerate(RULES)
        if not rule.is_limited
    ]
    keep(connection, "closed_to", filled(__file__, "closed_to.sql", bits=" | ".join(bits)))


def _sorted_keys(connection: duckdb.DuckDBPyConnection, rule: Rule) -> NDArray[np.uint64]:
    """The keys of a rule in order, one per account: to sort numbers takes half the time of grouping them in SQL."""
    keys = connection.sql(filled(__file__, "keys_of_rule.sql", key=quoted(rule.code))).to_arrow_table()["key"]
    return np.sort(keys.to_numpy())


def _crowded(keys: NDArray[np.uint64], largest: int) -> NDArray[np.uint64]:
    """Which of the sorted keys stand there more than `largest` times."""
    return np.unique(keys[largest:][keys[largest:] == keys[: max(len(keys) - largest, 0)]])


def find_candidates(connection: duckdb.DuckDBPyConnection, touched: str | None = None) -> None:
    """Make `candidates` (account, other, rules): pairs that share a block of those that are not `closed`, a proof or an
    order, and as bits the rules that found them.

    `touched`: a table of accounts of which each pair must have one; none: all pairs.
    """
    connection.execute(sql(__file__, "nothing_found.sql"))
    connection.execute(_found("found_known", touched), {"bit": 1 << len(RULES)})
    for number, rule in enumerate(RULES):
        found = _found("found_in_blocks", touched, key=quoted(rule.code))
        connection.execute(found, {"rule": number, "bit": 1 << number})
    make(connection, "candidates")
    connection.execute("DROP TABLE found; DROP TABLE keys")


def learnt_from(field: str) -> int:
    """The bits of the rules that say nothing about a field, so that pairs they found show how it agrees by itself."""
    return sum(1 << number for number, rule in enumerate((*RULES, BY_ORDER)) if field not in rule.fields)


def _found(name: str, touched: str | None, **pieces: str) -> str:
    if touched is None:
        return filled(__file__, f"{name}.sql", **pieces)
    return filled(__file__, f"{name}_of_touched.sql", touched=quoted(touched), **pieces)


def _largest(connection: duckdb.DuckDBPyConnection, rule: Rule) -> int:
    if rule.is_limited:
        return LARGEST_BLOCK
    accounts = connection.execute("SELECT count(*) FROM accounts").fetchall()[0][0]
    most, pairs, largest = PAIRS_PER_ACCOUNT * max(accounts, FEW_ACCOUNTS), 0, 1
    _, members = np.unique(_sorted_keys(connection, rule), return_counts=True)
    for size, blocks in zip(*(it.tolist() for it in np.unique(members[members > 1], return_counts=True)), strict=True):
        pairs += blocks * size * (size - 1) // 2
        if size > LARGEST_BLOCK or pairs > most:
            return largest
        largest = size
    return LARGEST_BLOCK
