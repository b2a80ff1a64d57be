"""`goldseam sql`: read-only SQL over the published tables."""

import argparse
import csv
import sys
from typing import Any

from mining_tasks.commands import show

HELP = "ask the published tables in SQL, read-only"
EXAMPLES = """\
examples:
  goldseam sql 'SELECT segment_name, customers_count FROM pub_segments__personas ORDER BY 2 DESC'
  goldseam sql 'SELECT * FROM pub_customers__profiles' --csv > profiles.csv
  goldseam sql 'DESCRIBE pub_customers__profiles'"""
SHOWN_ROWS = 200


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="SELECT", help="one SQL statement (DuckDB's dialect)")
    parser.add_argument("--csv", action="store_true", help="all rows as CSV")


def run(given: argparse.Namespace) -> int:
    found = ask(given.query, None if given.json or given.csv else SHOWN_ROWS + 1)
    if given.json:
        show.as_json(found.to_pylist())
    elif given.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(found.column_names)
        writer.writerows(tuple(row.values()) for row in found.to_pylist())
    else:
        show.as_table(found.slice(0, SHOWN_ROWS).to_pylist(), empty="no rows")
        if found.num_rows > SHOWN_ROWS:
            show.say(f"the first {SHOWN_ROWS} rows; --csv or --json gives all")
    return 0


def ask(query: str, limit: int | None) -> Any:
    """The rows as an Arrow table; raises ValueError with DuckDB's own words about a wrong statement."""
    import duckdb

    from mining_tasks.warehouse import surfaces

    try:
        return surfaces.query(query, limit)
    except duckdb.Error as fault:
        raise ValueError(str(fault)) from fault
