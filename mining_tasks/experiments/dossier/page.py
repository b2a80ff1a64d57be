"""The page: one HTML file that loads nothing from anywhere."""

from collections.abc import Iterable
from datetime import date
from html import escape
from typing import Any

from mining_tasks.experiments.dossier.phases import ROWS_MOST, Phase, Rows

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; border-top: 1px solid #ddd; padding-top: .8em; margin-top: 1.6em; }
h3 { font-size: 1em; margin: 1em 0 .2em; color: #555; } table { border-collapse: collapse; margin: .4em 0; }
th, td { text-align: left; vertical-align: top; padding: .15em 1.2em .15em 0; } th { color: #666; font-weight: 500; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } nav a { margin-right: 1em; }
"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{style}</style></head>
<body><h1>{title}</h1><nav>{links}</nav>
{body}
</body></html>
"""


def page(family: str, night: date, phases: Iterable[Phase]) -> str:
    """The whole page; phases are numbered but for the last, which looks back."""
    told = list(phases)
    heads = [f"{number}. {phase.name}" for number, phase in enumerate(told[:-1], 1)] + [told[-1].name]
    links = "".join(f'<a href="#p{number}">{escape(head)}</a>' for number, head in enumerate(heads))
    body = "\n".join(
        _section(number, head, phase) for number, (head, phase) in enumerate(zip(heads, told, strict=True))
    )
    title = escape(f"{family.replace('_', ' ').capitalize()}: dossier of the night {night}")
    return PAGE.format(title=title, style=STYLE, links=links, body=body)


def _section(number: int, head: str, phase: Phase) -> str:
    said = f"<ul>{''.join(f'<li>{escape(words)}</li>' for words in phase.says)}</ul>" if phase.says else ""
    facts = "".join(f"<tr><th>{escape(str(word))}</th>{_cell(value)}</tr>" for word, value in phase.facts.items())
    tables = "".join(_table(title, rows) for title, rows in phase.tables.items() if rows)
    return f'<h2 id="p{number}">{escape(head)}</h2>{said}<table>{facts}</table>{tables}'


def _table(title: str, rows: Rows) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    lines = "".join(f"<tr>{''.join(_cell(row.get(name)) for name in names)}</tr>" for row in rows[:ROWS_MOST])
    more = f"<p>{len(rows) - ROWS_MOST:,} more rows are not shown.</p>" if len(rows) > ROWS_MOST else ""
    return f'<h3>{escape(title)}</h3><div class="scroll"><table><tr>{head}</tr>{lines}</table></div>{more}'


def _cell(value: Any) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"<td>{escape(str(value))}</td>"
    return f'<td class="number">{value:,}</td>' if isinstance(value, int) else f'<td class="number">{value:.4g}</td>'
