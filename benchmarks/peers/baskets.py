"""Contest: how many orders hold each pair of products, in DuckDB's SQL and in plain pandas; no room of ours yet."""

from datetime import date
from typing import TYPE_CHECKING, Any

from benchmarks.peers import side
from benchmarks.peers.accepted import files, frame
from benchmarks.peers.side import Clock

if TYPE_CHECKING:
    import pandas as pd

LEAST_ORDERS = 5  # rarer pairs say nothing
LINES = "core_shop__order_lines"
PAIRS = """
WITH lines AS (SELECT DISTINCT order_id_shop, product_id_shop FROM read_parquet($files))
SELECT count(*), coalesce(sum(orders), 0), (SELECT count(*) FROM lines) FROM (
    SELECT count(*) AS orders
    FROM lines AS a JOIN lines AS b
        ON a.order_id_shop = b.order_id_shop AND a.product_id_shop < b.product_id_shop
    GROUP BY a.product_id_shop, b.product_id_shop HAVING count(*) >= $least
)"""


def with_duckdb(night: date, clock: Clock) -> dict[str, Any]:
    """As one statement, in our engine's limits."""
    from mining_tasks.warehouse import engine

    read = files(LINES, night)
    with engine.connected() as connection, clock.running():
        pairs, orders, rows = connection.execute(PAIRS, {"files": read, "least": LEAST_ORDERS}).fetchall()[0]
    return {"rows": rows, "pairs": pairs, "orders_of_pairs": int(orders)}


def with_pandas(night: date, clock: Clock) -> dict[str, Any]:
    """As a join of the lines with themselves."""
    import pandas  # noqa: F401  imported before the clock runs

    with clock.running():
        lines = frame(LINES, night, ["order_id_shop", "product_id_shop"]).drop_duplicates()
        counts = _pairs(lines)
    return {"rows": len(lines), "pairs": len(counts), "orders_of_pairs": int(counts.sum())}


def _pairs(lines: "pd.DataFrame") -> "pd.Series":
    both = lines.merge(lines, on="order_id_shop", suffixes=("_a", "_b"))
    both = both[both.product_id_shop_a < both.product_id_shop_b]
    counts = both.groupby(["product_id_shop_a", "product_id_shop_b"]).size()
    return counts[counts >= LEAST_ORDERS]


if __name__ == "__main__":
    side.main({"duckdb": with_duckdb, "pandas": with_pandas})
