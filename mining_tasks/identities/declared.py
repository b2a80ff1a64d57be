"""What each source tells about its accounts, as `evidence.toml` declares it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mining_tasks.warehouse.sql import column_list, quoted, text

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
    return f"SELECT 'shop:guest:' || first_order AS account_id, order_id AS order_id_shop FROM ({_guests()})"  # noqa: S608


def orders_named() -> str:
    """SQL of who names which order: account_id, order_id and has_placed."""
    return "\nUNION\n".join(
        f"SELECT {text(it['source'] + ':')} || {quoted(it['account_id'])} AS account_id, "  # noqa: S608
        f"{quoted(it['order_id'])} AS order_id, {it['source'] == 'shop'} AS has_placed FROM {quoted(it['table'])} "
        f"WHERE {quoted(it['account_id'])} IS NOT NULL AND {quoted(it['order_id'])} IS NOT NULL"
        for it in declared()["orders"]
    )


def _of(source: str, columns: Mapping[str, Any]) -> str:
    if columns.get("is_guest"):
        kinds = column_list(KINDS)
        told = f"SELECT 'shop' AS source_code, 'guest:' || order_id AS account_id_source, TRUE AS is_guest, {kinds} "
        return f"{told} FROM ({_guests()}) WHERE order_id = first_order"  # noqa: S608
    picked = [f"{text(source)} AS source_code", f"{quoted(columns['account_id'])} AS account_id_source"]
    return f"SELECT {', '.join([*picked, 'FALSE AS is_guest', *_kinds(columns)])} FROM {quoted(columns['table'])}"  # noqa: S608


def _kinds(columns: Mapping[str, Any]) -> list[str]:
    return [
        f"{quoted(columns[kind]) if kind in columns else f'CAST(NULL AS {type_})'} AS {quoted(kind)}"
        for kind, type_ in KINDS.items()
    ]


def _guests() -> str:
    """All orders without an account by which somebody can be reached or named, each with the first order of the same
    contact data; without a mailbox each is of a guest of its own, since names and phones are not one person's."""
    columns, kinds = declared()["guest"], column_list(KINDS)
    told = ", ".join([*_kinds(columns), f"{quoted(columns['account_id'])} AS order_id", "ordered_at"])
    orders = f"(SELECT {told} FROM {quoted(columns['table'])} WHERE customer_id_shop IS NULL)"  # noqa: S608
    alone = "CASE WHEN email IS NULL THEN order_id END"
    first = f"min_by(order_id, (ordered_at, order_id)) OVER (PARTITION BY {kinds}, {alone}) AS first_order"
    return f"SELECT *, {first} FROM {orders} WHERE coalesce({', '.join(REACHES)}) IS NOT NULL"  # noqa: S608
