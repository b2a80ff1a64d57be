"""Which two accounts are one person, and which are not."""

import unicodedata
from datetime import date
from typing import Any

import pytest

from mining_tasks.identities.rules import Rules
from tests.identities.drawn_accounts import account, linked

MAIL = "anna@example.com"


def are_one(one: dict[str, Any], other: dict[str, Any], rules: Rules | None = None) -> bool:
    return len(linked([one, other], rules).groups) == 1


def of_shop(**facts: Any) -> dict[str, Any]:
    return account("shop", 1, **facts)


def of_crm(**facts: Any) -> dict[str, Any]:
    return account("crm", 1, **facts)


def test_a_mailbox_that_one_side_verified_joins_two_silos() -> None:
    assert are_one(of_shop(mail=MAIL, ok=True), of_crm(mail=MAIL, ok=False))
    assert are_one(of_shop(mail=MAIL), of_crm(mail=MAIL, ok=True))


def test_a_mailbox_that_nobody_verified_proves_nothing_but_is_a_likeness_to_a_namesake() -> None:
    assert not are_one(of_shop(mail=MAIL, ok=False), of_crm(mail=MAIL))
    assert not are_one(of_shop(mail=MAIL, ok=False, name="Anna Berg"), of_crm(mail=MAIL))
    assert not are_one(of_shop(mail=MAIL, ok=False, name="Anna Berg"), of_crm(mail=MAIL, name="Tom Stein"))
    made = linked([of_shop(mail=MAIL, ok=False, name="Anna Berg"), of_crm(mail=MAIL, name="Anna Berg")])
    assert {row["evidence_code"] for row in made.links} == {"likeness"}


def test_a_silo_may_be_trusted_to_have_verified_every_mailbox() -> None:
    desk = account("support", 1, mail=MAIL)
    assert not are_one(of_shop(mail=MAIL), desk)
    assert are_one(of_shop(mail=MAIL), desk, Rules(trusted_silos=("support",)))


def test_a_shared_phone_alone_joins_nobody() -> None:
    assert not are_one(of_shop(phone="+61255501234"), of_crm(phone="+61255501234"))
    assert not are_one(of_shop(phone="+61255501234", name="Anna Berg"), of_crm(phone="+61255501234"))


def test_a_shared_phone_joins_names_that_agree() -> None:
    assert are_one(of_shop(phone="+61 2 5550 1234", name="Anna Berg"), of_crm(phone="+61255501234", name="A. Berg"))


def test_a_shared_phone_with_names_that_contradict_stays_two() -> None:
    assert not are_one(of_shop(phone="+61255501234", name="Anna Berg"), of_crm(phone="+61255501234", name="Peter Berg"))


@pytest.mark.parametrize(
    ("phone", "country", "rules"),
    [
        ("(02) 5550 1234", "AU", Rules()),
        ("(02) 5550 1234", None, Rules(country="AU")),
        ("0061 2 5550 1234", None, Rules(country="DE")),
        ("+61-2-5550-1234 ext. 12", None, Rules()),
    ],
)
def test_a_phone_is_one_however_it_is_written(phone: str, country: str | None, rules: Rules) -> None:
    mine = of_shop(phone=phone, country_code=country, name="Anna Berg")
    assert are_one(mine, of_crm(phone="+61255501234", name="Anna Berg"), rules)


def test_a_phone_without_a_country_is_read_in_the_country_that_most_accounts_name() -> None:
    others = [account("shop", number, country_code="AU") for number in range(10, 13)]
    desk = account("support", 1, phone="0255501234", name="Anna Berg")
    people = [of_crm(phone="+61 2 5550 1234", name="Anna Berg", country_code="AU"), desk, *others]
    assert ["crm:1", "support:1"] in linked(people).groups


def test_numbers_that_cannot_exist_join_nobody() -> None:
    for phone in ("000000", "0000000000", "x", "12"):
        facts = {"phone": phone, "name": "Anna Berg", "country_code": "AU"}
        assert not are_one(of_shop(**facts), of_crm(**facts)), phone


@pytest.mark.parametrize(
    ("mine", "yours"),
    [
        ("Anna Berg", "anna BERG"),
        ("Anna Berg", "Berg Anna"),
        ("Anna Berg", "A Berg"),
        ("Anna Berg", "Berg"),
        ("Anna Maria Berg", "Anna Berg"),
        ("Anna van der Berg", "Anna Vanderberg"),
        ("Sylvie Morrison", "Syivie Morrison"),
        ("Anne-Marie O'Brien", "Annemarie Obrien"),
        ("Dr. Anna Berg", "Frau Anna Berg"),
        ("Anna Strauß", "ANNA STRAUSS"),
        ("Işıl Demir", "IŞIL DEMİR"),
        ("José Núñez", "Jose Nunez"),
        (unicodedata.normalize("NFC", "Zoë Müller"), unicodedata.normalize("NFD", "Zoë Müller")),
        ("Anna\u200b Berg", "Anna Berg\u200f"),
        ("Anna Berg 😀", "Anna Berg"),
    ],
)
def test_names_that_do_not_contradict(mine: str, yours: str) -> None:
    assert are_one(of_shop(mail=MAIL, ok=True, name=mine), of_crm(mail=MAIL, name=yours))


@pytest.mark.parametrize(
    ("mine", "yours"),
    [
        ("Anna Berg", "Peter Berg"),
        ("Anna Berg", "Anna Schmidt"),
        ("Anna Peters", "P. Peters"),
        ("Anna", "Peter"),
        ("Anna Berg", "Berg Peter"),
        ("Ben Berg", "Ken Berg"),
    ],
)
def test_names_that_contradict(mine: str, yours: str) -> None:
    assert not are_one(of_shop(mail=MAIL, ok=True, name=mine), of_crm(mail=MAIL, name=yours))


