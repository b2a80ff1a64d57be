"""Phone numbers in E.164: what plans read is what the library reads."""

import random
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa
import pytest
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneMetadata,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
)

from mining_tasks.identities import phones
from mining_tasks.identities.phones import FEW, normalise, slowly

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


def read(spellings: Sequence[tuple[str, str]], few: int = FEW) -> dict[tuple[str, str], str | None]:
    """What `normalise` makes of numbers as dialled in regions."""
    with duckdb.connect() as connection:
        connection.register(
            "spellings", pa.table({"dialled": [it[0] for it in spellings], "region": [it[1] for it in spellings]})
        )
        normalise(connection, few)
        return {(dialled, region): number for dialled, region, number in connection.table("phones").fetchall()}


def test_what_is_read_by_plans_is_what_the_library_reads_in_every_country(monkeypatch: pytest.MonkeyPatch) -> None:
    luck = random.Random(7)
    spellings = sorted({(number, region) for region in sorted(SUPPORTED_REGIONS) for number in numbers(region, luck)})
    asked: list[str] = []
    library = slowly

    def counted(phone: str, region: str) -> str | None:
        asked.append(region)
        return library(phone, region)

    monkeypatch.setattr(phones, "slowly", counted)
    found = read(spellings, few=1)
    assert found.keys() == set(spellings)
    by_plans = len(spellings) - len(asked)
    assert by_plans > len(spellings) // 4, "plans read nothing, and the test would hold the library against itself"
    assert [case for case in spellings if found[case] != slowly(*case)] == []


def test_few_calls_to_a_country_are_read_like_many() -> None:
    few = {("0255501234", "AU"): "+61255501234", ("0301234567", "DE"): "+49301234567"}
    assert read(list(few)) == few == read(list(few), few=1)


@pytest.mark.parametrize("few", [1, FEW])
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
def test_a_number_is_read_in_the_country_in_which_it_is_dialled(
    written: str, region: str, number: str | None, few: int
) -> None:
    assert read([(written, region)], few) == {(written, region): number}


def test_without_a_phone_none_is_read() -> None:
    assert read([], 1) == {}
