"""The judge of segments: what moves the champion, what keeps it, and what it says."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.segments import due, verdict
from mining_tasks.segments.compare import Limits, Served, limits, psi, shift
from tests.segments.shoppers import FIRST_NIGHT, night_after

GOOD = {
    "stability_ari_mean": 0.9,
    "stability_ari_min": 0.7,
    "separation_silhouette": 0.3,
    "smallest_share": 0.05,
}
IDS = np.array(["s_01"] * 500 + ["s_02"] * 300 + ["s_03"] * 200, dtype=object)


def challenger(**figures: float) -> SimpleNamespace:
    return SimpleNamespace(card={"figures": GOOD | figures})


def served(moved: int) -> Served:
    new = IDS.copy()
    new[:moved] = "s_02"
    return Served(IDS, new, ("s_01", "s_02", "s_03"))


def test_the_first_model_that_holds_goes():
    said = verdict.of_challenger(challenger(), None, [], Limits())
    assert said.decision == "go"
    assert len(said.reasons) == 4


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("stability_ari_mean", 0.79),
        ("stability_ari_min", 0.59),
        ("separation_silhouette", 0.19),
        ("smallest_share", 0.029),
        ("stability_ari_mean", float("nan")),
    ],
)
def test_each_weakness_alone_is_a_no_go_that_says_so(figure: str, value: float):
    said = verdict.of_challenger(challenger(**{figure: value}), None, [], Limits())
    assert said.decision == "no-go"
    assert len(said.reasons) == 2
    assert said.reasons[1] == verdict.CELLS


def test_five_in_a_hundred_may_be_relabelled_by_a_new_model_and_not_one_more():
    assert verdict.of_challenger(challenger(), served(50), [], Limits()).decision == "go"
    said = verdict.of_challenger(challenger(), served(51), [], Limits())
    assert said.decision == "no-go"
    assert said.reasons == (
        "share of buyers whom the new model alone would move is 0.051, asked for at most 0.05",
        verdict.KEPT,
    )


def test_a_champion_whose_segment_ran_empty_does_not_block_its_successor():
    deserted = Served(np.where(IDS == "s_03", "s_01", IDS), served(400).challenger, ("s_01", "s_02", "s_03"))
    assert verdict.of_challenger(challenger(), deserted, [], Limits()).decision == "go"
    assert verdict.of_challenger(challenger(), served(400), [], Limits()).decision == "no-go"


def test_customers_who_did_nothing_new_and_yet_move_are_counted_against_the_model():
    before = pa.table(
        {"customer_id": ["a", "b", "c"], "segment_id": ["s_01"] * 3, "orders_count": [1] * 3, "sales_amount": [5] * 3}
    )
    now = pa.table(
        {
            "customer_id": ["b", "c", "d"],
            "segment_id": ["s_02", "s_02", "s_01"],
            "orders_count": [1, 2, 1],
            "sales_amount": [5, 9, 5],
        }
    )
    rule = verdict.against_last(before, now, Limits())[0]
    assert rule.found == 0.5, "b and c were there before, b moved for no reason, c bought"
    assert not rule.holds
    assert verdict.against_last(None, now, Limits()) == []


def test_without_a_challenger_the_champion_holds_and_without_both_cells_serve():
    assert verdict.without_challenger("not due", True, []).decision == "hold"
    said = verdict.without_challenger("too few", False, [])
    assert said.decision == "no-go"
    assert said.reasons == ("too few", verdict.CELLS)


def test_a_refit_is_due_with_age_with_drift_and_when_the_champion_cannot_be_used():
    card = {"night": FIRST_NIGHT.isoformat(), "segments": [{"id": "s_01", "share": 0.5}, {"id": "s_02", "share": 0.5}]}
    same = np.array(["s_01", "s_02"] * 50, dtype=object)
    drifted = np.array(["s_01"] * 80 + ["s_02"] * 20, dtype=object)
    assert not due.reason(night_after(6), card, same, Limits()).is_due
    assert due.reason(night_after(7), card, same, Limits()).is_due
    assert "drifted" in due.reason(night_after(1), card, drifted, Limits()).words
    assert "cannot be used: gone" in due.reason(night_after(1), card, "gone", Limits()).words
    assert due.reason(FIRST_NIGHT, None, None, Limits()).is_due


def test_the_indexes_of_change_are_nothing_for_the_same_and_large_for_another_shop():
    assert psi({"a": 0.5, "b": 0.5}, {"a": 0.5, "b": 0.5}) == 0
    assert psi({"a": 0.9, "b": 0.1}, {"a": 0.1, "b": 0.9}) > 0.25
    assert shift({"a": 1.0}, {"b": 1.0}) == 1.0


def test_a_shop_may_set_its_own_limits_but_none_that_mean_nothing():
    assert limits({"smallest_share": 0.05}).smallest_share == 0.05
    with pytest.raises(ValueError, match="smalest_share"):
        limits({"smalest_share": 0.05})
    with pytest.raises(ValueError, match="segments_most"):
        limits({"segments_most": 12})
