"""The step over the real warehouse: drafts that keep their promises, ids that last over nights."""

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.identities import (
    core_identities__changes,
    core_identities__customers,
    core_identities__decisions,
    core_identities__guest_orders,
    core_identities__links,
    pub_identities__changes,
)
from expectations.likeness import core_identities__shared_values
from expectations.shop import core_shop__orders
from mining_tasks.identities.decisions import BadDecisions
from mining_tasks.identities.steps import link_accounts, tell_changes
from mining_tasks.warehouse import accept, ledger, publish, shelf
from mining_tasks.warehouse.checks import BrokenPromises
from mining_tasks.warehouse.home import Home, HomeMissing
from tests.drawn import drawn
from tests.identities.drawn_accounts import TABLES, account, core

FIRST, SECOND, THIRD = date(2017, 12, 31), date(2018, 1, 1), date(2018, 1, 2)
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


def test_whose_the_orders_of_guests_are_is_a_table_without_contact_data(
    shop_home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    orders = """
        order_id_shop | customer_id_shop | ordered_at | guest_email           | guest_given_name | guest_surname
        1             | 1                | 2017-12-01 |                       |                  |
        2             |                  | 2017-12-02 | zephyrine@example.com | Zephyrine        | Quillfeather
        3             |                  | 2017-12-03 | zephyrine@example.com | Zephyrine        | Quillfeather
        4             |                  | 2017-12-04 | other@example.com     | Zephyrine        | Quillfeather
        5             |                  | 2017-12-05 |                       |                  |
    """
    accept.accept(shelf.draft(core_shop__orders, FIRST, drawn(core_shop__orders, orders)))
    customer_of = accepted(FIRST, PEOPLE)
    guests = shelf.read(core_identities__guest_orders, FIRST).arrow().to_pylist()
    assert {row["order_id_shop"]: row["account_id"] for row in guests} == {
        "2": "shop:guest:2",
        "3": "shop:guest:2",
        "4": "shop:guest:4",
    }
    assert customer_of["shop:guest:2"] == customer_of["shop:1"] != customer_of["shop:guest:4"]
    _nothing_told(shop_home.path, caplog.text)


def test_a_night_run_again_writes_the_same_bytes(shop_home: Home) -> None:
    accepted(FIRST, PEOPLE)
    runs = [[shelf.opened(address).run_id for address in link_accounts(FIRST)] for _ in range(2)]
    assert runs[0] == runs[1]


def test_tonights_tables_are_as_old_as_the_accounts_and_not_as_yesterdays_ids(shop_home: Home) -> None:
    accepted(FIRST, PEOPLE)
    accepted(SECOND, PEOPLE)
    part = shelf.read(core_identities__links, SECOND)
    assert (part.data_as_of, part.is_stale) == (SECOND, False)


def couples(count: int, mailbox: str = "{n}@example.com") -> list[dict[str, Any]]:
    """So many people with an account in the shop and one in the CRM, tied by a mailbox; and one at the desk."""
    shop = [account("shop", n, mail=f"{n}@example.com", ok=True) for n in range(count)]
    return [*shop, *(account("crm", n, mail=mailbox.format(n=n)) for n in range(count)), account("support", 0)]


def test_a_night_that_would_change_too_many_ids_is_refused_and_the_last_good_links_stand_in(shop_home: Home) -> None:
    people = couples(60)
    first = accepted(FIRST, people)
    assert len(set(first.values())) == 61
    with pytest.raises(BrokenPromises) as refusal:
        accepted(SECOND, couples(60, mailbox=""))  # the CRM's column is empty all of a sudden
    assert "customer_id is another than on the last night" in str(refusal.value)
    assert "60 of 121 rows" in str(refusal.value)
    accept.carry_over(SECOND, [core_identities__links], str(refusal.value))
    assert shelf.read(core_identities__links, SECOND).is_stale
    third = accepted(THIRD, people)  # the next night compares with the last good one
    assert third == first
    assert shelf.read(core_identities__changes, THIRD).rows == 0


def test_a_person_may_say_that_the_change_is_meant_and_the_journal_tells_all_of_it(shop_home: Home) -> None:
    accepted(FIRST, couples(60))
    ledger.note_override(core_identities__links.name, SECOND, "A. Smith", "the CRM lost its mailboxes for good")
    accepted(SECOND, couples(60, mailbox=""))
    told = shelf.read(core_identities__changes, SECOND).arrow().to_pylist()
    assert [row["change_code"] for row in told] == ["split"] * 60


def test_over_nights_the_journal_grows_is_published_and_an_old_night_run_again_gives_what_it_gave(
    shop_home: Home,
) -> None:
    nights = [FIRST, SECOND, THIRD]
    lone = account("crm", 900, name="Anna Berg")
    histories = [PEOPLE, [*PEOPLE, lone], [PEOPLE[0], *PEOPLE[2:], lone]]
    seen = [accepted(night, people) for night, people in zip(nights, histories, strict=True)]
    before = {night: published(night) for night in nights}
    assert [len(before[night]) for night in nights] == [0, 1, 2]
    assert [row["change_code"] for row in before[THIRD]] == ["new", "gone"]
    for night in (SECOND, THIRD, FIRST):
        again = accepted(night, histories[nights.index(night)])
        assert again == seen[nights.index(night)]
        assert published(night) == before[night]
    assert ledger.pointer("identities")["night"] == THIRD


def published(night: date) -> list[dict[str, Any]]:
    publish.publish("identities", night, tell_changes(night))
    return shelf.read(pub_identities__changes, night).arrow().to_pylist()


def test_an_exclusion_undoes_a_merge_at_the_next_run_and_is_told(shop_home: Home) -> None:
    first = accepted(FIRST, PEOPLE)
    assert first["shop:1"] == first["crm:1"]
    line = "shop:1,crm:1,exclude,A. Smith,2018-01-01,she called"
    (shop_home.path / "decisions.csv").write_text(f"account_id,other_account_id,decision_code,who,when,why\n{line}\n")
    second = accepted(SECOND, PEOPLE)
    assert second["shop:1"] != second["crm:1"]
    told = shelf.read(core_identities__changes, SECOND).arrow().to_pylist()
    assert {row["change_code"] for row in told} == {"decided"}
    outcomes = shelf.read(core_identities__decisions, SECOND).arrow().to_pylist()
    assert [(row["who"], row["outcome_code"]) for row in outcomes] == [("A. Smith", "obeyed")]
    accepted(FIRST, PEOPLE)
    assert shelf.read(core_identities__decisions, FIRST).rows == 0, "an old night knows nothing of it"


def test_a_bad_line_among_the_decisions_stops_the_night_and_is_told(shop_home: Home) -> None:
    (shop_home.path / "decisions.csv").write_text("account_id,other_account_id,decision_code,who,when,why\nx,y\n")
    with pytest.raises(BadDecisions, match="line 2"):
        accepted(FIRST, PEOPLE)


def test_without_the_key_nothing_is_linked(shop_home: Home) -> None:
    (shop_home.path / "hash.key").unlink()
    with pytest.raises(HomeMissing, match="no hash key"):
        accepted(FIRST, PEOPLE)
