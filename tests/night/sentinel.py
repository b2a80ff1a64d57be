"""A person nobody can mistake, planted in every silo: as a good customer, and in rows that come apart."""

import json
import sqlite3
from contextlib import closing
from typing import Any

from mining_tasks.demo import versions
from mining_tasks.demo.faults import Misbehaviour
from mining_tasks.demo.versions import Version
from tests.night.homes import Shop

GIVEN, SURNAME = "Zsófiátka", "Quixwobble-Þórsdóttir"
EMAIL = "zsofi.quixwobble@sentinel-planted.example"
PHONE, PHONE_E164, PHONE_NATIONAL = "(02) 5550 7731", "+61255507731", "255507731"
STREET, CITY = "Xylophonstraße", "Ürümqi-on-Sentinel"
BORN = "1913-07-29"
WORDS = "my grandmother Ottokarine's blue zeppelin arrived bent"
EVERYTHING = (GIVEN, SURNAME, EMAIL, PHONE, PHONE_E164, PHONE_NATIONAL, STREET, CITY, BORN, WORDS)
DERIVED = {PHONE_E164, PHONE_NATIONAL}  # what her number becomes while accounts are compared, and is kept nowhere
CHANGED = "2017-12-20T10:00:00Z"
ID = 990_001
GARBLED = f"31.02.{GIVEN} {SURNAME}, {EMAIL}, {PHONE}, {STREET}, {CITY}, {BORN}, {WORDS}"


def plant(shop: Shop) -> None:
    """Let every silo know her, with an order, consents and a ticket, and let one row of hers come apart in each."""
    _in_shop(shop)
    _in_store(shop, "crm.db", [_contact(ID, BORN), _contact(ID + 1, GARBLED)])
    _in_store(shop, "desk.db", [_user(), _ticket(ID, CHANGED), _ticket(ID + 1, GARBLED), _review()])


def _in_shop(shop: Shop) -> None:
    stamp = "2017-12-20 10:00:00.000000"
    with closing(sqlite3.connect(shop.database)) as database:
        for number, born, email in ((ID, BORN, EMAIL), (ID + 1, GARBLED, EMAIL)):
            person = (number, email, 1, PHONE, GIVEN, SURNAME, born, "7", STREET, None, CITY, "2600", "ACT", "AU")
            database.execute(f"INSERT INTO customers VALUES ({', '.join('?' * 16)})", (*person, stamp, stamp))
        for number, total in ((ID, "41.99"), (ID + 1, GARBLED)):
            order = (number, ID, 1, stamp, "completed", "USD", total, "0.00", stamp)
            database.execute(f"INSERT INTO orders VALUES ({', '.join('?' * 9)})", order)
        product = database.execute("SELECT min(id) FROM products").fetchone()[0]
        database.execute(f"INSERT INTO order_lines VALUES ({ID}, 1, ?, 1, '41.99', '0.00', '0.00')", (product,))
        database.commit()


def _in_store(shop: Shop, file: str, planted: list[Version]) -> None:
    with closing(sqlite3.connect(shop.home.demo / file)) as store:
        versions.put(store, planted)


def _version(kind: str, number: int, body: dict[str, Any]) -> Version:
    return Version(kind, str(number), CHANGED, json.dumps(body, ensure_ascii=False))


def _contact(number: int, born: str) -> Version:
    properties = {"email": EMAIL, "email_confirmed": "true", "phone": PHONE, "firstname": GIVEN, "lastname": SURNAME}
    properties |= {"date_of_birth": born, "address": STREET, "city": CITY, "country": "AU"}
    body = {"id": str(number), "properties": properties, "createdAt": CHANGED, "updatedAt": CHANGED, "archived": False}
    return _version("contacts", number, body)


def _user() -> Version:
    body = {"id": ID, "name": f"{GIVEN} {SURNAME}", "email": EMAIL, "phone": PHONE, "verified": True}
    return _version("users", ID, body | {"created_at": CHANGED, "updated_at": CHANGED})


def _ticket(number: int, created: str) -> Version:
    body = {"id": number, "external_id": str(ID), "requester_id": ID, "status": "new", "via": {"channel": "email"}}
    body |= {"subject": WORDS, "description": f"{WORDS}. Yours, {GIVEN} {SURNAME}, {PHONE}", "metric_set": {}}
    return _version("tickets", number, body | {"created_at": created, "updated_at": CHANGED})


def _review() -> Version:
    body = {"id": ID, "requester_id": ID, "score": 2, "comment": WORDS, "created_at": CHANGED, "updated_at": CHANGED}
    return _version("reviews", ID, body)


def garbage(shop: Shop) -> list[Misbehaviour]:
    """CRM and desk answer with nonsense about her: keys, values, totals and cursors that are no such thing."""
    nonsense = {EMAIL: GARBLED, f"{GIVEN} {SURNAME}": {EMAIL: PHONE}, "paging": {"next": {"after": GARBLED}}}
    assert shop.crm is not None
    assert shop.desk is not None
    crm = shop.crm.faults.add(Misbehaviour("rewritten", at_page=None, times=9, rewrite=lambda page: nonsense))
    broken = {"users": [{EMAIL: GARBLED, "name": GARBLED}], "count": GARBLED, "end_of_stream": GARBLED}
    desk = shop.desk.faults.add(Misbehaviour("rewritten", at_page=None, times=9, rewrite=lambda page: broken))
    return [crm, desk]
