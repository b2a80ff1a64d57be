"""Who is who alone: planted people of any number in the three silos, without their orders; by ours, Splink and e-mail.

`python -m benchmarks.people --people 20k,200k,1m`: every side on the same accounts, one process a side; then a night on
which 0.3 % of the accounts changed.
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks import machine, shops, watched
from benchmarks.peers.contests import CONTESTS
from benchmarks.text import gib

NIGHT = date(2018, 1, 1)
DAYS, SEED = 403, 7
SETTINGS = '[shop]\ntimezone = "UTC"\n\n[identities]\ndotless_providers = ["gmail.com", "dotfree.example"]\n'
SIDES = next(contest.sides for contest in CONTESTS if contest.name == "identities")
LIMITS = watched.Limits(seconds=3_600.0)


@dataclass(frozen=True)
class People:
    """A town of planted people, and the home in which their accounts are."""

    count: int
    work: Path

    @property
    def folder(self) -> Path:
        return self.work / f"people-{shops.short(self.count)}"

    def run(self, module: str, *arguments: str) -> dict[str, Any] | None:
        """What a module of ours tells as JSON, with the peak of its process; None if it failed."""
        log = self.folder / "logs" / f"{module.rpartition('.')[2]}-{'-'.join(arguments).strip('-')}.log"
        command, here = watched.python("-m", module, *arguments), shops.environment(self.folder / "home")
        found = watched.run(command, here, log, LIMITS)
        return None if found.status else dict(json.loads(found.last_line))


def measured(people: People) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Every side on the first night, then ours on the next, each as it is done."""
    if not (people.folder / "home" / "planted").exists():
        shutil.rmtree(people.folder, ignore_errors=True)
        (people.folder / "home").mkdir(parents=True)
        people.run("benchmarks.townspeople", "plant", str(people.count), str(SEED), str(DAYS))
    for side in SIDES:
        yield side, people.run("benchmarks.peers.identities", side, "--night", str(NIGHT))
    people.run("benchmarks.townspeople", "change")
    yield "ours, 0.3 % changed", people.run("benchmarks.peers.identities", "ours", "--night", str(NIGHT + timedelta(1)))


def row(count: int, side: str, told: dict[str, Any] | None) -> str:
    """One line of the table."""
    if told is None:
        return f"| {shops.short(count)} | {side} | failed | – | – | – | – | – | – |"
    shares = " | ".join(f"{told[name]:.4f}" for name in ("precision", "recall", "f1"))
    cost = f"{told['seconds']:,.1f} | {told['cpu_s']:,.1f} | {gib(told['peak_bytes'])}"
    return f"| {shops.short(count)} | {side} | {told['rows']:,} | {cost} | {shares} |"


def main() -> None:
    """Print the table, row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", default="20k,200k", help="sizes, such as 20k,200k,1m")
    parser.add_argument("--work", type=Path, default=Path("bench-work"), help="homes and logs are kept here")
    given = parser.parse_args()
    here = machine.facts()
    print(f"{here['cores']} cores, {gib(here['memory_bytes'])} GiB, commit {machine.commit()}")
    print("| people | side | accounts | seconds | CPU s | peak GiB | precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for count in shops.customers(given.people):
        for side, told in measured(People(count, given.work.resolve())):
            print(row(count, side, told), flush=True)


if __name__ == "__main__":
    main()
