"""From the command line to the bench."""

import argparse
from collections.abc import Callable
from typing import Any

from benchmarks import against, bench, shops
from benchmarks.bench import Asked
from benchmarks.shops import Shop


def run(given: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    """Do what `goldseam bench` was asked; returns the document that was written."""
    work = given.work.resolve()
    sizes = shops.customers(given.customers)
    made = tuple(Shop(given.shop, count, given.days, given.seed, work) for count in sizes)
    memory = shops.gibibytes(given.memory_limit) if given.memory_limit else None
    asked = Asked(made, tuple(given.room), given.again, memory, not given.no_peers, say)
    out = given.out.resolve()
    if given.against:
        return against.run(asked, given.against, given.pairs, out)
    document = bench.run(asked, out)
    say(f"Written: {out / 'BENCHMARKS.md'} and {out / 'benchmarks' / 'results' / 'bench.json'}")
    return document
