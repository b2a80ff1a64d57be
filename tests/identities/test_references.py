"""Loyalty numbers and devices: evidence that is weighed, never a proof, and nothing where too many share it."""

from datetime import timedelta

import pytest

from mining_tasks.identities.model import Model
from tests.identities.drawn_accounts import NIGHT, Linked, Person, account, linked

GIVEN = ("Anna", "Petra", "Karl", "Bodo", "Carla", "Dagmar", "Emil", "Frida", "Gustav", "Hanne")
SURNAMES = ("Berg", "Stein", "Huber", "Vogel", "Lang", "Kraus", "Winter", "Sommer", "Pfeiffer", "Zoller")


def town(people: int = 400) -> list[Person]:
    """People with a card that both the shop and the CRM know; only some of them told both the same mailbox."""
    made = []
    for number in range(people):
        who = {"given": GIVEN[number % 10], "surname": f"{SURNAMES[number // 10 % 10]}{chr(97 + number // 100)}"}
        card = {"loyalty_reference": f"L-{number:05}"}
        mail = f"crm{number}@example.com" if number % 2 else f"m{number}@example.com"
        made.append(account("shop", number, **who, **card, mail=f"m{number}@example.com"))
        made.append(account("crm", number, **who, **card, mail=mail))
    return made


def both(first: Linked, number: int) -> bool:
    return first.id_of[f"shop:{number}"] == first.id_of[f"crm:{number}"]


@pytest.fixture(scope="module")
def with_cards() -> Linked:
    return linked(town())


def test_a_loyalty_number_joins_accounts_that_share_a_name_and_no_mailbox(with_cards: Linked) -> None:
    without = linked([{name: it for name, it in one.items() if name != "loyalty_reference"} for one in town()])
    odd = range(1, 400, 2)
    assert sum(both(with_cards, number) for number in odd) >= 195
    assert sum(both(without, number) for number in odd) <= 20, "names alone do not join them"


def test_the_number_is_written_in_many_ways_and_is_one(with_cards: Linked) -> None:
    typed = [dict(one) for one in town()]
    for one in typed[1::2]:
        one["loyalty_reference"] = one["loyalty_reference"].lower().replace("-", " ")
    assert linked(typed).groups == with_cards.groups


def test_a_pair_tells_what_the_loyalty_number_adds(with_cards: Linked) -> None:
    pairs = [row for row in with_cards.pairs if row["account_id"] == "crm:1" and row["other_account_id"] == "shop:1"]
    assert len(pairs) == 1
    assert pairs[0]["loyalty_weight"] > 3
    assert pairs[0]["device_weight"] == 0, "nobody told a device"


@pytest.mark.parametrize(("other", "is_one"), [("Lena Moser", True), ("Moser", False), ("", False)])
def test_a_device_alone_joins_nobody_though_nothing_speaks_against_it(other: str, is_one: bool) -> None:
    pair = [
        account("shop", 9_001, name="Lena Moser", device_reference="cookie-77"),
        account("crm", 9_002, name=other, device_reference="cookie-77"),
    ]
    made = linked([*town(), *pair])
    assert (made.id_of["shop:9001"] == made.id_of["crm:9002"]) is is_one


def test_a_device_that_two_people_share_makes_them_no_one() -> None:
    home = {
        "device_reference": "cookie-77",
        "street": "Am Ring",
        "street_number": "4",
        "city": "Ulm",
        "postcode": "89073",
    }
    pair = [
        account("shop", 9_001, name="Lena Moser", born=(NIGHT - timedelta(days=9_000)), **home),
        account("crm", 9_002, name="Theo Moser", born=(NIGHT - timedelta(days=10_500)), **home),
    ]
    made = linked([*town(), *pair])
    assert made.id_of["shop:9001"] != made.id_of["crm:9002"]


def test_a_number_that_too_many_carry_is_listed_and_joins_nobody() -> None:
    crowd = [
        account("shop", 8_000 + n, name=f"{GIVEN[n]} Crowd{chr(97 + n)}", loyalty_reference="0000") for n in range(8)
    ]
    made = linked([*town(), *crowd])
    listed = [row for row in made.shared if row["identifier_code"] == "loyalty"]
    assert [row["accounts_count"] for row in listed] == [8]
    assert len({made.id_of[f"shop:{8_000 + n}"] for n in range(8)}) == 8


def test_parameters_that_know_no_loyalty_number_are_not_used(with_cards: Linked) -> None:
    rows = with_cards.parameters
    assert Model.is_told(rows)
    older = rows.filter([not code.startswith("share.loyalty.") for code in rows["parameter_code"].to_pylist()])
    assert older.num_rows < rows.num_rows
    assert not Model.is_told(older)
