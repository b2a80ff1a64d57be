"""`goldseam night`: the whole night in one process, then what readers see."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mining_tasks.commands import demo, house, show

HELP = "run one night: fetch, resolve, mine, judge, publish"
EXAMPLES = """\
examples:
  goldseam night                          yesterday, in the shop's time zone
  goldseam night --night 2026-11-20       one night again; the same data give the same tables
  goldseam night --since 2026-11-01       every night from then on, in order
  goldseam night --only segments          one room again, on what the night's other rooms accepted
  goldseam night --demo                   the demo shop, prepared and served for the length of the night
  goldseam night                          in a home with a planted shop: its last night

exit status: 0 all families published and fresh; 1 something was not published; 2 it could not start, or broke off;
3 all published, but some of it with a source's last good data"""
DONE, NOT_PUBLISHED, STALE = 0, 1, 3


class NightBrokeOff(RuntimeError):
    """Airflow or we ourselves failed, not a source or the data."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--night", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the business day to process")
    parser.add_argument(
        "--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="run all nights from this one on"
    )
    parser.add_argument(
        "--only", action="append", metavar="DAG", default=[], help="run this DAG alone; may be repeated"
    )
    parser.add_argument("--demo", action="store_true", help="run on the demo shop, preparing it first if needed")
    parser.add_argument("--postgres", action="store_true", help="publish into a PostgreSQL of this home's own as well")


def run(given: argparse.Namespace) -> int:
    beside = redirect_stdout(sys.stderr) if given.json else nullcontext()  # a program reads one JSON document
    with beside, silos(given) as standard_night:
        night = given.night or standard_night or yesterday()
        mend(given)
        outcomes = run_dags(nights(given.since or night, night), given.only)
    from mining_tasks.quality import status
    from mining_tasks.warehouse import surfaces

    families = status.families()
    found = {"night": night, "dags": outcomes, "families": families, "tables": surfaces.tables()}
    code = exit_status(families, night)
    if given.json:
        show.as_json(found | {"exit_status": code})
    else:
        tell(found, code)
    return code


def mend(given: argparse.Namespace) -> None:
    """Bring what readers see in line with the ledger, should a crash have come between; then a server, if asked."""
    from mining_tasks.commands import postgres
    from mining_tasks.warehouse import surfaces

    if given.postgres:
        postgres.start()
    else:
        surfaces.derive()


@contextmanager
def silos(given: argparse.Namespace) -> Iterator[date | None]:
    """The demo's silos, up for the night, with the night on which all their data are known; nothing for a real shop."""
    if given.demo:
        with demo.serving() as standard_night:
            yield standard_night
    else:
        with demo.silos_if_demo() as planted_night:
            yield planted_night


def yesterday() -> date:
    """The last business day that has ended in the shop's time zone."""
    from mining_tasks.warehouse.home import home

    return datetime.now(ZoneInfo(home().night_zone)).date() - timedelta(days=1)


def nights(first: date, last: date) -> list[date]:
    """All nights from the first to the last, both included; raises ValueError if there are none."""
    if first > last:
        raise ValueError(f"--since {first} lies after the night of {last}")
    return [first + timedelta(days=day) for day in range((last - first).days + 1)]


def run_dags(nights: list[date], only: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """Run the DAG files, or `only` these, in one process; how each ended by night: success, failed or waiting."""
    from mining_tasks.warehouse.home import home

    with tempfile.TemporaryDirectory() as folder:
        outcome = Path(folder) / "outcome.json"
        chosen = [f"--only={dag}" for dag in only]
        house.run("one_process", ["--home", str(home().path), "--outcome", str(outcome), *chosen, *map(str, nights)])
        if not outcome.exists():
            raise NightBrokeOff(
                f"the night did not run to its end; readers keep what they had. Log: {log_of(nights[-1])}"
            )
        return dict(json.loads(outcome.read_text()))


def log_of(night: date) -> Path:
    """Everything that was logged in a night."""
    from mining_tasks.warehouse.home import home

    return home().airflow / "logs" / f"night-{night}.log"


def exit_status(families: list[dict[str, Any]], night: date) -> int:
    """0, 1 or 3, from what readers see: the ledger decides, not Airflow's colours."""
    if not families or any(family["night"] is None or family["night"] < night for family in families):
        return NOT_PUBLISHED
    return STALE if any(family["is_stale"] for family in families) else DONE


def tell(found: dict[str, Any], code: int) -> None:
    """The summary for people: what is published, what went wrong, where to look next."""
    names = ("table", "rows", "night", "age_nights", "is_stale", "verdict")
    rows = [{name: table[name] for name in names} for table in found["tables"]]
    show.as_table(rows, f"Published for readers (night of {found['night']})", "nothing was ever published")
    late = [family for family in found["families"] if family["is_stale"] or family["night"] != found["night"]]
    if late:
        show.as_table(late, "Not fresh")
    dags = [(night, dag, state) for night, states in found["dags"].items() for dag, state in states.items()]
    if red := [f"{dag} ({night}: {state})" for night, dag, state in dags if state != "success"]:
        show.say(f"\nNot green: {', '.join(red)}. Log: {log_of(found['night'])}")
    show.say(f"\n{WORDS[code]} Look next:")
    for command, what in LOOK_NEXT.items():
        show.say(f"  {show.program()} {command:45} {what}")


LOOK_NEXT = {
    "sql 'SELECT * FROM pub_segments__personas'": "read a table",
    "status": "verdicts, quarantine, last nights",
    "ui": "Airflow and MLflow in the browser",
}
WORDS = {
    DONE: "All families are published and fresh.",
    NOT_PUBLISHED: "Not everything was published; readers keep the last good night where there is one.",
    STALE: "All families are published; some stand on a source's last good data and say so.",
}
