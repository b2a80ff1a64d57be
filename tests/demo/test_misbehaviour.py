"""A silo can be told to misbehave; it does so on the page that was named, as often as was said, and counts it."""

from collections.abc import Callable

import httpx
import pytest

from mining_tasks.demo.faults import Misbehaviour, http_date
from mining_tasks.demo.server import Server
from tests.demo.silos import CRM_PATHS, LOGIN, TOKEN, all_of_crm, all_of_desk

CONTACTS = CRM_PATHS["contacts"]


def _page(client: httpx.Client, number: int) -> httpx.Response:
    """The answer to the request for that page of contacts, after all pages before it."""
    params: dict[str, str | int] = {"limit": 20}
    for _ in range(number - 1):
        params["after"] = client.get(CONTACTS, params=params).raise_for_status().json()["paging"]["next"]["after"]
    return client.get(CONTACTS, params=params)


@pytest.mark.parametrize("status", [401, 403, 500, 502, 503])
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_status_comes_on_its_page_and_is_gone_on_the_next_try(
    crm_server: Server, ask_crm: httpx.Client, status: int, page: int
) -> None:
    fault = crm_server.faults.add(Misbehaviour(status=status, at_page=page, times=1))
    assert _page(ask_crm, page).status_code == status
    assert fault.fired == 1
    assert _page(ask_crm, page).status_code == 200
    assert fault.fired == 1


@pytest.mark.parametrize("told", ["7", "86400", None, http_date(30)], ids=["seconds", "a day", "missing", "a date"])
def test_too_many_requests_names_the_time_to_wait_in_every_form(
    crm_server: Server, ask_crm: httpx.Client, told: str | None
) -> None:
    fault = crm_server.faults.add(Misbehaviour(status=429, retry_after=told))
    answer = ask_crm.get(CONTACTS)
    assert (answer.status_code, answer.headers.get("Retry-After"), fault.fired) == (429, told, 1)


@pytest.mark.parametrize(("how", "raised"), [("truncated", httpx.RemoteProtocolError), ("reset", httpx.ReadError)])
def test_a_cut_answer_is_seen_as_cut(
    crm_server: Server, ask_crm: httpx.Client, how: str, raised: type[Exception]
) -> None:
    fault = crm_server.faults.add(Misbehaviour(how=how, at_page=2))  # type: ignore[arg-type]
    with pytest.raises(raised):
        _page(ask_crm, 2)
    assert fault.fired == 1
    assert _page(ask_crm, 2).status_code == 200


def test_a_looping_cursor_leads_back_to_its_own_page(crm_server: Server, ask_crm: httpx.Client) -> None:
    fault = crm_server.faults.add(Misbehaviour(how="loop", at_page=2, times=3))
    looping = _page(ask_crm, 2)
    again = ask_crm.get(CONTACTS, params={"limit": 20, "after": looping.json()["paging"]["next"]["after"]})
    assert again.json()["results"] == looping.json()["results"]
    assert again.json()["paging"] == looping.json()["paging"]
    assert fault.fired == 2


def test_the_desks_cursor_can_loop_too(desk_server: Server, ask_desk: httpx.Client) -> None:
    fault = desk_server.faults.add(Misbehaviour(how="loop", at_page=1))
    address = "/api/v2/incremental/users/cursor.json"
    first = ask_desk.get(address).json()
    again = ask_desk.get(address, params={"cursor": first["after_cursor"]}).json()
    assert first["end_of_stream"] is False
    assert again["users"] == first["users"]
    assert fault.fired == 1


def test_a_login_page_comes_with_status_200(crm_server: Server, ask_crm: httpx.Client) -> None:
    fault = crm_server.faults.add(Misbehaviour(how="login_page"))
    answer = ask_crm.get(CONTACTS)
    assert (answer.status_code, answer.headers["content-type"], fault.fired) == (200, "text/html; charset=utf-8", 1)


@pytest.mark.parametrize("how", ["slow", "trickle"])
def test_a_slow_answer_runs_into_the_callers_timeout(crm_server: Server, ask_crm: httpx.Client, how: str) -> None:
    fault = crm_server.faults.add(Misbehaviour(how=how, seconds=30.0))  # type: ignore[arg-type]
    with pytest.raises(httpx.ReadTimeout):
        ask_crm.get(CONTACTS, timeout=0.2)
    assert fault.fired == 1


def test_a_payload_can_be_rewritten(crm_server: Server, ask_crm: httpx.Client) -> None:
    fault = crm_server.faults.add(Misbehaviour(how="rewritten", rewrite=lambda page: {**page, "total": 1}))
    assert ask_crm.get(CONTACTS).json()["total"] == 1
    assert fault.fired == 1


def test_a_fault_strikes_only_the_address_it_names(crm_server: Server, ask_crm: httpx.Client) -> None:
    fault = crm_server.faults.add(Misbehaviour(path="campaign_contacts", at_page=None, times=5))
    assert len(all_of_crm(ask_crm, "contacts", limit=20)[0]) > 20
    assert fault.fired == 0
    assert ask_crm.get(CRM_PATHS["campaign_contacts"]).status_code == 500
    assert fault.fired == 1


def test_a_silo_that_is_down_refuses_and_comes_back_at_the_same_address(
    desk_server: Server, ask_desk: httpx.Client
) -> None:
    address = desk_server.url
    with desk_server.down(), pytest.raises(httpx.ConnectError):
        httpx.get(address)
    assert desk_server.url == address
    assert all_of_desk(ask_desk, "users")[0]


FAULTS: list[Callable[[], Misbehaviour]] = [
    lambda: Misbehaviour(status=503, at_page=None),
    lambda: Misbehaviour(how="truncated", at_page=None),
    lambda: Misbehaviour(how="reset", at_page=None),
]


@pytest.mark.parametrize("make", FAULTS)
def test_a_fault_is_never_shown_to_those_without_the_key(desk_server: Server, make: Callable[[], Misbehaviour]) -> None:
    fault = desk_server.faults.add(make())
    answer = httpx.get(f"{desk_server.url}/api/v2/incremental/users/cursor.json", auth=(LOGIN, TOKEN + "x"))
    assert (answer.status_code, fault.fired) == (401, 0)
