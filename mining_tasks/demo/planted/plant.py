"""Plants a shop: blocks of people grow in two processes and are loaded, in their order, into silos and truth."""

import multiprocessing
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from mining_tasks.demo.planted.silos.block_files import Task, stage
from mining_tasks.demo.planted.silos.drop_plan import NIGHTS_TO_RUN
from mining_tasks.demo.planted.silos.loaded import silos
from mining_tasks.demo.planted.truth import write_facts
from mining_tasks.demo.planted.world import World

WORKERS = 2
AHEAD = 1  # blocks beyond those being grown that may wait on the disk
PARTS = ("shop.db", "crm.db", "desk.db", "drops", "truth")
BUILDING = ".planting"

Say = Callable[[str], None]


def plant(world: World, out: Path, say: Say = lambda step: None, postgres_url: str | None = None) -> dict[str, int]:
    """Plants `world` into the folder `out`, which holds the whole shop or nothing of it; returns rows by table.

    `shop.db`, `crm.db`, `desk.db`, `drops/` and `truth/`, or the shop in a schema of the Postgres at `postgres_url`.
    The same world gives the same bytes. `say` hears of every step.
    """
    building = out / BUILDING
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        say(f"planting {world.customers:,} customers, {world.first_day} to {world.last_day}, seed {world.seed}")
        rows = _fill(world, building, say, postgres_url)
        write_facts(world, building / "truth", {"nights_to_run": NIGHTS_TO_RUN, "rows": rows})
        for part in PARTS:
            _put_in_place(building / part, out / part)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return rows


def _fill(world: World, building: Path, say: Say, postgres_url: str | None) -> dict[str, int]:
    staged = building / "staged"
    staged.mkdir()
    with silos(world, building, postgres_url) as filling:
        filling.take_whole()
        tasks = [
            Task(world.customers, world.days, world.seed, block.number, staged, filling.dropped, postgres_url is None)
            for block in world.blocks()
        ]
        for number in _in_order(tasks):
            filling.take_block(staged / f"{number:05}")
            done = sum(block.persons for block in world.blocks()[: number + 1])
            say(f"{done:,} customers, {filling.rows['orders']:,} orders, {filling.rows['order_lines']:,} lines")
        say("indexing, and the files of the last nights")
    return filling.rows


def _in_order(tasks: list[Task]) -> Iterator[int]:
    """The numbers of the blocks as they are staged, one after the other; a single block needs no second process."""
    workers = min(WORKERS, len(tasks), os.cpu_count() or 1)
    if len(tasks) == 1:
        yield stage(tasks[0])
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        waiting, running = deque(tasks), deque[Future[int]]()
        while waiting or running:
            while waiting and len(running) < workers + AHEAD:
                running.append(pool.submit(stage, waiting.popleft()))
            yield running.popleft().result()


def _put_in_place(made: Path, place: Path) -> None:
    if not made.exists():  # a shop in a Postgres
        return
    if place.is_dir():
        shutil.rmtree(place)
    made.replace(place)
