"""`goldseam demo`: silos on this machine, of a real shop or of a planted one in which everything is known."""

import argparse
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from mining_tasks.commands import connections, show

HELP = "prepare the demo silos, plant a shop whose truth is known, or serve them"
EXAMPLES = """\
examples:
  goldseam demo prepare                   once; a minute
  goldseam demo serve                     CRM and desk until Ctrl-C, for `goldseam ui` or your own trials
  goldseam demo plant                     a shop of 1,000 customers and 403 days in which everything is known; seconds
  goldseam demo plant --customers 1000000 a large one; minutes. `goldseam night` then runs on it
  goldseam demo score                     a night on the planted shop, beside what is true of it
  goldseam night --demo                   both of these, and a night"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("prepare", "plant", "serve", "score"))
    parser.add_argument("--night", type=date.fromisoformat, metavar="YYYY-MM-DD", help="score: which (the newest)")
    parser.add_argument("--households", type=int, metavar="N", help="prepare: a smaller shop of N households")
    parser.add_argument("--customers", type=_positive, default=1_000, metavar="N", help="plant: persons (1,000)")
    parser.add_argument("--days", type=_positive, default=403, metavar="N", help="plant: days of history (403)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="plant: same seed, same bytes (1)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="plant: only the files, there (this home, made ready)")
    parser.add_argument("--into", metavar="URL", help="plant: the shop's database in this Postgres, not in a file")


def run(given: argparse.Namespace) -> int:
    if given.action == "score":
        from mining_tasks.commands import score

        return score.run(given)
    if given.action == "plant":
        plant(given)
        return 0
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


def plant(given: argparse.Namespace) -> None:
    """Plant a shop: its files alone, or into the home, which is then ready for `goldseam night`."""
    from mining_tasks.commands import init
    from mining_tasks.demo.planted.plant import plant as build
    from mining_tasks.demo.planted.ready import plant_at_home
    from mining_tasks.demo.planted.world import World
    from mining_tasks.warehouse.home import home

    world, here = World(given.customers, given.days, given.seed), home()

    def say(step: str) -> None:
        show.say(f"plant: {step}")

    if given.out:
        build(world, given.out, say, given.into)
        say(f"{given.out} holds the shop, and what is true of it in {given.out / 'truth'}")
        return
    if not plant_at_home(here.path, world, say, given.into):
        say("this very shop is there already")
    init.complete(here)
    connections.load(here.path)
    say(f"next: {show.program()} --home {here.path} night, for {world.last_day}")


@contextmanager
def silos_if_demo() -> Iterator[date | None]:
    """The demo's CRM and desk, up if this home was made with them; gives the night of a planted shop."""
    from mining_tasks.warehouse.home import home

    if not (home().path / "demo" / "prepared.json").exists():
        yield None
        return
    from mining_tasks.demo.prepare import planted_night
    from mining_tasks.demo.serve import serving as silos_up

    with silos_up(home().path):
        yield planted_night(home().path)


@contextmanager
def serving(households: int | None = None) -> Iterator[date]:
    """The silos, prepared and up while the block runs; gives the night on which all their data are known."""
    from mining_tasks.demo.moments import NIGHT
    from mining_tasks.demo.prepare import planted_night
    from mining_tasks.demo.serve import serving as silos_up
    from mining_tasks.warehouse.home import home

    if (night := planted_night(home().path)) is None:
        prepare(households)
    with silos_up(home().path):
        yield night or NIGHT


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return number
