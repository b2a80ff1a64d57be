"""What likeness says of two accounts, and how it is learnt without labels."""

import random
from datetime import date, timedelta
from functools import cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mining_tasks.identities import scores
from mining_tasks.identities.decisions import SCHEMA as SAID
from mining_tasks.identities.evidence import gather
from mining_tasks.identities.levels import COMPARISONS
from mining_tasks.identities.likeness import levels_of
from mining_tasks.identities.model import Model
from mining_tasks.identities.rules import Rules
from mining_tasks.identities.tables import make
from mining_tasks.identities.threshold import MOST_WEIGHT, limits
from tests.identities.drawn_accounts import KEY, TABLES, Linked, account, core, linked

BORN = date(1980, 5, 3)
HOME = {"street": "Hauptstraße", "street_number": "12", "city": "Wien", "postcode": "1010", "country_code": "AT"}
GIVEN = (
    "Anna",
    "Karl",
    "Petra",
    "Josef",
    "Maria",
    "Franz",
    "Eva",
    "Georg",
    "Ida",
    "Emil",
    "Rosa",
    "Otto",
    "Lena",
    "Max",
)
SYLLABLES = (
    "ber",
    "stein",
    "hof",
    "wald",
    "mann",
    "bach",
    "feld",
    "ner",
    "dorf",
    "au",
    "gru",
    "mil",
    "ler",
    "sen",
    "tor",
)


@cache
def crowd() -> tuple[dict[str, Any], ...]:
    """A town: 600 households of one to three people, each person with an account in the shop and in the CRM."""
    luck = random.Random(4)
    people: list[dict[str, Any]] = []
    for house in range(600):
        family = "".join(luck.choices(SYLLABLES, k=3)).capitalize()
        home = {
            "street": "".join(luck.choices(SYLLABLES, k=2)).capitalize() + "gasse",
            "street_number": str(luck.randrange(1, 99)),
            "city": luck.choice(("Wien", "Graz", "Linz")),
            "postcode": str(luck.randrange(1000, 1200)),
            "country_code": "AT",
        }
        people += [
            person
            for name in luck.sample(GIVEN, luck.choice((1, 1, 2, 3)))
            for person in _twice(luck, name, family, home, house)
        ]
    return tuple(people)


def _twice(luck: random.Random, given: str, family: str, home: dict[str, str], house: int) -> list[dict[str, Any]]:
    born = date(1940, 1, 1) + timedelta(days=luck.randrange(25_000))
    mail = f"{given}.{family}{house}@example.com".lower()
    facts = {"surname": family, "born": born, "phone": f"+43664{luck.randrange(10**6, 10**7)}", **home}
    return [
        account(source, f"{house}-{given}", given=given, mail=mail if luck.random() < 0.8 else None, **facts)
        for source in ("shop", "crm")
    ]


def joined(*people: dict[str, Any]) -> list[list[str]]:
    """The groups of these accounts in the town."""
    names = {f"{one['source']}:{one[TABLES[one['source']].key[0]]}" for one in people}
    return [group for group in linked([*crowd(), *people]).groups if names & set(group)]


def gathered(connection: duckdb.DuckDBPyConnection, people: list[dict[str, Any]], rules: Rules) -> None:
    """What the silos tell of these people, in the connection."""
    for source, table in TABLES.items():
        rows = [{k: v for k, v in one.items() if k != "source"} for one in people if one["source"] == source]
        connection.register(table.name, core(table, rows))
    gather(connection, rules, KEY)


def parameters(people: list[dict[str, Any]], rules: Rules | None = None) -> pa.Table:
    """What accounts teach."""
    with duckdb.connect() as connection:
        gathered(connection, people, rules or Rules())
        connection.register("said", SAID.empty_table())
        make(connection, "decisions")
        return scores.learn(connection, rules or Rules())


@pytest.fixture(scope="module")
def town() -> Linked:
    """The town, linked."""
    return linked(crowd())


