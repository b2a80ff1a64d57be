"""`goldseam demo`: a real shop's data with its CRM and support desk, as silos on this machine."""

import argparse
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date

from mining_tasks.commands import connections, show

HELP = "prepare the demo silos, or serve them"
EXAMPLES = """\
examples:
  goldseam demo prepare                   once; a minute
  goldseam demo serve                     CRM and desk until Ctrl-C, for `goldseam ui` or your own trials
  goldseam night --demo                   both of these, and a night"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("prepare", "serve"))
    parser.add_argument("--households", type=int, metavar="N", help="a smaller shop of N households")


def run(given: argparse.Namespace) -> int:
    if given.action == "prepare":
        prepare(given.households)
        return 0
    with serving(given.households):
        show.say("The demo's CRM and desk are up, on this machine only. Ctrl-C stops them.")
        threading.Event().wait()
    return 0


def prepare(households: int | None = None) -> None:
    """Build the demo into the home, unless it is there; every step is told."""
    from mining_tasks.commands import init
    from mining_tasks.demo.prepare import prepare as build
    from mining_tasks.demo.prepare import prepared
    from mining_tasks.warehouse.home import home

    here = home()
    before = prepared(here.path)
    chosen = households if households or before is None else before.households
    build(here.path, postgres_url=None, limit_households=chosen, say=lambda step: show.say(f"demo: {step}"))
    init.complete(here)
    connections.load(here.path)


def silos_if_demo() -> AbstractContextManager[object]:
    """The demo's CRM and desk, if this home was prepared with them; nothing where the shop is a real one."""
    from mining_tasks.warehouse.home import home

    if not (home().path / "demo" / "prepared.json").exists():
        return nullcontext()
    from mining_tasks.demo.serve import serving as silos_up

    return silos_up(home().path)


@contextmanager
def serving(households: int | None = None) -> Iterator[date]:
    """The silos, prepared and up while the block runs; gives the night on which all their data are known."""
    from mining_tasks.demo.moments import NIGHT
    from mining_tasks.demo.serve import serving as silos_up
    from mining_tasks.warehouse.home import home

    prepare(households)
    with silos_up(home().path):
        yield NIGHT
