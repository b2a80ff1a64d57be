"""Every row received is loaded, set aside with reason and position, or a duplicate (S8, S9, S10, S11, S13, V3)."""

import json
import logging
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import expectations
from expectations.crm import raw_crm__campaigns, raw_crm__consents
from expectations.shop import raw_shop__customers, raw_shop__orders, raw_shop__products
from mining_tasks.warehouse import ledger, set_aside, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.judging import MissingColumns
from mining_tasks.warehouse.landing import Landing
from mining_tasks.warehouse.receive import Account, RowsLost, TooManyBadRows, receive
from tests.warehouse.landings import BUSINESS_DAY, NIGHT, land, loaded, received

MANY = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
AT = "2026-03-01 10:00:00"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path))
    home().make_keys()
    (tmp_path / "sources.toml").write_text('[shop]\ntimezone = "Europe/Berlin"\n')


@pytest.fixture
def patient_products(monkeypatch):
    """The products' contract, bearing any number of bad rows."""
    patient = replace(raw_shop__products, bad_rows_share=1.0)
    monkeypatch.setitem(expectations.tables(), patient.name, patient)
    return patient


def order(number: object, **said: str | None) -> dict[str, str | None]:
    plain = {"ordered_at": AT, "updated_at": AT, "sales_amount": "1.00", "currency": "EUR"}
    return {"order_id_shop": str(number), **plain, **said}


def product(number: object, **said: str | None) -> dict[str, str | None]:
    return {"product_id_shop": str(number), "title": "x", "updated_at": AT, **said}


def good_orders(count: int) -> list[dict[str, str | None]]:
    return [order(f"good {number}") for number in range(count)]


def quarantined(table=raw_shop__orders) -> list[tuple[str, str]]:
    """Position and reasons of what was set aside."""
    file = set_aside.file_of(table, NIGHT)
    return [(r["position"], r["reason"]) for r in pq.ParquetFile(file).read().to_pylist()] if file.exists() else []


def receipt(table=raw_shop__orders) -> dict[str, int]:
    row = ledger.receipt(table.name, NIGHT)
    return {name: row[name] for name in ("received", "loaded", "quarantined", "duplicates")}


versions = st.fixed_dictionaries(
    {
        "product_id_shop": st.sampled_from(["1", "01", "2", "", "NA"]),
        "title": st.sampled_from(["a", "b", None]),
        "updated_at": st.sampled_from([AT, "2026-03-01 11:00:00", "never", "2099-01-01T00:00:00Z", None]),
    }
)


@MANY
@given(st.lists(versions, max_size=30), st.integers(0, 3), st.randoms(use_true_random=False))
def test_every_row_is_accounted_for_and_no_order_changes_anything(patient_products, rows, faults, chance):
    first = receive(land(patient_products, rows, faults=faults), NIGHT, "UTC")
    counts, set_aside_first = receipt(patient_products), sorted(reason for _, reason in quarantined(patient_products))
    assert counts["received"] == len(rows) + faults
    assert counts["received"] == counts["loaded"] + counts["quarantined"] + counts["duplicates"]
    assert counts["loaded"] == len(loaded(first))
    assert counts["quarantined"] == len(set_aside_first)
    shuffled = chance.sample(rows, len(rows))
    second = receive(land(patient_products, shuffled, faults=faults, page=chance.randint(1, 7)), NIGHT, "UTC")
    assert shelf.opened(second).run_id == shelf.opened(first).run_id
    assert sorted(reason for _, reason in quarantined(patient_products)) == set_aside_first


def test_the_newest_version_of_a_key_is_kept_and_the_others_counted():
    rows = [order(1, status_code="new"), order(1, status_code="paid", updated_at="2026-03-01 12:00:00"), order(2)]
    assert [(row["order_id_shop"], row["status_code"]) for row in received(raw_shop__orders, rows)] == [
        ("1", "paid"),
        ("2", None),
    ]
    assert receipt() == {"received": 3, "loaded": 2, "quarantined": 0, "duplicates": 1}


def test_of_versions_of_the_same_time_the_greatest_content_is_kept():
    rows = [order(1, status_code=code) for code in ("b", None, "c", "a")]
    for _ in range(3):
        random.shuffle(rows)
        assert [row["status_code"] for row in received(raw_shop__orders, rows)] == ["c"]


def test_the_same_row_twice_is_one_row():
    assert len(received(raw_shop__orders, [order(1)] * 3)) == 1
    assert receipt()["duplicates"] == 2


def test_a_bad_row_is_set_aside_with_all_reasons_and_its_position_and_the_others_are_loaded():
    rows = [*good_orders(50), order(7, sales_amount="1.234,56", updated_at=None)]
    assert len(received(raw_shop__orders, rows)) == 50
    assert quarantined() == [
        ("row 50", "sales_amount: has a decimal comma or a thousands separator; updated_at: missing")
    ]


