"""Measurements drawn by hand, of which every figure is known."""

from typing import Any

STEP = {
    "state": "success",
    "wall_s": 2.0,
    "cpu_s": 3.0,
    "imports_s": 0.0,
    "great_expectations_s": 0.0,
    "mlflow_s": 0.0,
    "rows_in": 1_000,
    "rows_out": 10,
    "peak_bytes": 2**30,
    "peak_before_bytes": 2**29,
    "written_bytes": 2**20,
    "tables": {},
    "night": "2026-10-25",
    "begun_at": 1_700_000_000.0,
}


def step(name: str, **facts: Any) -> dict[str, Any]:
    """One step as the scale tells it."""
    return STEP | {"step": name} | facts


def night(*steps: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """One night as the bench keeps it."""
    from benchmarks.nights import outside

    whole = {
        "night": "2026-10-25",
        "commit": "abc",
        "status": 0,
        "stopped": "",
        "wall_s": 20.0,
        "cpu_s": 18.0,
        "peaks": {"night": 2**30, "demo servers": 2**40, "command": 2**27},
        "memory_limit_bytes": None,
        "only": [],
        "steps": list(steps),
    }
    return whole | {"outside": outside(20.0, steps) | {"start_s": 0.5}} | facts


def side(seconds: float, rows: int = 1_000, peak: int = 2**30, **facts: Any) -> dict[str, Any]:
    """One side of a contest as it is kept."""
    told = {"seconds": seconds, "cpu_s": seconds, "peak_bytes": peak, "rows": rows} | facts
    return {"told": told, "stopped": "", "why": "", "peak_bytes": peak}


def document(**sizes: dict[str, Any]) -> dict[str, Any]:
    """The results of sizes `n1000=parts`, grown as the bench lets them grow."""
    from benchmarks.results import NIGHTS, VERSION, grown

    found = {int(name.removeprefix("n")): parts for name, parts in sizes.items()}
    return {
        "version": VERSION,
        "shop": {"kind": "planted", "days": 400, "seed": 1},
        "machine": {
            "cores": 2,
            "memory_bytes": 24 * 2**30,
            "system": "Linux",
            "processor": "x86_64",
            "python": "3.11.7",
            "packages": {"duckdb": "1.5.5"},
        },
        "commit": "abc",
        "is_whole": True,
        "sizes": {str(customers): parts for customers, parts in found.items()},
        "growth": {name: grown(found, name) for name in NIGHTS},
    }
