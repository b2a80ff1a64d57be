"""Records of a REST silo: bad ones are set aside, the others come exactly as they were written."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mining_tasks.demo.faults import Misbehaviour
from mining_tasks.sources import rest
from mining_tasks.warehouse.home import Home
from tests.sources import landed
from tests.sources.rest_silos import CONTACTS, connection, contact, crm_server, crm_silo, extract
from tests.sources.shops import window

NaN = float("nan")
BAD: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "NaN": (lambda record: record | {"score": NaN}, "holds NaN or Infinity"),
    "deep Infinity": (lambda record: record | {"x": [{"y": float("inf")}]}, "holds NaN or Infinity"),
    "array for object": (lambda record: [record], "not an object"),
    "null for object": (lambda record: None, "not an object"),
    "text for object": (lambda record: "x", "not an object"),
    "lone surrogate": (lambda record: record | {"properties": {"email": "\ud800"}}, "not valid Unicode"),
    "NUL": (lambda record: record | {"properties": {"email": "a\0b"}}, "holds a NUL"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_record_is_set_aside_with_its_position_and_the_others_arrive(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home
) -> None:
    spoil, reason = BAD[case]
    fault = Misbehaviour(
        "rewritten",
        at_page=2,
        rewrite=lambda p: p | {"results": [p["results"][0], spoil(p["results"][1]), p["results"][2]]},
    )
    with crm_server(tmp_path, *(contact(n) for n in range(9))) as server:
        monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(server))
        server.faults.add(fault)
        [address] = extract(crm_silo())
    assert fault.fired == 1
    assert landed.faults(address) == [("/crm/v3/objects/contacts, page 2, record 2", reason)]
    assert ids(address) == ["000", "001", "002", "003", "005", "006", "007", "008"]


def test_values_come_exactly_as_they_were_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home
) -> None:
    values = {
        "phone": 9007199254740993,
        "city": "007",
        "region": True,
        "street": None,
        "postcode": {"a": [1, "ü"]},
        "surname": "",
    }
    columns = {**CONTACTS.columns, **{name: f"properties.{name}" for name in values}, "given_name": "properties.none"}
    with crm_server(tmp_path, contact(1, **values)) as server:
        monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(server))
        [address] = extract(crm_silo(CONTACTS.__class__(CONTACTS.table, CONTACTS.origin, columns)))
    [row] = landed.rows(address)
    assert {name: row[name] for name in values} == {
        "phone": "9007199254740993",
        "city": "007",
        "region": "true",
        "street": None,
        "postcode": '{"a": [1, "ü"]}',
        "surname": "",
    }
    assert row["given_name"] is None


def test_only_what_changed_in_the_window_lands_even_if_the_silo_sends_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home
) -> None:
    changed = ["2026-03-27T23:59:59Z", "2026-03-28T00:00:00Z", "2026-03-29T23:59:59Z", "2026-03-30T00:00:00Z"]
    since = window(datetime(2026, 3, 28, tzinfo=UTC))
    with crm_server(tmp_path, *(contact(n, at) for n, at in enumerate(changed))) as server:
        monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(server))
        for silo in (
            crm_silo(),
            crm_silo(style=crm_silo().style.__class__(next_cursor="paging.next.after", cursor="after")),
        ):
            [address] = rest.extract(silo, {"raw_crm__contacts": since})
            assert ids(address) == ["001", "002"]


def ids(address: str) -> list[str]:
    return [row["contact_id_crm"] for row in landed.rows(address)]


def test_names_of_fields_in_messages_are_plain_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    with crm_server(tmp_path, contact(1, **{"ann@example.com": 1, "two\nlines": 2, "nickname": 3})) as server:
        monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(server))
        with caplog.at_level("INFO"):
            extract(crm_silo())
    assert "fields that are not mapped: properties.nickname and 2 more" in caplog.text
    assert "ann@" not in caplog.text
    assert "HTTP Request" not in caplog.text
