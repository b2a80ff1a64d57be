"""The machine and the code that figures were measured on: enough to judge them, no name or path of anybody's."""

import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[1]
PACKAGES = ("apache-airflow", "duckdb", "pyarrow", "pandas", "scikit-learn", "great-expectations", "mlflow")


def facts() -> dict[str, Any]:
    """Cores, memory, system, Python and versions of what does the work."""
    return {
        "cores": os.cpu_count() or 1,
        "memory_bytes": memory_bytes(),
        "system": platform.system(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def memory_bytes() -> int:
    """All memory of the machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def available_bytes() -> int:
    """What a new process may take before the machine swaps or kills; all memory where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return memory_bytes()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")), memory_bytes())


@cache
def commit(house: Path = HOUSE) -> str:
    """The checkout's commit, with `+` behind it if files differ from it; empty where there is no git."""
    here = _git(house, "rev-parse", "--short=12", "HEAD")
    return here + ("+" if here and _git(house, "status", "--porcelain", "--untracked-files=no") else "")


def _git(house: Path, *arguments: str) -> str:
    try:
        command = ["git", "-C", str(house), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
