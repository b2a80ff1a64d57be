"""One id per customer, the same over the nights."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.identities.drawn_accounts import NIGHT, Linked, account, linked

NEXT = NIGHT + timedelta(days=1)


def shop(number: int, mailbox: str) -> dict[str, Any]:
    return account("shop", number, mail=f"{mailbox}@example.com", ok=True)


def town(mailboxes: Sequence[str]) -> list[dict[str, Any]]:
    """One account for each mailbox named: equal letters are one person."""
    return [shop(number, mailbox) for number, mailbox in enumerate(mailboxes)]


def since(made: Linked) -> dict[str, date]:
    return {row["customer_id"]: row["known_since_date"] for row in made.customers}


def test_unchanged_accounts_keep_their_ids_while_others_come() -> None:
    first = linked(town("aabc"))
    second = linked([shop(90, "z"), *town("aabc"), account("crm", 0, mail="b@example.com")], night=NEXT, before=first)
    assert {name: second.id_of[name] for name in first.id_of} == first.id_of
    assert second.id_of["crm:0"] == first.id_of["shop:2"]
    assert since(second)[second.id_of["shop:90"]] == NEXT
    assert since(second)[second.id_of["shop:0"]] == NIGHT


def test_a_merge_keeps_the_id_of_the_larger_part() -> None:
    first = linked(town("abb"))
    second = linked(town("bbb"), night=NEXT, before=first)
    assert set(second.id_of.values()) == {first.id_of["shop:1"]}


def test_a_merge_of_equals_keeps_the_older_customer() -> None:
    first = linked([shop(5, "a")])
    second = linked([shop(1, "b"), shop(5, "a")], night=NEXT, before=first)
    third = linked([shop(1, "a"), shop(5, "a")], night=NEXT + timedelta(days=1), before=second)
    assert set(third.id_of.values()) == {first.id_of["shop:5"]}
    assert list(since(third).values()) == [NIGHT]


def test_a_split_gives_a_new_id_to_the_smaller_part() -> None:
    first = linked(town("aaa"))
    second = linked(town("baa"), night=NEXT, before=first)
    assert second.id_of["shop:1"] == second.id_of["shop:2"] == first.id_of["shop:1"]
    assert second.id_of["shop:0"] not in first.id_of.values()


def test_an_id_given_up_is_never_given_to_other_people() -> None:
    first = linked(town("aaa"))
    old = first.id_of["shop:0"]
    second = linked(town("baa"), night=NEXT, before=first)  # the id stays with accounts 1 and 2
    third = linked([shop(0, "b")], night=NEXT + timedelta(days=1), before=second)  # and goes away with them
    fourth = linked([shop(0, "b"), shop(7, "c")], night=NEXT + timedelta(days=2), before=third)
    back = linked([shop(1, "a"), shop(0, "b")], night=NEXT + timedelta(days=3), before=fourth)
    assert old in first.id_of.values()
    assert old not in {*third.id_of.values(), *fourth.id_of.values(), *back.id_of.values()}


def test_a_night_run_again_gives_the_same_ids() -> None:
    assert linked(town("abca")).tables["links"].equals(linked(town("abca")).tables["links"])


@settings(max_examples=15, deadline=None)
@given(st.text("abcdef", min_size=1, max_size=14), st.randoms())
def test_the_order_of_rows_does_not_count(mailboxes: str, luck: random.Random) -> None:
    people = [*town(mailboxes), *(account("crm", n, mail=f"{m}@example.com") for n, m in enumerate(mailboxes[::2]))]
    shuffled = luck.sample(people, len(people))
    assert linked(people).links == linked(shuffled).links


@settings(max_examples=20, deadline=None)
@given(st.text("abc", min_size=5, max_size=5), st.text("abc", min_size=5, max_size=5))
def test_whatever_happens_ids_are_unique_and_the_largest_part_keeps_one(before: str, after: str) -> None:
    first = linked(town(before))
    second = linked(town(after), night=NEXT, before=first)
    assert len({*second.id_of.values()}) == len(set(after))
    for group in second.groups:
        if any(group == other for other in first.groups):
            assert second.id_of[group[0]] == first.id_of[group[0]]
    strangers = {*second.id_of.values()} - {*first.id_of.values()}
    assert all(since(second)[customer_id] == NEXT for customer_id in strangers)
