"""The step over the real warehouse: drafts that keep their promises, ids that last over nights."""

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.identities import core_identities__customers, core_identities__links, core_identities__shared_values
from mining_tasks.identities.steps import link_accounts
from mining_tasks.warehouse import accept, shelf
from mining_tasks.warehouse.home import Home
from tests.identities.drawn_accounts import TABLES, account, core

FIRST, SECOND = date(2017, 12, 31), date(2018, 1, 1)
SENTINEL = "Zephyrine Quillfeather"
PEOPLE = [
    account("shop", 1, mail="zephyrine@example.com", ok=True, phone="(02) 5550 1234", country_code="AU", name=SENTINEL),
    account("shop", 2, mail="info@example.com", ok=True, name="Anna Berg"),
    account("crm", 1, mail="Zephyrine@Example.com", name=SENTINEL),
    account("support", 1, phone="0255501234", name="Quillfeather, Z."),
    *(account("crm", number, mail="info@example.com", ok=True) for number in range(10, 20)),
]


def accepted(night: date, people: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Accept the silos' accounts of a night, link them, accept that; the customer of every account."""
    for source, table in TABLES.items():
        rows = [
            {name: value for name, value in row.items() if name != "source"}
            for row in people
            if row["source"] == source
        ]
        accept.accept(shelf.draft(table, night, core(table, rows)))
    accept.accept(*link_accounts(night))
    links = shelf.read(core_identities__links, night).arrow().to_pylist()
    return {row["account_id"]: row["customer_id"] for row in links}


def test_links_keep_their_promises_and_ids_last(shop_home: Home, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    first = accepted(FIRST, PEOPLE)
    assert first["shop:1"] == first["crm:1"] == first["support:1"] != first["shop:2"]
    second = accepted(SECOND, [account("crm", 0, mail="new@example.com"), *PEOPLE])
    assert {name: second[name] for name in first} == first
    customers = shelf.read(core_identities__customers, SECOND).arrow().to_pylist()
    assert {row["known_since_date"] for row in customers} == {FIRST, SECOND}
    shared = shelf.read(core_identities__shared_values, SECOND).arrow().to_pylist()
    assert [(row["identifier_code"], row["accounts_count"]) for row in shared] == [("email", 11)]
    _nothing_told(shop_home.path, caplog.text)


def _nothing_told(folder: Path, logged: str) -> None:
    """No contact data in logs, nor in any file that the room wrote."""
    files = [file for file in folder.rglob("*") if file.is_file() and "core_identities" in str(file)]
    assert files
    for word in ("zephyrine", "quillfeather", "55501234", "5550 1234"):
        assert word not in logged.lower()
        assert not [file for file in files if word.encode() in file.read_bytes().lower()]


def test_a_night_run_again_writes_the_same_bytes(shop_home: Home) -> None:
    accepted(FIRST, PEOPLE)
    runs = [[shelf.opened(address).run_id for address in link_accounts(FIRST)] for _ in range(2)]
    assert runs[0] == runs[1]


def test_tonights_tables_are_as_old_as_the_accounts_and_not_as_yesterdays_ids(shop_home: Home) -> None:
    accepted(FIRST, PEOPLE)
    accepted(SECOND, PEOPLE)
    part = shelf.read(core_identities__links, SECOND)
    assert (part.data_as_of, part.is_stale) == (SECOND, False)
