"""Ours and others' beside each other: each side once a turn in a process of its own, on one thread."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import machine

SINGLE = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def in_turns(sides: Sequence[str], turns: int, command: Callable[[str], list[str]]) -> dict[str, list[dict[str, Any]]]:
    """What each side said of each turn, as JSON on its last line; turn by turn, so that what else the machine does
    meets all alike. A side that fails is told on stderr. command: of a side."""
    found: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
    environment = {**os.environ, **SINGLE, "PYTHONPATH": str(machine.HOUSE)}
    for _ in range(turns):
        for side in sides:
            done = subprocess.run(
                command(side), cwd=machine.HOUSE, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode == 0:
                found[side].append(json.loads(done.stdout.splitlines()[-1]))
            else:
                print(f"{side}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    return found
