"""S8 and S9: silos that change their shape, and rows that came apart."""

import json
import logging
from collections.abc import Callable
from typing import Any

import expectations
from mining_tasks.demo.faults import Misbehaviour
from mining_tasks.sources.faults import Drifted
from mining_tasks.warehouse import quarantine
from tests.night import homes, picture
from tests.night.homes import FIRST, SECOND
from tests.night.walk import walk

CONTACTS = expectations.table("raw_crm__contacts")
TICKETS = expectations.table("raw_support__tickets")


def test_a_column_that_is_gone_stops_its_source_and_no_other(after_first_night):
    with homes.opened(after_first_night) as shop:
        shop.tell_shop("ALTER TABLE customers DROP COLUMN phone")
        walked = walk(SECOND)
        assert isinstance(walked.faults["shop.fetch"], Drifted)
        assert "phone" in str(walked.faults["shop.fetch"])
        assert (walked.red, len(walked.faults)) == ({"shop"}, 1), walked.told()
        for family in ("customers", "segments"):
            facts = picture.of_family(family)
            assert (facts["night"], facts["data_as_of"], facts["is_stale"]) == (SECOND, FIRST, True)
            assert "shop failed tonight" in picture.told(SECOND, family)


def test_a_column_that_is_new_is_reported_and_the_rows_are_loaded(after_first_night, caplog):
    with homes.opened(after_first_night) as shop:
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
    with homes.opened(homes.make(tmp_path / "home", 120)) as shop:
        truth = walked_once(tmp_path)
        crm = shop.crm.faults.add(rewritten("contacts", 1, break_contacts))
        desk = shop.desk.faults.add(rewritten("tickets", 1, break_tickets))
        walked = walk(SECOND, "crm", "support")
        assert (crm.fired, desk.fired) == (1, 1)
        assert walked.is_green, walked.told()
        found = {
            table.name: [(row["position"], row["reason"]) for row in quarantine.shown(table, SECOND)]
            for table in (CONTACTS, TICKETS)
        }
        assert [position.partition(", ")[2] for position, _ in found[CONTACTS.name]] == [
            f"page 1, record {number}" for number in (1, 2, 3, 4)
        ]
        assert [reason for _, reason in found[CONTACTS.name]] == CONTACT_REASONS
        assert len(found[TICKETS.name]) == 1
        assert "page 1, record 2" in found[TICKETS.name][0][0]
        counts = picture.receipts(SECOND)
        assert (counts[CONTACTS.name]["quarantined"], counts[TICKETS.name]["quarantined"]) == (4, 1)
        loaded = set(picture.rows(CONTACTS, SECOND)["contact_id_crm"].to_pylist())
        assert len(loaded) == counts[CONTACTS.name]["received"] - 4 > 90
        assert loaded < truth


def walked_once(tmp_path: Any) -> set[str]:
    """The ids of all contacts, asked for while nothing misbehaves."""
    from contextlib import closing
    from sqlite3 import connect

    with closing(connect(tmp_path / "home" / "demo" / "crm.db")) as store:
        return {row[0] for row in store.execute("SELECT DISTINCT id FROM versions WHERE kind = 'contacts'")}


def rewritten(path: str, page: int, rewrite: Callable[[dict[str, Any]], dict[str, Any]]) -> Misbehaviour:
    return Misbehaviour("rewritten", at_page=page, path=path, rewrite=rewrite)


CONTACT_REASONS: list[str] = []


def break_contacts(page: dict[str, Any]) -> dict[str, Any]:
    first, second, third, fourth, *rest = page["results"]
    second["properties"]["date_of_birth"] = "31.02.1980"
    third["properties"]["email_confirmed"] = "perhaps"
    fourth["id"] = None
    return page | {"results": [[json.dumps(first)], second, third, fourth, *rest]}


def break_tickets(page: dict[str, Any]) -> dict[str, Any]:
    page["tickets"][1]["created_at"] = "2099-01-01T00:00:00Z"
    return page
