"""Masks: they show that something is there, and nothing by which a person could be reached or named."""

from datetime import date

import pytest

from mining_tasks.identities.declared import KINDS
from mining_tasks.identities.look import masked
from mining_tasks.identities.look.masked import HIDDEN

CONTACT = {
    "email": "zephyrine.quillfeather@quillfeather.example",
    "is_email_verified": True,
    "phone": "+61 (02) 5550 1234",
    "given_name": "Zephyrine Anne-Marie",
    "surname": "Quillfeather",
    "full_name": "Dr. Quillfeather, Zephyrine",
    "birth_date": date(1970, 5, 17),
    "street_number": "41b",
    "street": "Forge Close",
    "address_extra": "c/o Stone",
    "city": "Coventry",
    "postcode": "CV2 2AS",
    "country_code": "GB",
    "loyalty_reference": "LOY-4711-0815",
    "device_reference": "cookie-91f3ab77",
}


def test_a_whole_row_keeps_no_more_than_two_signs_of_anything_personal() -> None:
    assert set(CONTACT) == set(KINDS), "a new kind of evidence must be masked here too"
    told = masked.masked(CONTACT)
    assert told["email"] == "z•••@q•••.example"
    assert (told["given_name"], told["surname"]) == ("Z. A.", "Q.")
    assert (told["birth_date"], told["phone"]) == ("1970", "•••34")
    kept = ("is_email_verified", "country_code")
    assert {kind: told[kind] for kind in kept} == {kind: CONTACT[kind] for kind in kept}
    for kind in set(CONTACT) - {*kept, "birth_date"}:
        shown = str(told[kind]).removesuffix(".example")
        runs = [shown[place : place + 3] for place in range(len(shown) - 2)]
        assert [run for run in runs if run.isalnum() and run in str(CONTACT[kind])] == [], kind


def test_what_is_missing_stays_missing_and_an_unknown_kind_shows_nothing() -> None:
    assert masked.masked({"email": None, "passport": "X1234567"}) == {"email": None, "passport": HIDDEN}


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("anna.berg@example.com", "a•••@e•••.com"),
        ("ann@ab.de", "•••@•••.de"),
        (" anna@mail.example.org", "a•••@m•••.org"),
        ("李明@例子.中国", HIDDEN),
        ("anna.berg", HIDDEN),
        ("anna@berg", HIDDEN),
        ("@example.com", HIDDEN),
        ("anna@berg@example.com", HIDDEN),
        ("anna@example.0171 5550", HIDDEN),
        ("", HIDDEN),
    ],
)
def test_of_an_address_first_letters_are_shown_where_they_hide_the_rest(address: str, shown: str) -> None:
    assert masked.email(address) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Anna Berg", "A. B."), ("Li Wu", f"{HIDDEN} {HIDDEN}"), ("Ærø", "Æ."), ("李小明", HIDDEN), ("0171555", HIDDEN)],
)
def test_of_a_name_initials_are_shown_unless_they_are_half_of_it(name: str, shown: str) -> None:
    assert masked.initials(name) == shown


@pytest.mark.parametrize(("number", "shown"), [("112", HIDDEN), ("555 0123", HIDDEN), ("0171/5550123", "•••23")])
def test_a_short_phone_is_hidden_whole(number: str, shown: str) -> None:
    assert masked.phone(number) == shown


@pytest.mark.parametrize(("code", "shown"), [("1010", HIDDEN), ("70173", "70•••")])
def test_a_short_postcode_is_hidden_whole(code: str, shown: str) -> None:
    assert masked.postcode(code) == shown
