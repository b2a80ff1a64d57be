"""The model finds planted kinds, comes out the same again, and gives segments an identity that lasts."""

from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import adjusted_rand_score, homogeneity_score

from mining_tasks.segments import assign, challenger, choose, compare, hierarchy, identity, model, moves, verdict
from mining_tasks.segments.model import Segmentation
from tests.segments.shoppers import FIRST_NIGHT, Shop, night_after, prepared

SHOP = Shop()


@cache
def night(nights: int) -> pa.Table:
    return prepared(SHOP.features(night_after(nights)))


@cache
def first() -> Segmentation:
    return challenger.made(challenger.buyers(night(0), FIRST_NIGHT), None)


def segments_of(table: pa.Table, made: Segmentation) -> pa.Table:
    chosen = table.select(["customer_id", "orders_count", "sales_amount"])
    return chosen.append_column("segment_id", assign.placed(table, made).segment_ids)


def test_planted_kinds_come_out():
    buyers = challenger.buyers(night(0), FIRST_NIGHT)
    labels = model.fitted(buyers.numbers, 5).predict(buyers.numbers)
    assert adjusted_rand_score(SHOP.truth(buyers.rows["customer_id"].to_pylist()), labels) > 0.98


def test_the_chosen_segments_never_mix_planted_kinds():
    places = assign.placed(night(0), first())
    assert homogeneity_score(SHOP.truth(night(0)["customer_id"].to_pylist()), places.codes) > 0.95


def test_the_largest_number_of_segments_that_holds_is_taken_not_the_best_separated():
    found = [
        choose.Stability(3, 0.99, 0.95, 0.2, 0.6),
        choose.Stability(4, 0.90, 0.70, 0.1, 0.4),
        choose.Stability(5, 0.95, 0.55, 0.1, 0.4),
        choose.Stability(6, 0.95, 0.90, 0.02, 0.4),
        choose.Stability(7, 0.79, 0.70, 0.1, 0.4),
    ]
    assert choose.chosen(found).k == 4
    assert choose.chosen(found[2:]).k == 5, "none holds: the steadiest is shown to the judge, who refuses it"
    assert not choose.chosen(found[2:]).holds()
    strict = choose.Asked(smallest_share=0.15)
    assert choose.chosen(found, strict).k == 3, "what a shop asks for beyond that counts in the choice too"


def test_a_shop_that_asks_for_larger_segments_gets_fewer_and_not_a_refusal_every_night():
    limit = compare.limits({"smallest_share": 0.19})
    assert first().card["figures"]["smallest_share"] < limit.smallest_share
    made = challenger.made(challenger.buyers(night(0), FIRST_NIGHT), None, limit.asked)
    assert made.card["k"] < first().card["k"]
    assert verdict.of_challenger(made, None, [], limit).decision == "go"


def test_a_cloud_without_kinds_gives_no_stable_fine_segments():
    cloud = np.random.default_rng(3).normal(size=(600, 4))
    assert not choose.stability(cloud, 8).holds()


def test_the_same_customers_in_another_order_give_the_same_model():
    again = challenger.made(challenger.buyers(night(0), FIRST_NIGHT), None)
    shuffled = SHOP.features(FIRST_NIGHT)
    shuffled = shuffled.take(np.random.default_rng(1).permutation(shuffled.num_rows))
    other = challenger.made(challenger.buyers(prepared(shuffled), FIRST_NIGHT), None)
    assert again.card == first().card
    assert other.card == first().card


def test_a_model_holds_centres_and_scales_but_no_entry_for_any_customer():
    arrays = [value for value in vars(first().pipeline[-1]).values() if isinstance(value, np.ndarray)]
    assert arrays
    assert all(len(value) <= 8 for value in arrays)


def test_frozen_centres_move_hardly_anybody_who_did_nothing_new_over_fourteen_nights():
    shares = []
    for after in range(1, 15):
        told = moves.moves(segments_of(night(after - 1), first()), segments_of(night(after), first()))
        assert told.both == SHOP.each * 5 + SHOP.strangers
        shares.append(told.figures()["alike_moved_share"])
    assert max(shares) <= 0.05


def test_a_refit_keeps_ids_and_names_and_moves_at_most_one_in_twenty():
    again = challenger.made(challenger.buyers(night(7), night_after(7)), first().card)
    assert again.card["is_warm"]
    assert again.names == first().names
    old, new = (assign.placed(night(7), one).buyers for one in (first(), again))
    assert (old != new).mean() <= 0.05


