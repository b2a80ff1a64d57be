"""The CRM speaks like HubSpot: key, pages, window, limit; and tells of the same households as the shop."""

import re
import shutil
from datetime import date
from pathlib import Path

import httpx
import pytest

from expectations.crm import CHANNELS
from mining_tasks.demo import versions
from mining_tasks.demo.server import Server
from mining_tasks.demo.silos import crm
from mining_tasks.demo.versions import Version
from tests.demo.silos import CRM_PATHS, TOKEN, Rows, all_of_crm

KEY = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("kind", CRM_PATHS)
@pytest.mark.parametrize("limit", [7, 100, 500])
def test_paging_gives_every_record_exactly_once(ask_crm: httpx.Client, kind: str, limit: int) -> None:
    if limit == 7 and kind in ("statuses", "campaign_contacts"):
        limit = 23  # as many pages, fewer requests
    records, totals = all_of_crm(ask_crm, kind, limit=limit)
    ids = [record["id"] for record in records]
    assert len(ids) == len(set(ids)) == totals[0] > 0
    assert len(set(totals)) == 1


def test_a_page_that_is_just_full_is_the_last(ask_crm: httpx.Client) -> None:
    page = ask_crm.get(CRM_PATHS["campaigns"], params={"limit": 27}).json()
    assert len(page["results"]) == 27
    assert "paging" not in page


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic x", f"Bearer {TOKEN}x", f"Basic {TOKEN}"])
def test_nobody_reads_without_the_token(crm_server: Server, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    for path in CRM_PATHS.values():
        answer = httpx.get(crm_server.url + path, headers=headers)
        assert answer.status_code == 401
        assert TOKEN not in answer.text


def test_two_windows_side_by_side_hold_every_version_once(ask_crm: httpx.Client) -> None:
    border = "2017-06-15T00:00:00+00:00"
    before, _ = all_of_crm(ask_crm, "campaign_contacts", limit=500, updatedBefore=border)
    since, _ = all_of_crm(ask_crm, "campaign_contacts", limit=500, updatedAfter=border)
    everything, _ = all_of_crm(ask_crm, "campaign_contacts", limit=500)
    assert before
    assert since
    assert max(record["updatedAt"] for record in before) < border < min(record["updatedAt"] for record in since)
    newest = {record["id"]: record for record in before} | {record["id"]: record for record in since}
    assert newest == {record["id"]: record for record in everything}


def test_a_past_night_is_told_as_it_was_then(ask_crm: httpx.Client) -> None:
    past, _ = all_of_crm(ask_crm, "campaign_contacts", limit=500, updatedBefore="2017-06-15T00:00:00Z")
    now, _ = all_of_crm(ask_crm, "campaign_contacts", limit=500)
    assert all((record["properties"]["first_responded_at"] or "") < "2017-06-15" for record in past)
    then = {record["id"]: record["properties"]["responses"] for record in past}
    grown = [record for record in now if record["properties"]["responses"] > then.get(record["id"], "9")]
    assert grown


@pytest.mark.parametrize(
    "params", [{"limit": 0}, {"limit": 501}, {"limit": "x"}, {"after": "!"}, {"updatedAfter": "x"}]
)
def test_a_request_it_does_not_understand_is_refused(ask_crm: httpx.Client, params: dict[str, str]) -> None:
    assert ask_crm.get(CRM_PATHS["contacts"], params=params).status_code == 400


def test_an_unknown_kind_of_object_is_not_found(ask_crm: httpx.Client) -> None:
    assert ask_crm.get("/crm/v3/objects/unicorns").status_code == 404


def test_the_191st_request_in_ten_seconds_is_told_to_wait(crm_server: Server, ask_crm: httpx.Client) -> None:
    crm_server.gate.limit.seconds = 3_600.0  # the test shall not depend on its own speed
    answers = [ask_crm.get(CRM_PATHS["campaigns"], params={"limit": 1}) for _ in range(191)]
    assert [answer.status_code for answer in answers] == [200] * 190 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3_600
    assert crm_server.gate.limit.refused == 1


def test_the_limit_opens_again_when_its_window_is_over(crm_server: Server, ask_crm: httpx.Client) -> None:
    crm_server.gate.limit.requests, crm_server.gate.limit.seconds = 1, 3_600.0
    assert ask_crm.get(CRM_PATHS["campaigns"]).status_code == 200
    assert ask_crm.get(CRM_PATHS["campaigns"]).status_code == 429
    crm_server.gate.limit.seconds = 0.0
    assert ask_crm.get(CRM_PATHS["campaigns"]).status_code == 200


def test_campaign_contacts_are_contacts_in_campaigns_and_answered_after_they_began(ask_crm: httpx.Client) -> None:
    contacts = {record["id"]: record for record in all_of_crm(ask_crm, "contacts", limit=500)[0]}
    campaigns = {record["id"] for record in all_of_crm(ask_crm, "campaigns")[0]}
    members = [record["properties"] for record in all_of_crm(ask_crm, "campaign_contacts", limit=500)[0]]
    assert members
    for member in members:
        assert member["campaign_id"] in campaigns
        assert contacts[member["contact_id"]]["createdAt"] < member["contacted_at"]
        assert (member["first_responded_at"] is None) == (member["responses"] == "0")
        assert member["first_responded_at"] is None or member["first_responded_at"] >= member["contacted_at"]


def test_consents_are_of_known_contacts_and_channels(ask_crm: httpx.Client) -> None:
    contacts = {record["id"] for record in all_of_crm(ask_crm, "contacts", limit=500)[0]}
    consents = [record["properties"] for record in all_of_crm(ask_crm, "statuses", limit=500)[0]]
    assert {consent["channel"] for consent in consents} == set(CHANNELS)
    assert {consent["granted"] for consent in consents} == {"true", "false"}
    assert {consent["contact_id"] for consent in consents} <= contacts


def test_demographics_come_for_the_households_that_gave_them(ask_crm: httpx.Client) -> None:
    contacts = [record["properties"] for record in all_of_crm(ask_crm, "contacts", limit=500)[0]]
    assert sum(contact["age_band"] is not None for contact in contacts) == 37  # of these 120 households
    assert {contact["household_size"] for contact in contacts} <= {None, "1", "2", "3", "4", "5+"}


def test_birth_dates_are_dates_whatever_was_typed(ask_crm: httpx.Client) -> None:
    contacts = [record["properties"]["date_of_birth"] for record in all_of_crm(ask_crm, "contacts", limit=500)[0]]
    given = [born for born in contacts if born]
    assert given
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", born) and date.fromisoformat(born) for born in given)


def test_the_crms_name_differs_from_the_shops_where_somebody_mistyped(ask_crm: httpx.Client, shop_rows: Rows) -> None:
    shop = {f"{first} {last}".lower() for first, last in shop_rows("SELECT first_name, last_name FROM customers")}
    contacts = [record["properties"] for record in all_of_crm(ask_crm, "contacts", limit=500)[0]]
    names = {f"{contact['firstname']} {contact['lastname']}" for contact in contacts}
    assert names & shop
    assert names - shop


def test_records_that_come_in_while_paging_shift_nothing(tmp_path: Path, small: Path) -> None:
    store = shutil.copy(small / "demo" / "crm.db", tmp_path / "crm.db")
    with crm(store, TOKEN) as server, httpx.Client(base_url=server.url, headers=KEY) as client:
        page = client.get(CRM_PATHS["contacts"], params={"limit": 20}).json()
        seen = [record["id"] for record in page["results"]]
        before = {record["id"] for record in all_of_crm(client, "contacts", limit=500)[0]}
        late = [Version("contacts", f"late-{n}", "2017-12-31T12:00:00Z", f'{{"id": "late-{n}"}}') for n in range(5)]
        with versions.opened(store) as opened:
            versions.put(opened, late)
        while "paging" in page:
            page = client.get(CRM_PATHS["contacts"], params={"limit": 20, **page["paging"]["next"]}).json()
            seen += [record["id"] for record in page["results"]]
    assert len(seen) == len(set(seen))
    assert set(seen) == before | {version.id for version in late}
