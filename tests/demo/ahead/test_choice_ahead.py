"""Campaigns held against the oracle: its own choice passes, and no fault does."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from mining_tasks.demo import ahead
from mining_tasks.demo.figure import PASS, SHORT
from mining_tasks.demo.figures import campaigns
from mining_tasks.demo.sight import Sight
from tests.demo.ahead.told import failing, measured, show

pytestmark = pytest.mark.xdist_group("ahead")
Told = Callable[[pd.DataFrame], pd.DataFrame]


def true_offers(seen: Sight) -> pd.DataFrame:
    """What every contact would truly gain, by customer and offer."""
    said = ahead.show(seen, (15,)).settings["campaigns"]
    terms = {name: said[name] for name in ("window_days", "fatigue_days", "fatigue_factor")}
    limits = {"contacts_per_customer": 3, "period_days": 90, "rest_days": 14}
    return seen.table(campaigns.__file__, "campaigns_ahead.sql", **terms, **limits).to_pandas()


@pytest.fixture
def offers(seen) -> pd.DataFrame:
    found = true_offers(seen)
    show(seen, "pub_campaigns__affinities", affinities(found))
    results = pd.DataFrame({"campaign_id_crm": ["1"], "lift_share": [None], "control_code": ["none"]})
    show(seen, "pub_campaigns__results", results.astype({"lift_share": "float64"}))
    return found


def affinities(offers: pd.DataFrame) -> pd.DataFrame:
    """An uplift where a random control group was held out, and nowhere else."""
    has = offers["has_control"].to_numpy(bool)
    told = offers[["customer_id", "campaign_code"]]
    return told.assign(
        uplift_probability=np.where(has, 0.1, np.nan), effect_code=np.where(has, "uplift", "affinity")
    ).pipe(lambda rows: rows.astype({"uplift_probability": object}).where(rows.notna(), None))


def best(offers: pd.DataFrame, gain: pd.Series | None = None, allowed: pd.Series | None = None) -> pd.DataFrame:
    """Each customer's best offer by that gain, one in twenty of them held out."""
    may = offers["is_consented"] & offers["is_rested"] & offers["has_control"] if allowed is None else allowed
    worth = (offers["gain_eur"] if gain is None else gain).where(may, -1.0)
    rows = offers.assign(worth=worth).sort_values(["customer_id", "worth"]).groupby("customer_id").tail(1)
    held = np.random.default_rng(1).random(len(rows)) < 0.05
    code = rows["campaign_code"].where((rows["worth"] > 0) & ~held, None)
    return pd.DataFrame(
        {"customer_id": rows["customer_id"], "campaign_code": code, "is_holdout": held, "is_exploration": False}
    ).assign(policy_code="personal", policy_gain_low_amount=0.5, score_source="truth")


def tell(seen: Sight, chosen: pd.DataFrame) -> None:
    show(seen, "pub_campaigns__best", chosen)
    show(seen, "pub_campaigns__best_before", chosen)


def test_the_oracles_own_choice_passes_every_figure_of_campaigns(seen, offers):
    tell(seen, best(offers))
    found = measured(campaigns, seen)
    assert set(found) == {figure.name for figure in campaigns.FIGURES}
    assert {name: (figure.value, figure.note) for name, figure in found.items() if figure.verdict != PASS} == {}
    assert found["share of the oracle's gain"].value == pytest.approx(1, abs=0.02)
    assert found["harmful contacts"].value == 0


def single(offers: pd.DataFrame, low: float = -0.5) -> pd.DataFrame:
    """The truly best single offer for all who may get it."""
    may = offers["is_consented"] & offers["is_rested"] & offers["has_control"]
    code = offers[may].groupby("campaign_code")["gain_eur"].sum().idxmax()
    chosen = best(offers, (offers["campaign_code"] == code).astype(float), may & (offers["campaign_code"] == code))
    return chosen.assign(policy_code="best single", policy_gain_low_amount=low)


