"""The generated part of BENCHMARKS.md: what a night costs at each size, how that grows, what others need."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import figures, nights
from benchmarks.growth import LEAST_GROWTH, MOST, NOISE_SECONDS
from benchmarks.peers import table as peers
from benchmarks.shops import short
from benchmarks.text import gib, mib, rows_of

BEGIN = "<!-- written by `goldseam bench`: do not edit between the marks -->"
END = "<!-- end of what `goldseam bench` writes -->"
TITLES = {"first": "First load of the whole history", "increment": "Increment of one day"}

Document = Mapping[str, Any]


def write(document: Document, out: Path) -> Path:
    """Put the generated part into BENCHMARKS.md: between its marks, or at the end where there are none."""
    file = out / "BENCHMARKS.md"
    text = file.read_text(encoding="utf-8") if file.exists() else "# Benchmarks\n"
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    file.write_text(before.rstrip() + "\n\n" + rendered(document) + (after or "\n"), encoding="utf-8")
    return file


def rendered(document: Document) -> str:
    """The part with its marks; the same document gives the same text."""
    lines = [BEGIN, "", "## Nights as a shop grows", "", *_about(document), ""]
    for part in (figures.table(document), _sizes(document), _outside(document)):
        lines += [*part, ""]
    for night in TITLES:
        lines += [*_steps(document, night), ""]
    lines += [*peers.table(document), "", END]
    return "\n".join(lines)


def _about(document: Document) -> Iterator[str]:
    here, shop = document["machine"], document["shop"]
    what = f"planted shop, {shop['days']} days, seed {shop['seed']}" if shop["kind"] == "planted" else "the real shop"
    yield f"Measured by `goldseam bench` ({what}) on {here['cores']} cores and {gib(here['memory_bytes'])} GiB,"
    yield f"{here['system']} {here['processor']}, Python {here['python']}, commit {document['commit'] or 'unknown'}."
    yield "Single runs; peaks are the resident memory of the largest process, the demo's own servers left out."
    commits = {part["commit"] for parts in document["sizes"].values() for part in parts.values() if "commit" in part}
    if len(commits) > 1:
        yield f"Not all of one commit: {', '.join(sorted(commits))}; `results/bench.json` says which is whose."


def _measured(document: Document) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Size, name and figures of every night that was run whole, memory-limited ones too."""
    for customers, parts in sorted(document["sizes"].items(), key=lambda pair: int(pair[0])):
        for name, part in parts.items():
            if name.startswith(tuple(TITLES)):
                yield short(int(customers)), name, part


def _sizes(document: Document) -> Iterator[str]:
    yield "| customers | night | rows fetched | wall s | CPU s | peak GiB | written MiB | ended |"
    yield "|---|---|---|---|---|---|---|---|"
    for size, name, part in _measured(document):
        fetched = sum(step["rows_out"] for step in part["steps"] if step["step"].endswith(".fetch"))
        written = sum(step["written_bytes"] or 0 for step in part["steps"])
        cells = (size, name, f"{fetched:,}", f"{part['wall_s']:,.0f}", f"{part['cpu_s']:,.0f}")
        yield f"| {' | '.join(cells)} | {gib(figures.peak(part))} | {mib(written)} | {_ended(part)} |"


def _ended(part: Mapping[str, Any]) -> str:
    if part["stopped"]:
        return f"stopped: {part['stopped']}"
    if bad := nights.failed(part):
        return f"failed: {', '.join(bad)}"
    again = f" ({', '.join(part['mended'])} run again)" if part.get("mended") else ""
    return ("whole" if nights.is_whole(part) else "broke off") + again


def _outside(document: Document) -> Iterator[str]:
    yield "Seconds outside the work. *Airflow*: the night's wall time less that of its tasks' own functions, its"
    yield "database and the demo's servers coming up among it; *start*: the part before the first task. Imports, Great"
    yield "Expectations (GX) and MLflow: measured within these functions, each second once."
    yield ""
    yield "| customers | night | Airflow | start | imports | GX | MLflow | together | of the night |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for size, name, part in _measured(document):
        seconds = part["outside"]
        kinds = ("airflow_s", "start_s", "imports_s", "great_expectations_s", "mlflow_s", "sum_s")
        cells = " | ".join(f"{seconds[kind]:,.1f}" for kind in kinds)
        yield f"| {size} | {name} | {cells} | {seconds['sum_s'] / part['wall_s']:.0%} |"


def _steps(document: Document, night: str) -> Iterator[str]:
    """Each step at the largest size, with its growth from every size to the next."""
    found = {int(size): nights.measured(parts, night) for size, parts in document["sizes"].items()}
    sizes = {size: part for size, part in found.items() if part}
    yield f"### {TITLES[night]}, step by step"
    yield ""
    if not sizes:
        yield "Not measured."
        return
    largest = max(sizes)
    grown = document["growth"][night]
    pairs = sorted({(one["smaller"], one["larger"]) for one in grown})
    yield f"At {short(largest)} customers; growth is the exponent of CPU seconds, imports left out, over rows in."
    yield "1 grows as the input, 2 as its square."
    yield ""
    heads = "".join(f" {short(a)} → {short(b)} |" for a, b in pairs)
    yield f"| step | rows in | rows out | wall s | CPU s | peak GiB | written MiB |{heads}"
    yield "|---|---|---|---|---|---|---|" + "---|" * len(pairs)
    for step in sizes[largest]["steps"]:
        growths = "".join(f" {_exponent(grown, step['step'], pair)} |" for pair in pairs)
        yield f"| {step['step']} | {rows_of(step)} |{growths}"
    yield ""
    yield _verdict(grown)


def _exponent(grown: Sequence[Mapping[str, Any]], step: str, pair: tuple[int, int]) -> str:
    found = [one for one in grown if one["step"] == step and (one["smaller"], one["larger"]) == pair]
    if not found:
        return "–"
    one = found[0]
    if one["exponent"] is None:
        return str(one["why"])
    return f"**{one['exponent']:.2f}**" if one["is_too_fast"] else f"{one['exponent']:.2f}"


def _verdict(grown: Sequence[Mapping[str, Any]]) -> str:
    judged = [one for one in grown if one["exponent"] is not None]
    fast = [
        f"{one['step']} ({one['exponent']:.2f}, {short(one['smaller'])} → {short(one['larger'])})"
        for one in judged
        if one["is_too_fast"]
    ]
    rule = (
        f"Not judged: under {NOISE_SECONDS:.0f} s of CPU at the smaller size, or input less than {LEAST_GROWTH} times."
    )
    if not judged:
        return f"No step could be judged. {rule}"
    said = (
        f"Growing faster than {MOST}: {', '.join(fast)}." if fast else f"No step of {len(judged)} judged: above {MOST}."
    )
    return f"{said} {rule}"
