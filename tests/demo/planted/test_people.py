"""The planted people: who lives with whom, whose accounts are whose, and what may mislead."""

import subprocess
import sys
import unicodedata

import numpy as np
import phonenumbers
import pytest
from phonenumbers import carrier

from mining_tasks.demo.planted.people.calling import given_names
from mining_tasks.demo.planted.people.letters import mailbox_letters
from mining_tasks.demo.planted.people.lists import countries
from mining_tasks.demo.planted.people.opened import ID_SPACE, SHOP, SLOTS, scattered
from mining_tasks.demo.planted.world import Block, World
from tests.demo.planted.town import SIZE, WORLD, ask, fingerprint, is_near, of_block, tables

PERSONS = 2 * SIZE
TOLD = WORLD.settings["people"]
SMALL = (World(400, 60, 5), Block(0, 0, 400))
RESERVED = r"\s*[^@\s]+@(example\.(com|net|org)|[a-z0-9-]+\.example)"
TRAPS = ("twin", "father_son", "namesake", "recycled_phone", "look_alike")


def test_everybody_is_there_once_and_lives_in_one_household_of_one_country():
    rows = ask("SELECT count(*), count(DISTINCT person_id), min(person_id), max(person_id) FROM persons")
    assert rows == [(PERSONS, PERSONS, 0, PERSONS - 1)]
    homes = ask("SELECT household_id, count(DISTINCT country_code), min(person_id), count(*) FROM persons GROUP BY 1")
    assert homes
    assert all(countries == 1 and head == home and size <= 4 for home, countries, head, size in homes)


def test_households_have_the_sizes_and_countries_that_were_planted():
    homes = ask("SELECT count(*), min(country_code) FROM persons GROUP BY household_id")
    for size, share in enumerate(TOLD["household_sizes"], start=1):
        assert is_near(sum(count == size for count, _ in homes), share, len(homes)), size
    for country in TOLD["countries"]:
        assert is_near(sum(code == country["code"] for _, code in homes), country["share"], len(homes)), country


def test_latent_types_have_the_shares_that_were_planted():
    types = WORLD.settings["buying"]["types"]
    found = dict(ask("SELECT type_code, count(*) FROM persons GROUP BY 1"))
    assert found.keys() == {it["code"] for it in types}
    assert all(is_near(found[it["code"]], it["share"], PERSONS) for it in types)


def test_many_share_a_full_name_as_in_life():
    ((shared, most),) = ask(
        "SELECT sum(n) FILTER (n > 1), max(n) FROM (SELECT count(*) n FROM spellings GROUP BY given_name, surname)"
    )
    assert shared > PERSONS * 0.1
    assert most >= 8


def test_twins_share_home_surname_and_day_of_birth_but_not_the_given_name():
    pairs = ask(
        """SELECT count(*), count(DISTINCT s.birth_name), count(DISTINCT p.birth_date), count(DISTINCT s.given_name),
                  count(DISTINCT left(s.given_name, 1))
           FROM persons p JOIN spellings s USING (person_id) WHERE p.trap_code = 'twin' GROUP BY household_id"""
    )
    assert pairs
    assert {pair[:4] for pair in pairs} == {(2, 1, 1, 2)}
    assert sum(pair[4] == 1 for pair in pairs) > 0.5 * len(pairs), "most twins' names begin alike"


def test_no_twins_are_called_by_two_forms_of_one_name():
    called = given_names()
    names = [(str(one), str(other)) for one, other in zip(called.written, called.written[called.similar], strict=True)]
    assert len(names) > 1_000
    letters = {name: str(mailbox_letters(np.array([name]))[0]) for pair in names for name in pair}
    spelled = [(letters[one], letters[other]) for one, other in names]
    assert not [(one, other) for one, other in spelled if one == other]
    assert not [(one, other) for one, other in spelled if len(one) > 2 and other.startswith(one[:-1])]
    short = [({*mine}, {*theirs}) for mine, theirs in zip(called.short, called.short[called.similar], strict=True)]
    assert not [mine & theirs for mine, theirs in short if mine & theirs], "both would be called by one short form"
    assert sum(one[0] == other[0] for one, other in names) > 0.8 * len(names), "they begin alike"


