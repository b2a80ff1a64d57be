"""Data Docs without data: one page a night, with every promise checked and whether it held. It loads nothing from
anywhere (Great Expectations' own pages ask six outside hosts for their looks) and holds counts, never values."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path

import expectations
from mining_tasks.warehouse import durable, ledger
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.ledger import Row

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222; }
h1 { font-size: 1.5em; } details { border-top: 1px solid #ddd; padding: .5em 0; } summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; margin: .6em 0; }
th, td { text-align: left; padding: .2em .8em .2em 0; }
td.number { text-align: right; font-variant-numeric: tabular-nums; } .grain { color: #666; }
.stop { color: #a40000; font-weight: 600; } .warn { color: #8a5a00; } .held { color: #2d6a2d; }
"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{style}</style></head>
<body><h1>{title}</h1><p>{summary}</p>
{tables}
</body></html>
"""
COLUMNS = ("promise", "result", "rows that break it", "rows checked")


def build(night: date) -> Path:
    """Write the page of a night's checks under the home's reports; returns where. Building it again replaces it."""
    path = home().reports / f"promises-{night}.html"
    durable.write_text(path, page(night, ledger.checks_on(night)))
    return path


def page(night: date, checks: Sequence[Row]) -> str:
    """The page as HTML; tables with broken promises come first and stand open."""
    by_table = [(name, list(rows)) for name, rows in groupby(checks, key=lambda row: row["table_name"])]
    by_table.sort(key=lambda pair: (all(row["held"] for row in pair[1]), pair[0]))
    tables = "\n".join(_table(name, rows) for name, rows in by_table)
    title = f"Promises checked for the night {night}"
    return PAGE.format(title=title, style=STYLE, summary=_summary(checks, len(by_table)), tables=tables)


def _summary(checks: Sequence[Row], tables: int) -> str:
    if not checks:
        return "Nothing was checked for this night."
    broken = [row for row in checks if not row["held"]]
    stopped = sum(row["severity"] == "stop" for row in broken)
    return (
        f"{len(checks):,} promises about {tables:,} tables: {len(checks) - len(broken):,} held, "
        f"{stopped:,} broken that stop a table, {len(broken) - stopped:,} broken that warn."
    )


def _table(name: str, rows: Sequence[Row]) -> str:
    broken = sum(not row["held"] for row in rows)
    contract = expectations.tables().get(name)
    about = f"{contract.grain} Owner: {contract.owner}." if contract else "No longer promised."
    verdict = f'<span class="stop">{broken:,} broken</span>' if broken else '<span class="held">all held</span>'
    head = "".join(f"<th>{column}</th>" for column in COLUMNS)
    body = "\n".join(map(_row, sorted(rows, key=lambda row: row["held"])))
    return (
        f"<details{' open' if broken else ''}><summary><code>{escape(name)}</code> {verdict}</summary>\n"
        f'<p class="grain">{escape(about)}</p>\n<table><tr>{head}</tr>\n{body}\n</table></details>'
    )


def _row(row: Row) -> str:
    mark = "held" if row["held"] else row["severity"]
    word = {"held": "held", "stop": "broken: stops the table", "warn": "broken: warns"}[mark]
    counts = [row["broken_rows"], row["rows"]]
    return _cells([escape(row["promise"]), f'<span class="{mark}">{word}</span>'], counts)


def _cells(texts: Iterable[str], counts: Iterable[int | None]) -> str:
    cells = [f"<td>{text}</td>" for text in texts]
    cells += [f'<td class="number">{"" if count is None else f"{count:,}"}</td>' for count in counts]
    return f"<tr>{''.join(cells)}</tr>"