def test_the_best_single_offer_passes_where_nothing_says_that_more_is_gained(seen, offers):
    tell(seen, single(offers))
    found = measured(campaigns, seen)
    short = {name for name, figure in found.items() if figure.verdict != PASS}
    assert short == {"harmful contacts"}, "one offer for all harms as many as that offer by lot"
    assert found["harmful contacts"].verdict == SHORT
    assert found["share of the oracle's gain"].aim == 0
    assert "published: best single" in found["share of the oracle's gain"].note
    tell(seen, single(offers, low=0.5))
    assert failing(campaigns, seen) == {"policy against its bound"}


def test_who_knows_the_types_and_errs_in_nothing_reaches_the_oracle(seen, offers):
    tell(seen, best(offers))
    asked = measured(campaigns, seen)["share of the oracle's gain"]
    assert (asked.aim, asked.threshold < campaigns.POLICY.threshold) == (0.85, True), "luck eases the guard alone"
    choice = campaigns._choice(seen, seen.table(campaigns.__file__, "campaigns_best.sql"))
    tried = seen.rows(campaigns.__file__, "campaigns_tried.sql", window_days=14)
    assert len(tried) >= 25
    exact, _ = campaigns.ideal(choice, [row | {"error": 0.0} for row in tried])
    assert np.allclose(exact, 1)


def consent_ignored(offers: pd.DataFrame) -> pd.DataFrame:
    return best(offers, allowed=offers["has_control"])


def turned_round(offers: pd.DataFrame) -> pd.DataFrame:
    return best(offers, -offers["gain_eur"])


def holdout_contacted(offers: pd.DataFrame) -> pd.DataFrame:
    chosen = best(offers)
    return chosen.assign(campaign_code=chosen["campaign_code"].where(~chosen["is_holdout"], "voucher_email"))


def capacity_forgotten(offers: pd.DataFrame) -> pd.DataFrame:
    printed = offers["campaign_code"] == "gift_guide_post"
    return best(offers, printed.astype(float), printed & offers["is_consented"])


def at_random(offers: pd.DataFrame) -> pd.DataFrame:
    return best(offers, pd.Series(np.random.default_rng(1).random(len(offers)), offers.index))


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        (consent_ignored, {"contacted without consent"}),
        (turned_round, {"share of the oracle's gain", "harmful contacts"}),
        (holdout_contacted, {"held out and contacted"}),
        (capacity_forgotten, {"limits exceeded"}),
        (at_random, {"share of the oracle's gain"}),
        (lambda offers: best(offers).assign(policy_gain_low_amount=-0.1), {"policy against its bound"}),
        (lambda offers: best(offers)[7:], {"customers without one row"}),
    ],
    ids=["consent", "sign", "held out", "capacity", "random", "bound", "rows missing"],
)
def test_a_fault_in_the_choice_is_noticed(seen, offers, fault: Told, noticed: set[str]):
    tell(seen, fault(offers))
    assert noticed <= failing(campaigns, seen)


def test_an_uplift_or_a_lift_without_a_control_group_is_noticed(seen, offers):
    tell(seen, best(offers))
    show(seen, "pub_campaigns__affinities", affinities(offers.assign(has_control=True)))
    assert failing(campaigns, seen) == {"uplifts without a control group"}
    show(seen, "pub_campaigns__affinities", affinities(offers))
    results = pd.DataFrame({"campaign_id_crm": ["1"], "lift_share": [0.1], "control_code": ["random"]})
    show(seen, "pub_campaigns__results", results)  # the winter voucher had none
    assert failing(campaigns, seen) == {"uplifts without a control group"}


def test_groups_held_out_that_change_from_night_to_night_are_noticed(seen, offers):
    chosen = best(offers)
    show(seen, "pub_campaigns__best", chosen)
    show(seen, "pub_campaigns__best_before", chosen.assign(is_holdout=np.roll(chosen["is_holdout"], 1)))
    assert failing(campaigns, seen) == {"held out on one of two nights"}
