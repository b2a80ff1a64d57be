"""What the links table tells, and what it does not."""

import hashlib
import hmac

import pytest

from mining_tasks.identities.evidence import pads
from tests.identities.drawn_accounts import KEY, account, linked

PEOPLE = [
    account("shop", "007", mail="sentinel@example.com", ok=True, phone="+61255501234", name="Sentinel Person"),
    account("crm", "a:b", mail="Sentinel@Example.com", name="S. Person"),
    account("support", 3, phone="+61255501234", name="Person, Sentinel"),
    account("support", 4),
]


def test_every_joined_account_names_its_partner_and_its_evidence() -> None:
    rows = {row["account_id"]: row for row in linked(PEOPLE).links}
    assert {name: (row["evidence_code"], row["linked_to_account_id"]) for name, row in rows.items()} == {
        "crm:a:b": ("email", "shop:007"),
        "shop:007": ("email", "crm:a:b"),
        "support:3": ("likeness", "shop:007"),
        "support:4": ("alone", None),
    }
    assert rows["support:4"]["evidence_hash"] is None
    assert rows["shop:007"]["account_id_source"] == "007"


def test_a_customer_counts_her_accounts_by_silo() -> None:
    counts = {
        row["first_account_id"]: tuple(row[f"{source}accounts_count"] for source in ("", "shop_", "crm_", "support_"))
        for row in linked(PEOPLE).customers
    }
    assert counts == {"crm:a:b": (3, 1, 1, 1), "support:4": (1, 0, 0, 1)}


def test_evidence_is_the_hmac_of_the_value_under_the_shops_key() -> None:
    rows = {row["account_id"]: row for row in linked(PEOPLE).links}
    expected = hmac.new(KEY, b"email:sentinel@example.com", hashlib.sha256).hexdigest()
    assert rows["crm:a:b"]["evidence_hash"] == expected


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 200])
def test_the_padded_keys_are_those_of_hmac_for_every_length_of_key(length: int) -> None:
    key, padded = bytes(range(length)), pads(bytes(range(length)))
    inner = hashlib.sha256(padded["inner"] + b"value").digest()
    assert hashlib.sha256(padded["outer"] + inner).digest() == hmac.digest(key, b"value", "sha256")


def test_no_contact_data_leave_the_room() -> None:
    made = linked(PEOPLE)
    told = repr((made.links, made.customers, made.shared)).lower()
    assert "shop:007" in told
    for secret in ("sentinel", "5550", "example.com", "person"):
        assert secret not in told
