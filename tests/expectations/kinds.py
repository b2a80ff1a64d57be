"""A contract that uses every kind of promise, each on a column of its own, in every type we have."""

from datetime import date, datetime
from decimal import Decimal

from expectations.words import (
    Between,
    Column,
    Consented,
    Filled,
    Matches,
    MostlyFilled,
    NotBefore,
    NotLonger,
    OneOf,
    RefersTo,
    Rows,
    RowsNear,
    Severity,
    Steady,
    table,
)

LARGE = Decimal("99999999999999.9998")  # one unit below what DECIMAL(18, 4) holds: a float cannot tell them apart


@table(owner="tests@example.com", key=("kind_id", "part_number"), promises=(Rows(at_least=2, at_most=500), RowsNear()))
class core_tests__kinds:
    """One row per kind of thing and part."""

    kind_id = Column(str, "Which kind.", promises=(Filled(),))
    part_number = Column(int, "Which part.", promises=(Filled(), Between(0, 2**53)))
    colour_code = Column(str, "Its colour.", promises=(OneOf(("red", "it's green", "blue")),))
    form = Column(str, "Its form.", promises=(Matches("[A-Z]{3}"),))
    name = Column(str, "Its name.", promises=(NotLonger(12),))
    price_amount = Column(Decimal, "Its price.", unit="EUR", promises=(Between(Decimal(0), LARGE),))
    weight_share = Column(float, "Its weight.", unit="share", promises=(Between(0.0, 1.0),))
    made_at = Column(datetime, "When it was made.", promises=(Between(datetime(2000, 1, 1), datetime(2030, 1, 1)),))
    sold_at = Column(datetime, "When it was sold.", promises=(NotBefore("made_at"),))
    made_date = Column(date, "The day it was made.", promises=(Between(date(2000, 1, 1), date(2030, 1, 1)),))
    is_round = Column(bool, "True if it rolls.", promises=(Filled(severity=Severity.WARN),))
    note = Column(str, "What is known of it.", promises=(MostlyFilled(0.8),))
    score = Column(float, "How good it is.", promises=(MostlyFilled(0.5),))
    maker_id = Column(str, "Who made it.", promises=(RefersTo("core_shop__products", "product_id_shop"),))
    channel_code = Column(str, "How its maker may be reached.", promises=(Consented(customer="maker_id"),))
    place = Column(str, "Where it is kept.", promises=(Steady(0.1, moved_rows=2),))
