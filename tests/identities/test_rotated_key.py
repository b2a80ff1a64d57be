"""A new hash key: all hashes are made anew together, so that tonight's tables join, and customers keep their ids."""

from typing import Any

from expectations.identities import core_identities__links
from expectations.likeness import core_identities__shared_values
from mining_tasks.identities.changed import SCORED_ANEW
from mining_tasks.warehouse import keys, rotation, shelf
from mining_tasks.warehouse.home import Home
from tests.identities.drawn_accounts import account
from tests.identities.test_link_accounts import FIRST, PEOPLE, SECOND, THIRD, accepted

STRANGERS = [account("shop", number, mail=f"stranger{number}@example.org", ok=True) for number in range(100, 160)]
EVERYBODY = [*PEOPLE, *STRANGERS]


def rows(table: Any, night: Any) -> list[dict[str, Any]]:
    return shelf.read(table, night).arrow().to_pylist()


def test_after_a_new_hash_key_ids_stay_and_every_hash_is_another(shop_home: Home) -> None:
    first = accepted(FIRST, EVERYBODY)
    told = rotation.rotate_hash()
    second = accepted(SECOND, [account("crm", 0, mail="new@example.com"), *EVERYBODY])
    assert {name: second[name] for name in first} == first
    links = [rows(core_identities__links, night) for night in (FIRST, SECOND)]
    for name in ("facts_hash", "evidence_hash"):
        hashes = [{row[name] for row in each if row[name]} for each in links]
        assert all(hashes)
        assert hashes[0].isdisjoint(hashes[1]), name
    values = [{row["value_hash"] for row in rows(core_identities__shared_values, night)} for night in (FIRST, SECOND)]
    assert all(values)
    assert values[0].isdisjoint(values[1])
    made_with = [shelf.read(core_identities__links, night).hash_key for night in (FIRST, SECOND)]
    assert made_with == [told.before, told.now] == [made_with[0], keys.fingerprint(shop_home.hash_key())]


def test_the_night_after_is_an_increment_again(shop_home: Home) -> None:
    accepted(FIRST, EVERYBODY)
    rotation.rotate_hash()
    second = accepted(SECOND, EVERYBODY)
    newcomer = account("crm", 0, mail="stranger100@example.org", ok=True)
    third = accepted(THIRD, [newcomer, *EVERYBODY])
    hashes = [
        {row["account_id"]: row["facts_hash"] for row in rows(core_identities__links, n)} for n in (SECOND, THIRD)
    ]
    touched = [name for name in hashes[1] if hashes[1][name] != hashes[0].get(name)]
    assert 0 < len(touched) <= SCORED_ANEW * len(hashes[1])
    assert {name: third[name] for name in second} == second
    assert third["crm:0"] == third["shop:100"]


def test_a_night_run_again_after_a_new_key_gives_its_new_customers_the_same_ids(shop_home: Home) -> None:
    first = accepted(FIRST, EVERYBODY)
    rotation.rotate_hash()
    assert accepted(FIRST, EVERYBODY) == first
