"""S7, S10: files dropped for a night, cut, missing, swollen or twice."""

from datetime import date
from pathlib import Path

import pytest

from mining_tasks.sources import file_lines
from mining_tasks.sources.faults import Refused, SilentSource, Unfinished
from mining_tasks.sources.window import Window
from mining_tasks.warehouse import quarantine
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.receive import receive
from mining_tasks.warehouse.shelf import opened
from tests.sources import landed
from tests.sources.drops import AT, HEADER, TICKETS, ids, put, read, ticket
from tests.sources.shops import NIGHT, window


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "csv", "csv.gz"])
def test_every_kind_of_file_gives_the_same_rows(kind: str, drops: Path) -> None:
    rows = [ticket("1"), ticket("007")] if "jsonl" in kind else [HEADER, f"1,7,{AT},s1", f"007,7,{AT},s007"]
    put(drops, f"tickets-{NIGHT}.{kind}", *rows)
    expected = [
        {"ticket_id_support": n, "requester_id_support": "7", "opened_at": AT, "updated_at": AT, "subject": f"s{n}"}
        for n in ("1", "007")
    ]
    assert landed.rows(read(drops, f"tickets-{{night}}.{kind}")) == expected


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_file_that_ends_within_a_line_is_refused_whole(kind: str, drops: Path, shop_home: Home) -> None:
    rows = [ticket(1), ticket(2)] if kind == "jsonl" else [HEADER, f"1,7,{AT},s", f"2,7,{AT},s"]
    put(drops, f"tickets-{NIGHT}.{kind}", *rows, end=b"")
    with pytest.raises(Unfinished, match="ends within a line"):
        read(drops, f"tickets-{{night}}.{kind}")
    assert not list(shop_home.landing.glob("*/*/*"))


def test_a_gzip_file_cut_at_any_place_is_refused_whole(drops: Path, shop_home: Home) -> None:
    path = put(drops, f"tickets-{NIGHT}.jsonl.gz", *(ticket(n) for n in range(50)))
    whole = path.read_bytes()
    assert len(whole) > 100
    for cut in range(0, len(whole), 7):
        path.write_bytes(whole[:cut])
        with pytest.raises(Unfinished):
            read(drops, TICKETS.origin)
    assert not list(shop_home.landing.glob("*/*/*"))
    path.write_bytes(whole)
    assert len(ids(read(drops, TICKETS.origin))) == 50


def test_a_gzip_file_with_a_flipped_bit_is_refused_whole(drops: Path) -> None:
    path = put(drops, f"tickets-{NIGHT}.jsonl.gz", *(ticket(n) for n in range(50)))
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0x40
    path.write_bytes(body)
    with pytest.raises(Unfinished):
        read(drops, TICKETS.origin)


def test_one_cut_file_among_good_ones_refuses_the_table(drops: Path, shop_home: Home) -> None:
    put(drops, f"tickets-{NIGHT}-a.jsonl.gz", ticket(1))
    put(drops, f"tickets-{NIGHT}-b.jsonl.gz", ticket(2), end=b"")
    with pytest.raises(Unfinished):
        read(drops, TICKETS.origin)
    assert not list(shop_home.landing.glob("*/*/*"))


@pytest.mark.parametrize(
    ("said", "is_right"), [("3", True), ("3\n", True), ("2", False), ("4", False), ("many", False)]
)
def test_a_count_beside_the_file_must_agree(said: str, is_right: bool, drops: Path) -> None:
    put(drops, f"tickets-{NIGHT}.jsonl.gz", ticket(1), "not JSON", "", ticket(2))
    (drops / f"tickets-{NIGHT}.jsonl.gz.count").write_text(said)
    if is_right:
        assert ids(read(drops, TICKETS.origin)) == ["1", "2"]
    else:
        with pytest.raises(Unfinished):
            read(drops, TICKETS.origin)


def test_an_empty_file_is_taken_only_if_its_count_says_so(drops: Path) -> None:
    put(drops, f"t-{NIGHT}.jsonl", end=b"")
    with pytest.raises(Unfinished, match="is empty"):
        read(drops, "t-{night}.jsonl")
    (drops / f"t-{NIGHT}.jsonl.count").write_text("0")
    assert ids(read(drops, "t-{night}.jsonl")) == []


def test_a_night_without_its_file_is_told_and_can_be_tried_again(drops: Path) -> None:
    put(drops, "tickets-2026-03-28.jsonl.gz", ticket(1))
    with pytest.raises(SilentSource, match="no file .* for 2026-03-29 has come"):
        read(drops, TICKETS.origin)


