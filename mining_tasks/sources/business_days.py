"""Which columns are the business day of an instant: computed in the source's zone where the source holds none."""

from expectations.words import Table

BUSINESS_DAYS = {"order_date": "ordered_at"}


def business_days(table: Table) -> dict[str, str]:
    """Of a contract's columns: each business day with the instant it is taken from."""
    names = {column.name for column in table.columns}
    return {day: instant for day, instant in BUSINESS_DAYS.items() if {day, instant} <= names}
