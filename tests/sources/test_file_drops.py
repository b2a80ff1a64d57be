"""S7, S9, S10: files dropped for a night, cut, malformed or twice."""

import gzip
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expectations import table
from mining_tasks.sources import file_lines, files
from mining_tasks.sources.faults import Drifted, Refused, SilentSource, Unfinished
from mining_tasks.sources.settings import Mapped, Silo
from mining_tasks.sources.window import Window
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.receive import receive
from mining_tasks.warehouse.shelf import opened
from tests.sources import landed
from tests.sources.shops import NIGHT, window

TICKETS = Mapped(
    table("raw_support__tickets"),
    "tickets-{night}*.jsonl.gz",
    {
        "ticket_id_support": "id",
        "requester_id_support": "by",
        "opened_at": "at",
        "updated_at": "at",
        "subject": "subject",
    },
)
HEADER = "id,by,at,subject"
AT = "2026-03-29T10:00:00Z"


@pytest.fixture
def drops(tmp_path: Path, shop_home: Home) -> Path:
    """The folder into which files are dropped."""
    folder = tmp_path / "drops"
    folder.mkdir()
    return folder


def read(drops: Path, origin: str, asked: Window | None = None) -> str:
    mapped = replace(TICKETS, origin=origin)
    silo = Silo(name="support", kind="files", timezone="UTC", tables=(mapped,), folder=drops)
    [address] = files.extract(silo, {TICKETS.table.name: asked or window()})
    return address


def ticket(id: object, **facts: object) -> str:
    return json.dumps({"id": id, "by": 7, "at": AT, "subject": f"s{id}"} | facts)


def put(drops: Path, name: str, *lines: str | bytes, end: bytes = b"\n") -> Path:
    body = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + end
    path = drops / name
    path.write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
    return path


def ids(address: str) -> list[str]:
    return [row["ticket_id_support"] for row in landed.rows(address)]


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


def test_the_first_load_takes_all_files_up_to_the_night_and_later_ones_the_window(drops: Path) -> None:
    for day in (1, 27, 28, 29, 30):
        put(drops, f"tickets-2026-03-{day:02}.jsonl.gz", ticket(day))
    assert ids(read(drops, TICKETS.origin)) == ["1", "27", "28", "29"]
    from_the_28th = window(window().end.replace(day=28))
    assert from_the_28th.first_day == date(2026, 3, 28)
    assert ids(read(drops, TICKETS.origin, from_the_28th)) == ["28", "29"]


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


BAD_JSON = {
    "cut": (b'{"id": 2, "by"', "not JSON: Expecting ':' delimiter at character 14"),
    "duplicate key": (b'{"id": 2, "id": 3, "by": 7, "at": "x"}', "a key is given twice"),
    "deep duplicate key": (b'{"id": 2, "x": [{"a": 1, "a": 1}]}', "a key is given twice"),
    "NaN": (b'{"id": 2, "n": NaN}', "holds NaN or Infinity"),
    "Infinity": (b'{"id": 2, "n": -Infinity}', "holds NaN or Infinity"),
    "array": (b"[2]", "not an object"),
    "text": (b'"2"', "not an object"),
    "number": (b"2", "not an object"),
    "blank": (b"  ", "blank line"),
    "bad UTF-8": (b'{"id": 2, "subject": "\xff"}', "not UTF-8"),
    "surrogate": (b'{"id": 2, "by": 7, "subject": "\\ud800"}', "not valid Unicode"),
    "NUL": (b'{"id": 2, "by": 7, "subject": "a\\u0000b"}', "holds a NUL"),
    "mark": (b"\xef\xbb\xbf" + ticket(2).encode(), "a byte order mark within the file"),
    "deep": (b"[" * 100_000, "not JSON we read: nested too deep"),
}


