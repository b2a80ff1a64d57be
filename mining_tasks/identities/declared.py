"""What each source tells about its accounts, as `evidence.toml` declares it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mining_tasks.warehouse.sql import column_list, filled, quoted, text

KINDS = {  # every kind of evidence, and its type where a source holds none of it
    "email": "VARCHAR",
    "is_email_verified": "BOOLEAN",
    "phone": "VARCHAR",
    "given_name": "VARCHAR",
    "surname": "VARCHAR",
    "full_name": "VARCHAR",
    "birth_date": "DATE",
    "street_number": "VARCHAR",
    "street": "VARCHAR",
    "address_extra": "VARCHAR",
    "city": "VARCHAR",
    "postcode": "VARCHAR",
    "country_code": "VARCHAR",
    "loyalty_reference": "VARCHAR",
    "device_reference": "VARCHAR",
}


KEYS = ("table", "account_id", "is_guest")
REACHES = ("email", "phone", "given_name", "surname", "street")  # an order that tells none of these is nobody's


class BadEvidence(ValueError):
    """`evidence.toml` declares what there is not; the message tells all faults at once."""


@cache
def declared() -> Mapping[str, Any]:
    """`evidence.toml`: for each source its `table`, its `account_id` and the column of every kind of evidence it holds;
    under `orders` a list of who names orders."""
    told = tomllib.loads(Path(__file__).with_name("evidence.toml").read_text(encoding="utf-8"))
    faults = [
        f"[{source}] {name} is no kind of evidence"
        for source, columns in told.items()
        if source != "orders"
        for name in columns
        if name not in KINDS and name not in KEYS
    ]
    if faults:
        raise BadEvidence("evidence.toml: " + "; ".join(faults))
    return told


def written() -> str:
    """SQL of all accounts as their sources write them: source_code, account_id_source, is_guest, and every kind of
    evidence. A guest's row is the first of her orders."""
    sources = {source: columns for source, columns in declared().items() if source != "orders"}
    return "\nUNION ALL\n".join(_of(source, columns) for source, columns in sources.items())


def guest_orders() -> str:
    """SQL of all orders of guests: account_id and order_id_shop."""
    return filled(__file__, "guest_orders.sql", guests=_guests())


def orders_named() -> str:
    """SQL of who names which order: account_id, order_id and has_placed."""
    return "\nUNION\n".join(_named(it) for it in declared()["orders"])


def _named(told: Mapping[str, str]) -> str:
    names = {name: quoted(told[name]) for name in ("table", "account_id", "order_id")}
    source, has_placed = text(f"{told['source']}:"), "TRUE" if told["source"] == "shop" else "FALSE"
    return filled(__file__, "order_named.sql", source=source, has_placed=has_placed, **names)


def _of(source: str, columns: Mapping[str, Any]) -> str:
    if columns.get("is_guest"):
        return filled(__file__, "guests_written.sql", kinds=column_list(KINDS), guests=_guests())
    names = {name: quoted(columns[name]) for name in ("table", "account_id")}
    return filled(__file__, "accounts_written.sql", source=text(source), kinds=_kinds(columns), **names)


def _kinds(columns: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{quoted(columns[kind]) if kind in columns else f'CAST(NULL AS {type_})'} AS {quoted(kind)}"
        for kind, type_ in KINDS.items()
    )


def _guests() -> str:
    """All orders without an account by which somebody can be reached or named, each with the first order of the same
    contact data; without a mailbox each is of a guest of its own, since names and phones are not one person's."""
    columns = declared()["guest"]
    names = {"table": quoted(columns["table"]), "order_id": quoted(columns["account_id"])}
    pieces = {"told": _kinds(columns), "kinds": column_list(KINDS), "reaches": column_list(REACHES)}
    return filled(__file__, "guests.sql", **names, **pieces)
