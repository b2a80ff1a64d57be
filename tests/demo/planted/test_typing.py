"""How accounts are typed: each slip as often as planted, each visible, none where none was made."""

import unicodedata

import numpy as np
import pytest

from mining_tasks.demo.planted.people.calling import given_names
from mining_tasks.demo.planted.people.slips import decomposed, full_width, mistyped, plain_letters
from tests.demo.planted.town import WORLD, ask, is_near

SLIPS = WORLD.settings["people"]["slips"]


@pytest.mark.parametrize("slip", ["typo_surname", "no_given", "invisible", "upper_case", "lower_case", "full_width"])
def test_a_slip_that_everybody_can_make_is_as_frequent_as_planted(slip: str):
    found, expected = 0, 0.0
    for kind, rows, slipped in ask(
        """SELECT if(is_guest, 'guest', source_code), count(*), count(*) FILTER (list_contains(slips, ?))
           FROM accounts WHERE version = 0 GROUP BY 1""",
        slip,
    ):
        found, expected = found + slipped, expected + rows * SLIPS[slip] * SLIPS["care"][kind]
    assert expected > 10
    assert abs(found - expected) < 4.5 * np.sqrt(expected)


@pytest.mark.parametrize("slip", ["typo_street", "typo_city", "typo_postcode"])
def test_a_slip_in_an_address_is_as_frequent_as_planted_where_there_is_one(slip: str):
    rows = ask(
        """SELECT if(is_guest, 'guest', source_code), count(*), count(*) FILTER (list_contains(slips, ?))
           FROM accounts WHERE version = 0 AND street IS NOT NULL GROUP BY 1""",
        slip,
    )
    expected = sum(count * SLIPS[slip] * SLIPS["care"][kind] for kind, count, _ in rows)
    assert abs(sum(slipped for *_, slipped in rows) - expected) < 4.5 * np.sqrt(expected)
    assert ask("SELECT count(*) FROM accounts WHERE street IS NULL AND list_contains(slips, ?)", slip) == [(0,)]


def test_tags_are_planted_at_the_provider_that_ignores_them():
    provider = WORLD.settings["people"]["mailboxes"]["ignores_dots_and_tags"]
    tagged = ask("SELECT lower(trim(email)) FROM accounts WHERE list_contains(slips, 'tagged_email')")
    assert len(tagged) > 20
    assert all(email.endswith("@" + provider) for (email,) in tagged)
    with_tag = [email for (email,) in tagged if "+" in email]
    assert is_near(len(with_tag), 0.5, len(tagged)) or len(with_tag) > len(tagged) / 2


def test_an_account_without_slips_spells_the_person_as_she_is():
    ((clean, wrong),) = ask(
        """SELECT count(*), count(*) FILTER (a.given_name <> s.given_name OR a.surname <> s.surname)
           FROM accounts a JOIN spellings s USING (person_id) WHERE len(slips) = 0 AND trap_code <> 'look_alike'"""
    )
    assert (clean > 10_000, wrong) == (True, 0)


@pytest.mark.parametrize(
    ("slip", "column"),
    [
        ("typo_surname", "surname"),
        ("typo_given", "given_name"),
        ("nickname", "given_name"),
        ("initial", "given_name"),
        ("title", "given_name"),
        ("middle_initial", "given_name"),
        ("maiden_name", "surname"),
        ("upper_case", "surname"),
    ],
)
def test_a_slip_shows_in_what_is_typed(slip: str, column: str):
    rows = ask(
        f"""SELECT a.{column}, s.{column} FROM accounts a JOIN spellings s USING (person_id)
            WHERE slips = [?] AND a.{column} IS NOT NULL AND trap_code <> 'look_alike'""",
        slip,
    )
    assert len(rows) > 3
    assert all(typed != true for typed, true in rows)


def test_decomposed_and_composed_names_are_one_in_unicode():
    rows = ask(
        """SELECT a.surname, s.surname FROM accounts a JOIN spellings s USING (person_id)
           WHERE slips = ['decomposed'] AND a.surname <> s.surname AND trap_code <> 'look_alike'"""
    )
    assert rows
    assert all(unicodedata.normalize("NFC", typed) == true for typed, true in rows)


def test_a_maiden_name_is_the_name_she_was_born_with():
    rows = ask(
        """SELECT a.surname, s.birth_name, s.surname FROM accounts a JOIN spellings s USING (person_id)
           WHERE slips = ['maiden_name']"""
    )
    assert rows
    assert all(typed == born != today for typed, born, today in rows)


def test_no_word_survives_a_typing_error_unchanged():
    words = np.tile(given_names().written, 3)
    luck = np.random.default_rng(4).random((3, len(words)))
    typed = mistyped(words, luck)
    assert len(words) > 3_000
    assert not (typed == words).any()
    assert (np.abs(np.strings.str_len(typed) - np.strings.str_len(words)) <= 1).all()


def test_an_empty_word_and_no_words_at_all_stay_as_they_are():
    luck = np.random.default_rng(4).random((3, 1))
    assert mistyped(np.array([""]), luck)[0] == ""
    assert len(mistyped(np.zeros(0, "U4"), luck[:, :0])) == 0
    assert len(plain_letters(np.zeros(0, "U4"))) == 0


def test_keyboards_change_letters_as_they_do():
    words = np.array(["Weiß", "Müller", "Núñez", "Smith"])
    assert plain_letters(words).tolist() == ["Weiss", "Mueller", "Nunez", "Smith"]
    assert decomposed(words).tolist() == [unicodedata.normalize("NFD", word) for word in words]
    assert unicodedata.normalize("NFKC", full_width(words)[3]) == "Smith"