def test_a_row_in_quarantine_is_kept_as_it_was_received():
    said = order("é\n🙂", sales_amount="NaN", **{"Some new column": "+49 30"})
    receive(land(raw_shop__orders, [*good_orders(50), said]), NIGHT, "UTC", BUSINESS_DAY)
    kept = set_aside.rows(raw_shop__orders, NIGHT).to_pylist()
    assert json.loads(kept[0]["row"]) == said


def test_a_value_that_was_not_understood_is_not_called_missing_too():
    received(raw_shop__orders, [*good_orders(50), order(7, updated_at="yesterday", ordered_at="soon")])
    assert quarantined()[0][1] == ("ordered_at: not an ISO date and time; updated_at: not an ISO date and time")


def test_identifiers_arrive_byte_for_byte():
    ids = ["007", "01234", "NA", "Null", "+49151", "9007199254740993", " 1", "e\u0301", "é"]
    assert {row["order_id_shop"] for row in received(raw_shop__orders, [order(name) for name in ids])} == set(ids)


def test_an_empty_identifier_is_a_guest_not_a_customer():
    (row,) = received(raw_shop__orders, [order(1, customer_id_shop="")])
    assert row["customer_id_shop"] is None


def test_money_is_exact_to_the_smallest_unit_of_each_currency():
    said = [("EUR", "0.10"), ("JPY", "100"), ("KWD", "1.005"), ("EUR", "-7.99")] * 250
    rows = [order(n, currency=code, sales_amount=amount) for n, (code, amount) in enumerate(said)]
    found = received(raw_shop__orders, rows)
    totals = {code: sum(r["sales_amount"] for r in found if r["currency"] == code) for code in ("EUR", "JPY", "KWD")}
    assert totals == {"EUR": Decimal("-1972.50"), "JPY": Decimal(25_000), "KWD": Decimal("251.25")}


def test_an_unknown_currency_is_missing_and_told(caplog):
    with caplog.at_level(logging.WARNING):
        found = received(raw_shop__orders, [order(1, currency="XYZ"), order(2, currency="usd"), order(3, currency="")])
    assert [row["currency"] for row in found] == [None, "USD", None]
    assert "unknown currency in 1 rows" in caplog.text


def test_rows_from_the_future_are_set_aside():
    end = datetime(2026, 3, 2, 23, tzinfo=UTC)  # midnight in Berlin
    at_the_edge, behind_it = end + timedelta(days=1), end + timedelta(days=1, microseconds=1)
    rows = [*good_orders(50), order("edge", updated_at=at_the_edge.isoformat())]
    received(raw_shop__orders, [*rows, order("future", updated_at=behind_it.isoformat())])
    assert quarantined() == [("row 51", "updated_at: in the future")]


def test_the_business_day_is_that_of_the_source():
    rows = [order(1, ordered_at="2026-03-01T23:30:00Z"), order(2, ordered_at="2026-03-01 23:30:00")]
    assert [row["order_date"] for row in received(raw_shop__orders, rows, zone="Europe/Berlin")] == [
        date(2026, 3, 2),
        date(2026, 3, 1),
    ]


def test_a_business_day_that_the_source_delivers_is_not_derived():
    rows = [order(1, ordered_at="2026-03-01T23:30:00Z", order_date="2026-02-28")]
    assert received(raw_shop__orders, rows)[0]["order_date"] == date(2026, 2, 28)


def test_only_a_day_can_be_derived_and_only_from_an_instant():
    address = land(raw_shop__orders, good_orders(1))
    with pytest.raises(ValueError, match="no business day"):
        receive(address, NIGHT, "UTC", {"order_date": "status_code"})


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        receive(land(raw_shop__orders, good_orders(1)), NIGHT, "Europe/Atlantis", BUSINESS_DAY)


def test_a_landing_of_another_night_is_refused():
    with pytest.raises(ValueError, match="is not of"):
        receive(land(raw_shop__orders, good_orders(1)), NIGHT + timedelta(days=1), "UTC", BUSINESS_DAY)


@pytest.mark.parametrize("lost", ["order_id_shop", "sales_amount", "updated_at"])
def test_a_removed_column_that_is_needed_stops_the_table_and_is_named(lost):
    rows = [{name: text for name, text in row.items() if name != lost} for row in good_orders(3)]
    with pytest.raises(MissingColumns, match=rf"does not deliver {lost}$"):
        received(raw_shop__orders, rows)


def test_a_renamed_column_is_named_with_what_came_instead():
    rows = [{("total" if name == "sales_amount" else name): text for name, text in good_orders(1)[0].items()}]
    with pytest.raises(MissingColumns, match="sales_amount; it delivers total"):
        received(raw_shop__orders, rows)


def test_an_optional_column_may_be_lacking():
    rows = [{name: text for name, text in row.items() if name != "currency"} for row in good_orders(2)]
    assert [row["currency"] for row in received(raw_shop__orders, rows)] == [None, None]


