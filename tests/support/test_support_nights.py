"""The desk over two nights, by its REST API and by files dropped in a folder: the same tables."""

import gzip
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from mining_tasks.demo.silos import silos
from mining_tasks.sources.connections import connection
from mining_tasks.sources.faults import Unfinished
from mining_tasks.support import steps
from mining_tasks.warehouse.home import Home
from tests.sources.nights import FIRST, SECOND, core, run

CORE = ("requesters", "tickets", "reviews")
LISTINGS = {"requesters": "users", "tickets": "tickets", "reviews": "reviews"}


def state() -> dict[str, list[dict[str, Any]]]:
    return {things: core(f"core_support__{things}", SECOND) for things in CORE}


def drop(home: Home, folder: Path) -> None:
    """Write what the desk knows into files, as an export would."""
    known = connection("goldseam_support")
    with silos(home.path), httpx.Client(base_url=known.base_url, auth=(known.login, known.password)) as desk:
        for things, listing in LISTINGS.items():
            asked = {"start_time": 0, "per_page": 1000, "end_time": 1_514_851_200}  # the end of the second night
            page = desk.get(f"/api/v2/incremental/{listing}/cursor.json", params=asked).json()
            assert page["end_of_stream"]
            body = "".join(json.dumps(record) + "\n" for record in page[listing]).encode()
            (folder / f"{things}-{SECOND}.jsonl.gz").write_bytes(gzip.compress(body))
            (folder / f"{things}-{SECOND}.jsonl.gz.count").write_text(str(page["count"]))


def read_files(home: Home, folder: Path) -> None:
    """From now on the desk is a folder."""
    said = (home.path / "sources.toml").read_text()
    before, _, desk = said.partition("[support]")
    lines = [line for line in desk.splitlines() if not line.startswith(("kind", "connection", "style", "records"))]
    for things, listing in LISTINGS.items():
        path = f'from = "/api/v2/incremental/{listing}/cursor.json"'
        lines = [line.replace(path, f'from = "{things}-{{night}}*.jsonl.gz"') for line in lines]
    head = f'[support]\nkind = "files"\nfolder = {json.dumps(str(folder))}\n'
    (home.path / "sources.toml").write_text(before + head + "\n".join(lines))


def test_files_and_rest_give_the_same_tables(demo_home: Home, tmp_path: Path) -> None:
    run(steps, SECOND, demo_home)
    by_rest = state()
    assert all(by_rest.values())
    drop(demo_home, tmp_path)
    read_files(demo_home, tmp_path)
    run(steps, SECOND)
    assert state() == by_rest


def test_two_nights_know_what_one_night_would_have_known(demo_home: Home) -> None:
    run(steps, SECOND, demo_home)
    at_once = state()
    run(steps, FIRST, demo_home)
    run(steps, SECOND, demo_home)
    assert state() == at_once


def test_a_dropped_file_that_was_cut_is_refused_whole(demo_home: Home, tmp_path: Path) -> None:
    drop(demo_home, tmp_path)
    read_files(demo_home, tmp_path)
    file = tmp_path / f"reviews-{SECOND}.jsonl.gz"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(Unfinished, match="cut or damaged"):
        steps.fetch(SECOND)
    assert not list(demo_home.landing.glob("raw_support__reviews/*/*"))
