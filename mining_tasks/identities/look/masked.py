"""Masked: contact data so that one sees that they are there and how they differ, and cannot reach or name anybody.

What is so short that its first letter tells most of it shows nothing at all.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

HIDDEN = "•••"
LETTERS = 3  # a name of fewer is half told by its initial
LONG = 4  # so many characters before one of them is shown
DIGITS = 8  # of a phone, before its last two are shown
POSTCODE = 5  # characters, before its region is shown


def masked(contact: Mapping[str, Any]) -> dict[str, Any]:
    """The same kinds of evidence, masked; what is missing stays None, what is no contact stays as it is."""
    return {kind: None if value is None else _MASKS.get(kind, hidden)(value) for kind, value in contact.items()}


def hidden(_: object) -> str:
    """Nothing but that there is something."""
    return HIDDEN


def initials(name: str) -> str:
    """`Zephyrine Quillfeather` as `Z. Q.`."""
    return " ".join(f"{word[0]}." if len(word) >= LETTERS and _is_letter(word[0]) else HIDDEN for word in name.split())


def email(address: str) -> str:
    """`anna.berg@example.com` as `a•••@e•••.com`; what is no address shows nothing."""
    local, _, domain = address.strip().partition("@")
    house, _, ending = domain.rpartition(".")
    if not local or not house or "@" in domain or not (ending.isascii() and ending.isalpha()):
        return HIDDEN
    return f"{_first(local)}@{_first(house)}.{ending}"


def phone(number: str) -> str:
    """`+61 2 5550 1234` as `•••34`."""
    digits = [sign for sign in number if sign.isdigit()]
    return HIDDEN + "".join(digits[-2:]) if len(digits) >= DIGITS else HIDDEN


def postcode(code: str) -> str:
    """`70173` as `70•••`: a region, not a street."""
    return code[:2] + HIDDEN if len(code) >= POSTCODE else HIDDEN


def born(day: date) -> str:
    """The year alone."""
    return str(day.year)


def as_it_is(value: Any) -> Any:
    """What tells nobody apart."""
    return value


def _first(word: str) -> str:
    return (word[0] if len(word) >= LONG and _is_letter(word[0]) else "") + HIDDEN


def _is_letter(sign: str) -> bool:
    """Of Latin, Greek or Cyrillic: elsewhere one sign can be a whole name."""
    return sign.isalpha() and sign < "\u0530"


_MASKS: Mapping[str, Callable[[Any], Any]] = {
    "email": email,
    "phone": phone,
    "given_name": initials,
    "surname": initials,
    "full_name": initials,
    "birth_date": born,
    "postcode": postcode,
    "country_code": as_it_is,
    "is_email_verified": as_it_is,
}
