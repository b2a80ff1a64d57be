"""The figures that were asked for on two cores, beside what was measured at a million customers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import nights

MILLION = "1000000"
Parts = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One bar: what it is about, at most how much, and where it is found among the parts of a size."""

    name: str
    most: float
    unit: str
    found: Callable[[Parts], float | None]

    def held(self, parts: Parts) -> tuple[str, str]:
        """What was measured, and whether it holds; a figure that was not measured holds nothing."""
        value = self.found(parts)
        if value is None:
            return "not measured", "–"
        return f"{value:,.3g} {self.unit}".strip() if value < 100 else f"{value:,.0f} {self.unit}", (
            "yes" if value <= self.most else "**no**"
        )


def peak(part: Parts) -> int:
    """The most that any process of ours held, as seen from outside or by the night's own scale."""
    seen = [size for name, size in part["peaks"].items() if name not in ("demo servers", "postgres")]
    told = [step.get(key) or 0 for step in part["steps"] for key in ("peak_bytes", "peak_before_bytes")]
    return int(max([0, *seen, *told]))


def _whole(name: str) -> Callable[[Parts], Parts | None]:
    def found(parts: Parts) -> Parts | None:
        part = nights.measured(parts, name)
        is_good = part and not part["stopped"] and all(step["state"] == "success" for step in part["steps"])
        return part if is_good else None

    return found


def _of(name: str, read: Callable[[Parts], float]) -> Callable[[Parts], float | None]:
    return lambda parts: read(part) if (part := _whole(name)(parts)) else None


def _peer(contest: str, side: str, key: str) -> Callable[[Parts], float | None]:
    def found(parts: Parts) -> float | None:
        told = parts.get(f"peer-{contest}", {}).get("sides", {}).get(side, {}).get("told") or {}
        return told.get(key)

    return found


FIGURES = (
    Figure("first load of the whole history", 30, "min", _of("first", lambda part: part["wall_s"] / 60)),
    Figure("increment of one day", 6, "min", _of("increment", lambda part: part["wall_s"] / 60)),
    Figure("peak memory of any process, first load", 6, "GiB", _of("first", lambda part: peak(part) / 2**30)),
    Figure("the same, stopped beyond 3 GiB", 3, "GiB", _of("first-3GiB", lambda part: peak(part) / 2**30)),
    Figure("outside the work, first load", 45, "s", _of("first", lambda part: part["outside"]["sum_s"])),
    Figure("outside the work, increment", 45, "s", _of("increment", lambda part: part["outside"]["sum_s"])),
    Figure("profiles of all customers into Postgres", 40, "s", _peer("publishing", "ours", "seconds")),
    Figure("longest wait of a reader meanwhile", 1, "s", _peer("publishing", "ours", "longest_read_s")),
    Figure("k-means of all customers × 20: fit", 5, "s", _peer("segments", "ours", "fit_s")),
    Figure("k-means of all customers × 20: scoring", 5, "s", _peer("segments", "ours", "score_s")),
    Figure("k-means: adjusted Rand index below the full fit's", 0.01, "", _peer("segments", "ours", "ari_lost")),
)


def table(document: Parts) -> Iterator[str]:
    """Asked for, measured, held: at a million customers, which is what the bars are about."""
    parts = document["sizes"].get(MILLION, {})
    yield "| at 1m customers, on 2 cores | at most | measured | held |"
    yield "|---|---|---|---|"
    for figure in FIGURES:
        yield f"| {figure.name} | {f'{figure.most:g} {figure.unit}'.strip()} | {' | '.join(figure.held(parts))} |"
    yield _growth(document)


def _growth(document: Parts) -> str:
    judged = [
        one
        for grown in document["growth"].values()
        for one in grown
        if one["exponent"] and one["larger"] == int(MILLION)
    ]
    if not judged:
        return "| growth exponent of every step, 100k → 1m | 1.1 | not measured | – |"
    worst = max(judged, key=lambda one: one["exponent"])
    held = "**no**" if worst["is_too_fast"] else "yes"
    return f"| growth exponent of every step, 100k → 1m | 1.1 | {worst['exponent']:.2f} ({worst['step']}) | {held} |"
