"""CSV read strictly as text (RFC 4180): an unquoted empty field is missing, a quoted one is an empty text."""

import re
from collections import deque
from collections.abc import Iterable, Iterator

from mining_tasks.sources.faults import Drifted, Refused
from mining_tasks.sources.file_lines import Line
from mining_tasks.sources.parsed import BLANK, Parsed
from mining_tasks.sources.settings import Mapped

FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\Z)')
OPEN = re.compile(r'"(?:[^"]|"")*\Z')
LONGEST_ROW = 200  # lines; a quote still open after as many was never meant to be
OPEN_QUOTE = "an open quote"


class _Malformed(ValueError):
    """A row that is no CSV; the message says why."""


def rows(lines: Iterable[Line], mapped: Mapped) -> Iterator[Parsed]:
    """Each row as a record of the header's names, or why it is none; raises `Drifted` if a mapped column is gone."""
    ahead: deque[Line] = deque()
    stream = _with_push_back(iter(lines), ahead)
    header = _header(stream, mapped)
    for number, text, reason in stream:
        if reason or not text.strip():
            yield Parsed(number, raw=text, reason=reason or BLANK)
            continue
        try:
            fields = _fields(text, stream, ahead, len(header))
        except _Malformed as fault:
            yield Parsed(number, raw=text, reason=str(fault))
            continue
        yield Parsed(number, dict(zip(header, fields, strict=True)))


def split(text: str) -> list[str | None]:
    """The fields of one row; raises `_Malformed` with `OPEN_QUOTE` if it goes on in the next line."""
    fields: list[str | None] = []
    at, end = 0, ","
    while end:
        match = FIELD.match(text, at)
        if match is None:
            raise _Malformed(OPEN_QUOTE if OPEN.match(text, at) else "a quote within a field")
        quoted, plain, end = match.groups()
        fields.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        at = match.end()
    return fields


def _fields(text: str, stream: Iterator[Line], ahead: deque[Line], width: int) -> list[str | None]:
    """The row's fields, reading on where a quote is open; what was read in vain is put back."""
    taken: list[Line] = []
    try:
        while True:
            try:
                return _counted(split(text), width)
            except _Malformed as fault:
                following = next(stream, None) if str(fault) == OPEN_QUOTE and len(taken) < LONGEST_ROW else None
                if following is None or following[2]:
                    taken += [following] if following else []
                    raise
                taken.append(following)
                text += "\n" + following[1]
    except _Malformed as fault:
        ahead.extendleft(reversed(taken))
        raise _Malformed(OPEN_QUOTE) from None if taken else fault


def _counted(fields: list[str | None], width: int) -> list[str | None]:
    if len(fields) != width:
        raise _Malformed(f"{len(fields)} fields where the header has {width}")
    return fields


def _header(stream: Iterator[Line], mapped: Mapped) -> list[str]:
    _, text, reason = next(stream, (1, "", "it has no header"))
    if reason:
        raise Refused(f"{mapped.origin}: the header cannot be read: {reason}")
    try:
        names = [name or "" for name in split(text)]
    except _Malformed as fault:
        raise Refused(f"{mapped.origin}: the header cannot be read: {fault}") from None
    if len(set(names)) != len(names):
        raise Drifted(f"{mapped.origin}: the header says a name twice: {', '.join(names)[:300]}")
    if gone := sorted(set(mapped.columns.values()) - set(names)):
        raise Drifted(f"{mapped.origin}: {', '.join(gone)} is mapped but not there; it has {', '.join(names)[:300]}")
    return names


def _with_push_back(lines: Iterator[Line], ahead: deque[Line]) -> Iterator[Line]:
    while True:
        line = ahead.popleft() if ahead else next(lines, None)
        if line is None:
            return
        yield line
