"""Guest checkouts, and what orders tell of who wrote about them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from expectations.shop import core_shop__orders
from expectations.support import core_support__tickets
from tests.identities.drawn_accounts import Linked, account, core, linked
from tests.identities.test_likeness import crowd

MAIL = "anna@example.com"
NOON = datetime(2017, 5, 1, 12, tzinfo=UTC)


def order(number: int, customer: Any = None, **guest: Any) -> dict[str, Any]:
    """An order of an account, or of a guest: `mail`, `given_name`, `surname`, `phone` …"""
    typed = {f"guest_{'email' if name == 'mail' else name}": value for name, value in guest.items()}
    buyer = None if customer is None else str(customer)
    return {
        "order_id_shop": str(number),
        "customer_id_shop": buyer,
        "ordered_at": NOON + timedelta(days=number),
        **typed,
    }


def ticket(number: int, requester: Any, about: int) -> dict[str, Any]:
    return {"ticket_id_support": str(number), "requester_id_support": str(requester), "order_id_shop": str(about)}


def shop_of(
    people: list[dict[str, Any]], orders: list[dict[str, Any]], tickets: list[dict[str, Any]] | None = None
) -> Linked:
    """The accounts linked, with orders and tickets beside them."""
    told = {core_shop__orders: core(core_shop__orders, orders)}
    return linked(people, beside={**told, core_support__tickets: core(core_support__tickets, tickets or [])})


def anna(**facts: Any) -> dict[str, Any]:
    return account("shop", 1, **{"mail": MAIL, "ok": True, "name": "Anna Berg", **facts})


def test_a_guest_is_an_account_of_her_own() -> None:
    made = shop_of([anna()], [order(7, mail="peter@example.com", given_name="Peter", surname="Stein")])
    assert made.groups == [["shop:1"], ["shop:guest:7"]]


def test_a_guest_belongs_to_whoever_verified_her_mailbox_under_her_name() -> None:
    guest = order(7, mail="Anna@Example.com ", given_name="anna", surname="BERG")
    assert shop_of([anna()], [guest]).groups == [["shop:1", "shop:guest:7"]]


def test_a_guests_nickname_is_no_other_name() -> None:
    bob = account("shop", 1, mail=MAIL, ok=True, name="Robert Elmby")
    assert len(shop_of([bob], [order(7, mail=MAIL, given_name="Bobby", surname="Elmby")]).groups) == 1
    assert len(shop_of([bob], [order(7, mail=MAIL, given_name="Peter", surname="Elmby")]).groups) == 2


def test_a_guest_who_married_is_known_by_her_given_name_but_not_by_its_first_letter() -> None:
    assert len(shop_of([anna()], [order(7, mail=MAIL, given_name="Anna", surname="Huber")]).groups) == 1
    assert len(shop_of([anna()], [order(7, mail=MAIL, given_name="A.", surname="Huber")]).groups) == 2


def test_a_guest_joins_nobody_on_a_mailbox_that_is_not_verified_nor_on_a_phone_nor_on_another_name() -> None:
    guest = order(7, mail=MAIL, given_name="Anna", surname="Berg", phone="+61255501234")
    assert len(shop_of([anna(ok=False)], [guest]).groups) == 2
    assert len(shop_of([anna(mail="other@example.com", phone="+61255501234")], [guest]).groups) == 2
    assert len(shop_of([anna(name="Peter Stein")], [guest]).groups) == 2
    assert len(shop_of([anna()], [order(7, mail=MAIL)]).groups) == 2


def test_guests_of_one_mailbox_prove_nothing_to_each_other() -> None:
    orders = [
        order(7, mail=MAIL, given_name="Anna", surname="Berg"),
        order(8, mail=MAIL, given_name="A", surname="Berg"),
    ]
    assert len(shop_of([account("crm", 1)], orders).groups) == 3


def test_orders_of_the_same_contact_data_are_one_guest_named_by_the_first() -> None:
    typed = {"mail": MAIL, "given_name": "Anna", "surname": "Berg"}
    made = shop_of([account("crm", 1)], [order(12, **typed), order(9, **typed), order(10, **typed)])
    assert made.groups == [["crm:1"], ["shop:guest:9"]]


def test_without_a_mailbox_every_order_is_a_guest_of_its_own_and_with_nothing_told_it_is_nobodys() -> None:
    named = {"given_name": "Anna", "surname": "Berg"}
    made = shop_of([account("crm", 1)], [order(7, **named), order(8, **named), order(9), order(10, country_code="DE")])
    assert made.groups == [["crm:1"], ["shop:guest:7"], ["shop:guest:8"]]


def test_a_guest_who_comes_thirty_times_shuts_nobody_out_of_her_mailbox() -> None:
    orders = [order(n, mail=MAIL, given_name="Anna", surname="Berg", street_number=str(n)) for n in range(30)]
    made = shop_of([anna(), account("crm", 1, mail=MAIL, name="Anna Berg")], orders)
    assert made.shared == []
    assert made.id_of["crm:1"] == made.id_of["shop:1"]


def test_who_writes_about_an_order_under_the_buyers_name_is_the_buyer() -> None:
    people = [
        *crowd(),
        account("shop", 1, name="Anna Bergstein", mail="anna@example.com"),
        account("support", 1, name="Anna Bergstein", mail="ab@example.org"),
    ]
    orders, tickets = [order(7, customer=1)], [ticket(1, requester=1, about=7)]
    assert ["shop:1", "support:1"] in shop_of(people, orders, tickets).groups
    assert ["support:1"] in shop_of(people, orders).groups


def test_who_writes_about_an_order_under_another_name_is_another() -> None:
    people = [account("shop", 1, name="Anna Berg"), account("support", 1, name="Peter Stein")]
    made = shop_of(people, [order(7, customer=1)], [ticket(1, requester=1, about=7)])
    assert len(made.groups) == 2


def test_whoever_writes_about_everybodys_orders_is_staff_and_tied_to_none() -> None:
    people = [account("shop", n, name="Anna Berg") for n in range(1, 11)] + [account("support", 1, name="Anna Berg")]
    orders = [order(n, customer=n) for n in range(1, 11)]
    made = shop_of(people, orders, [ticket(n, requester=1, about=n) for n in range(1, 11)])
    assert ["support:1"] in made.groups


def test_a_birth_date_is_no_part_of_a_guests_account() -> None:
    made = shop_of([anna(born=date(1980, 5, 3))], [order(7, mail=MAIL, given_name="Anna", surname="Berg")])
    assert len(made.groups) == 1
