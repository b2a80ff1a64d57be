"""Dossier: all that the links of one night tell of one customer. Accounts and numbers; contact data are read apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from mining_tasks.identities.look import apart
from mining_tasks.identities.look.closer import Closer, closer
from mining_tasks.identities.look.found import Row, Unknown, customer_of, of_account, opened, rows
from mining_tasks.identities.look.weights import weights
from mining_tasks.warehouse.home import HomeMissing

MOST_NEAR = 20  # near misses that are explained, the best; a mailbox of a firm can bring hundreds


@dataclass(frozen=True)
class Dossier:
    """One customer as of a night.

    `accounts`: account_id, source_code, evidence_code, linked_to_account_id. `ties`: the pairs inside, with `weights`
    by comparison in bits and `holds` where the cluster hangs on them. `near`: the best pairs with accounts of others,
    with the code and the sentence `why` they stay apart; `near_count`: how many such pairs there are. `limited`: values
    of hers that join nobody, None without the key. `decisions` and `history`: rows of the room's tables, oldest first.
    """

    night: date
    asked: str
    customer_id: str
    former_ids: list[str]
    known_since_date: date
    threshold_weight: float
    accounts: list[Row]
    ties: list[Row]
    near: list[Row]
    near_count: int
    limited: list[Row] | None
    decisions: list[Row]
    history: list[Row]


def dossier(asked: str, night: date) -> Dossier:
    """Everything about a customer (`c_…`, old ids too) or the customer of an account (`shop:123`); raises `Unknown`."""
    with opened(night) as connection:
        customer_id = customer_of(connection, asked, night)
        return _Reading(connection, night, customer_id).told(asked)


@dataclass(frozen=True)
class _Reading:
    """The tables of a night, open at one customer."""

    connection: duckdb.DuckDBPyConnection
    night: date
    customer_id: str

    def told(self, asked: str) -> Dossier:
        hers = self._all("her_ids.sql", customer=self.customer_id)[0]
        members = self._all("members.sql", customers=[self.customer_id])
        accounts = [row["account_id"] for row in members]
        decisions = self._all("its_decisions.sql", accounts=accounts)
        pairs = self._all("its_pairs.sql", customer=self.customer_id)
        near = [pair for pair in map(self._mine_first, pairs) if pair["customer_id"] != pair["other_customer_id"]]
        limit, strange = self._limits()
        seen = self._closer(accounts, near[:MOST_NEAR])
        ids = [self.customer_id, *hers["former_ids"]]
        return Dossier(
            night=self.night,
            asked=asked,
            customer_id=self.customer_id,
            former_ids=hers["former_ids"],
            known_since_date=hers["known_since_date"],
            threshold_weight=limit,
            accounts=members,
            ties=_ties(members, pairs),
            near=self._explained(near[:MOST_NEAR], decisions, limit, strange, seen),
            near_count=len(near),
            limited=[row for row in seen.limited if row["account_id"] in accounts] if seen else None,
            decisions=decisions,
            history=self._all("its_history.sql", customers=ids, accounts=accounts),
        )

    def _all(self, name: str, **params: object) -> list[Row]:
        return rows(self.connection, name, **params)

    def _mine_first(self, pair: Row) -> Row:
        """A pair with this customer's account first."""
        if pair["customer_id"] == self.customer_id:
            return pair
        names = ("account_id", "other_account_id"), ("customer_id", "other_customer_id")
        return pair | {one: pair[other] for two in names for one, other in (two, two[::-1])}

    def _limits(self) -> tuple[float, float]:
        told = {row["parameter_code"]: row["value"] for row in self._all("limits.sql")}
        return told.get("limit.threshold_weight", 0.0), told.get("limit.most_strange", 1.0)

    def _closer(self, accounts: Sequence[str], near: Sequence[Row]) -> Closer | None:
        """What contact data tell of her accounts and of those of whom she was nearly; None without the key."""
        others = self._all("members.sql", customers=sorted({row["other_customer_id"] for row in near}))
        names = ("core_identities__parameters", "core_identities__shared_values")
        parameters, shared = (self.connection.table(name).to_arrow_table() for name in names)
        every = [*accounts, *(row["account_id"] for row in others)]
        try:
            return closer(self.night, every, parameters, shared)
        except HomeMissing:
            return None

    def _explained(
        self, near: Sequence[Row], decisions: Sequence[Row], limit: float, strange: float, seen: Closer | None
    ) -> list[Row]:
        customers = sorted({row["other_customer_id"] for row in near} | {self.customer_id})
        accounts: dict[str, list[str]] = {}
        for row in self._all("members.sql", customers=customers):
            accounts.setdefault(row["customer_id"], []).append(row["account_id"])
        excluded = {_two(row): row for row in decisions if row["decision_code"] == "exclude"}
        clashes = {_two(row): row["fields"] for row in seen.clashes} if seen else None
        known = apart.Known(limit, strange, accounts, near, excluded, clashes)
        told = [(pair, *apart.why_apart(pair, known)) for pair in near]
        return [_pair(pair) | {"customer_id": pair["other_customer_id"], "code": c, "why": w} for pair, c, w in told]


def _two(row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset((row["account_id"], row["other_account_id"]))


def _ties(members: Sequence[Row], pairs: Sequence[Row]) -> list[Row]:
    """The pairs inside; those first on which the cluster hangs, with a person's word where no pair was weighed."""
    holding = {
        frozenset((row["account_id"], row["linked_to_account_id"])): row
        for row in members
        if row["linked_to_account_id"]
    }
    inside = {_two(pair): _pair(pair) for pair in pairs if pair["customer_id"] == pair["other_customer_id"]}
    said = {
        two: {"account_id": min(two), "other_account_id": max(two), "match_weight": None, "match_probability": None}
        | {"weights": {}}
        for two in holding.keys() - inside.keys()
    }
    ties = [
        tie
        | {"evidence_code": holding[two]["evidence_code"] if two in holding else tie["evidence_code"]}
        | {"holds": two in holding}
        for two, tie in (inside | said).items()
    ]
    return sorted(ties, key=lambda tie: (not tie["holds"], -(tie["match_weight"] or 0), tie["account_id"]))


def _pair(row: Row) -> Row:
    kept = ("account_id", "other_account_id", "rule_code", "evidence_code", "match_weight", "match_probability")
    return {name: row[name] for name in kept} | {"weights": weights(row)}


def pair_of(one: str, other: str, night: date) -> Row:
    """Two accounts as they were weighed: their pair, with `customer_id` and `other_customer_id`, and the
    `threshold_weight`; raises `Unknown` if an account is not there or the two were never weighed."""
    first, second = sorted((one, other))
    with opened(night) as connection:
        customers = [of_account(connection, account, night) for account in (first, second)]
        found = rows(connection, "one_pair.sql", one=first, other=second)
        limits = {row["parameter_code"]: row["value"] for row in rows(connection, "limits.sql")}
    if not found:
        raise Unknown(
            f"{first} and {second} were not weighed on {night}: no rule proposed them, or they were far from the "
            f"threshold. Next: goldseam who {first}"
        )
    return _pair(found[0]) | {
        "customer_id": customers[0],
        "other_customer_id": customers[1],
        "threshold_weight": limits.get("limit.threshold_weight", 0.0),
    }
