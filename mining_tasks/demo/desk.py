"""The support desk: requesters, tickets and reviews. MADE from seeded templates, about real orders and products.

How often a household writes does not depend on what it buys, and nothing it buys later depends on what it wrote: a
model that finds such an effect here has found noise.
"""

from dataclasses import dataclass

import duckdb

from mining_tasks.demo.accounts import Account, Town
from mining_tasks.demo.desk_orders import orders_of_households
from mining_tasks.demo.desk_reviews import reviews
from mining_tasks.demo.desk_tickets import tickets
from mining_tasks.demo.desk_users import Writer, user
from mining_tasks.demo.draws import scrambled
from mining_tasks.demo.people import HOUSEHOLDS
from mining_tasks.demo.versions import Version

FIRST_ID = 380_000_000_000
STRANGERS = 30  # beside the whole shop; a small shop gets its share
FIRST_STRANGER = 1_000  # the CRM's strangers come before


@dataclass(frozen=True)
class Desk:
    """The desk's records in all their versions, and its accounts for the truth."""

    versions: list[Version]
    accounts: list[Account]


def build(journey: duckdb.DuckDBPyConnection, town: Town) -> Desk:
    """All that the desk ever heard of these households, and of its share of strangers."""
    desk = Desk([], [])
    for writer in _writers(journey, town):
        heard = [*tickets(writer), *((written, [version]) for written, version in reviews(writer))]
        if heard:  # the desk knows nobody who never wrote
            desk.accounts.append(writer.account)
            desk.versions.append(user(writer.account, min(moment for moment, _ in heard)))
            desk.versions.extend(version for _, versions in heard for version in versions)
    return desk


def _writers(journey: duckdb.DuckDBPyConnection, town: Town) -> list[Writer]:
    orders = orders_of_households(journey)
    households = [
        Writer(town.account("support", scrambled(town.homes[household].rank, FIRST_ID), household), tuple(bought))
        for household, bought in orders.items()
    ]
    strangers = [
        Writer(town.stranger("support", scrambled(HOUSEHOLDS + number, FIRST_ID), number), ())
        for number in range(FIRST_STRANGER, FIRST_STRANGER + STRANGERS * len(orders) // HOUSEHOLDS)
    ]
    return households + strangers
