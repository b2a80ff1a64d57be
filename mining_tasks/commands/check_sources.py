"""`goldseam check-sources`: can we read the silos, and is there enough in them for each family?"""

import argparse
from typing import Any

from mining_tasks.commands import demo, show

HELP = "profile the silos: what is there, and what is missing for each family"
EXAMPLES = """\
examples:
  goldseam check-sources --home my-shop
  goldseam check-sources --json

exit status: 0 all silos answer; 1 one does not, or sources.toml has problems"""
Row = dict[str, Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(given: argparse.Namespace) -> int:
    from mining_tasks.sources.profile import check_sources

    with demo.silos_if_demo():
        found = check_sources()
    if given.json:
        show.as_json(found)
    else:
        tell(found)
    return 1 if any(part.get("problems") or part.get("problem") for part in found) else 0


def tell(found: list[Row]) -> None:
    """What was found, for people: each silo with its tables, then each family with what it lacks."""
    for part in found:
        if problems := part.get("problems"):
            show.say(f"{part['file']} has {len(problems)} problem(s):\n" + "\n".join(f"  {line}" for line in problems))
        if "silo" in part:
            _tell_silo(part)
    families = [part for part in found if "family" in part]
    if families:
        rows = [
            {"family": f["family"], "enough": f["is_enough"]}
            | {name: "\n".join(f[name]) for name in ("missing", "lesser")}
            for f in families
        ]
        show.as_table(rows, "Is it enough?")


def _tell_silo(silo: Row) -> None:
    state = "answers" if silo["answers"] else f"does not answer: {silo['problem']}"
    show.as_table(
        [_row(table) for table in silo["tables"]], f"{silo['silo']} ({silo['kind']}) {state}", "no table seen"
    )
    if silo["tables_not_mapped"]:
        show.say(f"  not mapped: {', '.join(silo['tables_not_mapped'])}")
    if silo["optional_tables_not_mapped"]:
        show.say(f"  not mapped, optional: {', '.join(silo['optional_tables_not_mapped'])}")


def _row(table: Row) -> Row:
    empty = [column for column, share in table["missing_shares"].items() if share == 1]
    sparse = [f"{column} {share:.0%}" for column, share in table["missing_shares"].items() if 0.5 <= share < 1]
    keys = "unique" if table["distinct_keys"] == table["sample_rows"] else f"{table['distinct_keys']:,} different"
    return {
        "table": table["table"],
        "rows": table["rows"],
        "first": table["first"],
        "last": table["last"],
        "sampled": table["sample_rows"],
        "keys": keys,
        "always_missing": ", ".join(empty),
        "mostly_missing": ", ".join(sparse),
    }
