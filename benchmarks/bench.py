"""The bench: plants a shop of each size, runs its first night and an increment, then the peers, and tells all of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine, pair, report, results, shops, watched
from benchmarks.kept import Kept, Part
from benchmarks.nights import Say, Wish
from benchmarks.pair import Pair
from benchmarks.peers import contests
from benchmarks.shops import Shop


@dataclass(frozen=True)
class Asked:
    """What the command line asks of the bench."""

    shops: tuple[Shop, ...]
    rooms: tuple[str, ...] = ()
    again: bool = False
    memory_bytes: int | None = None
    with_peers: bool = True
    say: Say = print


def run(asked: Asked, out: Path) -> dict[str, Any]:
    """Measure what is asked, write the results after every size, and return them."""
    document: dict[str, Any] = {}
    for shop in asked.shops:
        measure(shop, asked)
        document = results.collected(shop)
        results.write(document, out)
        report.write(document, out)
    return document


def measure(shop: Shop, asked: Asked) -> None:
    """All parts of one size that are not kept yet; a part that fails is told and the next one begins."""
    kept = Kept(shop.folder)
    kept.write("shop", {"kind": shop.kind, "customers": shop.customers, "days": shop.days, "seed": shop.seed})
    if not planted(shop, kept, asked.say):
        return
    wish = Wish(memory_bytes=asked.memory_bytes)
    if not asked.rooms:
        Pair(shop, kept, wish, asked.say).run(asked.again)
        if asked.with_peers:
            contests.run(shop, kept, asked.again, asked.say)
        return
    if not pair.stands(shop):
        Pair(shop, kept, wish, asked.say).run(again=False)
    part = "room-" + "-".join(asked.rooms)
    alone = Pair(shop, kept, Wish(only=asked.rooms, memory_bytes=asked.memory_bytes), asked.say)
    kept.write(part, alone.night("increment", part))
    pair.tell(f"{shop.name} {part}", kept.read(part) or {}, kept.log(part), asked.say)


def planted(shop: Shop, kept: Kept, say: Say) -> bool:
    """Whether the silos stand, built now if they did not."""
    before = kept.read("plant")
    if before is None or before["status"] or not (shop.home / "demo").exists():
        kept.write("plant", _plant(shop, kept, say))
    found = kept.read("plant") or {}
    if found["status"]:
        say(f"{shop.name}: planting failed: {found['last_line']}. Log: {kept.log('plant')}")
    return not found["status"]


def _plant(shop: Shop, kept: Kept, say: Say) -> Part:
    """Build the silos; what that took is told, but is no figure of a night."""
    say(f"{shop.name}: planting")
    shutil.rmtree(shop.home, ignore_errors=True)
    shop.home.mkdir(parents=True)
    found = watched.run(shop.plant_command(), shops.environment(shop.home), kept.log("plant"), None, say)
    return {
        "status": found.status,
        "last_line": found.last_line.replace(str(shop.home), "home") if found.status else "",
        "wall_s": round(found.wall_s, 2),
        "cpu_s": round(found.cpu_s, 2),
        "peaks": dict(sorted(found.peaks.items())),
        "bytes": sum(file.stat().st_size for file in (shop.home / "demo").rglob("*") if file.is_file()),
        "commit": machine.commit(),
    }
