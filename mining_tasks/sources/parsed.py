"""A row as a file's reader gives it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parsed:
    """The line it begins at (from 1), and its record, or the raw text and the reason why there is none."""

    line: int
    record: Any = None
    raw: str = ""
    reason: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether the line holds nothing: no row, so that no count includes it."""
        return self.reason == BLANK


BLANK = "blank line"
TOO_LONG = "longer than a row may be"
NOT_UTF8 = "not UTF-8"
MARK = "a byte order mark within the file"