def test_father_and_son_share_home_and_full_name_and_are_a_generation_apart():
    pairs = ask(
        """SELECT count(*), count(DISTINCT s.given_name || s.surname), max(birth_date) - min(birth_date)
           FROM persons p JOIN spellings s USING (person_id) WHERE trap_code = 'father_son' GROUP BY household_id"""
    )
    assert pairs
    assert all((people, names) == (2, 1) and days > 15 * 365 for people, names, days in pairs)


def test_namesakes_are_strangers_of_one_name_and_birth_date():
    pairs = ask(
        """SELECT count(*), count(DISTINCT household_id) FROM persons JOIN spellings USING (person_id)
           WHERE trap_code = 'namesake' GROUP BY given_name, surname, birth_date"""
    )
    assert pairs
    assert all(people % 2 == 0 and people == homes for people, homes in pairs)


@pytest.mark.parametrize("source", ["shop", "crm", "support"])
def test_people_have_none_to_three_accounts_as_planted(source: str):
    found = dict(
        ask(
            """SELECT n, count(*) FROM (
                   SELECT person_id, count(DISTINCT account_id) FILTER (source_code = ? AND is_guest IS NOT TRUE) n
                   FROM persons LEFT JOIN accounts USING (person_id) GROUP BY 1) GROUP BY 1""",
            source,
        )
    )
    for count, share in enumerate(TOLD["accounts"][source]):
        assert is_near(found.get(count, 0), share, PERSONS), count


def test_who_has_no_shop_account_orders_as_a_guest():
    ((without, strange),) = ask(
        """SELECT count(*) FILTER (NOT own), count(*) FILTER (NOT own AND NOT guest) FROM (
               SELECT person_id, coalesce(bool_or(NOT is_guest), FALSE) own, coalesce(bool_or(is_guest), FALSE) guest
               FROM persons LEFT JOIN accounts USING (person_id) GROUP BY 1)"""
    )
    assert (without > 0, strange) == (True, 0)


def test_there_is_an_account_to_order_with_when_the_day_of_the_first_order_begins():
    rows = ask(
        """SELECT joined_day, min(opened_at) FROM persons JOIN accounts USING (person_id)
           WHERE source_code = 'shop' GROUP BY person_id, joined_day"""
    )
    assert len(rows) == PERSONS
    assert all(0 <= day < WORLD.days and first < WORLD.midnights[day] for day, first in rows)


def test_nothing_is_opened_or_changed_after_the_last_day():
    ((latest, backwards),) = ask(
        "SELECT max(greatest(opened_at, updated_at)), count(*) FILTER (updated_at < opened_at) FROM accounts"
    )
    assert latest < WORLD.midnights[WORLD.days]
    assert backwards == 0


def test_account_ids_are_unique_in_each_source_over_all_blocks():
    rows = ask("SELECT count(*), count(DISTINCT (source_code, account_id)) FROM accounts WHERE version = 0")
    assert rows[0][0] == rows[0][1] > PERSONS
    assert ask("SELECT count(DISTINCT block) FROM accounts") == [(2,)]


def test_ids_of_two_silos_tell_nothing_about_the_person():
    same = ask(
        """SELECT count(*) FROM accounts a JOIN accounts b
           ON a.account_id % 100000000 = b.account_id % 100000000 AND a.source_code < b.source_code
           AND a.person_id = b.person_id"""
    )
    assert same == [(0,)]
    orders = ask("SELECT corr(account_id, person_id) FROM accounts WHERE version = 0 GROUP BY source_code")
    assert all(abs(value) < 0.05 for (value,) in orders)


