"""A night that scores only what changed ends as one that scores all."""

import random
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest

from mining_tasks.identities import changed
from mining_tasks.identities.around import narrow
from mining_tasks.identities.decisions import SCHEMA as SAID
from mining_tasks.identities.tables import count
from tests.identities.drawn_accounts import NIGHT, Linked, account, linked

GIVEN = ("Anna", "Petra", "Karl", "Ann", "Ana", "")
SURNAMES = ("Berg", "Stein", "Bergmann", "Stain")
Person = dict[str, Any]
PEOPLE_COUNT = 60


def drawn(luck: random.Random, number: int) -> Person:
    """An account of few values, so that many are shared, some by too many."""
    source = luck.choice(("shop", "crm", "support"))
    facts: dict[str, Any] = {"name": f"{luck.choice(GIVEN)} {luck.choice(SURNAMES)}".strip()}
    if luck.random() < 0.8:
        facts["mail"] = f"m{luck.randrange(25)}@example.com" if luck.random() < 0.8 else "m0@example.com"
        facts["ok"] = luck.random() < 0.7
    if luck.random() < 0.6:
        facts["phone"] = f"+6125550{luck.randrange(1000, 1030)}"
    return account(source, number, **facts)


def next_night(people: list[Person], luck: random.Random) -> list[Person]:
    """Some accounts change all they say, some go, some come."""
    kept = [person for person in people if luck.random() < 0.98]
    numbers = [int(next(v for k, v in p.items() if "_id" in k)) for p in kept]
    changed = [_again(luck, number, person) for person, number in zip(kept, numbers, strict=True)]
    return changed + [drawn(luck, max(numbers) + 1 + n) for n in range(luck.randrange(3))]


def _again(luck: random.Random, number: int, person: Person) -> Person:
    return person if luck.random() < 0.95 else drawn(luck, number)


def both(luck: random.Random, nights: int) -> list[tuple[Linked, Linked]]:
    """The same history twice: by increments, and with everything scored every night."""
    people = [drawn(luck, number) for number in range(PEOPLE_COUNT)]
    made = [(linked(people),) * 2]
    for age in range(1, nights):
        people = next_night(people, luck)
        night, said = NIGHT + timedelta(days=age), decided(people, luck)
        made.append(
            (linked(people, night=night, before=made[-1][0], said=said), full(people, night, made[-1][1], said))
        )
    return made


def decided(people: list[Person], luck: random.Random) -> pa.Table:
    """A few decisions about any two accounts, others than on the night before."""
    names = sorted(f"{person['source']}:{next(v for k, v in person.items() if '_id' in k)}" for person in people)
    pairs = {tuple(sorted(luck.sample(names, 2))) for _ in range(luck.randrange(4))}
    facts = {"decided_date": NIGHT, "who": "anna", "why": "she said so"}
    rows = [
        {"account_id": one, "other_account_id": other, "decision_code": luck.choice(("confirm", "exclude")), **facts}
        for one, other in sorted(pairs)
    ]
    return pa.Table.from_pylist(rows, schema=SAID)


def full(people: list[Person], night: Any, before: Linked, said: pa.Table) -> Linked:
    """Like `linked`, as if every account had changed."""
    links = before.tables["links"]
    place = links.schema.get_field_index("facts_hash")
    forgotten = links.set_column(place, "facts_hash", [["another"] * links.num_rows])
    tables = {**before.tables, "links": forgotten}
    fresh = object.__new__(Linked)
    fresh.__dict__ = {**before.__dict__, "tables": tables}
    return linked(people, night=night, before=fresh, said=said)


@pytest.mark.parametrize("seed", range(3))
def test_an_increment_ends_as_a_full_run_does(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed, "SCORED_ANEW", 0.9)  # in so small a town everybody hangs on everybody
    left_alone: list[int] = []

    def narrowed(connection: Any) -> None:
        everybody = count(connection, "accounts")
        narrow(connection)
        left_alone.append(everybody - count(connection, "accounts"))

    monkeypatch.setattr(changed, "narrow", narrowed)
    history = both(random.Random(seed), 8)
    scored = [part.touched for part, _ in history]
    assert {whole.touched for _, whole in history} == {None}
    assert len([touched for touched in scored if touched is not None]) >= 4, "increments were tested"
    assert sum(alone > 0 for alone in left_alone) >= 3, "some accounts were not linked anew"
    assert any(row["change_code"] == "decided" for part, _ in history for row in part.rows("changes"))
    for part, whole in history:
        assert sorted(part.pairs, key=repr) == sorted(whole.pairs, key=repr)
        assert part.links == whole.links
        for name in ("customers", "changes", "successors", "outcomes"):
            assert part.rows(name) == whole.rows(name)
        assert sorted(part.shared, key=repr) == sorted(whole.shared, key=repr)


def test_a_value_that_passes_its_limit_touches_all_who_carry_it() -> None:
    crowd = [account("shop", n, mail="crowd@example.com", ok=True, name="Anna Berg") for n in range(6)]
    others = [account("crm", n, mail=f"{n}@example.com") for n in range(60)]
    first = linked([*crowd, *others])
    assert first.touched is None
    assert max(len(group) for group in first.groups) == 6
    seventh = account("shop", 6, mail="crowd@example.com", ok=True, name="Anna Berg")
    second = linked([*crowd, seventh, *others], night=NIGHT + timedelta(days=1), before=first)
    assert second.touched == 7
    assert max(len(group) for group in second.groups) == 1
    third = linked([*crowd, *others], night=NIGHT + timedelta(days=2), before=second)
    assert third.touched == 6
    assert third.groups == first.groups


def test_a_night_in_which_nothing_changed_scores_nobody() -> None:
    people = [account("shop", n, mail=f"{n // 2}@example.com", ok=True) for n in range(20)]
    first = linked(people)
    second = linked(people, night=NIGHT + timedelta(days=1), before=first)
    assert second.touched == 0
    assert second.links == first.links
    assert sorted(second.pairs, key=repr) == sorted(first.pairs, key=repr)


def test_a_shop_without_accounts_has_a_night_before_its_first_account_comes() -> None:
    empty = linked([])
    assert empty.links == []
    assert linked([], night=NIGHT + timedelta(days=1), before=empty).links == []
    first = linked([account("shop", 1, mail="a@example.com")], night=NIGHT + timedelta(days=1), before=empty)
    assert first.groups == [["shop:1"]]
