"""S8 and S9: silos that change their shape, and rows that came apart."""

import logging
from collections.abc import Callable
from typing import Any

import expectations
from expectations.words import Table
from mining_tasks.demo.faults import Misbehaviour
from mining_tasks.demo.server import Server
from mining_tasks.sources.faults import Drifted
from mining_tasks.warehouse import quarantine
from tests.night import homes, picture
from tests.night.homes import FIRST, SECOND
from tests.night.walk import walk

CONTACTS = expectations.table("raw_crm__contacts")
TICKETS = expectations.table("raw_support__tickets")
PAGE_OF_CONTACTS = "/crm/v3/objects/contacts, page 1"
PAGE_OF_TICKETS = "/api/v2/incremental/tickets/cursor.json, page 1"
CONTACT_FLAWS = {  # by place on the page
    1: "not an object",
    2: "birth_date: not an ISO date",
    3: "is_email_verified: not true or false",
    4: "contact_id_crm: missing",
    5: "not valid Unicode",
    6: "holds NaN or Infinity",
}
ODD_BUT_RIGHT = 7
ODD_VALUES = {"given_name": "NA", "surname": "Null", "postcode": "00712", "phone": "+49 (0)30"}


def test_a_column_that_is_gone_stops_its_source_and_no_other(home_after):
    with homes.opened(home_after(1)) as shop:
        shop.tell_shop("ALTER TABLE customers DROP COLUMN phone")
        walked = walk(SECOND)
        assert isinstance(walked.faults["shop.fetch"], Drifted)
        assert "phone" in str(walked.faults["shop.fetch"])
        assert (walked.red, len(walked.faults)) == ({"shop"}, 1), walked.told()
        for family in ("customers", "segments", "churn", "lifetime_value", "campaigns"):
            facts = picture.of_family(family)
            assert (facts["night"], facts["data_as_of"], facts["is_stale"]) == (SECOND, FIRST, True)
            assert "shop failed tonight" in picture.told(SECOND, family)


def test_a_column_that_is_new_is_reported_and_the_rows_are_loaded(home_after, caplog):
    with homes.opened(home_after(1)) as shop:
        shop.tell_shop(
            "ALTER TABLE customers ADD COLUMN loyalty_tier TEXT DEFAULT 'gold'",
            "UPDATE customers SET updated_at = '2018-01-01 12:00:00.000000' WHERE rowid <= 7",
        )
        with caplog.at_level(logging.INFO):
            walked = walk(SECOND, "shop")
        assert walked.is_green, walked.told()
        assert [record.message for record in caplog.records if "loyalty_tier" in record.message]
        assert picture.rows(expectations.table("raw_shop__customers"), SECOND).num_rows >= 7
        assert picture.receipts(SECOND)["raw_shop__customers"]["quarantined"] == 0


def test_records_that_came_apart_are_set_aside_with_their_place_and_the_others_are_loaded(real_data, tmp_path):
    with homes.opened(homes.make(tmp_path / "home", 300)) as shop:
        sent: list[str] = []
        crm = rewritten(shop.crm, "contacts", lambda page: page | {"results": broken_contacts(page["results"], sent)})
        desk = rewritten(shop.desk, "tickets", lambda page: page | {"tickets": broken_tickets(page["tickets"])})
        walked = walk(SECOND, "crm", "support")
        assert (crm.fired, desk.fired) == (1, 1)
        assert walked.is_green, walked.told()
        assert set_aside(CONTACTS) == {f"{PAGE_OF_CONTACTS}, record {at}": why for at, why in CONTACT_FLAWS.items()}
        assert set_aside(TICKETS) == {f"{PAGE_OF_TICKETS}, record 2": "updated_at: missing; opened_at: in the future"}
        assert len(sent) == 100
        loaded = picture.rows(CONTACTS, SECOND)
        others = {contact for at, contact in enumerate(sent, start=1) if at not in CONTACT_FLAWS}
        assert others <= set(loaded["contact_id_crm"].to_pylist())
        assert picture.receipts(SECOND)[CONTACTS.name]["quarantined"] == len(CONTACT_FLAWS)
        odd = next(row for row in loaded.to_pylist() if row["contact_id_crm"] == sent[ODD_BUT_RIGHT - 1])
        assert {name: odd[name] for name in ODD_VALUES} == ODD_VALUES, "text stays text, to the letter"


def set_aside(table: Table) -> dict[str, str]:
    return {row["position"]: row["reason"] for row in quarantine.shown(table, SECOND)}


def rewritten(silo: Server | None, path: str, rewrite: Callable[[dict[str, Any]], dict[str, Any]]) -> Misbehaviour:
    assert silo is not None
    return silo.faults.add(Misbehaviour("rewritten", path=path, rewrite=rewrite))


def broken_contacts(records: list[Any], sent: list[str]) -> list[Any]:
    """The first page of contacts with CONTACT_FLAWS in it; `sent` is told who was on it."""
    sent += [record["id"] for record in records]
    records[1]["properties"]["date_of_birth"] = "31.02.1980"
    records[2]["properties"]["email_confirmed"] = "perhaps"
    records[3]["id"] = None
    records[4]["properties"]["lastname"] = "half a pair: \ud800"
    records[5]["properties"]["city"] = float("nan")
    records[ODD_BUT_RIGHT - 1]["properties"] |= {
        "firstname": "NA",
        "lastname": "Null",
        "zip": "00712",
        "phone": "+49 (0)30",
    }
    return [[records[0]["id"], "a list"], *records[1:]]


def broken_tickets(records: list[Any]) -> list[Any]:
    records[1] |= {"created_at": "2099-01-01T00:00:00Z", "updated_at": None}
    return records