def test_reordered_columns_change_nothing():
    rows = good_orders(3)
    turned = [dict(reversed(row.items())) for row in rows]
    first = receive(land(raw_shop__orders, rows), NIGHT, "UTC", BUSINESS_DAY)
    second = receive(land(raw_shop__orders, turned), NIGHT, "UTC", BUSINESS_DAY)
    assert shelf.opened(first).run_id == shelf.opened(second).run_id


def test_an_added_column_is_told_and_loaded_nowhere(caplog):
    with caplog.at_level(logging.WARNING):
        found = received(raw_shop__orders, [order(1, **{"Loyalty\ntier": "gold"})])
    assert "Loyalty" not in str(found)
    assert "Loyalty\\ntier" in caplog.text


@pytest.mark.parametrize(
    "name", ["landed", "said", "typed", "row", "reason", "night", "order", 'x"; drop table y;--', "'"]
)
def test_no_name_of_an_added_column_gets_in_the_way(name):
    rows = [*good_orders(50), order(7, sales_amount="?", **{name: "gold"})]
    assert len(received(raw_shop__orders, rows)) == 50
    kept = set_aside.rows(raw_shop__orders, NIGHT).to_pylist()
    assert json.loads(kept[0]["row"])[name] == "gold"


def test_a_type_that_drifted_and_a_new_enum_value_set_only_their_rows_aside():
    consent = {"contact_id_crm": "1", "is_granted": "true", "recorded_at": AT, "updated_at": AT}
    rows = [{**consent, "contact_id_crm": str(n), "channel_code": "email"} for n in range(50)]
    odd = [{**rows[0], "channel_code": "pigeon"}, {**rows[0], "channel_code": "sms", "is_granted": "N/A"}]
    assert len(received(raw_crm__consents, [*rows, *odd])) == 50
    assert quarantined(raw_crm__consents) == [
        ("row 50", "channel_code: not one of the closed list"),
        ("row 51", "is_granted: not true or false"),
    ]


def test_days_without_a_clock_are_read():
    campaign = {"campaign_id_crm": "1", "started_date": "2026-01-01", "ended_date": "", "updated_at": AT}
    (row,) = received(raw_crm__campaigns, [campaign])
    assert (row["started_date"], row["ended_date"]) == (date(2026, 1, 1), None)


@pytest.mark.parametrize(("total", "bad"), [(1000, 1), (1000, 50), (20, 1), (140, 7)])
def test_bad_rows_up_to_the_limit_are_borne(total, bad):
    rows = good_orders(total - bad) + [order(n, sales_amount="?") for n in range(bad)]
    assert len(received(raw_shop__orders, rows)) == total - bad
    assert receipt() == {"received": total, "loaded": total - bad, "quarantined": bad, "duplicates": 0}
    assert json.loads(ledger.receipt(raw_shop__orders.name, NIGHT)["reasons"]) == {
        "sales_amount: not an exact decimal": bad
    }


@pytest.mark.parametrize(("total", "bad"), [(1000, 51), (140, 8), (19, 1), (3, 3)])
def test_one_bad_row_above_the_limit_stops_the_table_and_leaves_the_rows_to_be_looked_at(total, bad):
    rows = good_orders(total - bad) + [order(n, sales_amount="?") for n in range(bad)]
    with pytest.raises(TooManyBadRows, match=f"{bad} of {total:,} rows"):
        received(raw_shop__orders, rows)
    assert len(quarantined()) == bad
    assert ledger.receipt(raw_shop__orders.name, NIGHT) is None


def test_rows_that_could_not_be_put_into_columns_are_set_aside_too():
    assert len(received(raw_shop__orders, good_orders(100), faults=2)) == 100
    assert quarantined() == [("line 0", "not JSON"), ("line 1", "not JSON")]
    assert receipt() == {"received": 102, "loaded": 100, "quarantined": 2, "duplicates": 0}


def test_receiving_a_night_again_replaces_its_quarantine():
    bad = [*good_orders(100), order(1, sales_amount="?")]
    for _ in range(2):
        received(raw_shop__orders, bad)
        assert len(quarantined()) == 1
    received(raw_shop__orders, good_orders(100))
    assert quarantined() == []


def test_a_night_without_rows_is_an_empty_draft():
    with Landing(raw_shop__customers, NIGHT) as nothing:
        nothing.source_rows = 0
    assert loaded(receive(nothing.address, NIGHT, "UTC")) == []
    assert receipt(raw_shop__customers) == {"received": 0, "loaded": 0, "quarantined": 0, "duplicates": 0}


def test_a_landing_of_faults_alone_is_all_bad():
    with Landing(raw_shop__customers, NIGHT) as broken:
        broken.fault("<html>", "page 1", "not JSON")
    with pytest.raises(TooManyBadRows):
        receive(broken.address, NIGHT, "UTC")


def test_an_account_that_does_not_balance_is_refused():
    with pytest.raises(RowsLost):
        Account(received=3, loaded=1, quarantined=1, duplicates=0).balance(raw_shop__orders)
