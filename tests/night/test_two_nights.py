"""The night after the first: an increment, which leaves the same picture as one look at everything."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.compute as pc
import pytest

import expectations
from mining_tasks.warehouse import shelf
from mining_tasks.warehouse.home import Home
from tests.night import homes, picture
from tests.night.homes import FIRST, HOUSEHOLDS, SECOND, Shop
from tests.night.walk import SOURCES, walk

pytestmark = pytest.mark.xdist_group("two nights")
WINDOW = datetime(2017, 12, 29, tzinfo=UTC), datetime(2018, 1, 2, tzinfo=UTC)  # three days of look-back, and the night


@dataclass
class TwoNights:
    """A shop after two nights, what the first left, and the same silos seen once by a home of their own."""

    shop: Shop
    before: dict[str, picture.Digest]
    at_once: dict


@pytest.fixture(scope="module")
def nights(kept: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoNights]:
    with homes.opened(homes.make(tmp_path_factory.mktemp("two-nights") / "at-once")):
        walked = walk(SECOND, *SOURCES)
        assert walked.is_green, walked.told()
        at_once = picture.pictures(SECOND, picture.tables("core", *SOURCES))
    with homes.at_home(Home(kept(1, HOUSEHOLDS))):
        before = picture.digests(FIRST)
    home = Home(kept(2, HOUSEHOLDS))
    with homes.at_home(home):
        yield TwoNights(Shop(home), before, at_once)


def test_the_second_night_asks_the_sources_for_its_window_alone(nights):
    for table in picture.every_shops("raw", *SOURCES):
        came = picture.rows(table, SECOND)
        all_rows = picture.rows(expectations.table(table.name.replace("raw_", "core_")), SECOND).num_rows
        assert came.num_rows < all_rows / 10 or table.things == "campaigns", table.name
        if came.num_rows:
            assert pc.min(came["updated_at"]).as_py() >= WINDOW[0], table.name
            assert pc.max(came["updated_at"]).as_py() < WINDOW[1], table.name


@pytest.mark.parametrize(("things", "join"), [("orders", ""), ("order_lines", "JOIN orders ON orders.id = order_id")])
def test_the_second_night_misses_no_row_of_its_window(nights, things, join):
    since = WINDOW[0].strftime("%Y-%m-%d %H:%M:%S")
    truth = nights.shop.ask_shop(f"SELECT count(*) FROM {things} {join} WHERE orders.updated_at >= ?", since)[0][0]
    assert picture.rows(expectations.table(f"raw_shop__{things}"), SECOND).num_rows == truth > 100


def test_every_row_of_both_nights_is_accounted_for(nights):
    for night in (FIRST, SECOND):
        assert set(picture.receipts(night)) == {table.name for table in picture.tables("raw")}
    assert sum(counts["received"] for counts in picture.receipts(SECOND).values()) > 1000


def test_two_nights_leave_the_same_picture_as_one_look_at_everything(nights):
    for table in picture.every_shops("core", *SOURCES):
        found = picture.rows(table, SECOND)
        assert found.num_rows > 0, table.name
        assert found.equals(nights.at_once[table.name]), table.name


def test_months_without_news_are_the_same_files_on_disk(nights):
    for name in ("core_shop__orders", "core_shop__order_lines"):
        before, after = (shelf.read(expectations.table(name), night) for night in (FIRST, SECOND))
        inodes = {file.name: file.stat().st_ino for file in before.files}
        shared = {file.name for file in after.files if inodes.get(file.name) == file.stat().st_ino}
        assert shared == {f"part-2017-{month:02}.parquet" for month in range(1, 12)}
        assert {file.name for file in after.files} - shared == {"part-2017-12.parquet", "part-2018-01.parquet"}


def test_the_first_night_stays_as_it_was(nights):
    assert picture.digests(FIRST) == nights.before


def test_customers_whose_accounts_stayed_together_keep_their_ids(nights):
    links = expectations.table("core_identities__links")
    groups = []
    for night in (FIRST, SECOND):
        members: dict[str, set[str]] = {}
        for link in picture.rows(links, night).to_pylist():
            members.setdefault(link["customer_id"], set()).add(link["account_id"])
        groups.append({frozenset(accounts): customer for customer, accounts in members.items()})
    untouched = groups[0].keys() & groups[1].keys()
    assert len(untouched) > 500
    assert {accounts: groups[0][accounts] for accounts in untouched} == {a: groups[1][a] for a in untouched}


def test_segments_keep_their_ids_and_names(nights):
    personas = expectations.table("pub_segments__personas")
    named = [
        {row["segment_id"]: row["segment_name"] for row in picture.rows(personas, night).to_pylist()}
        for night in (FIRST, SECOND)
    ]
    assert any(segment < "s_80" for segment in named[0] if segment != "s_00"), "a model serves, not the RFM cells"
    assert named[0] == named[1]


def test_the_transitions_add_up_to_the_customers_of_both_nights(nights):
    customers = expectations.table("pub_segments__customers")
    moved = picture.rows(expectations.table("pub_segments__transitions"), SECOND).to_pylist()
    assert {row["since_night"] for row in moved} == {FIRST}
    for side, night in (("from", FIRST), ("to", SECOND)):
        counted: Counter[str] = Counter()
        for row in moved:
            counted[row[f"{side}_segment_id"]] += row["customers_count"]
        counted.pop("s_none", None)
        assert counted == Counter(picture.rows(customers, night)["segment_id"].to_pylist())


def test_readers_see_the_second_night_fresh_and_whole(nights):
    for family in expectations.families():
        assert (picture.of_family(family)["night"], picture.of_family(family)["is_stale"]) == (SECOND, False)
    assert picture.files_are_what_the_manifest_says() >= len(picture.tables("pub"))
