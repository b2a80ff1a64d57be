"""Which contests there are, and running them: one process a side, stopped before the machine runs out of memory."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import machine, shops, watched
from benchmarks.kept import Kept, Part
from benchmarks.nights import Say
from benchmarks.peers.side import ABSENT
from benchmarks.shops import Shop
from benchmarks.watched import Watched

MEMORY_SHARE = 0.9  # of what is free when a side begins
SECONDS = 3_600.0


@dataclass(frozen=True)
class Contest:
    """Work that a room of ours does, and who else does it. `ours` is empty where we have no such room yet."""

    name: str
    work: str
    peers: Sequence[str]
    ours: str = "ours"

    @property
    def sides(self) -> tuple[str, ...]:
        return (*((self.ours,) if self.ours else ()), *self.peers)


CONTESTS = (
    Contest("features", "facts of every customer from orders, lines, contacts, tickets", ("pandas",)),
    Contest("baskets", "pairs of products bought in one order, counted", ("duckdb", "pandas"), ours=""),
    Contest("segments", "k-means of all customers × 20", ("scikit-learn",)),
    Contest("identities", "which accounts are one person", ("splink", "exact e-mail")),
    Contest("publishing", "profiles of all customers into PostgreSQL", ("pandas",)),
)


def run(shop: Shop, kept: Kept, again: bool, say: Say) -> None:
    """Every side of every contest that is not kept yet; what fails is told, the others go on."""
    for contest in CONTESTS:
        part = f"peer-{contest.name}"
        before = {} if again else (kept.read(part) or {}).get("sides", {})
        sides: dict[str, Part] = {}
        for side in contest.sides:
            sides[side] = before[side] if _is_done(before.get(side)) else _side(shop, contest, side, kept, say)
            kept.write(part, {"sides": before | sides, "commit": machine.commit()})


def _is_done(side: Part | None) -> bool:
    """Measured, or stopped for its size: both are answers. What was not installed or failed is tried again."""
    return bool(side and (side["told"] or side["stopped"]))


def _side(shop: Shop, contest: Contest, side: str, kept: Kept, say: Say) -> Part:
    log = kept.log(f"peer-{contest.name}-{side}")
    say(f"{shop.name}: {contest.name}, {side}")
    command = watched.python("-m", f"benchmarks.peers.{contest.name}", side, "--night", str(shop.last_day))
    limits = watched.Limits(int(machine.available_bytes() * MEMORY_SHARE), SECONDS)
    found = watched.run(command, shops.environment(shop.home), log, limits)
    told = _told(found)
    why = "" if told else found.stopped or (found.last_line if found.status == ABSENT else f"failed; log: {log.name}")
    say(f"    {told['seconds']:,.2f} s" if told else f"    {why}")
    return {"told": told, "stopped": found.stopped, "why": why, "peak_bytes": found.peak_bytes or None}


def _told(found: Watched) -> dict[str, Any] | None:
    if found.status or found.stopped:
        return None
    try:
        told: dict[str, Any] = json.loads(found.last_line)
    except json.JSONDecodeError:
        return None
    return told
