"""Two commits on the same data, in turns: what changed between them and not what the machine was doing meanwhile."""

import io
import statistics
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import bench, machine, pair, results
from benchmarks.bench import Asked
from benchmarks.kept import Kept, Part
from benchmarks.nights import Wish
from benchmarks.pair import Pair
from benchmarks.shops import Shop

HERE, THERE = "this", "that"
LEAST_SECONDS = 0.5  # steps below it in both are not told
SIDES = (HERE, THERE)


def run(asked: Asked, commit: str, pairs: int, out: Path) -> dict[str, Any]:
    """Both nights of each size with this code and with that commit's, `pairs` times in turns; medians and ratios."""
    there = checked_out(commit, asked.shops[0].work)
    facts = {"commit": machine.commit(), "machine": machine.facts()}
    found: dict[str, Any] = {"against": there.name, "pairs": pairs, "sizes": {}} | facts
    for shop in asked.shops:
        kept = Kept(shop.folder)
        if not bench.planted(shop, kept, asked.say):
            continue
        houses = {HERE: machine.HOUSE, THERE: there}
        for turn in range(pairs):
            for who in SIDES:
                _turn(shop, kept, f"against-{there.name}-{turn}-{who}", houses[who], asked)
        found["sizes"][str(shop.customers)] = compared(kept, there.name, pairs)
        tell(shop, found["sizes"][str(shop.customers)], asked)
    results.write(found, out, f"against-{there.name}.json")
    return found


def checked_out(commit: str, work: Path) -> Path:
    """The commit's files in a folder of their own; the checkout is not touched. Raises ValueError for no commit."""
    git = ["git", "-C", str(machine.HOUSE)]
    named = subprocess.run([*git, "rev-parse", "--short=12", f"{commit}^{{commit}}"], capture_output=True, text=True)
    if named.returncode:
        raise ValueError(f"git knows no commit {commit!r}")
    house = work / "commits" / named.stdout.strip()
    if not house.exists():
        files = subprocess.run([*git, "archive", named.stdout.strip()], capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(files)) as archive:
            archive.extractall(house, filter="data")
    return house


def _turn(shop: Shop, kept: Kept, name: str, house: Path, asked: Asked) -> None:
    """Both nights from nothing, unless this turn is kept."""
    if kept.read(name) and not asked.again:
        return
    shop.begin_anew()
    two = Pair(shop, kept, Wish(house, memory_bytes=asked.memory_bytes), asked.say)
    nights: dict[str, Any] = {}
    for night in shop.nights:
        nights[night] = two.night(night, f"{name}-{night}")
        pair.tell(f"{shop.name} {name} {night}", nights[night], kept.log(f"{name}-{night}"), asked.say)
    kept.write(name, {"nights": nights, "commit": machine.commit(house) or house.name})


def compared(kept: Kept, house: str, pairs: int) -> dict[str, Any]:
    """By night: seconds and peak of the whole, and CPU of each step that both scales told, as medians with their ratio.

    A commit from before the night had a scale tells the whole alone.
    """
    turns = {who: [kept.read(f"against-{house}-{turn}-{who}") or {} for turn in range(pairs)] for who in SIDES}
    return {night: _whole(turns, night) | {"steps": _steps(turns, night)} for night in ("first", "increment")}


def _whole(turns: Mapping[str, Sequence[Part]], night: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in ("wall_s", "cpu_s"):
        found[key] = _medians({who: [turn["nights"][night][key] for turn in turns[who]] for who in SIDES})
    peaks = {who: [max(turn["nights"][night]["peaks"].values(), default=0) for turn in turns[who]] for who in SIDES}
    return found | {"peak_bytes": _medians(peaks)}


def _steps(turns: Mapping[str, Sequence[Part]], night: str) -> dict[str, Any]:
    seconds: dict[str, dict[str, list[float]]] = {}
    for who in SIDES:
        for turn in turns[who]:
            for step in turn["nights"][night]["steps"]:
                seconds.setdefault(step["step"], {HERE: [], THERE: []})[who].append(step["cpu_s"])
    told = {name: both for name, both in seconds.items() if both[HERE] and both[THERE]}
    medians = {name: _medians(both) for name, both in told.items()}
    return {name: each for name, each in medians.items() if max(each[HERE], each[THERE]) >= LEAST_SECONDS}


def _medians(both: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Medians of both, this over that, and the range of each: a ratio inside the ranges is the machine's mood."""
    middle = {who: statistics.median(both[who]) for who in SIDES}
    ranges = {f"{who}_range": [min(both[who]), max(both[who])] for who in SIDES}
    return middle | ranges | {"ratio": round(middle[HERE] / middle[THERE], 3) if middle[THERE] else None}


def tell(shop: Shop, found: Mapping[str, Any], asked: Asked) -> None:
    """The ratios as lines."""
    for night, figures in found.items():
        for key in ("wall_s", "cpu_s", "peak_bytes"):
            one = figures[key]
            asked.say(f"{shop.name} {night} {key}: {one[HERE]:,.1f} against {one[THERE]:,.1f}, ratio {one['ratio']}")
        for name, one in figures["steps"].items():
            asked.say(f"    {name:<32} {one[HERE]:8.2f} against {one[THERE]:8.2f} s of CPU, ratio {one['ratio']}")
