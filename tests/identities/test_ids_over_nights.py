"""One id per customer, the same over the nights, and a journal that tells every change."""

import random
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.identities.drawn_nights import FIRST, Night, World, people, settled


def town(groups: str, decisions: Sequence[tuple[str, str, str]] = ()) -> World:
    """Accounts tied to people as in `ab cde f`: a line of proved ties each."""
    pairs = [pair for group in groups.split() for pair in zip(group, group[1:], strict=False)]
    return World(people("".join(groups.split())), pairs, decisions)


def history(*groups: str) -> list[Night]:
    """One night after the other."""
    nights: list[Night] = []
    for one in groups:
        nights.append(settled(town(one), nights[-1] if nights else None))
    return nights


def test_unchanged_accounts_keep_their_ids_while_others_come() -> None:
    first, second = history("ab c", "ab cd e")
    assert {name: second.id_of[name] for name in "abc"} == first.id_of
    assert second.id_of["d"] == first.id_of["c"]
    assert second.codes() == {"d": "new", "e": "new"}
    since = {row["customer_id"]: row["known_since_date"] for row in second.rows("customers")}
    assert (since[second.id_of["e"]], since[second.id_of["a"]]) == (second.night, FIRST)


def test_a_merge_keeps_the_older_id_however_small() -> None:
    _, first, second = history("e", "e abcd", "abcde")
    assert set(second.id_of.values()) == {first.id_of["e"]}
    assert second.codes() == dict.fromkeys("abcd", "merged")


def test_a_merge_of_equally_old_customers_keeps_the_id_of_the_larger() -> None:
    first, second = history("a bc", "abc")
    assert set(second.id_of.values()) == {first.id_of["b"]}


def test_a_split_gives_a_new_id_to_the_smaller_part() -> None:
    first, second = history("abc", "a bc")
    assert second.id_of["b"] == first.id_of["b"]
    assert second.id_of["a"] not in first.id_of.values()
    assert second.codes() == {"a": "split"}


def test_an_account_that_goes_over_to_another_person_takes_no_id_along() -> None:
    for groups in ("ab cd", "ab c"):  # a recycled phone: the account comes to c, b stays who she was
        first, second = history(groups, "b ca" + groups[4:])
        assert second.id_of["b"] == first.id_of["b"], groups
        assert second.id_of["a"] == first.id_of["c"], groups
        assert second.codes() == {"a": "moved"}


def test_the_journal_names_the_tie_that_did_it() -> None:
    first, merged, parted = history("ab cd", "abcd", "ab cd")
    for night, code, names in ((merged, "merged", "cd"), (parted, "split", "cd")):
        told = night.rows("changes")
        assert [row["account_id"][5:] for row in told] == list(names)
        for row in told:
            assert row["change_code"] == code
            assert row["evidence_code"] == "email"
            assert (row["evidence_account_id"], row["evidence_other_account_id"]) == ("shop:c", "shop:b")
            assert row["changed_date"] == night.night
    assert merged.rows("changes")[0]["to_customer_id"] == first.id_of["a"] == parted.id_of["a"]


def test_accounts_that_go_and_come_are_told() -> None:
    _, gone, back = history("ab c", "a c", "ab c")
    assert gone.codes() == {"b": "gone"}
    assert gone.rows("changes")[0]["to_customer_id"] is None
    assert back.codes() == {"b": "new"}


def test_an_exclusion_undoes_a_merge_and_a_confirmation_makes_one_and_both_are_told() -> None:
    nights = [settled(town("ab cd"))]
    for groups, said in (("abcd", ()), ("abcd", [("exclude", "b", "c")]), ("ab cd", [("confirm", "a", "d")])):
        nights.append(settled(town(groups, said), nights[-1]))
    first, merged, undone, joined = nights
    assert len(merged.groups) == 1
    assert undone.groups == first.groups
    assert undone.id_of["a"] == first.id_of["a"]
    assert undone.codes() == joined.codes() == dict.fromkeys("cd", "decided")
    row = undone.rows("changes")[0]
    assert (row["evidence_code"], row["evidence_account_id"], row["evidence_other_account_id"]) == (
        "decision",
        "shop:b",
        "shop:c",
    )


def test_ids_given_up_resolve_to_the_living_in_one_step_for_ever() -> None:
    first, second, third, fourth = history("a b c d", "ab c d", "abc d", "ad")
    successors = {row["former_customer_id"]: row["customer_id"] for row in fourth.rows("successors")}
    assert set(successors.values()) == {fourth.id_of["a"]}
    assert set(successors) == set(first.id_of.values()) - {fourth.id_of["a"]}
    assert (len(second.rows("successors")), len(third.rows("successors"))) == (1, 2)


