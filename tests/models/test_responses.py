"""A response is compared for those whom the campaign reached, each with as long to respond as was said."""

from datetime import date, timedelta

import duckdb
import pytest

from mining_tasks.models.offers import code_of
from mining_tasks.warehouse import engine

NIGHT = date(2017, 6, 4)
MODELS = str(engine.__file__).replace("warehouse/engine.py", "models/steps.py")


def day(number: int) -> date:
    return NIGHT + timedelta(days=number)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Five customers with a chance of 0.5 to respond within 14 days, and what a campaign did with them."""
    made = duckdb.connect()
    made.execute("""
        CREATE TABLE persons (
            family VARCHAR, prediction VARCHAR, about VARCHAR, customer_id VARCHAR, now_id VARCHAR, is_merged BOOLEAN,
            came_code VARCHAR, made_night DATE, due_date DATE, matures_date DATE, score_source VARCHAR,
            predicted DOUBLE, predicted_low DOUBLE, predicted_high DOUBLE, decile BIGINT, currency VARCHAR,
            value_basis_code VARCHAR, segment_id VARCHAR
        )""")
    for name in "abcde":
        facts = ["campaigns", "response_probability", "voucher_post", name, name, False, "response", NIGHT, day(14)]
        facts += [day(14), "m 1", 0.5, None, None, 1, None, None, "none"]
        made.execute(f"INSERT INTO persons VALUES ({', '.join('?' * 18)})", facts)
    made.execute(
        "CREATE TABLE came_days (customer_id VARCHAR, day DATE, currency VARCHAR, orders_count BIGINT, "
        "margin_amount DECIMAL(18, 4), sales_amount DECIMAL(18, 4))"
    )
    made.execute(
        "CREATE TABLE came_contacts (customer_id VARCHAR, campaign_code VARCHAR, day DATE, responded_day DATE)"
    )
    contacts = [
        ("a", "voucher_post", day(1), day(14)),  # on the last day that counts
        ("b", "voucher_post", day(7), day(20)),  # reached late, and has her 13 days all the same
        ("c", "voucher_post", day(7), day(21)),  # a day too late
        ("d", "voucher_post", day(8), day(9)),  # reached too late: of a later prediction
        ("e", "mail_email", day(2), day(3)),  # another offer
    ]
    made.executemany("INSERT INTO came_contacts VALUES (?, ?, ?, ?)", contacts)
    return made


def test_only_those_reached_within_the_week_count_and_each_has_the_whole_window(connection: duckdb.DuckDBPyConnection):
    for statement in connection.extract_statements(engine.sql(MODELS, "came.sql")):
        connection.execute(statement.query)
    rows = connection.execute(
        "SELECT now_unreached.* FROM (SELECT is_unreached, came FROM compared) AS now_unreached "
        "ORDER BY is_unreached, came DESC"
    ).fetchall()
    assert [(is_unreached, came and int(came)) for is_unreached, came in rows] == [
        (False, 1),
        (False, 1),
        (False, 0),
        (True, None),
        (True, None),
    ]


def test_the_offer_of_a_campaign_is_its_kind_and_channel():
    assert code_of("Type A", "post") == "type_a_post"
    assert code_of(None, "email") == "campaign_email"