def test_a_town_is_found_without_a_verified_mailbox_and_its_families_stay_apart(town: Linked) -> None:
    assert len(crowd()) > 1_500
    assert {len(group) for group in town.groups} == {2}
    assert all(group[0].removeprefix("crm:") == group[1].removeprefix("shop:") for group in town.groups)


def test_the_weights_of_a_pair_sum_to_its_match_weight_and_tell_its_probability(town: Linked) -> None:
    assert town.pairs
    for pair in town.pairs:
        weights = [pair["prior_weight"], *(pair[f"{it.name}_weight"] for it in COMPARISONS)]
        assert sum(weights) == pytest.approx(pair["match_weight"])
        assert pair["match_probability"] == pytest.approx(1 / (1 + 2 ** -pair["match_weight"]))


def test_the_same_accounts_teach_the_same_parameters_whatever_their_order() -> None:
    people = list(crowd())
    assert parameters(people).equals(parameters(people[::-1]))


def test_parameters_are_the_whole_model() -> None:
    rows = parameters(list(crowd()))
    assert Model.of(rows).rows().equals(rows)


@pytest.mark.parametrize("lacking", ["share.device", "largest_block.also_called"])
def test_parameters_of_an_older_version_are_learnt_anew(lacking: str) -> None:
    rows = parameters(list(crowd()))
    assert Model.is_told(rows)
    older = rows.filter(pc.invert(pc.starts_with(rows["parameter_code"], lacking)))
    assert older.num_rows < rows.num_rows
    assert not Model.is_told(older)


def test_nicknames_slips_and_swapped_columns_are_known() -> None:
    mine = account("shop", "x", given="William", surname="Zauner", born=BORN, **HOME)
    for other in (
        {"given": "Bill", "surname": "Zauner", "born": BORN},
        {"given": "Wiliam", "surname": "Zaunr", "born": BORN},
        {"given": "Zauner", "surname": "William", "born": BORN},
        {"given": "W.", "surname": "Zauner", "born": date(1980, 3, 5)},
        {"given": "WILLIAM", "surname": "zauner", "born": BORN + timedelta(days=1)},
    ):
        assert joined(mine, account("crm", "x", **other, **HOME)) == [["crm:x", "shop:x"]], other


def test_a_short_form_is_as_common_as_the_name_it_is_short_for() -> None:
    people = [
        account("shop", number, name=f"{given} {surname}")
        for number, (given, surname) in enumerate(
            [*[("Anna", "Zauner")] * 200, *[("Elizabeth", "Zauner")] * 5, ("Lizzie", "Gruber"), ("Odila", "Gruber")]
        )
    ]
    with duckdb.connect() as connection:
        gathered(connection, people, Rules())
        told = dict(connection.execute("SELECT given_joined, given_class FROM compared").fetchall())
    assert told["lizzie"] == told["elizabeth"]
    assert told["odila"] > told["lizzie"] > told["anna"]


def test_a_mailbox_spells_out_an_initial_and_tells_a_maiden_name() -> None:
    written = {
        "S. Huber": ("susanne.huber82@mail.example", "susanne", None),
        "T. Huber": ("susanne.huber@mail.example", "t", None),
        "Susanne Zauner": ("huber_susanne@mail.example", "susanne", "huber"),
        "Susanne Gruber": ("susanne.gruber@mail.example", "susanne", None),
        "Petra Gruber": ("susanne.huber@mail.example", "petra", None),
        "F. Gruber": ("familie.gruber@mail.example", "f", None),
    }
    people = [account("shop", name, name=name, mail=mailbox) for name, (mailbox, _, _) in written.items()]
    with duckdb.connect() as connection:
        gathered(connection, people, Rules())
        told = connection.execute("SELECT account_id, given_joined, also_called FROM compared").fetchall()
    assert {row[0].removeprefix("shop:"): row[1:] for row in told} == {name: one[1:] for name, one in written.items()}