def test_a_shop_that_would_run_out_of_ids_is_refused():
    with pytest.raises(ValueError, match="plant fewer customers"):
        scattered(SHOP, np.array([ID_SPACE // SLOTS * SLOTS + SLOTS]))


def test_mailboxes_lie_on_reserved_domains_only():
    ((all_of_them, reserved),) = ask(
        "SELECT count(*), count(*) FILTER (regexp_full_match(lower(email), ?)) FROM accounts WHERE email IS NOT NULL",
        RESERVED,
    )
    assert all_of_them == reserved > PERSONS


def test_a_personal_mailbox_is_read_by_one_person_and_a_households_by_one_home():
    shared = ask(
        """SELECT mailbox_code, max(persons), max(homes), count(*) FILTER (persons > 1) FROM (
               SELECT mailbox_code, lower(trim(email)), count(DISTINCT person_id) persons,
                      count(DISTINCT household_id) homes
               FROM accounts JOIN persons USING (person_id)
               WHERE email IS NOT NULL AND mailbox_code <> 'company' GROUP BY 1, 2) GROUP BY 1 ORDER BY 1"""
    )
    assert [row[0] for row in shared] == ["household", "own", "second"]
    assert [row[1:3] for row in shared[1:]] == [(1, 1), (1, 1)]
    assert (shared[0][2], shared[0][3] > 0) == (1, True)


def test_firms_have_a_mailbox_and_a_phone_for_many_and_nobody_proved_to_read_it():
    rows = ask(
        """SELECT count(DISTINCT person_id) n, bool_or(is_email_verified) FROM accounts
           WHERE mailbox_code = 'company' GROUP BY lower(trim(email)) ORDER BY n DESC"""
    )
    assert rows[0][0] >= 8
    assert not any(verified for _, verified in rows)
    assert ask(
        "SELECT count(DISTINCT person_id) > 6 FROM accounts WHERE lower(trim(email)) = ?",
        TOLD["mailboxes"]["everybodys"],
    ) == [(True,)]


@pytest.mark.parametrize("kind", ["shop", "crm", "support", "guest"])
def test_so_many_mailboxes_are_missing_and_proved_as_planted(kind: str):
    ((rows, none, own, verified),) = ask(
        """SELECT count(*), count(*) FILTER (email IS NULL), count(*) FILTER (mailbox_code = 'own' AND NOT typed),
                  count(*) FILTER (mailbox_code = 'own' AND NOT typed AND is_email_verified)
           FROM (SELECT *, list_contains(slips, 'typo_email') typed FROM accounts)
           WHERE version = 0 AND if(is_guest, 'guest', source_code) = ?""",
        kind,
    )
    assert is_near(none, TOLD["mailboxes"]["none_share"][kind], rows)
    assert is_near(verified, TOLD["mailboxes"]["verified_share"][kind], own)
    assert ask("SELECT count(*) FROM accounts WHERE is_email_verified AND list_contains(slips, 'typo_email')") == [(0,)]


def test_phones_are_valid_in_form_and_of_nobody():
    rows = ask(
        """SELECT phone, country_code FROM accounts WHERE phone IS NOT NULL AND phone <> ? AND country_code IS NOT NULL
           AND mailbox_code <> 'company' ORDER BY account_id LIMIT 1500""",
        TOLD["phones"]["everybodys"],
    )
    numbers = [phonenumbers.parse(phone, country) for phone, country in rows]
    assert len(numbers) == 1_500
    assert all(phonenumbers.is_valid_number(number) for number in numbers)
    assert len({phone[:2] for phone, _ in rows}) > 10, "written in many ways"


@pytest.mark.parametrize("code", countries())
def test_no_operator_is_known_to_hold_our_numbers(code: str):
    place = countries()[code]
    patterns = np.concatenate((place.mobile, place.landline))
    numbers = [phonenumbers.parse(f"+{place.dial}{pattern}".replace("#", "4")) for pattern in patterns]
    assert numbers
    assert all(phonenumbers.is_valid_number(number) for number in numbers)
    assert {carrier.name_for_number(number, "en") for number in numbers} == {""}


def test_a_recycled_phone_stands_first_on_one_persons_account_and_later_on_anothers():
    rows = ask(
        """SELECT person_id, phone, opened_at, coalesce(country_code, 'DE') FROM accounts
           WHERE trap_code = 'recycled_phone' AND version = 0"""
    )
    owners: dict[str, list[tuple[int, int]]] = {}
    for person, phone, opened, country in rows:
        number = phonenumbers.format_number(phonenumbers.parse(phone, country), phonenumbers.PhoneNumberFormat.E164)
        owners.setdefault(number, []).append((opened, person))
    handed_on = [
        [person for _, person in sorted(those)] for those in owners.values() if len(set(p for _, p in those)) > 1
    ]
    assert len(handed_on) > 5
    assert all(len(set(order)) == 2 and order == sorted(order, key=order.index) for order in handed_on)


def test_a_look_alike_bears_anothers_name_and_nearly_her_mailbox():
    rows = ask("""SELECT person_id, email, slips FROM accounts WHERE trap_code = 'look_alike' AND email IS NOT NULL""")
    strange = [email for _, email, slips in rows if "typo_email" not in slips]
    assert strange
    assert all(sum("CYRILLIC" in unicodedata.name(letter) for letter in email) == 1 for email in strange)
    known = {
        email.strip().lower()
        for (email,) in ask("SELECT email FROM accounts WHERE email IS NOT NULL AND trap_code <> 'look_alike'")
    }
    assert not known & {email.strip().lower() for email in strange}


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_stands_on_accounts(trap: str):
    assert ask("SELECT count(*) > 3 FROM accounts WHERE trap_code = ?", trap) == [(True,)]


@pytest.mark.parametrize("trap", ["namesake", "recycled_phone", "look_alike"])
def test_a_trap_between_strangers_stands_in_a_small_shop_too(trap: str):
    assert trap in of_block(*SMALL)["accounts"]["trap_code"].to_pylist()


def test_a_later_version_in_the_crm_has_moved_or_married():
    rows = ask(
        """SELECT new.updated_at > old.updated_at, new.street IS DISTINCT FROM old.street
                  OR new.street_number IS DISTINCT FROM old.street_number OR new.surname IS DISTINCT FROM old.surname
                  OR new.street IS NULL
           FROM accounts new JOIN accounts old
           ON new.account_id = old.account_id AND new.source_code = old.source_code AND new.version = old.version + 1"""
    )
    assert len(rows) > 50
    assert all(later for later, _ in rows)
    assert sum(differs for _, differs in rows) > 0.8 * len(rows), "but for those who go on typing what was"
    assert ask("SELECT DISTINCT source_code FROM accounts WHERE version > 0") == [("crm",)]


def test_the_shops_database_tells_of_no_change_that_would_hide_an_account_from_the_last_nights():
    day = int(WORLD.midnights[WORLD.days - 4])
    assert ask(
        "SELECT count(*) FROM accounts WHERE source_code = 'shop' AND updated_at > opened_at AND updated_at >= ?", day
    ) == [(0,)]
    assert ask("SELECT count(*) > 50 FROM accounts WHERE source_code = 'shop' AND updated_at > opened_at") == [(True,)]


def test_the_desk_knows_no_more_than_name_mail_and_phone():
    columns = ("birth_date", "street", "city", "postcode", "country_code", "age_band", "accepts_email", "is_guest")
    known = ", ".join(f"count({column})" for column in columns)
    assert ask(f"SELECT {known} FROM accounts WHERE source_code = 'support'") == [(0,) * len(columns)]


def test_demographics_are_the_crms_alone_and_often_unknown():
    ((elsewhere, crm, known),) = ask(
        """SELECT count(age_band) FILTER (source_code <> 'crm'), count(*) FILTER (source_code = 'crm'),
                  count(age_band) FILTER (source_code = 'crm') FROM accounts WHERE version = 0"""
    )
    told = TOLD["demographics"]
    assert elsewhere == 0
    assert is_near(known, told["told_share"] * told["asked_share"], crm)


def test_same_seed_same_bytes_in_this_process_and_in_another():
    here = fingerprint(*SMALL)
    question = (
        "from tests.demo.planted.town import fingerprint\n"
        "from mining_tasks.demo.planted.world import Block, World\n"
        "print(fingerprint(World(400, 60, 5), Block(0, 0, 400)))"
    )
    there = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here == fingerprint(*SMALL)
    assert fingerprint(World(400, 60, 6), SMALL[1]) != here


@pytest.mark.parametrize("customers", [1, 2, 7])
def test_the_smallest_shops_can_be_planted(customers: int):
    made = of_block(World(customers, 10, 3), Block(0, 0, customers))
    assert made["persons"].num_rows == customers
    assert made["accounts"].schema == tables()["accounts"].drop_columns(["block"]).schema
