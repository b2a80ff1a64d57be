"""Tickets from seeded templates, most of them about a real order. MADE."""

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from mining_tasks.demo.desk_orders import Bought
from mining_tasks.demo.desk_texts import About, Letter, letter
from mining_tasks.demo.desk_users import Writer
from mining_tasks.demo.draws import draws, pick
from mining_tasks.demo.moments import END, after, at, iso
from mining_tasks.demo.versions import Version

WRITES_AGAIN = 0.51  # one more, and one more …: about 2,500 tickets of 2,469 households
MOST = 20
CHANNELS = ("email",) * 5 + ("web",) * 4 + ("chat",)
IN_GENERAL = 0.2  # of a household's tickets name no order
NEVER_SOLVED = 0.03
NO_ORDER = Bought(0, END - timedelta(days=365), 0, "your products", "GROCERY")


def tickets(writer: Writer) -> Iterator[tuple[datetime, list[Version]]]:
    """When each ticket was opened, and its versions: as opened, and as solved if it was solved in time."""
    again = draws("tickets", writer.rank)
    for number in range(MOST):
        if again.random() >= WRITES_AGAIN and (writer.orders or number):
            return
        stream = draws("ticket", writer.rank, number)
        about = pick(stream, writer.orders) if writer.orders else NO_ORDER
        opened = _opened(about, writer.rank, number)
        if opened < END:
            yield opened, _versions(writer, number, stream, about, opened)


def _opened(about: Bought, *purpose: object) -> datetime:
    longest = timedelta(days=360 if about is NO_ORDER else 12)
    return after(at(about.placed), timedelta(hours=1), longest, "ticket opened", *purpose)


def _versions(writer: Writer, number: int, stream: random.Random, about: Bought, opened: datetime) -> list[Version]:
    words = letter(stream, About(about.product.lower(), about.department.lower(), writer.first_name))
    ticket = {
        "id": 700_000 + writer.rank * MOST + number,
        "external_id": None if about is NO_ORDER or stream.random() < IN_GENERAL else str(about.order_id),
        "via": {"channel": pick(stream, CHANNELS)},
        "requester_id": writer.account.account_id,
        **_said(words),
        "created_at": iso(opened),
    }
    solved = after(opened, timedelta(minutes=20), timedelta(days=6), "ticket solved", writer.rank, number)
    versions = [_version(ticket, "new", opened, None)]
    if stream.random() >= NEVER_SOLVED and solved < END:
        versions.append(_version(ticket, "solved", solved, solved))
    return versions


def _said(words: Letter) -> dict[str, object]:
    return {
        "subject": words.subject,
        "raw_subject": words.subject,
        "description": words.body,
        "tags": [words.topic],
        "custom": {"topic": words.topic},
    }


def _version(ticket: dict[str, object], status: str, updated: datetime, solved: datetime | None) -> Version:
    body = {
        **ticket,
        "status": status,
        "metric_set": {"solved_at": solved and iso(solved)},
        "updated_at": iso(updated),
    }
    return Version("tickets", str(ticket["id"]), iso(updated), json.dumps(body, ensure_ascii=False))
