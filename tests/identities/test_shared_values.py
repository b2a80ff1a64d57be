"""Values that many accounts share: a firm's mailbox, a default phone."""

from datetime import date
from typing import Any

import pytest

from mining_tasks.identities.rules import VALUE_LIMIT, BadRules, Rules, rules_of
from tests.identities.drawn_accounts import account, linked


def test_fifty_thousand_accounts_with_one_mailbox_and_one_phone_stay_fifty_thousand_people() -> None:
    people = [account("shop", n, mail="info@example.com", ok=True, phone="000000", name="X Y") for n in range(50_000)]
    made = linked(people, Rules(country="AU"))
    assert len(made.groups) == 50_000
    assert {(row["identifier_code"], row["accounts_count"]) for row in made.shared} == {
        ("email", 50_000),
        ("phone", 50_000),
    }


@pytest.mark.parametrize(
    "shared",
    [
        {"given": "Anna", "surname": "Berg", "born": date(1970, 5, 17), "street": "High Street", "postcode": "2000"},
        {"phone": "+61255501234", "given": "Anna", "surname": "Berg"},
    ],
    ids=["name, birth date and address", "phone"],
)
def test_fifty_thousand_accounts_that_share_what_is_compared_make_no_pairs(shared: dict[str, Any]) -> None:
    made = linked([account("shop", n, mail=f"{n:05}@example.com", **shared) for n in range(50_000)])
    assert len(made.groups) == 50_000
    assert made.pairs == []


def test_a_value_joins_up_to_its_limit_and_nobody_above_it() -> None:
    def people(count: int) -> list[dict]:
        return [account("shop", n, mail="anna@example.com", ok=True) for n in range(count)]

    assert len(linked(people(VALUE_LIMIT)).groups) == 1
    assert linked(people(VALUE_LIMIT)).shared == []
    above = linked(people(VALUE_LIMIT + 1))
    assert len(above.groups) == VALUE_LIMIT + 1
    assert [(row["accounts_count"], row["limit_count"]) for row in above.shared] == [(VALUE_LIMIT + 1, VALUE_LIMIT)]


def test_each_identifier_has_a_limit_of_its_own() -> None:
    people = [account("shop", n, mail="a@example.com", ok=True, phone="+61255501234", name="A B") for n in range(3)]
    made = linked(people, Rules(email_limit=2, phone_limit=3))
    assert len(made.groups) == 1
    assert {row["evidence_code"] for row in made.links} == {"likeness"}
    assert [row["identifier_code"] for row in made.shared] == ["email"]


def test_all_that_is_wrong_with_the_rules_is_told_at_once() -> None:
    with pytest.raises(BadRules) as told:
        rules_of({"email_limit": 1, "country": "au", "trusted_silos": ["erp"], "colour": "red"})
    for word in ("email_limit", "country", "trusted_silos", "'colour'"):
        assert word in str(told.value)


def test_rules_have_defaults_and_can_be_set() -> None:
    assert rules_of({}) == Rules()
    assert rules_of({"phone_limit": 9, "trusted_silos": ["support"]}) == Rules(
        phone_limit=9, trusted_silos=("support",)
    )
