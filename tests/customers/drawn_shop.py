"""A shop drawn as text, and what its customers look like as of a day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import duckdb
import pyarrow as pa

import mining_tasks.customers.steps as room
from expectations import customers, table
from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import engine
from tests.drawn import drawn

DAY = date(2018, 1, 1)
READ = (
    "core_identities__links",
    "core_identities__guest_orders",
    "core_shop__orders",
    "core_shop__order_lines",
    "core_shop__products",
    "core_crm__campaign_contacts",
    "core_crm__consents",
    "core_support__tickets",
    "core_support__reviews",
)
ANNA, PETER = "c_00000000000000aa", "c_00000000000000bb"
LINKS = f"""
    account_id | source_code | account_id_source | customer_id
    shop:1     | shop        | 1                 | {ANNA}
    crm:1      | crm         | 1                 | {ANNA}
    crm:2      | crm         | 2                 | {ANNA}
    support:1  | support     | 1                 | {ANNA}
    shop:2     | shop        | 2                 | {PETER}
"""


class Drawn:
    """A shop of drawings by table name; what is not drawn is empty, but for the links."""

    def __init__(self, **drawings: str) -> None:
        self.tables = {name: self._table(table(name), drawings.pop(name, "")) for name in READ}
        assert not drawings, f"no such tables: {drawings}"

    @staticmethod
    def _table(contract: Table, drawing: str) -> pa.Table:
        drawing = drawing or (LINKS if contract.name == "core_identities__links" else "")
        return drawn(contract, drawing) if drawing else arrow.schema(contract).empty_table()

    def as_of(self, day: date = DAY, night_end: datetime | None = None) -> tuple[dict, list[dict]]:
        """Features by customer, and the departments in order, as of the end of a day."""
        told = {"as_of": day, "night_end": night_end or datetime.combine(day + timedelta(days=1), time.min, UTC)}
        departments = _made("departments.sql", customers.core_customers__departments, self.tables, told)
        described = self.tables | {"core_customers__departments": departments}
        features = _made("features.sql", customers.core_customers__features, described, told)
        return {row["customer_id"]: row for row in features.to_pylist()}, departments.to_pylist()


def _made(file: str, into: Table, tables: Mapping[str, pa.Table], told: dict[str, Any]) -> pa.Table:
    """What a SQL file of the room gives, in the types and the order of its contract."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, rows in tables.items():
            connection.register(name, rows)
        made = engine.asked(connection, engine.sql(room.__file__, file), told).to_arrow_table()
    schema = arrow.schema(into)
    return made.select(schema.names).cast(schema).sort_by([(key, "ascending") for key in into.key])
