"""Phone numbers as written, in E.164: `(02) 5550 1234` in Australia is `+61255501234`.

`phonenumbers` reads any way of writing, slowly. Most numbers are digits after a country code or a trunk prefix that
fit their country's plan: `Plan` reads these by the library's own patterns, and leaves all others to it.
"""

import re
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumberDesc,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
)

SCHEMA = pa.schema([("dialled", pa.string()), ("region", pa.string()), ("e164", pa.string())])
KINDS = (  # of numbers; one that is of none of them is not valid
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
    "fixed_line",
    "mobile",
)
CODES = frozenset(str(code) for code in COUNTRY_CODE_TO_REGION_CODE)
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Plan:
    """How numbers of a country are dialled: the country's `code`; `valid`: a number without prefixes; `prefix`: what is
    dialled before it at home, and whether the library only takes it off (`is_plain`); `abroad`: what is dialled to
    leave the country."""

    code: str
    valid: re.Pattern[str]
    prefix: re.Pattern[str]
    is_plain: bool
    abroad: re.Pattern[str]

    def read(self, digits: str) -> str | None:
        """E.164 of what follows the country's code, or is dialled at home; None: not sure."""
        found = self.prefix.match(digits)
        if found and not self.is_plain:
            return None
        rest = digits[found.end() :] if found else digits
        return f"+{self.code}{rest}" if self.valid.fullmatch(rest) else None


@cache
def plan_of(region: str) -> Plan | None:
    """The plan of a country (ISO 3166) that is the first of its code; others share it and are left to the library."""
    told = PhoneMetadata.metadata_for_region(region, None) if region else None
    if told is None or told.country_code is None or told.general_desc is None:
        return None
    if COUNTRY_CODE_TO_REGION_CODE[told.country_code][0] != region or told.leading_digits:
        return None
    kinds = [it for name in KINDS if (it := getattr(told, name)) is not None and it.national_number_pattern]
    valid = "|".join(_sized(it) for it in kinds)
    prefix = told.national_prefix_for_parsing or ""
    return Plan(
        str(told.country_code),
        re.compile(f"(?={_sized(told.general_desc)}$)(?:{valid})") if valid else NEVER,
        re.compile(prefix) if prefix else NEVER,
        not told.national_prefix_transform_rule,
        re.compile(told.international_prefix) if told.international_prefix else NEVER,
    )


def _sized(kind: PhoneNumberDesc) -> str:
    lengths = "|".join(rf"\d{{{length}}}" for length in kind.possible_length if length > 0)
    return f"(?:(?=(?:{lengths})$)(?:{kind.national_number_pattern}))"


@cache
def code_of(digits: str) -> str:
    """The country code with which up to three digits begin; none: an empty string."""
    return next((digits[:size] for size in range(1, 4) if digits[:size] in CODES), "")


def quickly(dialled: str, region: str) -> str | None:
    """E.164 of digits, perhaps after a plus, in a country; None where only the library is sure."""
    if dialled[:1] == "+":
        return _from_abroad(dialled[1:])
    plan = plan_of(region)
    if plan is None or not dialled.isdigit():
        return None
    leaving = plan.abroad.match(dialled)
    if leaving:
        return _from_abroad(dialled[leaving.end() :])
    return None if dialled.startswith(plan.code) else plan.read(dialled)


def _from_abroad(digits: str) -> str | None:
    code = code_of(digits[:3])
    plan = plan_of(COUNTRY_CODE_TO_REGION_CODE[int(code)][0]) if code else None
    return plan.read(digits[len(code) :]) if plan and digits.isdigit() else None


def e164(phone: str, region: str) -> str | None:
    """The number in E.164; None if no such number can exist, or none without a region (`""`)."""
    return quickly(phone, region) or slowly(phone, region)


def slowly(phone: str, region: str) -> str | None:
    """The same by `phonenumbers` alone; about 20 µs."""
    try:
        number = parse(phone, region or None)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else None


def normalised(spellings: pa.Table) -> pa.Table:
    """Columns `dialled`, `region` (distinct rows) → the same with `e164`; about 2 µs a row."""
    rows = zip(spellings["dialled"].to_pylist(), spellings["region"].to_pylist(), strict=True)
    numbers = [e164(phone, region) for phone, region in rows]
    return pa.table([spellings["dialled"], spellings["region"], pa.array(numbers, pa.string())], schema=SCHEMA)