def test_the_desk_writes_the_name_in_one_field() -> None:
    for name in ("Anna Berg", "Berg, Anna", "BERG ANNA", "anna b"):
        assert are_one(of_shop(mail=MAIL, ok=True, name="Anna Berg"), account("support", 1, mail=MAIL, name=name)), name


def test_mailboxes_in_composed_and_decomposed_letters_are_one() -> None:
    one, other = (unicodedata.normalize(form, "zoë@example.com") for form in ("NFC", "NFD"))
    assert one != other
    assert are_one(of_shop(mail=one, ok=True), of_crm(mail=f" {other.upper()}\u200b"))


def test_letters_that_only_look_alike_do_not_match() -> None:
    assert MAIL != "\u0430nna@example.com"  # a Cyrillic а
    assert not are_one(of_shop(mail="\u0430nna@example.com", ok=True), of_crm(mail=MAIL, ok=True))
    assert not are_one(of_shop(mail="a\u0131i@example.com", ok=True), of_crm(mail="aii@example.com", ok=True))


def test_what_is_no_mailbox_joins_nobody() -> None:
    for mail in ("x", "none", "@", "anna@", "a@b", "a@b@c.com", "-"):
        assert not are_one(of_shop(mail=mail, ok=True), of_crm(mail=mail, ok=True)), mail


def test_a_mailbox_of_a_house_joins_only_known_names_that_agree() -> None:
    for mail in ("info@example.com", "No-Reply@example.com", "office+shop@example.com"):
        assert not are_one(of_shop(mail=mail, ok=True, name="Anna Berg"), of_crm(mail=mail)), mail
        assert are_one(of_shop(mail=mail, ok=True, name="Anna Berg"), of_crm(mail=mail, name="Anna Berg")), mail


def test_a_household_with_one_mailbox_is_as_many_people_as_names() -> None:
    people = [
        account("shop", 1, mail=MAIL, ok=True, name="Anna Berg"),
        account("shop", 2, mail=MAIL, ok=True, name="Peter Berg"),
        account("crm", 1, mail=MAIL, name="Peter Berg"),
        account("support", 1, mail=MAIL, name="Berg, Anna"),
    ]
    assert linked(people).groups == [["crm:1", "shop:2"], ["shop:1", "support:1"]]


def test_birth_dates_that_conflict_keep_father_and_son_apart() -> None:
    father = of_shop(mail=MAIL, ok=True, name="Karl Berg", born=date(1950, 5, 3))
    assert not are_one(father, of_crm(mail=MAIL, name="Karl Berg", born=date(1978, 11, 21)))


def test_a_slip_in_a_birth_date_and_a_default_date_do_not_conflict() -> None:
    mine = of_shop(mail=MAIL, ok=True, name="Karl Berg", born=date(1950, 5, 3))
    for born in (date(1950, 3, 5), date(1950, 5, 8), date(1970, 1, 1), date(1900, 1, 1), None):
        assert are_one(mine, of_crm(mail=MAIL, name="Karl Berg", born=born)), born


def test_twins_with_one_mailbox_stay_two() -> None:
    born = date(1990, 5, 3)
    lena = of_shop(mail=MAIL, ok=True, phone="+61255501234", name="Lena Berg", born=born)
    assert not are_one(lena, of_crm(mail=MAIL, ok=True, phone="+61255501234", name="Marie Berg", born=born))


def test_a_new_surname_is_forgiven_where_given_name_and_birth_date_agree() -> None:
    mine = of_shop(mail=MAIL, ok=True, name="Anna Berg", born=date(1990, 5, 3))
    assert are_one(mine, of_crm(mail=MAIL, name="Anna Schmidt", born=date(1990, 5, 3)))
    assert not are_one(mine, of_crm(mail=MAIL, name="Anna Schmidt"))


def test_an_account_without_a_name_that_fits_two_people_joins_neither() -> None:
    people = [
        account("shop", 1, mail=MAIL, ok=True, name="Anna Berg"),
        account("shop", 2, mail=MAIL, ok=True, name="Peter Berg"),
        account("support", 1, mail=MAIL),
    ]
    assert linked(people).groups == [["shop:1"], ["shop:2"], ["support:1"]]


def test_no_chain_of_evidence_brings_people_together_who_contradict_each_other() -> None:
    people = [
        account("shop", 1, mail="a@example.com", ok=True, name="Anna Berg"),
        account("crm", 1, mail="a@example.com", phone="+61255501234", name="Berg"),
        account("support", 1, phone="+61255501234", name="Peter Berg"),
    ]
    assert linked(people).groups == [["crm:1", "shop:1"], ["support:1"]]


def test_one_person_with_three_mailboxes_and_two_phones_is_one() -> None:
    born = date(1970, 5, 17)
    people = [
        account("shop", 1, mail="a@example.com", ok=True, phone="+61255501111", name="Anna Berg", born=born),
        account("crm", 3, mail="b@example.com", ok=True, phone="+61255501111", name="Anna Berg", born=born),
        account("crm", 1, mail="b@example.com", phone="+61255502222", name="Anna Berg", born=born),
        account("support", 1, phone="+61255502222", name="Berg, Anna"),
        account("crm", 2, phone="+61255501111", name="Tom Berg", born=date(1968, 1, 30)),
    ]
    assert linked(people).groups == [["crm:1", "crm:3", "shop:1", "support:1"], ["crm:2"]]
