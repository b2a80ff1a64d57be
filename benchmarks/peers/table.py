"""The peers as a table: seconds and memory of each side, their ratio to ours, and where a peer is better."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.peers.contests import CONTESTS, Contest
from benchmarks.shops import short
from benchmarks.text import gib

SHOWN = {
    "rows": "rows",
    "columns": "columns",
    "ari_lost": "adjusted Rand index lost",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
}
SHOWN |= {"differing": "columns that differ from ours", "longest_read_s": "longest read meanwhile, s", "pairs": "pairs"}
SHOWN |= {"fit_s": "fit, s", "score_s": "scoring, s"}

Side = Mapping[str, Any]


def table(document: Mapping[str, Any]) -> Iterator[str]:
    """One row for each side of each contest and size."""
    yield "### Beside other tools"
    yield ""
    yield "Same data, same machine, one process a side; seconds are the work's own, without imports. Ratio: theirs over"
    yield "ours in time for the same rows, and in peak memory; under 1 the peer is better, and it is said so."
    yield ""
    rows = [
        row
        for customers, parts in sorted(document["sizes"].items(), key=lambda pair: int(pair[0]))
        for contest in CONTESTS
        for row in _contest(contest, short(int(customers)), parts.get(f"peer-{contest.name}", {}).get("sides", {}))
    ]
    if not rows:
        yield "Not measured."
        return
    yield "| work | customers | side | seconds | peak GiB | time ratio | memory ratio | found |"
    yield "|---|---|---|---|---|---|---|---|"
    yield from rows


def _contest(contest: Contest, size: str, sides: Mapping[str, Side]) -> Iterator[str]:
    if not sides:
        return
    if not contest.ours:
        yield f"| {contest.work} | {size} | ours | no room yet | – | – | – | – |"
    ours = sides.get(contest.ours, {})
    for name in contest.sides:
        if name in sides:
            yield f"| {contest.work} | {size} | {name} | {' | '.join(_cells(sides[name], ours))} |"


def _cells(side: Side, ours: Side) -> tuple[str, ...]:
    told = side["told"]
    if not told:
        return (side["why"], gib(side["peak_bytes"]) if side["stopped"] else "–", "–", "–", "–")
    ratios = ("–", "–") if side is ours or not ours.get("told") else _ratios(told, ours["told"])
    return (f"{told['seconds']:,.2f}", gib(told["peak_bytes"]), *ratios, _found(told))


def _ratios(told: Side, ours: Side) -> tuple[str, str]:
    """Theirs over ours: seconds a row (the sides may have taken different numbers of rows), and peak memory."""
    times = (told["seconds"] / max(told["rows"], 1)) / max(ours["seconds"] / max(ours["rows"], 1), 1e-12)
    peaks = told["peak_bytes"] / ours["peak_bytes"] if told["peak_bytes"] and ours["peak_bytes"] else None
    return _ratio(times), "–" if peaks is None else _ratio(peaks)


def _ratio(value: float) -> str:
    return f"{value:,.2f}" + (" (peer better)" if round(value, 2) < 1 else "")


def _found(told: Side) -> str:
    words = []
    for key, name in SHOWN.items():
        if key in told:
            value = told[key]
            number = isinstance(value, int | float)
            shown = f"{value:,}" if isinstance(value, int) else f"{value:.4g}" if number else ", ".join(value) or "none"
            words.append(f"{name}: {shown}")
    return "; ".join(words)
