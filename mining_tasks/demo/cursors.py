"""Opaque page cursors: the place after which to go on, and the number of the page, so that a retry asks the same."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass


class BadCursor(ValueError):
    """A cursor that this silo never gave out."""


@dataclass(frozen=True)
class Cursor:
    """Page `page` begins after the record of that time and id."""

    time: str = ""
    id: str = ""
    page: int = 1

    def text(self) -> str:
        """As it stands in an answer."""
        return urlsafe_b64encode(json.dumps([self.time, self.id, self.page]).encode()).decode().rstrip("=")


def read(text: str | None) -> Cursor:
    """The cursor a caller sent back; the first page if she sent none."""
    if not text:
        return Cursor()
    try:
        return Cursor(*json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4))))
    except (ValueError, TypeError) as fault:
        raise BadCursor("The cursor is not valid") from fault
