"""The desk speaks like Zendesk, and what it tells is about orders and products that were really bought."""

import csv
import gzip
import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from mining_tasks.demo.desk_drops import drop, read_drops_instead
from mining_tasks.demo.server import Server
from tests.demo.silos import LOGIN, TOKEN, Rows, all_of_desk

KINDS = ("tickets", "users", "reviews")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("per_page", [9, 100, 1_000])
def test_paging_gives_every_record_exactly_once(ask_desk: httpx.Client, kind: str, per_page: int) -> None:
    records, counts = all_of_desk(ask_desk, kind, per_page=per_page, start_time=0)
    ids = [record["id"] for record in records]
    assert len(ids) == len(set(ids)) == counts[0] > 0
    assert len(set(counts)) == 1


def test_a_cursor_alone_keeps_to_the_window_it_began_with(ask_desk: httpx.Client) -> None:
    border = int(datetime(2017, 7, 1, tzinfo=UTC).timestamp())
    address = "/api/v2/incremental/tickets/cursor.json"
    page = ask_desk.get(address, params={"start_time": 0, "end_time": border, "per_page": 10}).json()
    seen = page["tickets"]
    while not page["end_of_stream"]:
        page = ask_desk.get(address, params={"cursor": page["after_cursor"], "per_page": 10}).json()
        seen += page["tickets"]
    assert len(seen) == page["count"] > 10
    assert max(ticket["updated_at"] for ticket in seen) < "2017-07-01"


@pytest.mark.parametrize("auth", [None, (LOGIN, "wrong"), ("somebody@example.com/token", TOKEN), (TOKEN, LOGIN)])
def test_nobody_reads_without_the_login(desk_server: Server, auth: tuple[str, str] | None) -> None:
    for kind in KINDS:
        answer = httpx.get(f"{desk_server.url}/api/v2/incremental/{kind}/cursor.json", auth=auth)
        assert answer.status_code == 401


@pytest.mark.parametrize("params", [{"per_page": 0}, {"per_page": 1_001}, {"cursor": "x"}, {"start_time": "noon"}])
def test_a_request_it_does_not_understand_is_refused(ask_desk: httpx.Client, params: dict[str, str]) -> None:
    assert ask_desk.get("/api/v2/incremental/tickets/cursor.json", params=params).status_code == 400


def test_an_unknown_listing_is_not_found(ask_desk: httpx.Client) -> None:
    assert ask_desk.get("/api/v2/incremental/unicorns/cursor.json").status_code == 404


def test_a_ticket_of_last_night_was_open_then_and_is_solved_now(ask_desk: httpx.Client) -> None:
    now = {ticket["id"]: ticket for ticket in all_of_desk(ask_desk, "tickets", per_page=1_000)[0]}
    border = datetime(2017, 7, 1, tzinfo=UTC)
    past, _ = all_of_desk(ask_desk, "tickets", per_page=1_000, end_time=int(border.timestamp()))
    solved_since = [ticket for ticket in past if ticket["status"] == "new" and now[ticket["id"]]["status"] == "solved"]
    assert solved_since
    for ticket in solved_since:
        assert ticket["metric_set"]["solved_at"] is None
        assert now[ticket["id"]]["metric_set"]["solved_at"] >= "2017-07-01"


def test_a_ticket_names_an_order_of_the_household_that_writes(
    ask_desk: httpx.Client, shop_rows: Rows, small: Path
) -> None:
    with (small / "demo" / "truth" / "accounts.csv").open(newline="") as file:
        household = {
            row["account_id"]: row["household_id"] for row in csv.DictReader(file) if row["source"] == "support"
        }
    orders = {
        str(order): (str(who), placed)
        for order, who, placed in shop_rows("SELECT id, customer_id, placed_at FROM orders")
    }
    tickets = [ticket for ticket in all_of_desk(ask_desk, "tickets", per_page=1_000)[0] if ticket["external_id"]]
    assert tickets
    for ticket in tickets:
        who, placed = orders[ticket["external_id"]]
        assert household[str(ticket["requester_id"])] == who
        assert ticket["created_at"] > placed[:10]


