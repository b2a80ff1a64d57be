"""Phone numbers in E.164: what is read quickly is what the library reads."""

import random
from collections.abc import Iterator

import pytest
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneMetadata,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
)

from mining_tasks.identities.phones import e164, quickly, slowly

TURNS = 4


def numbers(region: str, luck: random.Random) -> Iterator[str]:
    """Numbers of every kind in a country, some spoilt by a slip, dialled at home and from abroad."""
    told = PhoneMetadata.metadata_for_region(region, None)
    assert told is not None
    for kind in PhoneNumberType.values():
        example = example_number_for_type(region, kind)
        if example is None:
            continue
        national = format_number(example, PhoneNumberFormat.E164)[1 + len(str(told.country_code)) :]
        for turn in range(TURNS):
            place = luck.randrange(len(national))
            digits = national if turn == 0 else national[:place] + luck.choice("0123456789") + national[place + 1 :]
            digits = digits[:-1] if luck.random() < 0.1 else digits
            for prefix in (
                "",
                "0",
                "00",
                "+",
                f"+{told.country_code}",
                f"+{told.country_code}0",
                f"00{told.country_code}",
            ):
                yield prefix + digits


def test_what_is_read_quickly_is_what_the_library_reads_in_every_country() -> None:
    luck = random.Random(7)
    read = [
        (number, region, quick)
        for region in sorted(SUPPORTED_REGIONS)
        for number in numbers(region, luck)
        if (quick := quickly(number, region)) is not None
    ]
    assert len({region for _, region, _ in read}) > 200
    assert [case for case in read if slowly(*case[:2]) != case[2]] == []


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("0255501234", "AU", "+61255501234"),
        ("+61255501234", "", "+61255501234"),
        ("+440207 946 0000", "", "+442079460000"),  # signs between the digits are the library's to read
        ("0049301234567", "AT", "+49301234567"),
        ("123", "AU", None),
        ("0255501234", "", None),
        ("none", "AU", None),
    ],
)
def test_a_number_is_read_in_the_country_in_which_it_is_dialled(written: str, region: str, number: str | None) -> None:
    assert e164(written, region) == number
