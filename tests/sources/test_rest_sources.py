"""S6 and its neighbours: a REST silo that stumbles on any page, in any way, against the demo's real servers."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mining_tasks.demo.faults import Misbehaviour, http_date
from mining_tasks.demo.server import Server
from mining_tasks.sources import rest
from mining_tasks.sources.faults import Drifted, RateLimited, Refused, SilentSource, Unfinished
from mining_tasks.warehouse.home import Home
from tests.sources import landed
from tests.sources.rest_silos import (
    CONTACTS,
    TOKEN,
    connection,
    contact,
    crm_server,
    crm_silo,
    desk_server,
    desk_silo,
    extract,
    review,
)
from tests.sources.shops import window

PAGES = 4
TRUTH = [f"{n:03}" for n in range(10)]
STUMBLES = {
    "500": {"how": "status", "status": 500},
    "502": {"how": "status", "status": 502},
    "503": {"how": "status", "status": 503, "retry_after": "0"},
    "429": {"how": "status", "status": 429, "retry_after": "0"},
    "reset": {"how": "reset"},
    "truncated": {"how": "truncated"},
}


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home) -> Iterator[Server]:
    """A CRM of ten contacts on four pages."""
    with crm_server(tmp_path, *(contact(n) for n in range(10))) as server:
        monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(server))
        yield server


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home) -> Iterator[Server]:
    """A desk of ten reviews on four pages."""
    with desk_server(tmp_path, *(review(n) for n in range(10))) as server:
        monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(server))
        yield server


def ids(address: str) -> list[str]:
    return [row["contact_id_crm"] for row in landed.rows(address)]


def assert_nothing_landed(home: Home) -> None:
    assert not list(home.landing.glob("*/*/*"))


def test_all_pages_of_both_styles_arrive(crm: Server, desk: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    [reviews] = extract(desk_silo())
    assert [row["review_id_support"] for row in landed.rows(reviews)] == [str(n) for n in range(10)]
    assert desk.gate.requests == PAGES
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(crm))
    [contacts] = extract(crm_silo())
    assert ids(contacts) == TRUTH
    assert crm.gate.requests == PAGES


@pytest.mark.parametrize("page", range(1, PAGES + 1))
@pytest.mark.parametrize("stumble", STUMBLES)
def test_a_crm_that_stumbles_once_on_any_page_loses_nothing(stumble: str, page: int, crm: Server) -> None:
    fault = crm.faults.add(Misbehaviour(at_page=page, **STUMBLES[stumble]))
    [address] = extract(crm_silo())
    assert fault.fired == 1
    assert ids(address) == TRUTH


@pytest.mark.parametrize("page", range(1, PAGES + 1))
@pytest.mark.parametrize("stumble", STUMBLES)
def test_a_desk_that_stumbles_once_on_any_page_loses_nothing(stumble: str, page: int, desk: Server) -> None:
    fault = desk.faults.add(Misbehaviour(at_page=page, **STUMBLES[stumble]))
    [address] = extract(desk_silo())
    assert fault.fired == 1
    assert [row["review_id_support"] for row in landed.rows(address)] == [str(n) for n in range(10)]


@pytest.mark.parametrize("page", range(1, PAGES + 1))
@pytest.mark.parametrize("stumble", STUMBLES)
def test_a_page_that_stays_broken_leaves_nothing_behind(stumble: str, page: int, crm: Server, shop_home: Home) -> None:
    fault = crm.faults.add(Misbehaviour(at_page=page, times=99, **STUMBLES[stumble]))
    with pytest.raises(RateLimited if stumble == "429" else SilentSource):
        extract(crm_silo())
    assert fault.fired == 4
    assert crm.gate.requests == page - 1 + 4
    assert_nothing_landed(shop_home)


@pytest.mark.parametrize("style", ["crm", "desk"])
def test_cursors_that_run_in_a_circle_are_noticed(style: str, request: pytest.FixtureRequest, shop_home: Home) -> None:
    server: Server = request.getfixturevalue(style)
    fault = server.faults.add(Misbehaviour("loop", at_page=2, times=99))
    with pytest.raises(Unfinished, match="a circle"):
        extract(crm_silo() if style == "crm" else desk_silo())
    assert 1 <= fault.fired <= 2
    assert_nothing_landed(shop_home)


@pytest.mark.parametrize("more", [-1, 1])
def test_another_number_of_records_than_the_silo_says_is_incomplete(more: int, crm: Server, shop_home: Home) -> None:
    lie = Misbehaviour("rewritten", at_page=PAGES, rewrite=lambda page: page | {"total": page["total"] + more})
    crm.faults.add(lie)
    with pytest.raises(Unfinished, match=f"says {10 + more} records, 10 came"):
        extract(crm_silo())
    assert lie.fired == 1
    assert_nothing_landed(shop_home)


def test_a_record_that_slid_onto_the_next_page_counts_once(crm: Server) -> None:
    first: list[Any] = []

    def remember(page: dict[str, Any]) -> dict[str, Any]:
        first.extend(page["results"])
        return page

    crm.faults.add(Misbehaviour("rewritten", at_page=1, rewrite=remember))
    slid = crm.faults.add(
        Misbehaviour("rewritten", at_page=2, rewrite=lambda page: page | {"results": [first[-1], *page["results"]]})
    )
    [address] = extract(crm_silo())
    assert slid.fired == 1
    assert len(ids(address)) == 11
    assert sorted(set(ids(address))) == TRUTH


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("page", [1, 3])
def test_a_refusal_is_not_tried_again_and_keeps_the_secret(
    status: int, page: int, crm: Server, shop_home: Home
) -> None:
    crm.faults.add(Misbehaviour("status", status=status, at_page=page, times=99))
    with pytest.raises(Refused, match="refuses what connection small_silo holds") as caught:
        extract(crm_silo())
    assert crm.gate.requests == page
    assert TOKEN not in str(caught.value)
    assert_nothing_landed(shop_home)


def test_a_wrong_token_is_refused(crm: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(crm, "wrong"))
    with pytest.raises(Refused):
        extract(crm_silo())
    assert crm.gate.requests == 1


@pytest.mark.parametrize("told", ["0", "1", None, "86400", "soon", "date"])
def test_a_rate_limit_is_waited_for_up_to_the_cap(told: str | None, crm: Server) -> None:
    told = http_date(3600) if told == "date" else told
    fault = crm.faults.add(Misbehaviour("status", status=429, at_page=2, times=2, retry_after=told))
    [address] = extract(crm_silo())
    assert fault.fired == 2
    assert ids(address) == TRUTH


@pytest.mark.parametrize("told", ["86400", None])
def test_a_rate_limit_without_end_fails_as_such_within_the_budget(
    told: str | None, crm: Server, shop_home: Home
) -> None:
    crm.faults.add(Misbehaviour("status", status=429, at_page=2, times=99, retry_after=told))
    with pytest.raises(RateLimited, match="answers 429"):
        extract(crm_silo())
    assert crm.gate.requests == 5
    assert_nothing_landed(shop_home)


def test_the_real_rate_limit_of_the_crm_is_kept(crm: Server) -> None:
    crm.gate.limit.requests, crm.gate.limit.seconds = 2, 1.0
    patient = crm_silo().patience.__class__(tries=5, first_wait_seconds=0.01, longest_wait_seconds=2)
    [address] = extract(crm_silo(patience=patient))
    assert crm.gate.limit.refused >= 1
    assert ids(address) == TRUTH


@pytest.mark.parametrize("page", [1, 3])
def test_a_login_page_with_status_200_is_no_data(page: int, crm: Server, shop_home: Home) -> None:
    fault = crm.faults.add(Misbehaviour("login_page", at_page=page))
    with pytest.raises(Refused, match="a login page"):
        extract(crm_silo())
    assert fault.fired == 1
    assert_nothing_landed(shop_home)


@pytest.mark.parametrize("status", [301, 302, 307])
def test_redirects_are_not_followed(status: int, crm: Server) -> None:
    crm.faults.add(Misbehaviour("status", status=status))
    with pytest.raises(Refused, match="redirects are not followed"):
        extract(crm_silo())
    assert crm.gate.requests == 1


def test_a_listing_that_is_gone_is_a_drift(crm: Server) -> None:
    gone = CONTACTS.__class__(CONTACTS.table, "/crm/v3/objects/persons", CONTACTS.columns)
    with pytest.raises(Drifted, match="there is no such listing"):
        extract(crm_silo(gone))


def test_a_field_that_was_renamed_everywhere_is_a_drift(crm: Server, shop_home: Home) -> None:
    renamed = CONTACTS.__class__(CONTACTS.table, CONTACTS.origin, {**CONTACTS.columns, "updated_at": "changedAt"})
    with pytest.raises(
        Drifted, match="changedAt is mapped but stands in no record; they hold id, properties.email, updatedAt"
    ):
        extract(crm_silo(renamed))
    assert_nothing_landed(shop_home)


@pytest.mark.parametrize("payload", [{"results": {}}, {"rows": []}, {"results": "none"}])
def test_a_page_of_another_shape_is_refused(payload: dict[str, Any], crm: Server) -> None:
    crm.faults.add(Misbehaviour("rewritten", rewrite=lambda page: payload))
    with pytest.raises(Refused, match="holds no list at 'results'"):
        extract(crm_silo())


def test_a_page_of_far_more_records_than_asked_for_is_refused(crm: Server) -> None:
    crm.faults.add(Misbehaviour("rewritten", rewrite=lambda page: page | {"results": page["results"] * 11}))
    with pytest.raises(Refused, match="33 records where 3 were asked for"):
        extract(crm_silo())


def test_a_page_of_far_too_many_bytes_is_refused(crm: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mining_tasks.sources.rest_ask.MOST_BYTES", 100)
    with pytest.raises(Refused, match="more than 100 bytes"):
        extract(crm_silo())


@pytest.mark.parametrize("how", ["slow", "trickle"])
def test_a_silo_that_dawdles_is_left_at_the_deadline(how: Any, crm: Server, shop_home: Home) -> None:
    fault = crm.faults.add(Misbehaviour(how, at_page=2, times=99, seconds=0.4 if how == "slow" else 0.01))
    hurried = crm_silo().patience.__class__(
        tries=2, first_wait_seconds=0.01, longest_wait_seconds=0.01, read_seconds=0.2
    )
    with pytest.raises(SilentSource):
        extract(crm_silo(patience=hurried, deadline_minutes=0.6 / 60))
    assert fault.fired >= 1
    assert_nothing_landed(shop_home)


def test_a_silo_that_is_down_is_silent(crm: Server, shop_home: Home) -> None:
    with crm.down(), pytest.raises(SilentSource, match="/crm/v3/objects/contacts broke off: ConnectError"):
        extract(crm_silo())
    assert_nothing_landed(shop_home)
    assert ids(extract(crm_silo())[0]) == TRUTH


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
def test_a_bad_record_is_set_aside_with_its_position_and_the_others_arrive(case: str, crm: Server) -> None:
    spoil, reason = BAD[case]
    fault = Misbehaviour(
        "rewritten",
        at_page=2,
        rewrite=lambda p: p | {"results": [p["results"][0], spoil(p["results"][1]), p["results"][2]]},
    )
    crm.faults.add(fault)
    [address] = extract(crm_silo())
    assert fault.fired == 1
    assert landed.faults(address) == [("/crm/v3/objects/contacts, page 2, record 2", reason)]
    assert ids(address) == [contact for contact in TRUTH if contact != "004"]


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
