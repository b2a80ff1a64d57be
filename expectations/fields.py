"""Columns that recur: one name, one meaning, in the whole house."""

from datetime import UTC, date, datetime
from decimal import Decimal

from expectations.words import Between, Column, Filled, Matches, NotLonger, OneOf, Pii, Promise

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # no online shop is older; an epoch zero is a default value, not a time
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
ID_CHARACTERS = 200
SOURCES = ("shop", "crm", "support")


def id_of(text: str, *promises: Promise) -> Column:
    """An identifier as its source writes it, byte for byte (`007` stays `007`)."""
    return Column(str, text, pii=Pii.PSEUDONYM, promises=(NotLonger(ID_CHARACTERS), *promises))


def contact(text: str, characters: int = 320) -> Column:
    """Something by which a person can be reached or named."""
    return Column(str, text, pii=Pii.CONTACT, promises=(NotLonger(characters),))


def words(text: str, characters: int = 100_000) -> Column:
    """Free text written by or about a person; it can hold anything."""
    return Column(str, text, pii=Pii.FREE_TEXT, promises=(NotLonger(characters),))


def instant(text: str, *promises: Promise) -> Column:
    """A UTC instant; years that only a default value or a typing error would give are refused."""
    return Column(datetime, text, promises=(Between(EARLIEST, LATEST), *promises))


def money(text: str, *promises: Promise) -> Column:
    """An exact amount in the row's `currency`; four decimals hold every currency of ISO 4217."""
    return Column(Decimal, text, unit="currency", promises=promises, decimals=4)


def count(text: str, *promises: Promise) -> Column:
    """A number of things, never negative; a narrower `Between` among the promises says so itself."""
    is_bounded = any(isinstance(promise, Between) for promise in promises)
    return Column(int, text, promises=promises if is_bounded else (Between(0), *promises))


def share(text: str, *promises: Promise) -> Column:
    """A share from 0 to 1."""
    return Column(float, text, unit="share", promises=(Between(0.0, 1.0), *promises))


def days(text: str, *promises: Promise) -> Column:
    """A length in days, never negative."""
    return Column(float, text, unit="days", promises=(Between(0.0), *promises))


loyalty_reference = contact("Number of the loyalty card or club that the account names.", 60)
device_reference = contact("Cookie or device by which the account last logged in.", 200)
updated_at = instant("When the source last changed the row.", Filled())
currency = Column(str, "ISO 4217 code; missing where the source gave none we know.", promises=(Matches("[A-Z]{3}"),))
customer_id = Column(
    str,
    "Our own id of the customer, stable over nights; says nothing by itself.",
    pii=Pii.PSEUDONYM,
    promises=(Filled(), Matches("c_[0-9a-f]{16}")),
)
source_code = Column(str, "The silo that knows the account.", promises=(Filled(), OneOf(SOURCES)))
night = Column(date, "The business day that was processed.", promises=(Filled(),))
data_as_of = Column(
    date, "The oldest business day among the sources behind the row: how old the facts may be.", promises=(Filled(),)
)
is_stale = Column(
    bool, "True if a source behind the row failed that night and its last good data were used.", promises=(Filled(),)
)
score_source = Column(
    str, "What made the score: model name and version, or the rule used instead.", promises=(Filled(),)
)
