"""One side of a contest: `python -m benchmarks.peers.<contest> SIDE --night N` does the work and tells it as JSON."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

ABSENT = 4  # exit status: a package of the extra `bench` is not installed


@dataclass
class Clock:
    """Seconds of the work alone: neither imports nor what compares the answers afterwards."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu_s: float = 0.0
    peak_bytes: int | None = None

    @contextmanager
    def running(self, name: str = "work") -> Iterator[None]:
        """Time a block under a name; `seconds` of all names add up to the work."""
        started, cpu = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = time.perf_counter() - started
        self.cpu_s += time.process_time() - cpu
        self.peak_bytes = peak_bytes()

    def facts(self) -> dict[str, Any]:
        """seconds, cpu_s, peak_bytes, and `<name>_s` of each block where there are several."""
        several = {f"{name}_s": round(value, 4) for name, value in self.seconds.items() if name != "work"}
        total = {"seconds": round(sum(self.seconds.values()), 4), "cpu_s": round(self.cpu_s, 4)}
        return several | total | {"peak_bytes": self.peak_bytes}


Work = Callable[[date, Clock], dict[str, Any]]


def peak_bytes() -> int | None:
    """The most memory this process held; None where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def main(sides: Mapping[str, Work]) -> None:
    """Do one side's work and print what it took and found, as the last line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=sides)
    parser.add_argument("--night", type=date.fromisoformat, required=True)
    given = parser.parse_args()
    clock = Clock()
    try:
        found = sides[given.side](given.night, clock)
    except ImportError as fault:
        print(f"{fault.name} is not installed: pip install 'goldseam[bench]'")
        sys.exit(ABSENT)
    print(json.dumps(clock.facts() | found))
