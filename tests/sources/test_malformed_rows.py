"""S9: malformed rows of dropped files; each is set aside with its position and reason, all others arrive."""

from pathlib import Path

import pytest

from mining_tasks.sources.faults import Drifted, Refused
from tests.sources import landed
from tests.sources.drops import AT, HEADER, ids, put, read, ticket
from tests.sources.shops import NIGHT

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
    "deep for us": (b'{"id": 2, "x": ' + b"[" * 800 + b"]" * 800 + b"}", "not JSON we read: nested too deep"),
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


def test_a_file_without_a_header_tells_nothing_of_its_first_row(drops: Path) -> None:
    put(drops, f"t-{NIGHT}.csv", f"1,7,{AT},ann@example.com", f"2,7,{AT},s")
    with pytest.raises(Drifted) as caught:
        read(drops, "t-{night}.csv")
    assert str(caught.value) == "t-{night}.csv: at, by, id, subject is mapped but not among the 4 columns"