@pytest.mark.parametrize("case", BAD_JSON)
def test_a_bad_line_of_json_is_set_aside_with_position_and_reason(case: str, drops: Path) -> None:
    line, reason = BAD_JSON[case]
    put(drops, f"t-{NIGHT}.jsonl", ticket(1), line, ticket(3))
    address = read(drops, "t-{night}.jsonl")
    assert landed.faults(address) == [(f"t-{NIGHT}.jsonl, line 2", reason)]
    assert ids(address) == ["1", "3"]


BAD_CSV = {
    "extra field": (f"2,7,{AT},s,x".encode(), "5 fields where the header has 4"),
    "missing field": (b"2,7", "2 fields where the header has 4"),
    "open quote": (f'2,7,{AT},"s'.encode(), "an open quote"),
    "open quote in the middle": (f'2,"7,{AT},s'.encode(), "an open quote"),
    "quote within": (f'2,7,{AT},a"b'.encode(), "a quote within a field"),
    "text after a quote": (f'2,7,{AT},"a"b'.encode(), "a quote within a field"),
    "blank": (b"", "blank line"),
    "bad UTF-8": (f"2,7,{AT},".encode() + b"\xff", "not UTF-8"),
    "NUL": (f"2,7,{AT},a\0b".encode(), "holds a NUL"),
    "mark": (b"\xef\xbb\xbf" + f"2,7,{AT},s".encode(), "a byte order mark within the file"),
}


@pytest.mark.parametrize("case", BAD_CSV)
@pytest.mark.parametrize("following", [f"3,7,{AT},s", f'3,7,{AT},"quoted, ""s"""'])
def test_a_bad_line_of_csv_is_set_aside_with_position_and_reason(case: str, following: str, drops: Path) -> None:
    line, reason = BAD_CSV[case]
    put(drops, f"t-{NIGHT}.csv", HEADER, f"1,7,{AT},s", line, following, f"4,7,{AT},s")
    address = read(drops, "t-{night}.csv")
    assert landed.faults(address) == [(f"t-{NIGHT}.csv, line 3", reason)]
    assert ids(address) == ["1", "3", "4"]


def test_csv_fields_come_as_they_are(drops: Path) -> None:
    subjects = [
        "007",
        "NA",
        "+49 30",
        '"a ""b"", c"',
        '"two\nlines"',
        '""',
        "",
        " padded ",
        "=HYPERLINK()",
        "'; DROP TABLE",
    ]
    put(drops, f"t-{NIGHT}.csv", HEADER, *(f"{n},7,{AT},{text}" for n, text in enumerate(subjects)))
    rows = landed.rows(read(drops, "t-{night}.csv"))
    assert [row["subject"] for row in rows] == [
        *("007", "NA", "+49 30", 'a "b", c', "two\nlines", "", None, " padded ", "=HYPERLINK()", "'; DROP TABLE"),
    ]


def test_a_mark_at_the_beginning_and_line_ends_of_windows_do_no_harm(drops: Path) -> None:
    (drops / f"t-{NIGHT}.csv").write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\n1,7,{AT},s\r\n".encode())
    assert landed.rows(read(drops, "t-{night}.csv"))[0]["subject"] == "s"


@pytest.mark.parametrize(
    ("header", "fault"), [("id,by,at,topic", Drifted), ("id,id,by,at,subject", Drifted), ('"id,by', Refused)]
)
def test_a_header_that_changed_refuses_the_file(header: str, fault: type[Exception], drops: Path) -> None:
    put(drops, f"t-{NIGHT}.csv", header, f"1,7,{AT},s")
    with pytest.raises(fault):
        read(drops, "t-{night}.csv")


def test_columns_in_another_order_or_added_change_nothing(drops: Path) -> None:
    put(drops, f"t-{NIGHT}.csv", "new,subject,at,by,id", f"x,s1,{AT},7,1")
    [row] = landed.rows(read(drops, "t-{night}.csv"))
    assert (row["ticket_id_support"], row["subject"]) == ("1", "s1")