def test_ids_follow_the_segments_when_the_centres_come_in_another_order():
    card = dict(first().card)
    card["segments"] = [card["segments"][place] for place in (3, 1, 4, 0, 2, *range(5, card["k"]))]
    again = challenger.made(challenger.buyers(night(0), FIRST_NIGHT), card)
    old, new = (assign.placed(night(0), one).buyers for one in (first(), again))
    assert adjusted_rand_score(old, new) > 0.9
    assert (old == new).mean() > 0.95


def test_hungarian_matching_undoes_any_permutation():
    centres = np.random.default_rng(0).normal(size=(6, 4))
    order = [4, 2, 0, 5, 1, 3]
    assert identity.matched(centres, centres[order] + 0.01) == dict(enumerate(order))


def test_a_segment_that_is_born_gets_an_id_nobody_ever_had():
    assert identity.fresh_ids(["s_01", "s_03"], 2) == ["s_02", "s_04"]
    with pytest.raises(identity.NoIdLeft):
        identity.fresh_ids([f"s_{n:02d}" for n in range(1, 79)], 2)


def test_names_are_never_given_twice():
    taken: set[str] = set()
    for _ in range(4):
        taken.add(identity.named((5, 5, 5), "about 9 orders", taken))
    assert len(taken) == 4
    assert "Very frequent top spenders, active" in taken


def test_fit_is_one_at_the_centre_and_nothing_halfway():
    middle = model.centres(first().pipeline)
    assert first().assigned(middle)[1] == pytest.approx(np.ones(len(middle)), abs=1e-3)
    scaler, means = first().pipeline[:-1], first().pipeline[-1]
    near = np.argsort(np.linalg.norm(means.cluster_centers_ - means.cluster_centers_[0], axis=1))[1]
    halfway = (means.cluster_centers_[0] + means.cluster_centers_[near]) / 2
    assert first().assigned(np.expm1(scaler[-1].inverse_transform([halfway])))[1][0] < 0.01


def test_ward_agrees_on_planted_kinds_and_calls_kin_segments_of_one_branch():
    points = first().pipeline[:-1].transform(challenger.buyers(night(0), FIRST_NIGHT).numbers)
    labels = model.fitted(challenger.buyers(night(0), FIRST_NIGHT).numbers, 5).predict(
        challenger.buyers(night(0), FIRST_NIGHT).numbers
    )
    tree = hierarchy.compared(points, labels, 5)
    assert tree.agreement > 0.9
    assert len(tree.branches) == 5
    assert {branch[0] for branch in tree.branches} == {"A", "B"}


def test_scoring_in_batches_gives_what_scoring_at_once_gives(monkeypatch: pytest.MonkeyPatch):
    whole = assign.placed(night(0), first())
    monkeypatch.setattr(assign, "BATCH_ROWS", 37)
    pieces = assign.placed(night(0), first())
    assert whole.codes.tolist() == pieces.codes.tolist()
    assert np.array_equal(whole.fit, pieces.fit, equal_nan=True)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_any_customer_is_still_a_customer_with_a_row(rows: int):
    few = night(0).filter(night(0)["is_buyer"]).slice(0, rows)
    assert assign.assigned(few, assign.placed(few, None), {}).num_rows == rows
    assert assign.assigned(few, assign.placed(few, first()), {}).num_rows == rows


def test_one_customer_with_nearly_all_the_money_does_not_make_a_segment_of_her_own():
    features = SHOP.features(FIRST_NIGHT)
    spent = np.array([float(value) for value in features["sales_amount"].to_pylist()])
    spent[np.flatnonzero(spent)[0]] = spent.sum() * 99
    place = features.schema.get_field_index("sales_amount")
    kind = features.schema.field(place).type
    rich = features.set_column(place, "sales_amount", pa.array(spent).cast(kind, safe=False))
    made = challenger.made(challenger.buyers(prepared(rich), FIRST_NIGHT), None)
    assert made.card["figures"]["smallest_share"] >= compare.Limits().smallest_share


def test_another_key_behind_the_ids_finds_the_same_segments():
    table = night(0)
    renamed = pa.array([f"c_{abs(hash((name, 'key'))):016x}"[:18] for name in table["customer_id"].to_pylist()])
    place = table.schema.get_field_index("customer_id")
    other = table.set_column(place, "customer_id", renamed).sort_by("customer_id")
    assert other["orders_count"].to_pylist() != table["orders_count"].to_pylist(), "the ids did not change the order"
    again = challenger.made(challenger.buyers(other, FIRST_NIGHT), None)
    assert again.card["figures"] == first().card["figures"]
    assert again.card["name"] == first().card["name"]
