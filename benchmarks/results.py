"""The results as one JSON document: what was measured, on which machine and commit, of every size that is kept."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import growth, machine, nights
from benchmarks.kept import Kept
from benchmarks.shops import Shop

VERSION = 1
FOLDER, FILE = Path("benchmarks") / "results", "bench.json"
NIGHTS = ("first", "increment")
PATH = re.compile(r"(?<!\w)/(?:[\w.-]+/)+[\w.-]+")  # of a machine: nobody else's business


def collected(shop: Shop) -> dict[str, Any]:
    """Everything that the work folder keeps of shops like this one, whatever their size."""
    sizes = {}
    for folder in sorted(shop.work.iterdir()):
        parts = Kept(folder).parts()
        about = parts.pop("shop", None)
        if about and all(about[key] == getattr(shop, key) for key in ("kind", "days", "seed")):
            sizes[int(about["customers"])] = parts
    return {
        "version": VERSION,
        "shop": {"kind": shop.kind, "days": shop.days, "seed": shop.seed},
        "machine": machine.facts(),
        "commit": machine.commit(),
        "sizes": {str(customers): parts for customers, parts in sorted(sizes.items())},
        "is_whole": all(is_whole(parts) for parts in sizes.values()),
        "growth": {name: grown(sizes, name) for name in NIGHTS},
    }


def is_whole(parts: Mapping[str, Any]) -> bool:
    """Whether both nights of a size ran to their end with every step green."""
    found = [nights.measured(parts, name) for name in NIGHTS]
    return all(part is not None and nights.is_whole(part) for part in found)


def grown(sizes: Mapping[int, Mapping[str, Any]], night: str) -> list[dict[str, Any]]:
    """The growth of each step of one of the two nights, from size to size."""
    found = {customers: nights.measured(parts, night) for customers, parts in sizes.items()}
    steps = {customers: part["steps"] for customers, part in found.items() if part}
    return [vars(one) | {"is_too_fast": one.is_too_fast} for one in growth.grown(steps)]


def write(document: Mapping[str, Any], out: Path, name: str = FILE) -> Path:
    """Write the document below `out`; a path of this machine, as a fault may name one, is left out."""
    text = PATH.sub("(a path)", json.dumps(document, indent=1, sort_keys=True)) + "\n"
    file = out / FOLDER / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
