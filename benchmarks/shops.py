"""The shops that nights are measured on: planted at any size, or the real one cut down to some households."""

import os
import shutil
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks import watched
from benchmarks.machine import HOUSE

PLANTED, REAL = "planted", "real"
REAL_LAST_DAY = date(2018, 1, 1)  # the demo shop's data end there
SETTINGS = HOUSE / "mining_tasks" / "demo" / "planted" / "settings.toml"
STAYS = {
    "demo",
    "sources.toml",
    "objectives.toml",
    "connections.env",
    "hash.key",
    "vault.key",
}  # of a home, when a night begins anew
SUFFIXES = {"k": 1_000, "m": 1_000_000}


@dataclass(frozen=True)
class Shop:
    """One size of shop and the home it lives in. `customers` are persons, or households of the real shop."""

    kind: str
    customers: int
    days: int
    seed: int
    work: Path

    @property
    def name(self) -> str:
        """The folder of this shop in the work folder."""
        drawn = f"-{self.days}d-s{self.seed}" if self.kind == PLANTED else ""
        return f"{self.kind}-{short(self.customers)}{drawn}"

    @property
    def folder(self) -> Path:
        return self.work / self.name

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def last_day(self) -> date:
        """The increment's night; the first load takes all before it."""
        if self.kind == REAL:
            return REAL_LAST_DAY
        day: date = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["shop"]["last_day"]
        return day

    @property
    def nights(self) -> dict[str, date]:
        """The two nights that are measured, by what they are called."""
        return {"first": self.last_day - timedelta(days=1), "increment": self.last_day}

    def plant_command(self) -> list[str]:
        """What builds the silos into the home."""
        goldseam = watched.python("-m", "mining_tasks.cli", "--home", str(self.home), "demo")
        if self.kind == REAL:
            return [*goldseam, "prepare", "--households", str(self.customers)]
        size = ["--customers", str(self.customers), "--days", str(self.days), "--seed", str(self.seed)]
        return [*goldseam, "plant", *size]

    def begin_anew(self) -> None:
        """Forget every night: what is left is what planting made."""
        for path in self.home.iterdir():
            if path.name in STAYS:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def environment(home: Path, house: Path = HOUSE) -> dict[str, str]:
    """Variables for commands on a home with the code of a checkout; nothing of another home leaks in."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("GOLDSEAM_", "AIRFLOW"))}
    own = {"GOLDSEAM_HOME": str(home), "GOLDSEAM_RETRIES": "0", "PYTHONPATH": str(house)}
    ours.pop("MLFLOW_TRACKING_URI", None)
    return ours | own


def customers(text: str) -> list[int]:
    """`10k,100k,1m` as numbers, in rising order; raises ValueError for anything else."""
    found = set()
    for part in text.lower().split(","):
        number, factor = part.strip(), 1
        if number[-1:] in SUFFIXES:
            number, factor = number[:-1], SUFFIXES[number[-1]]
        if not number.isdigit() or not int(number):
            raise ValueError(f"{part.strip()!r} is no number of customers; say such as 10k,100k,1m")
        found.add(int(number) * factor)
    return sorted(found)


def short(count: int) -> str:
    """A number of customers as people type it: 10k, 1m, 2500."""
    for suffix, factor in reversed(SUFFIXES.items()):
        if count >= factor and count % factor == 0:
            return f"{count // factor}{suffix}"
    return str(count)


def gibibytes(text: str) -> int:
    """`3GiB` in bytes; raises ValueError for anything else."""
    number = text.strip().removesuffix("GiB")
    try:
        return int(float(number) * 2**30)
    except ValueError:
        raise ValueError(f"{text!r} is no size; say such as 3GiB") from None
