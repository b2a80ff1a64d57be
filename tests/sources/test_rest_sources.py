"""S6 and its neighbours: a REST silo that stumbles on any page, in any way, against the demo's real servers."""

from typing import Any

import pytest

from mining_tasks.demo.faults import Misbehaviour, http_date
from mining_tasks.demo.server import Server
from mining_tasks.sources.faults import Drifted, RateLimited, Refused, SilentSource, Unfinished
from mining_tasks.warehouse.home import Home
from tests.sources import landed
from tests.sources.rest_silos import (
    CONTACTS,
    TOKEN,
    connection,
    crm_silo,
    desk_silo,
    extract,
)

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
