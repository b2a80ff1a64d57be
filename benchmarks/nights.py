"""Run one night of a shop and weigh it: every step by the night's own scale, the whole from outside."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import machine, shops, watched
from benchmarks.shops import Shop

ENGINE_SHARE = 0.45  # of a memory limit: the rest is for imports (0.7 GiB), pandas frames and Arrow's buffers
ENDED = (0, 3)  # exit status of a night: all published, some of it perhaps with a source's last good data
OUTSIDE = ("imports_s", "great_expectations_s", "mlflow_s")

Say = Callable[[str], None]
Measured = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """How a night is to be run: with which code, which DAGs alone, under which limit of memory."""

    house: Path = machine.HOUSE
    only: tuple[str, ...] = ()
    memory_bytes: int | None = None


def measured(parts: Mapping[str, Any], name: str) -> Measured | None:
    """The part of a night: without a limit of memory where it was run so, else under one, which can only be slower."""
    limited = sorted(part for part in parts if part.startswith(f"{name}-") and part.endswith("GiB"))
    found: Measured | None = parts.get(name) or next((parts[part] for part in limited), None)
    return found


def run(shop: Shop, night: date, wish: Wish, log: Path, say: Say) -> Measured:
    """Run a night; what the whole and each of its steps took. A failed step is told, the others keep their figures."""
    lines = log.with_suffix(".jsonl")
    lines.unlink(missing_ok=True)
    limits = watched.Limits(wish.memory_bytes)
    found = watched.run(_command(shop, night, wish), _environment(shop, wish, lines), log, limits, say)
    steps = read(lines)
    return {
        "night": night.isoformat(),
        "commit": machine.commit(wish.house) or wish.house.name,
        "status": found.status,
        "stopped": found.stopped,
        "wall_s": round(found.wall_s, 2),
        "cpu_s": round(found.cpu_s, 2),
        "peaks": dict(sorted(found.peaks.items())),
        "memory_limit_bytes": wish.memory_bytes,
        "only": list(wish.only),
        "steps": steps,
        "outside": outside(found.wall_s, steps) | waking(found.started_at, steps),
    }


def _command(shop: Shop, night: date, wish: Wish) -> list[str]:
    command = watched.python("-m", "mining_tasks.cli", "--home", str(shop.home), "night", "--night", str(night))
    return [*command, *(f"--only={dag}" for dag in wish.only)]


def _environment(shop: Shop, wish: Wish, lines: Path) -> Mapping[str, str]:
    found = shops.environment(shop.home, wish.house) | {"GOLDSEAM_MEASURE": str(lines)}
    if wish.memory_bytes:
        found["GOLDSEAM_MEMORY_LIMIT"] = f"{wish.memory_bytes * ENGINE_SHARE / 1e9:.2f}GB"
    return found


def read(lines: Path) -> list[Measured]:
    """The steps in the order in which they ran; of several attempts the last. A torn last line is left out."""
    found: dict[str, Measured] = {}
    for text in lines.read_text(encoding="utf-8").splitlines() if lines.exists() else ():
        try:
            step = json.loads(text)
        except json.JSONDecodeError:
            continue
        found[step["step"]] = step
    return list(found.values())


def outside(wall_s: float, steps: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The seconds of a night that were not its work.

    airflow_s: the night's wall time less that of its tasks' own functions: start, Airflow, its database, the demo's
    servers coming up. imports_s, great_expectations_s and mlflow_s passed inside these functions.
    """
    found = {"airflow_s": max(0.0, wall_s - sum(step["wall_s"] for step in steps))}
    found |= {kind: sum(step[kind] for step in steps) for kind in OUTSIDE}
    found["sum_s"] = sum(found.values())
    return {kind: round(seconds, 2) for kind, seconds in found.items()}


def waking(started_at: float, steps: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """start_s: the seconds of airflow_s before the first task, none of which grows with the number of tasks."""
    return {"start_s": round(max(0.0, min(step["begun_at"] for step in steps) - started_at), 2) if steps else 0.0}


def failed(measured: Mapping[str, Any]) -> list[str]:
    """Steps that raised."""
    return [step["step"] for step in measured["steps"] if step["state"] != "success"]


def is_whole(measured: Mapping[str, Any]) -> bool:
    """Whether the night ran to its end with every step green."""
    return bool(measured["steps"]) and not failed(measured) and not measured["stopped"] and measured["status"] in ENDED
