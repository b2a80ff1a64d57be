"""Campaign contacts that no good JSON lines hold (S9, S10 of the reliability list), made from good ones."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from mining_tasks.demo.planted.dirt.dirty import DUPLICATE, LOADED, QUARANTINED, DirtyLine

Record = dict[str, Any]
FIRST_ID = 9_007_199_254_740_993  # 2^53 + 1
DEEP = 5_000


def _dumped(record: Record, **changes: object) -> bytes:
    return json.dumps(record | changes, ensure_ascii=False, separators=(",", ":")).encode()


def _raw(record: Record, name: str, text: bytes) -> bytes:
    """The record with a value that no dump would write."""
    return _dumped({**record, name: "@"}).replace(b'"@"', text)


BAD: dict[str, Callable[[Record], bytes]] = {
    "cut": lambda record: _dumped(record)[:-15],
    "duplicate_key": lambda record: _dumped(record)[:-1] + b',"contact_id":"1"}',
    "nan": lambda record: _raw(record, "revenue", b"NaN"),
    "infinity": lambda record: _raw(record, "revenue", b"-Infinity"),
    "array_for_object": lambda record: b"[" + _dumped(record) + b"]",
    "text_for_object": lambda record: b'"' + record["contact_id"].encode() + b'"',
    "bad_utf8": lambda record: _raw(record, "currency", b'"\xff"'),
    "surrogate": lambda record: _raw(record, "contact_id", b'"\\ud800"'),
    "nul": lambda record: _raw(record, "contact_id", b'"1\\u0000"'),
    "byte_order_mark": lambda record: b"\xef\xbb\xbf" + _dumped(record),
    "too_deep": lambda record: b"[" * DEEP,
    "blank_line": lambda record: b"",
    "responses_negative": lambda record: _dumped(record, responses=-1),
    "responses_in_words": lambda record: _dumped(record, responses="two"),
    "no_such_day": lambda record: _dumped(record, contacted_at="2026-02-30T10:00:00Z"),
    "epoch_zero": lambda record: _dumped(record, contacted_at="1970-01-01T00:00:00Z"),
    "nobody_contacted": lambda record: _dumped(record, contact_id=None),
}


def bad(line: bytes, number: int, kind: str) -> DirtyLine:
    """A row of that kind, to be set aside, about a contact of its own."""
    record = json.loads(line) | {"contact_id": str(FIRST_ID + number)}
    return DirtyLine(kind, QUARANTINED, BAD[kind](record), _key(record), is_row=kind != "blank_line")


def strange_but_good(line: bytes, number: int) -> DirtyLine:
    """A contact whose id is a bare number that no float holds, with nothing said of responses."""
    record = json.loads(line) | {"contact_id": FIRST_ID + number, "first_responded_at": None, "revenue": None}
    return DirtyLine("strange_id", LOADED, _dumped(record), _key(record))


def repeated(line: bytes) -> DirtyLine:
    """The same row again."""
    return DirtyLine("same_row", DUPLICATE, line, _key(json.loads(line)))


def older(line: bytes) -> DirtyLine:
    """An older state of the same contact, which comes after the newer one."""
    record = json.loads(line)
    before = {"updated_at": "2001" + record["updated_at"][4:], "responses": 0, "first_responded_at": None}
    return DirtyLine("older_after_newer", DUPLICATE, _dumped(record | before), _key(record))


def contested(line: bytes) -> DirtyLine:
    """The same contact, changed at the same time, with another moment: the greater one is kept, and this is less."""
    record = json.loads(line)
    return DirtyLine("same_time", DUPLICATE, _dumped(record, contacted_at="2001-01-01T00:00:00Z"), _key(record))


def kinds() -> Sequence[str]:
    """All kinds of bad rows."""
    return tuple(BAD)


def _key(record: Record) -> str:
    return f"{record['campaign_id']}-{record['contact_id']}"
