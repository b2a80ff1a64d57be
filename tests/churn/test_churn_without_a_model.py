"""Shops in which no model may serve: too young, nobody leaves, labels without meaning. The rule speaks and says so."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

import expectations
from mining_tasks.churn import past, steps
from mining_tasks.warehouse import accept, ledger, shelf
from mining_tasks.warehouse.home import Home
from tests.churn.leaving_shop import FIRST_NIGHT, Shop, night_after, take_in

QUICK = '[churn]\nlearners = ["logistic regression", "decision tree"]\n'
SMALL = Shop(each=200, strangers=120)


def lived(home: Home, shop: Shop, night: date = FIRST_NIGHT) -> tuple[str, list[dict]]:
    """The verdict of a first night, and the rows published."""
    (home.path / "objectives.toml").write_text(QUICK)
    take_in(shop, night)
    said = steps.judge(night, steps.train(night))
    accept.accept(*steps.score(night))
    return said, shelf.read(expectations.table("pub_churn__customers"), night).arrow().to_pylist()


def reasons() -> str:
    (row,) = ledger.verdicts_on(FIRST_NIGHT)
    return row["reasons"]


def test_labels_that_mean_nothing_promote_nobody_and_the_rule_says_the_base_rate(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch
):
    shuffled = []

    def dealt_anew(table: pa.Table, by, night):
        place = table.column_names.index("next_order_days")
        order = np.random.default_rng(2).permutation(table.num_rows)
        shuffled.append(table.num_rows)
        return honest(
            table.set_column(place, "next_order_days", table["next_order_days"].take(pa.array(order))), by, night
        )

    honest = past._labels
    monkeypatch.setattr(past, "_labels", dealt_anew)
    said, rows = lived(shop_home, SMALL)
    assert sum(shuffled) > 500
    assert said == "no-go"
    assert "no learner beats the base rate beyond noise" in reasons()
    assert "the best recency rule is published instead" in reasons()
    bought = [row["churn_probability"] for row in rows if "ordered either" not in row["score_source"]]
    assert len(bought) > 500
    assert max(bought) - min(bought) < 0.35, "silence tells nothing where labels are dealt anew"


def test_where_nobody_leaves_nothing_is_trained_and_everybody_is_scored(shop_home: Home):
    said, rows = lived(shop_home, Shop(each=120, leaves=False))
    assert said == "no-go"
    assert "0 positive outcomes" in reasons()
    assert len(rows) == 3 * 120 + Shop().strangers
    bought = [row for row in rows if "ordered either" not in row["score_source"]]
    assert {row["score_source"] for row in bought} == {"rule: how long others stayed silent and came back"}
    assert max(row["churn_probability"] for row in bought) < 0.05
    assert {row["horizon_days"] for row in bought} == {30.0}


@pytest.mark.parametrize("each", [1, 20])
def test_a_shop_of_a_few_customers_has_a_row_for_each_and_says_what_it_lacks(shop_home: Home, each: int):
    said, rows = lived(shop_home, Shop(each=each, strangers=3))
    assert said == "no-go"
    assert len(rows) == 3 * each + 3
    assert all(row["score_source"].startswith(("rule: ", "none: ")) for row in rows)
    assert all((row["churn_probability"] is None) == row["score_source"].startswith("none: ") for row in rows)
    assert "are needed" in reasons()


def test_a_shop_of_its_first_weeks_has_short_horizons_and_no_model(shop_home: Home):
    night = night_after(-340)
    said, rows = lived(shop_home, SMALL, night)
    assert said == "no-go"
    assert len(rows) == len(SMALL.ids)
    assert max(row["horizon_days"] for row in rows) < 10
    assert all(row["definition"] for row in rows)
