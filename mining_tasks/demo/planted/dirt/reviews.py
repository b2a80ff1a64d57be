"""Reviews that no good CSV holds (S9, S10 of the reliability list), made from good ones."""

from collections.abc import Callable, Sequence

from mining_tasks.demo.planted.dirt.dirty import DUPLICATE, LOADED, QUARANTINED, DirtyLine

Row = list[bytes]
ID, REQUESTER, PRODUCT, STARS, COMMENT, CREATED, UPDATED, LANGUAGE = range(8)
FIRST_ID = 9_007_199_254_740_993  # 2^53 + 1: a float would make another number of it
STRANGE_IDS = (b"007", b"01234", b"NA", b"Null", b"+491701234567")  # products that are texts, byte for byte


def _joined(row: Row) -> bytes:
    return b",".join(row)


def _with(place: int, text: bytes) -> Callable[[Row], bytes]:
    return lambda row: _joined([*row[:place], text, *row[place + 1 :]])


BAD: dict[str, Callable[[Row], bytes]] = {
    "extra_field": lambda row: _joined([*row, b"x"]),
    "missing_field": lambda row: _joined(row[:-1]),
    "open_quote": lambda row: _joined(row[:COMMENT]) + b',"never closed',
    "quote_within": _with(COMMENT, b'so "good"'),
    "bad_utf8": _with(COMMENT, b"caf\xe9"),
    "nul": _with(COMMENT, b"a\0b"),
    "byte_order_mark": lambda row: b"\xef\xbb\xbf" + _joined(row),
    "blank_line": lambda row: b"",
    "stars_beyond": _with(STARS, b"6"),
    "stars_in_words": _with(STARS, b"five"),
    "stars_decimal_comma": _with(STARS, b'"4,5"'),
    "no_such_day": _with(CREATED, b"2026-02-30T10:00:00Z"),
    "far_future": _with(CREATED, b"2099-01-01T00:00:00Z"),
    "nobody_wrote": _with(REQUESTER, b""),
}


def bad(row: Row, number: int, kind: str) -> DirtyLine:
    """A row of that kind, to be set aside, under an id of its own."""
    named = [str(FIRST_ID + number).encode(), *row[1:]]
    return DirtyLine(kind, QUARANTINED, BAD[kind](named), named[ID].decode(), is_row=kind != "blank_line")


def strange_but_good(row: Row, number: int) -> DirtyLine:
    """A row whose product is a text that looks like something else, under an id that no float holds."""
    named = [str(FIRST_ID + number).encode(), *row[1:]]
    named[PRODUCT] = STRANGE_IDS[number % len(STRANGE_IDS)]
    return DirtyLine("strange_id", LOADED, _joined(named), named[ID].decode())


def repeated(row: Row) -> DirtyLine:
    """The same row again."""
    return DirtyLine("same_row", DUPLICATE, _joined(row), row[ID].decode())


def older(row: Row) -> DirtyLine:
    """An older state of the same review, which comes after the newer one."""
    year_before = [*row[:UPDATED], b"2001" + row[UPDATED][4:], row[LANGUAGE]]
    year_before[COMMENT] = b'"first thoughts"'
    return DirtyLine("older_after_newer", DUPLICATE, _joined(year_before), row[ID].decode())


def contested(row: Row) -> DirtyLine:
    """The same review, changed at the same time, with other words: the greater text is kept, and this one is small."""
    return DirtyLine("same_time", DUPLICATE, _joined([*row[:COMMENT], b'"!"', *row[CREATED:]]), row[ID].decode())


def split(line: bytes) -> Row:
    """The fields of a good line of ours, each still quoted: only the comment holds commas or quotes."""
    ends = line.rsplit(b",", 3)
    return [*ends[0].split(b",", 4), *ends[1:]]


def kinds() -> Sequence[str]:
    """All kinds of bad rows."""
    return tuple(BAD)