def test_an_id_of_which_nothing_is_left_resolves_to_nobody_and_is_never_given_again() -> None:
    first, second, third = history("a bc", "bc", "a bc")
    assert second.rows("successors") == [
        {"former_customer_id": first.id_of["a"], "customer_id": None, "ended_date": second.night}
    ]
    assert third.id_of["a"] != first.id_of["a"]
    assert third.rows("successors") == second.rows("successors")


def test_an_id_given_up_is_never_given_to_other_people() -> None:
    nights = history("abc", "a bc", "a", "a d", "b a")
    old = nights[0].id_of["a"]
    assert nights[1].id_of["b"] == old
    assert [night for night in nights[2:] if old in night.id_of.values()] == []


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_count(seed: int, luck: random.Random) -> None:
    world = drawn(random.Random(seed))
    assert settled(world).rows("links") == settled(world, luck=luck).rows("links")


def drawn(luck: random.Random) -> World:
    """Accounts of some letters, with ties of some strength, some of them of another name, some decisions."""
    letters = sorted(luck.sample("abcdefghijklmnop", luck.randint(4, 16)))
    names = {one: luck.choice(("anna berg", "anna berg", "berg", "", "peter stein")) for one in letters}
    pairs = {tuple(sorted(luck.sample(letters, 2))) for _ in range(luck.randint(0, 18))}
    weighed = [(*pair, *([round(luck.uniform(5, 12), 1)] if luck.random() < 0.7 else [])) for pair in sorted(pairs)]
    said = [(luck.choice(("exclude", "confirm")), *pair) for pair in luck.sample(sorted(pairs), min(len(pairs), 1))]
    return World(names, weighed, said if luck.random() < 0.3 else ())


def drift(world: World, luck: random.Random) -> World:
    """The next night: some accounts come, some go, some ties come, some go; most stay."""
    other = drawn(luck)
    names = {one: name for one, name in world.names.items() if luck.random() < 0.95}
    names |= {one: name for one, name in other.names.items() if one not in names and luck.random() < 0.2}
    kept = {
        pair[:2]: pair for pair in (*other.pairs, *world.pairs) if luck.random() < (0.9 if pair in world.pairs else 0.2)
    }
    said = [one for one in (*world.decisions, *other.decisions) if luck.random() < 0.8]
    said = list({one[1:]: one for one in said}.values())
    here = set(names)
    return World(names, [p for p in kept.values() if {*p[:2]} <= here], [s for s in said if {*s[1:]} <= here])


@cache
def drawn_history(seed: int, nights: int = 30) -> tuple[list[World], list[Night]]:
    luck = random.Random(seed)
    worlds = [drawn(luck)]
    while len(worlds) < nights:
        worlds.append(drift(worlds[-1], luck))
    made: list[Night] = []
    for world in worlds:
        made.append(settled(world, made[-1] if made else None))
    return worlds, made


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.xdist_group("thirty nights")
def test_over_thirty_nights_no_id_changes_without_a_row_in_the_journal(seed: int) -> None:
    _, nights = drawn_history(seed)
    told: set[str] = set()
    for before, after in zip(nights, nights[1:], strict=False):
        replayed = dict(before.id_of)
        for row in after.rows("changes"):
            account = row["account_id"][5:]
            assert replayed.pop(account, None) == row["from_customer_id"]
            if row["to_customer_id"]:
                replayed[account] = row["to_customer_id"]
            told.add(row["change_code"])
            assert (row["evidence_code"] is None) == (row["change_code"] == "gone")
        assert replayed == after.id_of
    assert told >= {"new", "gone", "merged", "split"}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.xdist_group("thirty nights")
def test_over_thirty_nights_every_id_ever_seen_lives_or_resolves_to_one_that_lives_or_to_nobody(seed: int) -> None:
    _, nights = drawn_history(seed)
    seen: set[str] = set()
    resolved = 0
    for night in nights:
        living = {row["customer_id"] for row in night.rows("customers")}
        successors = {row["former_customer_id"]: row["customer_id"] for row in night.rows("successors")}
        seen |= living
        assert successors.keys() == seen - living
        assert {customer for customer in successors.values() if customer} <= living
        resolved += len(successors)
    assert resolved > 100


def test_any_night_run_again_gives_the_same_also_after_newer_nights() -> None:
    worlds, nights = drawn_history(5, 8)
    for place in (0, 3, 7):
        again = settled(worlds[place], nights[place - 1] if place else None)
        assert {name: again.rows(name) for name in again.tables} == {n: nights[place].rows(n) for n in again.tables}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_whatever_happens_a_group_that_stays_keeps_its_id_and_ids_are_unique(seed: int) -> None:
    luck = random.Random(seed)
    world = drawn(luck)
    first = settled(world)
    second = settled(drift(world, luck), first)
    for group in first.groups & second.groups:
        assert second.id_of[group.split()[0]] == first.id_of[group.split()[0]]
    assert len(set(second.id_of.values())) == len(second.groups)
