"""Phone numbers as written, in E.164: `(02) 5550 1234` in Australia is `+61255501234`.

`phonenumbers` reads any way of writing, slowly. Most numbers are digits after a country code or a trunk prefix that
fit their country's plan: these are read in DuckDB by the library's own patterns, all others by the library.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import duckdb
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

from mining_tasks.warehouse.engine import sql
from mining_tasks.warehouse.sql import filled, text

SCHEMA = pa.schema([("dialled", pa.string()), ("region", pa.string()), ("e164", pa.string())])
KINDS = (  # of numbers, the commonest first; one that is of none of them is not valid
    "mobile",
    "fixed_line",
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)
FEW = 100  # calls to a country, which the library reads sooner than its plan is asked
NEVER = r"[^\s\S]"


@dataclass(frozen=True)
class Plan:
    """How numbers of a country (ISO 3166) are dialled, in patterns of RE2: the country's `code`; `prefix`: what is
    dialled before a number at home, and whether the library only takes it off (`is_plain`); `abroad`: what is dialled
    to leave the country; `valid`: SQL for CASE, whether `rest` is a number without prefixes."""

    region: str
    code: str
    prefix: str
    is_plain: bool
    abroad: str
    valid: str


@cache
def plan_of(region: str) -> Plan | None:
    """The plan of a country that is the first of its code; others share it and are left to the library."""
    told = PhoneMetadata.metadata_for_region(region, None) if region else None
    if told is None or told.country_code is None or told.general_desc is None:
        return None
    if COUNTRY_CODE_TO_REGION_CODE[told.country_code][0] != region or told.leading_digits:
        return None
    kinds = [it for name in KINDS if (it := getattr(told, name)) is not None and it.national_number_pattern]
    return Plan(
        region,
        str(told.country_code),
        f"^(?:{told.national_prefix_for_parsing or NEVER})",
        not told.national_prefix_transform_rule,
        f"^(?:{told.international_prefix or NEVER})",
        " ".join(
            [f"WHEN NOT ({_fits(told.general_desc)}) THEN FALSE", *(f"WHEN {_fits(it)} THEN TRUE" for it in kinds)]
        ),
    )


def _fits(kind: PhoneNumberDesc) -> str:
    lengths = ", ".join(str(length) for length in kind.possible_length if length > 0)
    return f"length(rest) IN ({lengths}) AND regexp_full_match(rest, {text(kind.national_number_pattern or NEVER)})"


def normalise(connection: duckdb.DuckDBPyConnection, few: int = FEW) -> None:
    """Make `phones` (dialled, region, e164) of `spellings` (dialled, region; distinct rows): E.164, or missing where no
    such number can exist, or none without a region (`""`)."""
    connection.execute(sql(__file__, "phones.sql"))
    _call(connection)
    for target, calls in connection.execute(sql(__file__, "phone_targets.sql")).fetchall():
        plan = plan_of(target)
        if plan is not None and calls >= few:
            bound = {"target": target, "prefix": plan.prefix, "is_plain": plan.is_plain, "code": plan.code}
            connection.execute(filled(__file__, "phones_of_plan.sql", valid=plan.valid), bound)
    left = connection.sql(sql(__file__, "phones_left.sql")).to_arrow_table()
    connection.register("phones_read_slowly", _read(left))
    connection.execute("INSERT INTO phones FROM phones_read_slowly")
    connection.unregister("phones_read_slowly")
    connection.execute("DROP TABLE phone_calls")


def _call(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `phone_calls`: which country's plan each spelling is read by."""
    plans = _plans(codes[0] for codes in COUNTRY_CODE_TO_REGION_CODE.values())
    here = connection.execute("SELECT DISTINCT region FROM spellings").fetchall()
    leaving = " ".join(
        f"WHEN {text(plan.region)} THEN regexp_extract(dialled, {text(plan.abroad)})"
        for plan in _plans(region for (region,) in here)
    )
    heads = [(f"{head:03}", plan) for head in range(1000) for plan in plans if f"{head:03}".startswith(plan.code)]
    told = [{"head": head, "region": plan.region, "code": plan.code} for head, plan in heads]
    connection.register("phone_plans", pa.Table.from_pylist(told))
    connection.execute(
        filled(__file__, "phone_calls.sql", leaving=f"CASE region {leaving or 'WHEN NULL THEN NULL'} END")
    )
    connection.unregister("phone_plans")


def _plans(regions: Iterable[str]) -> list[Plan]:
    return [plan for region in sorted(set(regions)) if (plan := plan_of(region)) is not None]


def slowly(phone: str, region: str) -> str | None:
    """The number in E.164 by `phonenumbers` alone; about 20 µs."""
    try:
        number = parse(phone, region or None)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else None


def _read(spellings: pa.Table) -> pa.Table:
    rows = zip(spellings["dialled"].to_pylist(), spellings["region"].to_pylist(), strict=True)
    numbers = [slowly(phone, region) for phone, region in rows]
    return pa.table([spellings["dialled"], spellings["region"], pa.array(numbers, pa.string())], schema=SCHEMA)
