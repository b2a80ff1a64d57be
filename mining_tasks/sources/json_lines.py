"""JSON lines: one record a line."""

from collections.abc import Iterable, Iterator

from mining_tasks.sources import json_text
from mining_tasks.sources.file_lines import Line
from mining_tasks.sources.parsed import BLANK, Parsed


def rows(lines: Iterable[Line]) -> Iterator[Parsed]:
    """Each line's record, or why it has none."""
    for number, text, reason in lines:
        if reason or not text.strip():
            yield Parsed(number, raw=text, reason=reason or BLANK)
            continue
        try:
            yield Parsed(number, json_text.loads(text))
        except ValueError as fault:
            yield Parsed(number, raw=text, reason=str(fault))
