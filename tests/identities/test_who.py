"""`goldseam who` over the real steps: clusters, ties, near misses, history; masked, unless noted."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expectations.identities import core_identities__links
from expectations.shop import core_shop__orders
from mining_tasks.cli import main
from mining_tasks.identities.look import apart
from mining_tasks.identities.look.dossier import dossier
from mining_tasks.identities.look.found import Unknown, last_night
from mining_tasks.warehouse import accept, ledger, shelf
from mining_tasks.warehouse.home import Home
from tests.identities.conftest import PEOPLE, PERSONAL
from tests.identities.drawn_accounts import account, core
from tests.identities.test_guests_and_orders import order
from tests.identities.test_link_accounts import FIRST, SECOND, THIRD, accepted

HEAD = "account_id,other_account_id,decision_code,who,when,why\n"


def told(capsys: pytest.CaptureFixture[str], home: Home, *words: str, status: int = 0) -> str:
    """What the command said on either stream."""
    assert main(["who", *words, "--home", str(home.path)]) == status
    said = capsys.readouterr()
    return said.out + said.err


def asked(capsys: pytest.CaptureFixture[str], home: Home, *words: str) -> dict[str, Any]:
    return dict(json.loads(told(capsys, home, *words, "--json")))


def customers() -> dict[str, str]:
    """The customer of every account on the first night."""
    links = shelf.read(core_identities__links, FIRST).arrow(["account_id", "customer_id"]).to_pylist()
    return {row["account_id"]: row["customer_id"] for row in links}


def decided(home: Home, *lines: str) -> None:
    (home.path / "decisions.csv").write_text(HEAD + "\n".join(lines) + "\n")


def test_a_customer_is_shown_with_all_her_accounts_by_any_of_them(
    linked_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = customers()
    accounts = ["crm:1", "shop:1", "support:1"]
    for name in (*accounts, ids["shop:1"]):
        found = asked(capsys, linked_home, name)
        assert [row["account_id"] for row in found["accounts"]] == accounts
    assert found["known_since_date"] == str(FIRST)
    holding = {(row["account_id"], row["other_account_id"]): row for row in found["ties"] if row["holds"]}
    assert len(holding) == 2
    assert holding["crm:1", "shop:1"]["evidence_code"] == "email"
    tie = holding["crm:1", "shop:1"]
    assert tie["weights"]["prior"] < 0 < tie["weights"]["email"]
    assert sum(tie["weights"].values()) == pytest.approx(tie["match_weight"])


def test_people_read_tables_without_contact_data(linked_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    decided(linked_home, "shop:1,crm:10,exclude,Albert Smith,2017-12-31,Zephyrine Quillfeather called")
    accepted(FIRST, PEOPLE)
    for words in (["shop:1"], ["shop:1", "--json"], ["support:1"], ["--pair", "shop:1", "crm:1"]):
        said = told(capsys, linked_home, *words)
        assert "crm:1" in said
        assert [word for word in (*PERSONAL, "albert") if word in said.lower()] == [], words
    said = told(capsys, linked_home, "shop:1")
    for shown in ("z•••@q•••.example", "Z. Q.", "1970", "•••81", "exclude", "A. S."):
        assert shown in said
    assert ledger.looked() == [], "a masked look is nobody's business"


def test_an_unmasked_look_shows_all_and_is_noted_without_values(
    linked_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = customers()
    said = told(capsys, linked_home, "shop:1", "--unmask")
    assert "zephyrine@quill.example" in said
    assert "Zephyrine Quillfeather" in said
    looked = ledger.looked()
    assert [(row["customer_id"], row["night"]) for row in looked] == [(ids["shop:1"], FIRST)]
    assert [word for word in PERSONAL if word in str(looked).lower()] == []
    assert ids["shop:1"] in told(capsys, linked_home, "--looks")


def test_without_the_key_nothing_is_unmasked_and_the_rest_is_still_told(
    linked_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    (linked_home.path / "vault.key").unlink()
    assert "no vault key" in told(capsys, linked_home, "shop:1", "--unmask", status=2)
    assert ledger.looked() == []
    said = told(capsys, linked_home, "shop:1")
    assert "there is no key here" in said
    assert "support:1" in said
    assert "Z. Q." not in said


def test_values_that_too_many_share_are_told_of_those_who_carry_them(linked_home: Home) -> None:
    found = dossier("crm:10", FIRST)
    assert found.limited == [
        {"account_id": "crm:10", "identifier_code": "email", "accounts_count": 11, "limit_count": 6}
    ]
    assert dossier("shop:1", FIRST).limited == []


def test_who_a_person_excluded_is_a_near_miss_and_says_so(linked_home: Home) -> None:
    decided(linked_home, "shop:1,crm:1,exclude,A. Smith,2018-01-01,she called")
    accepted(SECOND, PEOPLE)
    found = dossier("crm:1", SECOND)
    near = {row["other_account_id"]: row for row in found.near}
    assert near["shop:1"]["code"] == "excluded"
    assert "2018-01-01" in near["shop:1"]["why"]
    assert [row["outcome_code"] for row in found.decisions] == ["obeyed"]
    assert {row["change_code"] for row in found.history} == {"decided"}


def test_an_old_id_leads_to_the_one_she_has_now_and_history_tells_the_merge(
    shop_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    apart_then = [PEOPLE[0], account("crm", 1, name="Zephyrine Quillfeather"), *PEOPLE[2:]]
    first = accepted(FIRST, apart_then)
    assert first["crm:1"] != first["shop:1"]
    second = accepted(SECOND, PEOPLE)
    assert second["crm:1"] == second["shop:1"]
    old = next(first[name] for name in ("crm:1", "shop:1") if first[name] != second["shop:1"])
    found = asked(capsys, shop_home, old)
    assert (found["customer_id"], found["former_ids"]) == (second["shop:1"], [old])
    assert f"{old} was given up: she lives on in {second['shop:1']}" in told(capsys, shop_home, old)
    assert [row["change_code"] for row in found["history"]] == ["merged"]
    assert asked(capsys, shop_home, old, "--night", str(FIRST))["customer_id"] == old, "an old night knows her by it"


def test_before_the_first_night_there_is_nobody(shop_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Next: goldseam night" in told(capsys, shop_home, "shop:1", status=1)


def test_what_is_not_there_is_told_with_the_next_step(linked_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no account shop:99" in told(capsys, linked_home, "shop:99", status=1)
    assert "no customer c_0000000000000000" in told(capsys, linked_home, "c_0000000000000000", status=1)
    said = told(capsys, linked_home, "zephyrine@quill.example", status=1)
    assert "neither a customer" in said
    assert "zephyrine" not in said
    assert f"no accounts were linked for {THIRD}" in told(
        capsys, linked_home, "shop:1", "--night", str(THIRD), status=1
    )
    assert "were not weighed" in told(capsys, linked_home, "--pair", "shop:1", "crm:19", status=1)
    for words in ([], ["shop:1", "--looks"], ["shop:1", "--picture", "x.png"]):
        assert "Next: goldseam who" in told(capsys, linked_home, *words, status=2)
    with pytest.raises(Unknown):
        last_night(THIRD)


def test_an_account_that_is_gone_leads_to_whom_it_belonged(linked_home: Home) -> None:
    first = customers()
    accepted(SECOND, [one for one in PEOPLE if one is not PEOPLE[1]])
    with pytest.raises(Unknown, match=f"crm:1 is gone since {SECOND}.*{first['shop:1']}"):
        dossier("crm:1", SECOND)


def test_a_guest_is_found_by_her_first_order_with_what_she_typed(
    linked_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = {"mail": "zephyrine@quill.example", "given_name": "Zephyrine", "surname": "Quillfeather"}
    told_orders = [order(number, **typed) | {"order_date": FIRST, "sales_amount": Decimal(1)} for number in (7, 8)]
    accept.accept(shelf.draft(core_shop__orders, SECOND, core(core_shop__orders, told_orders)))
    assert accepted(SECOND, PEOPLE)["shop:guest:7"] == customers()["shop:1"]
    found = asked(capsys, linked_home, "shop:guest:7", "--unmask")
    contact = {row["account_id"]: row["contact"] for row in found["accounts"]}
    assert contact["shop:guest:7"]["email"] == typed["mail"]
    assert "guest:7" in told(capsys, linked_home, "shop:1")


def test_a_pair_is_drawn_without_contact_data(linked_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("pair.png", "pair.svg"):
        file = linked_home.path / name
        said = told(capsys, linked_home, "--pair", "crm:1", "shop:1", "--picture", str(file))
        assert "one customer" in said
        assert len(file.read_bytes()) > 5_000
    drawn = (linked_home.path / "pair.svg").read_text().lower()
    assert [word for word in PERSONAL if word in drawn] == []
    assert (linked_home.path / "pair.png").read_bytes().startswith(b"\x89PNG")
    assert Path(file).stat().st_size > 0


PAIR = {
    "account_id": "crm:1",
    "other_account_id": "shop:2",
    "customer_id": "mine",
    "other_customer_id": "hers",
    "evidence_code": "likeness",
    "match_weight": 6.0,
}
ACCOUNTS = {"mine": ["crm:1", "shop:1"], "hers": ["shop:2", "crm:2"], "third": ["support:3"]}
CLASH = {frozenset(("shop:1", "crm:2")): ["birth dates"]}
HERS_AND_THIRD = {frozenset(("support:3", "crm:2")): ["given names"]}
BESIDE = [PAIR | {"other_account_id": "support:3", "other_customer_id": "third"}]


@pytest.mark.parametrize(
    ("facts", "pair", "code", "words"),
    [
        ({"excluded": {frozenset(("crm:1", "shop:2")): {"decided_date": FIRST}}}, {}, "excluded", "2017-12-31"),
        ({"excluded": {frozenset(("shop:1", "crm:2")): {}}}, {}, "excluded beside", "keeps shop:1 and crm:2 apart"),
        ({}, {"match_weight": 2.0}, "below threshold", "2.0 bits, and 3.0 are needed"),
        ({}, {"stranger_probability": 0.2}, "strangers", "20.00%"),
        ({"clashes": CLASH}, {}, "contradiction", "cannot be one person by their birth dates"),
        ({"clashes": HERS_AND_THIRD, "near": BESIDE}, {}, "fits two", "it fits support:3 too"),
        ({"accounts": {"mine": ["crm:1"], "hers": [f"shop:{n}" for n in range(60)]}}, {}, "too many", "61 accounts"),
        ({"clashes": {}}, {"match_weight": 2.0, "evidence_code": "email"}, "weak", "hang on this tie alone"),
        ({"clashes": None}, {}, "weak", "the key to contact data would tell"),
    ],
)
def test_why_two_stay_apart_is_said_in_words(
    facts: dict[str, Any], pair: dict[str, Any], code: str, words: str
) -> None:
    known = apart.Known(**({"threshold_weight": 3.0, "most_strange": 0.01, "accounts": ACCOUNTS} | facts))
    said = apart.why_apart(PAIR | pair, known)
    assert said[0] == code
    assert words in said[1]