def test_a_folder_that_is_not_there_is_told(drops: Path) -> None:
    with pytest.raises(SilentSource, match="the folder for dropped files is not there"):
        read(drops / "none", TICKETS.origin)


def test_the_first_load_takes_all_files_and_later_ones_those_of_the_window_and_the_one_before(drops: Path) -> None:
    for day in (1, 26, 27, 28, 29, 30):
        put(drops, f"tickets-2026-03-{day:02}.jsonl.gz", ticket(day))
    assert ids(read(drops, TICKETS.origin)) == ["1", "26", "27", "28", "29"]
    from_the_28th = window(window().end.replace(day=28))
    assert from_the_28th.first_day == date(2026, 3, 28)
    assert ids(read(drops, TICKETS.origin, from_the_28th)) == ["27", "28", "29"]


def test_what_a_file_tells_of_the_morning_after_comes_with_the_next_night(drops: Path) -> None:
    at_two = "2026-03-30T02:00:00Z"
    put(drops, "tickets-2026-03-29.jsonl.gz", ticket(1), ticket(2, at=at_two))
    assert ids(read(drops, TICKETS.origin)) == ["1"]
    put(drops, "tickets-2026-03-30.jsonl.gz", ticket(3, at=at_two))
    without_look_back = Window(date(2026, 3, 30), "UTC", window().end, window().end.replace(day=31))
    assert ids(read(drops, TICKETS.origin, without_look_back)) == ["1", "2", "3"]


def test_what_a_file_tells_of_the_far_future_is_set_aside(drops: Path, shop_home: Home) -> None:
    put(drops, f"tickets-{NIGHT}.jsonl.gz", *(ticket(n) for n in range(99)), ticket(99, at="2099-01-01T00:00:00Z"))
    assert opened(receive(read(drops, TICKETS.origin), NIGHT, "UTC")).rows == 99
    assert quarantine.listed(NIGHT) == [
        {
            "table": "raw_support__tickets",
            "night": NIGHT,
            "reason": "opened_at: in the future",
            "rows": 1,
            "replayed": 0,
        }
    ]


def test_the_same_file_twice_also_under_another_name_changes_nothing(drops: Path, shop_home: Home) -> None:
    rows = [ticket(n) for n in range(5)]
    put(drops, f"tickets-{NIGHT}-b.jsonl.gz", *rows)
    once = receive(read(drops, TICKETS.origin), NIGHT, "UTC")
    put(drops, f"tickets-{NIGHT}-a.jsonl.gz", *reversed(rows))
    put(drops, f"tickets-{NIGHT}-c.jsonl.gz", *rows)
    thrice = receive(read(drops, TICKETS.origin), NIGHT, "UTC")
    assert opened(once).rows == 5
    assert opened(once).run_id == opened(thrice).run_id


def test_a_link_that_leads_out_of_the_folder_is_refused(drops: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x\n")
    (drops / f"tickets-{NIGHT}.jsonl.gz").symlink_to(tmp_path / "secret")
    with pytest.raises(Refused, match="no plain file in the folder"):
        read(drops, TICKETS.origin)


def test_a_day_that_does_not_exist_in_a_name_is_refused(drops: Path) -> None:
    put(drops, "tickets-2026-02-30.jsonl.gz", ticket(1))
    with pytest.raises(Refused, match="2026-02-30"):
        read(drops, TICKETS.origin)


def test_a_gzip_bomb_is_refused_before_it_fills_the_disk(drops: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lines, "SWELLING_FROM", 100_000)
    put(drops, f"tickets-{NIGHT}-lines.jsonl.gz", *([ticket(1)] * 100_000))
    with pytest.raises(Refused, match="unpacks to more than"):
        read(drops, TICKETS.origin)
    (drops / f"tickets-{NIGHT}-lines.jsonl.gz").unlink()
    monkeypatch.setattr(file_lines, "LONGEST_LINE", 10_000)
    put(drops, f"tickets-{NIGHT}-one.jsonl.gz", b"0" * 10_000_000)
    with pytest.raises(Refused, match="unpacks to more than"):
        read(drops, TICKETS.origin)


def test_a_line_beyond_all_bounds_is_set_aside(drops: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lines, "LONGEST_LINE", 1_000)
    put(drops, f"t-{NIGHT}.jsonl", ticket(1), ticket(2, subject="x" * 5_000), ticket(3))
    address = read(drops, "t-{night}.jsonl")
    assert ids(address) == ["1", "3"]
    assert landed.faults(address) == [(f"t-{NIGHT}.jsonl, line 2", "longer than a row may be")]
