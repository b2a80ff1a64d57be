"""The two nights of a shop: everything up to the day before the last, then the last day; resumed where they ended."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import machine, nights
from benchmarks.kept import Kept, Part
from benchmarks.nights import Say, Wish
from benchmarks.shops import Shop

STANDS = "bench-first"  # in a home that saw its first night
DAGS = sorted(file.stem for file in (machine.HOUSE / "dags").glob("*.py"))


@dataclass(frozen=True)
class Pair:
    """Both nights of one shop, run by one wish."""

    shop: Shop
    kept: Kept
    wish: Wish
    say: Say

    def run(self, again: bool) -> None:
        """Measure both nights unless they are kept whole; of a night that was red only the red rooms run again."""
        suffix = f"-{self.wish.memory_bytes / 2**30:g}GiB" if self.wish.memory_bytes else ""
        is_new = again
        for name in self.shop.nights:
            part = name + suffix
            before = None if is_new else self.kept.read(part)
            if before is None or not nights.is_whole(before) or not stands(self.shop):
                is_new = True
                self.kept.write(part, self._measured(name, part, before))
            tell(f"{self.shop.name} {part}", self.kept.read(part) or {}, self.kept.log(part), self.say)

    def _measured(self, name: str, part: str, before: Part | None) -> Part:
        red = red_rooms(before) if before is not None and stands(self.shop) else ()
        if before is not None and red and len(red) < len(DAGS):
            return mended(before, replace(self, wish=replace(self.wish, only=red)).night(name, part))
        if name == "first":
            self.shop.begin_anew()
        found = self.night(name, part)
        if name == "first":
            (self.shop.home / STANDS).touch()
        return found

    def night(self, name: str, part: str) -> Part:
        """Run one of the two nights, whatever was measured before."""
        rooms = f", {', '.join(self.wish.only)} alone" if self.wish.only else ""
        self.say(f"{self.shop.name}: {name} night, {self.shop.nights[name]}{rooms}")
        return nights.run(self.shop, self.shop.nights[name], self.wish, self.kept.log(part), _progress(self.say))


def stands(shop: Shop) -> bool:
    """Whether the home saw its first night."""
    return (shop.home / STANDS).exists()


def red_rooms(measured: Part) -> tuple[str, ...]:
    """DAGs of which a step failed or none ran."""
    bad = {step.partition(".")[0] for step in nights.failed(measured)}
    seen = {step["step"].partition(".")[0] for step in measured["steps"]}
    return tuple(dag for dag in DAGS if dag in bad or dag not in seen)


def mended(before: Part, after: Part) -> Part:
    """A red night with the steps of the rooms that were run again. Its wall time is that of both, so it is marked."""
    steps = {step["step"]: step for step in before["steps"] if step["step"].partition(".")[0] not in after["only"]}
    steps |= {step["step"]: step for step in after["steps"]}
    both: dict[str, Any] = {key: round(before[key] + after[key], 2) for key in ("wall_s", "cpu_s")}
    both["peaks"] = {
        name: max(part["peaks"].get(name, 0) for part in (before, after)) for name in before["peaks"] | after["peaks"]
    }
    both["outside"] = {kind: round(before["outside"][kind] + after["outside"][kind], 2) for kind in after["outside"]}
    return after | both | {"steps": list(steps.values()), "only": [], "mended": sorted(after["only"])}


def tell(name: str, found: Part, log: Path, say: Say) -> None:
    """One line: how long, how large, and what failed."""
    peak = max((size for who, size in found["peaks"].items() if who != "demo servers"), default=0) / 2**30
    words = f"{name}: {found['wall_s']:,.0f} s, {found['cpu_s']:,.0f} s of CPU, peak {peak:.2f} GiB"
    bad = [found["stopped"]] if found["stopped"] else []
    bad += [f"{', '.join(nights.failed(found))} failed"] if nights.failed(found) else []
    bad += [] if bad or found["status"] in nights.ENDED else [f"broke off with status {found['status']}"]
    say(words + (f"; {'; '.join(bad)}. Log: {log}" if bad else ""))


def _progress(say: Say) -> Say:
    """A night's own lines about its tasks, without its tables and its advice."""
    return lambda line: say(f"    {line.strip()}") if line.endswith((" ok", "so far")) or "FAILED" in line else None
