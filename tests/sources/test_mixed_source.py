"""A desk whose reviews are dropped as files while its tickets and users come by REST."""

from datetime import date
from pathlib import Path

import pytest

from mining_tasks.demo import prepare
from mining_tasks.demo.desk_drops import drop
from mining_tasks.demo.silos import silos
from mining_tasks.sources.faults import SilentSource
from mining_tasks.sources.profile import check_sources
from mining_tasks.support import steps
from mining_tasks.warehouse.home import Home
from tests.sources.nights import FIRST, SECOND, core, received, run

SOURCES = Path(prepare.__file__).with_name("sources.toml")
REVIEWS = """
[support.tables.reviews]
kind = "files"
folder = "drops"
from = "reviews-{night}*.csv.gz"
"""


@pytest.fixture
def mixed_home(demo_home: Home) -> Home:
    """The demo's home, told that its reviews are dropped."""
    file = demo_home.path / "sources.toml"
    before, _, after = file.read_text().partition("[support.tables.reviews]")
    columns = after.partition("[support.tables.reviews.columns]")[2].replace("product.id", "product_id")
    file.write_text(f"{before}{REVIEWS}[support.tables.reviews.columns]{columns}")
    return demo_home


def put(home: Home, *nights_since: tuple[date, date]) -> list[Path]:
    """Drop the reviews of these nights, each since a day."""
    found = [drop(home.demo / "desk.db", home.path / "drops", night, since) for night, since in nights_since]
    return [path for paths in found for path in paths if path.name.startswith("reviews")]


def test_both_ways_of_one_source_give_the_tables_that_rest_alone_gives(mixed_home: Home) -> None:
    by_rest_alone = SOURCES.read_text()
    put(mixed_home, (FIRST, FIRST.replace(year=2000)), (SECOND, FIRST))
    run(steps, SECOND, mixed_home)
    by_both = {things: core(f"core_support__{things}", SECOND) for things in ("requesters", "tickets", "reviews")}
    assert all(by_both.values())
    assert received(SECOND)["raw_support__reviews"][1] == 0
    (mixed_home.path / "sources.toml").write_text(by_rest_alone)
    run(steps, SECOND, mixed_home)
    assert {things: core(f"core_support__{things}", SECOND) for things in by_both} == by_both


def test_files_that_have_not_come_fail_the_source_as_a_whole(mixed_home: Home) -> None:
    (mixed_home.path / "drops").mkdir()
    with pytest.raises(SilentSource, match="no file reviews"):
        run(steps, SECOND, mixed_home)


def test_a_look_at_the_source_sees_both_parts(mixed_home: Home) -> None:
    [path] = put(mixed_home, (SECOND, FIRST.replace(year=2000)))
    with silos(mixed_home.path):
        [support] = [part for part in check_sources() if part.get("silo") == "support"]
    assert support["problem"] is None
    rows = {table["table"]: table["rows"] for table in support["tables"]}
    assert rows["raw_support__reviews"] == int(path.with_name(path.name + ".count").read_text()) > 0
    assert set(rows) == {"raw_support__requesters", "raw_support__tickets", "raw_support__reviews"}