def test_a_review_is_of_a_product_that_the_household_bought(
    ask_desk: httpx.Client, shop_rows: Rows, small: Path
) -> None:
    with (small / "demo" / "truth" / "accounts.csv").open(newline="") as file:
        household = {
            row["account_id"]: row["household_id"] for row in csv.DictReader(file) if row["source"] == "support"
        }
    bought = shop_rows("SELECT DISTINCT customer_id, product_id FROM orders JOIN order_lines ON id = order_id")
    pairs = {(str(who), str(what)) for who, what in bought}
    reviews, _ = all_of_desk(ask_desk, "reviews", per_page=1_000)
    assert reviews
    assert {(household[str(review["requester_id"])], review["product"]["id"]) for review in reviews} <= pairs
    assert {review["score"] for review in reviews} == {1, 2, 3, 4, 5}


def test_every_writer_is_known_before_she_writes(ask_desk: httpx.Client) -> None:
    known = {user["id"]: user["created_at"] for user in all_of_desk(ask_desk, "users", per_page=1_000)[0]}
    written = [record for kind in ("tickets", "reviews") for record in all_of_desk(ask_desk, kind, per_page=1_000)[0]]
    assert written
    assert all(known[record["requester_id"]] <= record["created_at"] for record in written)
    assert all(record["created_at"] >= "2017-01-01" and record["updated_at"] < "2018-01-01" for record in written)


def test_no_text_holds_an_unfilled_blank(ask_desk: httpx.Client) -> None:
    texts = [ticket["description"] for ticket in all_of_desk(ask_desk, "tickets", per_page=1_000)[0]]
    texts += [review["comment"] for review in all_of_desk(ask_desk, "reviews", per_page=1_000)[0]]
    assert len(texts) > 200
    assert not any("{" in text or "None" in text for text in texts)


def test_the_files_of_a_night_hold_what_the_api_tells_of_that_night(
    tmp_path: Path, small: Path, ask_desk: httpx.Client
) -> None:
    night, store = date(2017, 12, 31), small / "demo" / "desk.db"
    tickets_file, users_file, reviews_file = drop(store, tmp_path, night, since=date(2017, 12, 1))
    window = {"start_time": 1_512_086_400, "end_time": 1_514_764_800, "per_page": 1_000}
    tickets, users, reviews = (all_of_desk(ask_desk, kind, **window)[0] for kind in KINDS)
    assert tickets
    assert reviews
    with gzip.open(tickets_file, "rt") as lines:
        assert [json.loads(line) for line in lines] == tickets
    with users_file.open(newline="") as rows:
        assert [row["id"] for row in csv.DictReader(rows)] == [str(user["id"]) for user in users]
    with gzip.open(reviews_file, "rt", newline="") as rows:
        assert [row["comment"] for row in csv.DictReader(rows)] == [review["comment"] for review in reviews]
    assert (tmp_path / "tickets-2017-12-31.jsonl.gz.count").read_text() == f"{len(tickets)}\n"


def test_the_same_night_drops_the_same_bytes(tmp_path: Path, small: Path) -> None:
    first, second = (
        [file.read_bytes() for file in drop(small / "demo" / "desk.db", tmp_path / name, date(2017, 12, 31))]
        for name in ("one", "two")
    )
    assert first == second


def test_a_home_can_be_told_to_read_files_instead(tmp_path: Path, small: Path) -> None:
    (tmp_path / "sources.toml").write_text((small / "sources.toml").read_text())
    read_drops_instead(tmp_path, tmp_path / "drops")
    said = tomllib.loads((tmp_path / "sources.toml").read_text())
    assert said["support"]["kind"] == "files"
    assert said["support"]["folder"] == str(tmp_path / "drops")
    assert said["crm"]["kind"] == "rest"