def test_a_surname_that_stands_in_the_other_ones_mailbox_is_no_stranger_s() -> None:
    before = account("crm", "x", name="Petra Bayer", born=BORN)

    def weights(mailbox: str) -> list[float]:
        mine = account("shop", "x", name="Petra Löwenstein", born=BORN, mail=mailbox)
        return [it["surname_weight"] for it in linked([*crowd(), mine, before]).pairs if it["account_id"] == "crm:x"]

    (weight,) = weights("bayer.petra94@mail.example")
    assert weight > 0
    assert weights("p94.petra@mail.example") == [], "nothing left to compare them by, or far too unlikely"


def test_twins_and_father_and_son_of_one_home_and_one_phone_stay_two() -> None:
    shared = {**HOME, "phone": "+436641234567", "surname": "Zauner"}
    lena = account("shop", "x", given="Lena", born=BORN, mail="familie.zauner@example.com", **shared)
    rosa = account("crm", "x", given="Rosa", born=BORN, mail="familie.zauner@example.com", **shared)
    assert joined(lena, rosa) == [["crm:x"], ["shop:x"]]
    father = account("shop", "x", given="Karl", born=date(1950, 5, 3), **shared)
    son = account("crm", "x", given="Karl", born=date(1981, 11, 21), **shared)
    assert joined(father, son) == [["crm:x"], ["shop:x"]]


def test_namesakes_with_nothing_else_in_common_stay_two() -> None:
    far = {"street": "Ringweg", "street_number": "7", "city": "Graz", "postcode": "1177", "country_code": "AT"}
    one = account("shop", "x", given="Anna", surname="Bergstein", mail="anna1@example.com", **HOME)
    assert joined(one, account("crm", "x", given="Anna", surname="Bergstein", mail="ab@example.org", **far)) == [
        ["crm:x"],
        ["shop:x"],
    ]


def test_a_provider_that_ignores_dots_and_tags_has_one_mailbox_and_others_have_many() -> None:
    one = account("shop", "x", mail="an.na.b+shop@dotfree.example", ok=True, name="Anna Berg")
    other = account("crm", "x", mail="annab@dotfree.example", name="Anna Berg")
    assert len(linked([one, other], Rules(dotless_providers=("dotfree.example",))).groups) == 1
    assert linked([one, other]).pairs == []


def test_a_mailbox_with_a_letter_of_another_script_is_no_slip_of_the_fingers() -> None:
    one = account("shop", "x", given="Marlies", surname="Rauchner", mail="marlies.rauchner@example.com", **HOME)
    slip = account("crm", "x", given="Marlies", surname="Rauchner", mail="marlies.rauchnr@example.com")
    trick = account("crm", "x", given="Marlies", surname="Rauchner", mail="m\u0430rlies.rauchner@example.com")
    assert joined(one, slip) == [["crm:x", "shop:x"]]
    assert joined(one, trick) == [["crm:x"], ["shop:x"]]


def test_patterns_hold_every_level() -> None:
    widest = np.array([[len(it.levels) - 1 for it in COMPARISONS], [-1] * len(COMPARISONS)])
    packed = ((widest + 1) << (4 * np.arange(len(COMPARISONS)))).sum(axis=1)
    assert (levels_of(packed) == widest).all()


def test_the_threshold_falls_as_far_as_the_estimated_precision_allows_and_no_stranger_gets_in() -> None:
    curve = pa.table(
        {
            "match_weight": [12.0, 4.0, 2.0, 1.0],
            "match_probability": [0.9998, 0.94, 0.8, 0.67],
            "stranger_probability": [0.0, 0.0, 0.0, 0.33],
            "namesake_probability": [0.0, 0.0, 0.0, 0.0],
            "pairs": [1000.0, 50.0, 10.0, 10.0],
        }
    )
    assert limits(curve, 0.995) == (2.0, 0.0)
    assert limits(curve, 0.9965)[0] == limits(curve, 0.9999)[0] == MOST_WEIGHT
