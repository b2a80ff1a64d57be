"""How REST systems differ: where their records and cursors stand, and what their parameters are called."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Style:
    """The manner of one kind of REST system. Paths are dotted; an empty path or name means that it has none.

    auth: `bearer` (the connection's password is the token) or `basic`. records: path of the list in a page.
    next_cursor: path of the next page's cursor; is_last: path of a flag that ends the stream; total: path of the
    number of all records that match. cursor, size, since, until: names of parameters; instants: `iso` or `epoch`.
    """

    auth: str = "bearer"
    records: str = "results"
    next_cursor: str = "next"
    is_last: str = ""
    total: str = ""
    cursor: str = "cursor"
    size: str = "limit"
    since: str = ""
    until: str = ""
    instants: str = "iso"


HUBSPOT = Style(
    records="results",
    next_cursor="paging.next.after",
    total="total",
    cursor="after",
    since="updatedAfter",
    until="updatedBefore",
)
ZENDESK = Style(
    auth="basic",
    records="",
    next_cursor="after_cursor",
    is_last="end_of_stream",
    total="count",
    size="per_page",
    since="start_time",
    until="end_time",
    instants="epoch",
)
STYLES: Mapping[str, Style] = {"hubspot": HUBSPOT, "zendesk": ZENDESK}
NAMES = tuple(item.name for item in fields(Style))
CHOICES = {"auth": ("bearer", "basic"), "instants": ("iso", "epoch")}


def style(said: str | Mapping[str, str]) -> Style:
    """A known style by name, or `{ like = "hubspot", cursor = "page" }`: one that differs from it."""
    if isinstance(said, str):
        return STYLES[said]
    changes = {name: text for name, text in said.items() if name != "like"}
    return replace(STYLES[said["like"]] if "like" in said else Style(), **changes)
