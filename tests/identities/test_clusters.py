"""Clusters: guards against contradictions, chains and weak bridges; the word of people."""

from datetime import date

import pytest

from tests.identities.drawn_nights import THRESHOLD, World, people, settled


def test_pairs_join_and_the_strongest_first() -> None:
    names = {"a": "anna berg", "b": "", "c": "peter stein"}
    assert settled(World(names, [("a", "b"), ("b", "c", 9.0)])).groups == {"a b", "c"}
    assert settled(World(names, [("b", "c"), ("a", "b", 9.0)])).groups == {"a", "b c"}


@pytest.mark.parametrize(("bits", "groups"), [(14.1, {"a b", "c"}), (13.9, {"a", "b", "c"}), (5.1, {"a", "b", "c"})])
def test_whoever_fits_two_who_contradict_belongs_to_the_clearly_better_one_or_to_neither(
    bits: float, groups: set[str]
) -> None:
    names = {"a": "anna berg", "b": "berg", "c": "peter stein"}
    assert settled(World(names, [("a", "b", bits), ("b", "c", 9.0)])).groups == groups


def test_birth_dates_that_conflict_stay_apart_whatever_ties_them() -> None:
    born = {"a": date(1950, 5, 3), "c": date(1978, 11, 21)}
    assert settled(World(people("abc"), [("a", "b"), ("b", "c", 9.0)], born=born)).groups == {"a b", "c"}


def ring(letters: str, weight: float) -> list[tuple[str, str, float]]:
    return [(one, letters[place - 1], weight) for place, one in enumerate(letters)]


@pytest.mark.parametrize(("bits", "is_cut"), [(THRESHOLD + 3.1, True), (THRESHOLD + 3.2, False)])
def test_a_bridge_between_two_dense_parts_needs_the_more_bits_the_larger_they_are(bits: float, is_cut: bool) -> None:
    pairs = [*ring("abc", 20.0), *ring("xyz", 20.0), ("c", "x", bits)]  # log2(3 * 3) = 3.17
    assert settled(World(people("abcxyz"), pairs)).groups == ({"a b c", "x y z"} if is_cut else {"a b c x y z"})


def test_a_bridge_that_is_proved_or_not_alone_or_leads_to_one_account_stands() -> None:
    parts = [*ring("abc", 20.0), *ring("xyz", 20.0)]
    assert len(settled(World(people("abcxyz"), [*parts, ("c", "x")])).groups) == 1
    assert len(settled(World(people("abcxyz"), [*parts, ("c", "x", 5.1), ("a", "z", 5.1)])).groups) == 1
    assert len(settled(World(people("abcd"), [*ring("abc", 20.0), ("c", "d", 5.1)])).groups) == 1


def test_a_chain_longer_than_a_person_falls_back_to_its_stronger_ties() -> None:
    names = [f"{n:03d}" for n in range(60)]
    links = list(zip(names, names[1:], strict=False))
    even = World(people(names), [(*link, 7.0) for link in links])
    assert len(settled(even).groups) == 60
    uneven = World(people(names), [(*link, 7.0 if n % 2 else 15.0) for n, link in enumerate(links)])
    assert settled(uneven).groups == {f"{one} {other}" for one, other in links[::2]}


def test_an_exclusion_parts_two_and_each_third_goes_with_the_stronger_tie() -> None:
    pairs = [("a", "b"), ("b", "c", 9.0), ("a", "c", 12.0), ("c", "d", 8.0)]
    assert settled(World(people("abcd"), pairs)).groups == {"a b c d"}
    assert settled(World(people("abcd"), pairs, [("exclude", "a", "b")])).groups == {"a c d", "b"}
    assert settled(World(people("abcd"), pairs[:2], [("exclude", "c", "a")])).groups == {"a b", "c", "d"}


def test_a_confirmation_joins_what_nothing_ties_and_outdoes_names_and_birth_dates() -> None:
    names = {"a": "anna berg", "b": "petra stein"}
    born = {"a": date(1950, 5, 3), "b": date(1978, 11, 21)}
    made = settled(World(names, decisions=[("confirm", "b", "a")], born=born))
    assert made.groups == {"a b"}
    assert {row["evidence_code"] for row in made.rows("links")} == {"decision"}


def test_whoever_is_tied_to_one_of_two_confirmed_accounts_stays_in_spite_of_the_other_name() -> None:
    names = {"a": "anna berg", "b": "petra stein", "c": "anna berg"}
    world = World(names, [("a", "c")], [("confirm", "a", "b")])
    assert settled(world).groups == {"a b c"}
    world.born = {"b": date(1950, 5, 3), "c": date(1978, 11, 21)}
    assert settled(world).groups == {"a b", "c"}


def test_an_account_without_a_name_that_fits_two_joins_neither_unless_a_person_says_so() -> None:
    names = {"a": "anna berg", "b": "peter stein", "n": ""}
    pairs = [("a", "n"), ("b", "n")]
    assert settled(World(names, pairs)).groups == {"a", "b", "n"}
    assert settled(World(names, pairs, [("confirm", "b", "n")])).groups == {"a", "b n"}


def test_what_became_of_a_decision_is_told() -> None:
    said = [("confirm", "a", "b"), ("confirm", "b", "c"), ("exclude", "a", "c"), ("exclude", "a", "gone")]
    made = settled(World(people("abc"), decisions=said))
    assert made.groups == {"a b", "c"}
    outcomes = {(row["account_id"], row["other_account_id"]): row["outcome_code"] for row in made.rows("outcomes")}
    assert outcomes == {
        ("shop:a", "shop:b"): "obeyed",
        ("shop:b", "shop:c"): "overruled",
        ("shop:a", "shop:c"): "obeyed",
        ("shop:a", "shop:gone"): "unknown account",
    }
