"""Numbers as the report writes them."""

from collections.abc import Mapping
from typing import Any


def gib(size: float | None) -> str:
    """Bytes in GiB."""
    return "–" if size is None else f"{size / 2**30:.2f}"


def mib(size: float | None) -> str:
    """Bytes in MiB."""
    return "–" if size is None else f"{size / 2**20:,.1f}"


def rows_of(step: Mapping[str, Any]) -> str:
    """The cells of one step: rows in and out, wall, CPU, peak, written."""
    cells = [f"{step['rows_in']:,}", f"{step['rows_out']:,}", f"{step['wall_s']:,.2f}", f"{step['cpu_s']:,.2f}"]
    cells += [gib(step.get("peak_bytes")), mib(step["written_bytes"])]
    return " | ".join(cells) + ("" if step["state"] == "success" else f" (failed: {step.get('fault', '')})")
