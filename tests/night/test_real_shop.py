"""The real shop, whole: 2,469 households, every order line, exact totals through every layer."""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

import expectations
from mining_tasks.warehouse import engine, ledger, shelf
from tests.night import homes, picture
from tests.night.homes import SECOND, Shop
from tests.night.walk import SOURCES, walk

pytestmark = pytest.mark.xdist_group("real shop")
LINES, BASKETS, SALES, HOUSEHOLDS = 1_469_307, 155_848, Decimal("4596039.58"), 2_469


@pytest.fixture(scope="module")
def shop(real_data: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The night on which all of the data are known, from the silos to the published tables."""
    home = homes.make(tmp_path_factory.mktemp("real-shop") / "home", None)
    with homes.opened(home) as opened:
        walked = walk(SECOND)
        assert walked.is_green, walked.told()
        yield opened


def total(table: str, column: str) -> tuple[int, Decimal]:
    """Rows and the sum of a column of a table of the night."""
    part = shelf.read(expectations.table(table), SECOND)
    found = engine.query(f"SELECT count(*) AS rows, sum({column}) AS total FROM {table}", [part]).to_pylist()[0]
    return found["rows"], found["total"]


@pytest.mark.parametrize("layer", ["raw", "core"])
def test_every_line_and_basket_arrives_to_the_cent(shop, layer):
    assert total(f"{layer}_shop__order_lines", "sales_amount") == (LINES, SALES)
    assert total(f"{layer}_shop__orders", "sales_amount") == (BASKETS, SALES)


def test_the_totals_are_those_of_the_source(shop):
    assert shop.ask_shop("SELECT count(*), sum(CAST(amount AS NUMERIC)) FROM order_lines")[0] == (
        LINES,
        pytest.approx(float(SALES), abs=0.005),
    )
    assert shop.ask_shop("SELECT count(*) FROM orders")[0][0] == BASKETS


def test_every_row_received_is_loaded_set_aside_or_a_duplicate(shop):
    counts = picture.receipts(SECOND)
    assert set(counts) == {table.name for table in picture.tables("raw", *SOURCES)}
    assert counts["raw_shop__order_lines"] == {"received": LINES, "loaded": LINES, "quarantined": 0, "duplicates": 0}
    for table in picture.every_shops("raw", "shop"):
        there = shop.ask_shop(f"SELECT count(*) FROM {table.things}")[0][0]
        assert counts[table.name]["received"] == there, table.name


@pytest.mark.parametrize("table", ["core_customers__features", "pub_customers__profiles"])
def test_the_customers_facts_add_up_to_the_shop(shop, table):
    assert total(table, "sales_amount")[1] == SALES
    assert total(table, "orders_count")[1] == BASKETS
    assert total(table, "lines_count")[1] == LINES
    rows = picture.rows(expectations.table(table), SECOND)
    assert sum(count > 0 for count in rows["orders_count"].to_pylist()) == HOUSEHOLDS


def test_departments_and_segments_add_up_to_the_shop(shop):
    assert total("core_customers__departments", "sales_amount")[1] == SALES
    assert total("core_customers__departments", "lines_count")[1] == LINES
    assert total("pub_segments__customers", "sales_amount")[1] == SALES
    assert total("pub_segments__personas", "sales_amount")[1] == SALES
    personas, customers = (expectations.table(f"pub_segments__{things}") for things in ("personas", "customers"))
    everybody = picture.rows(customers, SECOND).num_rows
    assert total(personas.name, "customers_count")[1] == everybody


def test_a_model_serves_and_no_segment_is_small(shop):
    personas = picture.ask("SELECT * FROM pub_segments__personas WHERE segment_id <> 's_00'")
    assert 3 <= len(personas) <= 8
    assert all("k-means" in row["score_source"] for row in personas)
    buyers = sum(row["customers_count"] for row in personas)
    assert buyers == HOUSEHOLDS
    assert min(row["customers_count"] for row in personas) >= 0.03 * buyers


def test_readers_see_the_same_totals_in_what_is_published(shop):
    found = picture.ask("SELECT sum(sales_amount) AS sales, sum(orders_count) AS orders FROM pub_customers__profiles")
    assert found == [{"sales": SALES, "orders": BASKETS}]
    for family in expectations.families():
        assert (picture.of_family(family)["night"], picture.of_family(family)["is_stale"]) == (SECOND, False)
    assert picture.files_are_what_the_manifest_says() > 0


def test_who_answers_a_coupon_is_foretold_on_later_campaigns(shop):
    """Reference: AUC 0.82, calibration error 0.05, better than the offers' own response rates beyond noise."""
    said = next(row for row in ledger.verdicts_on(SECOND) if (row["family"], row["subject"]) == ("campaigns", "model"))
    figures = json.loads(said["figures"])
    assert said["verdict"] == "go", said["reasons"]
    assert figures["auc_challenger"] >= 0.82
    assert figures["calibration_error"] <= 0.05
    assert figures["gain_over_baseline_low"] > 0
    rows = picture.rows(expectations.table("pub_campaigns__affinities"), SECOND)
    assert {row["effect_code"] for row in rows.select(["effect_code"]).to_pylist()} == {"affinity"}
    assert rows["uplift_probability"].null_count == rows.num_rows
