"""Phone numbers as written, in E.164: `(02) 5550 1234` in Australia is `+61255501234`."""

import pyarrow as pa
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse

SCHEMA = pa.schema([("phone", pa.string()), ("region", pa.string()), ("e164", pa.string())])


def e164(phone: str, region: str) -> str | None:
    """The number in E.164; None if no such number can exist, or none without a region (`""`)."""
    try:
        number = parse(phone, region or None)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else None


def normalised(spellings: pa.Table) -> pa.Table:
    """Columns `phone`, `region` (distinct rows) → the same with `e164`; about 20 µs a row."""
    rows = zip(spellings["phone"].to_pylist(), spellings["region"].to_pylist(), strict=True)
    numbers = [e164(phone, region) for phone, region in rows]
    return pa.table([spellings["phone"], spellings["region"], pa.array(numbers, pa.string())], schema=SCHEMA)
