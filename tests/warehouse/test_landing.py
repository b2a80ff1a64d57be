"""A landing holds all that the source sent, or cannot be read at all (S6, S9, X3)."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.shop import raw_shop__customers
from mining_tasks.warehouse import landing
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.landing import Incomplete, Landing
from mining_tasks.warehouse.landing_files import FLUSH_ROWS
from tests.warehouse.landings import NIGHT, land


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path))
    home().make_keys()


def rows_of(address: str) -> list[dict]:
    landed = landing.opened(address)
    assert (landed.is_sealed, landed.files) == (True, ())
    return [row for batch in landed.sealed_rows().batches() for row in batch.to_pylist()]


def test_texts_land_byte_for_byte_with_their_positions():
    texts = ["007", "NA", "Null", "+49 151", "", " ", "ß", "e\u0301", "\u200b", "=1+1", "a\r\nb", None]
    address = land(raw_shop__customers, [{"customer_id_shop": text} for text in texts])
    assert [(row["customer_id_shop"], row["_position"]) for row in rows_of(address)] == [
        (text, f"row {number}") for number, text in enumerate(texts)
    ]


def test_a_landing_that_raised_leaves_nothing():
    landings = []

    def cut_off():
        with Landing(raw_shop__customers, NIGHT) as cut:
            landings.append(cut)
            cut.add({"customer_id_shop": ["1"] * (FLUSH_ROWS + 1)}, "page 1")
            raise ConnectionError("the source hung up")

    with pytest.raises(ConnectionError):
        cut_off()
    assert not landings[0].folder.exists()
    with pytest.raises(Incomplete):
        landing.opened(landings[0].address)


def test_a_landing_whose_process_died_cannot_be_read():
    dying = Landing(raw_shop__customers, NIGHT)
    dying.__enter__()
    dying.add({"customer_id_shop": ["1"] * (FLUSH_ROWS + 1)}, "page 1")
    assert list(dying.folder.glob("rows.sealed")), "nothing had been written yet"
    with pytest.raises(Incomplete):
        landing.opened(dying.address)


@pytest.mark.parametrize("said", [0, 2, 4])
def test_a_count_that_differs_from_the_source_makes_it_incomplete(said):
    some = Landing(raw_shop__customers, NIGHT).__enter__()
    some.add({"customer_id_shop": ["1", "2"]}, "page 1")
    some.fault("{", "page 2 row 1", "not JSON")
    some.source_rows = said
    with pytest.raises(Incomplete, match="3 arrived"):
        some.__exit__(None, None, None)
    assert not some.folder.exists()


def test_faults_count_as_received_rows():
    with Landing(raw_shop__customers, NIGHT) as some:
        some.add({"customer_id_shop": ["1", "2"]}, "page 1")
        some.fault("{", "page 2 row 1", "not JSON")
        some.source_rows = 3
    found = landing.opened(some.address)
    assert (found.rows, found.faults) == (2, 1)


def test_rows_that_no_table_can_hold_are_set_aside_and_the_others_kept():
    with Landing(raw_shop__customers, NIGHT) as some:
        some.add(
            {"customer_id_shop": ["1", "2", "3", "4"], "city": ["Ulm", "U\ud800lm", "U\0lm", "Köln"]},
            [f"line {n}" for n in range(4)],
        )
    found = landing.opened(some.address)
    assert [row["customer_id_shop"] for row in rows_of(some.address)] == ["1", "4"]
    faults = [row for batch in found.fault_rows().batches() for row in batch.to_pylist()]
    assert [(fault["position"], fault["reason"]) for fault in faults] == [
        ("line 1", "not valid Unicode"),
        ("line 2", "holds a NUL"),
    ]


def test_a_column_that_comes_later_or_is_unknown_is_kept_and_reported():
    with Landing(raw_shop__customers, NIGHT) as some:
        some.add({"customer_id_shop": ["1"]}, "page 1")
        some.add({"customer_id_shop": ["2"], "city": ["Ulm"], "Favourite colour": ["red"]}, "page 2")
    found = landing.opened(some.address)
    assert found.columns == ("customer_id_shop", "city", "Favourite colour")
    assert found.added_columns == ("Favourite colour",)
    colours = [row["Favourite colour"] for row in rows_of(some.address)]
    assert colours == [None, "red"]


def test_columns_that_differ_only_in_case_are_refused():
    with pytest.raises(ValueError, match="case"), Landing(raw_shop__customers, NIGHT) as some:
        some.add({"city": ["1"], "City": ["2"]}, "page 1")


def test_columns_of_two_pages_that_differ_only_in_case_are_refused():
    some = Landing(raw_shop__customers, NIGHT).__enter__()
    some.add({"city": ["1"]}, "page 1")
    with pytest.raises(ValueError, match="case"):
        some.add({"City": ["1"]}, "page 2")


@pytest.mark.parametrize("name", ["_position", "_POSITION"])
def test_the_name_of_the_position_is_taken(name):
    with pytest.raises(ValueError, match="not at all"), Landing(raw_shop__customers, NIGHT) as some:
        some.add({name: ["1"]}, "page 1")


def test_a_full_disk_is_told_as_such_and_leaves_nothing(monkeypatch):
    fired = []

    def full(*_, **__):
        fired.append(True)
        raise OSError(28, "No space left on device")

    some = Landing(raw_shop__customers, NIGHT).__enter__()
    some.add({"city": ["1"]}, "page 1")
    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(OSError, match="No space left"):
        some.__exit__(None, None, None)
    assert fired
    assert not some.folder.exists()


def test_anything_but_text_is_refused():
    with pytest.raises(TypeError), Landing(raw_shop__customers, NIGHT) as some:
        some.add(pa.record_batch({"customer_id_shop": pa.array([7])}), "page 1")
    with pytest.raises(TypeError), Landing(raw_shop__customers, NIGHT) as some:
        some.add({"customer_id_shop": [7]}, "page 1")  # type: ignore[list-item]


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="positions"), Landing(raw_shop__customers, NIGHT) as some:
        some.add({"customer_id_shop": ["1", "2"], "city": ["Ulm"]}, "page 1")


def test_small_pages_are_gathered_and_never_more_than_a_row_group_is_held():
    held = []
    with Landing(raw_shop__customers, NIGHT) as some:
        for page in range(300):
            some.add({"customer_id_shop": [str(page)] * 500}, f"page {page}")
            held.append(some._good._rows)
    groups = [batch.num_rows for batch in landing.opened(some.address).sealed_rows().batches()]
    assert sum(groups) == 150_000
    assert len(groups) == 3
    assert max(held) < FLUSH_ROWS


def test_a_landing_without_a_row_is_complete():
    with Landing(raw_shop__customers, NIGHT) as none:
        none.source_rows = 0
    assert landing.opened(none.address).rows == 0


HOSTILE = [
    "../warehouse",
    "/etc/passwd",
    "landing/raw_shop__customers/night=2026-03-02/../../../x",
    "landing/raw_shop__customers/night=2026-03-02/" + "g" * 32,
    "landing/x/night=2026-03-02/" + "0" * 32,
    "landing/raw_shop__customers/night=2026-03-02/" + "0" * 32 + "\n",
    "landing/raw_shop__customers%2e%2e/night=2026-03-02/" + "0" * 32,
    "x" * 300,
]


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_that_is_not_ours_is_refused_unopened(address):
    with pytest.raises(ValueError, match="no landing's address"):
        landing.opened(address)


def test_landings_of_earlier_nights_are_forgotten():
    addresses = [land(raw_shop__customers, [{"customer_id_shop": "1"}], date(2026, 3, day)) for day in (1, 2, 3)]
    assert landing.forget_before(date(2026, 3, 3)) == 2
    assert [(home().path / address).exists() for address in addresses] == [False, False, True]
