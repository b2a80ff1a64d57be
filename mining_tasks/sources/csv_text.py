"""CSV read strictly as text (RFC 4180): an unquoted empty field is missing, a quoted one is an empty text."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from mining_tasks.sources.faults import Drifted, Refused
from mining_tasks.sources.file_lines import LONGEST_LINE, Line
from mining_tasks.sources.names import shown
from mining_tasks.sources.parsed import BLANK, Parsed
from mining_tasks.sources.settings import Mapped

FIELD = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\n]*))(,|\Z)')
OPEN = re.compile(r'"[^"]*(?:""[^"]*)*\Z')
LONGEST_ROW = 200  # lines; a quote still open after as many was never meant to be
OPEN_QUOTE = "an open quote"


class _Malformed(ValueError):
    """A row that is no CSV; the message says why."""


class _Lines:
    """Lines of which some can be put back, to be read again."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines, self._ahead = iter(lines), deque[Line]()

    def __iter__(self) -> Iterator[Line]:
        while (line := self.next()) is not None:
            yield line

    def next(self) -> Line | None:
        """The next line; None at the end."""
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def put_back(self, taken: list[Line]) -> None:
        """Let these lines come again, in their order."""
        self._ahead.extendleft(reversed(taken))


def rows(lines: Iterable[Line], mapped: Mapped) -> Iterator[Parsed]:
    """Each row as a record of the header's names, or why it is none; raises `Drifted` if a mapped column is gone."""
    stream = _Lines(lines)
    header = _header(stream.next(), mapped)
    for number, text, reason in stream:
        if reason or not text.strip():
            yield Parsed(number, raw=text, reason=reason or BLANK)
            continue
        try:
            fields = _fields(text, stream, len(header))
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


def _fields(text: str, stream: _Lines, width: int) -> list[str | None]:
    """The row's fields, reading on where a quote is open; what was read in vain is put back."""
    taken: list[Line] = []
    while True:
        try:
            return _counted(split(text), width)
        except _Malformed as fault:
            reads_on = str(fault) == OPEN_QUOTE and len(taken) < LONGEST_ROW and len(text) < LONGEST_LINE
            following = stream.next() if reads_on else None
            if following is not None:
                taken.append(following)
            if following is None or following[2]:
                stream.put_back(taken)
                raise _Malformed(OPEN_QUOTE if taken else str(fault)) from None
        text += "\n" + following[1]


def _counted(fields: list[str | None], width: int) -> list[str | None]:
    if len(fields) != width:
        raise _Malformed(f"{len(fields)} fields where the header has {width}")
    return fields


def _header(line: Line | None, mapped: Mapped) -> list[str]:
    _, text, reason = line or (1, "", "there is none")
    if reason:
        raise Refused(f"{mapped.origin}: the header cannot be read: {reason}")
    try:
        names = [name or "" for name in split(text)]
    except _Malformed as fault:
        raise Refused(f"{mapped.origin}: the header cannot be read: {fault}") from None
    if len(set(names)) != len(names):
        raise Drifted(f"{mapped.origin}: the header says a name twice")
    if gone := sorted(set(mapped.columns.values()) - set(names)):
        close = {name for wanted in gone for name in get_close_matches(wanted, names)}  # the rest may be data
        hint = f"; close to it: {shown(close)}" if close else ""
        raise Drifted(f"{mapped.origin}: {', '.join(gone)} is mapped but not among the {len(names)} columns{hint}")
    return names
