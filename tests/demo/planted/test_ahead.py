"""What lies ahead of customers, and the figures of scores held against it: the truth passes, and no fault does.

A shop of 3,000 whose accounts are joined without a fault; the room's tables are made of the truth itself, whole or
with one thing wrong.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mining_tasks.demo import ahead, measures, sight
from mining_tasks.demo.figure import FAIL, PASS, Figure
from mining_tasks.demo.figures import campaigns, churn, lifetime_value
from mining_tasks.demo.planted.plant import plant
from mining_tasks.demo.planted.ready import CAMPAIGNS
from mining_tasks.demo.planted.world import World
from mining_tasks.demo.sight import Sight
from mining_tasks.warehouse.home import Home

pytestmark = pytest.mark.xdist_group("ahead")
WORLD = World(customers=3_000, days=403, seed=7)
NIGHT = WORLD.last_day
HORIZON = 60
Told = Callable[[pd.DataFrame], pd.DataFrame]
KNOWN = {
    "core_identities__links": (
        "SELECT source_code || ':' || account_id_source AS account_id, source_code, account_id_source, "
        "'c_' || person_id AS customer_id FROM true_accounts UNION ALL "
        "SELECT DISTINCT 'shop:guest:' || guest_account_id, 'shop', 'guest:' || guest_account_id, 'c_' || person_id "
        "FROM truth_orders CROSS JOIN moment WHERE guest_account_id IS NOT NULL AND truth_orders.day <= moment.day"
    ),
    "core_identities__guest_orders": (
        "SELECT CAST(order_id AS VARCHAR) AS order_id_shop, 'shop:guest:' || guest_account_id AS account_id "
        "FROM truth_orders CROSS JOIN moment WHERE guest_account_id IS NOT NULL AND truth_orders.day <= moment.day"
    ),
    "true_guests": (
        "SELECT source_code, account_id_source, CAST(substr(customer_id, 3) AS BIGINT) AS person_id "
        "FROM core_identities__links WHERE account_id LIKE 'shop:guest:%'"
    ),
    "core_customers__features": (
        "SELECT customer_id, count(orders.order_id) AS orders_count FROM (SELECT DISTINCT customer_id "
        "FROM core_identities__links) AS links LEFT JOIN (SELECT order_id, person_id FROM truth_orders "
        "CROSS JOIN moment WHERE truth_orders.day <= moment.day) AS orders ON 'c_' || person_id = customer_id "
        "GROUP BY customer_id"
    ),
}
EVERYBODY = """
    SELECT customer_id, currency FROM core_customers__features JOIN truth_persons ON customer_id = 'c_' || person_id
    ORDER BY customer_id
"""
SPREAD = """
    WITH shares AS (
        SELECT buying.type_code, book_margin_minor / avg(book_margin_minor) OVER (PARTITION BY person_id) AS share
        FROM truth_orders JOIN truth_buying AS buying USING (person_id)
        WHERE NOT is_test AND status_code <> 'cancelled'
        QUALIFY count(*) OVER (PARTITION BY person_id) > 7 AND avg(book_margin_minor) OVER (PARTITION BY person_id) > 0
    )
    SELECT type_code, list(share) AS share FROM shares WHERE share BETWEEN -5 AND 10 GROUP BY ALL
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds the truth of the shop, and its limits."""
    home = tmp_path_factory.mktemp("ahead") / "home"
    plant(WORLD, home / "demo")
    (home / "sources.toml").write_text('[shop]\ntimezone = "Europe/Berlin"\n')
    (home / "campaigns.toml").write_text(CAMPAIGNS.read_text(encoding="utf-8"))
    return home


@pytest.fixture
def seen(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sight]:
    """The last night, with every account at the customer that is its person."""
    for name in ("GOLDSEAM_LEDGER_URL", "GOLDSEAM_POSTGRES_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOLDSEAM_HOME", str(shop))
    Home(shop).make_keys()
    with sight.sight(NIGHT) as found:
        for name, sql in KNOWN.items():
            found.connection.register(name, found.connection.sql(sql).to_arrow_table())
        yield found


def show(seen: Sight, name: str, rows: pd.DataFrame) -> None:
    seen.connection.register(name, pa.Table.from_pandas(rows, preserve_index=False))


def measured(room: object, seen: Sight) -> dict[str, Figure]:
    return {figure.name: figure for figure in room.measure(seen)}


def failing(room: object, seen: Sight) -> set[str]:
    return {name for name, figure in measured(room, seen).items() if figure.verdict == FAIL}


def table(seen: Sight, sql: str) -> pd.DataFrame:
    return seen.connection.sql(sql).to_arrow_table().to_pandas()


# ---- what is to be expected -----------------------------------------------------------------------------------------


def test_every_order_to_come_has_a_customer_and_everybody_gets_her_whole_self(seen):
    ahead.show(seen)
    shares = table(
        seen, "SELECT person_id, sum(share) AS share, count(DISTINCT customer_id) AS n FROM true_doors GROUP BY ALL"
    )
    assert len(shares) > 2_800
    assert np.allclose(shares["share"], 1)
    assert (shares["n"] == 1).all()
    lost = table(seen, "SELECT count(*) AS n, count(*) FILTER (customer_id IS NULL) AS lost FROM true_coming")
    assert lost["n"][0] > 5_000
    assert lost["lost"][0] == 0


def test_a_customer_who_gets_a_part_of_the_orders_is_silent_more_often_as_simulation_says(seen):
    ahead.show(seen)
    rng, people, rate, leaves, days = np.random.default_rng(1), 40_000, 0.05, 0.2, 60.0
    for share in (1.0, 0.4):
        active = rng.random(people) < 0.7
        now, comes = np.zeros(people), np.zeros(people, bool)
        while (going := active & (now < days)).any():
            now = np.where(going, now + rng.exponential(1 / rate, people), now)
            ordered = going & (now < days)
            comes |= ordered & (rng.random(people) < share)
            active &= ~(ordered & (rng.random(people) < leaves))
        told = table(seen, f"SELECT silence_ahead(0.7, {rate}, {leaves}, {days}, {share}) AS silence")["silence"][0]  # noqa: S608
        assert told == pytest.approx(1 - comes.mean(), abs=0.01)


# ---- lifetime value -------------------------------------------------------------------------------------------------


def true_values(seen: Sight) -> pd.DataFrame:
    """The table as one would tell it who knows the truth; its interval by simulating her year."""
    ahead.show(seen, lifetime_value.HORIZONS)
    columns = [f"value_{days}_days_{end}" for days in (90, 365) for end in ("amount", "low_amount", "high_amount")]
    rows = table(seen, EVERYBODY).assign(**dict.fromkeys(columns, 0.0))
    rows = rows.assign(
        active_probability=0.0, orders_expected_365_days=0.0, value_basis_code="margin", score_source="truth"
    )
    show(seen, "pub_lifetime_value__customers", rows)
    true = seen.table(lifetime_value.__file__, "lifetime_value_ahead.sql").to_pandas().set_index("customer_id")
    per_eur = table(seen, "SELECT * FROM true_rates").set_index("currency")["per_eur"]
    rows = rows.set_index("customer_id")
    rate = rows["currency"].map(per_eur)
    for days in (90, 365):
        rows[f"value_{days}_days_amount"] = (true[f"true_{days}"] * rate).reindex(rows.index).fillna(0.0)
    low, high = intervals(seen, true)
    rows["value_365_days_low_amount"] = (low * rate).reindex(rows.index).fillna(0.0)
    rows["value_365_days_high_amount"] = (high * rate).reindex(rows.index).fillna(0.0)
    return rows.reset_index()


def intervals(seen: Sight, true: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The 10 % and 90 % quantiles of 400 years of each customer: orders drawn as the truth says, and a margin for each
    from those of the whole type, by the type's mean."""
    state = table(seen, "SELECT 'c_' || person_id AS customer_id, * FROM true_state").set_index("customer_id")
    state = state.reindex(true.index)
    rng, draws = np.random.default_rng(1), 400
    active = rng.random((len(state), draws)) < state["active_probability"].to_numpy()[:, None]
    leaves = state["leaves"].to_numpy()[:, None]
    left = rng.geometric(np.broadcast_to(leaves, active.shape))
    orders = (
        np.minimum(rng.poisson(np.broadcast_to(state["rate"].to_numpy()[:, None] * 365, active.shape)), left) * active
    )
    each = (true["true_365"] / true["true_orders_365"]).to_numpy()
    spread = table(seen, SPREAD).set_index("type_code")["share"].reindex(state["type_code"]).to_numpy()
    sums = np.empty(orders.shape)
    for row, count in enumerate(orders):
        drawn = rng.choice(spread[row], count.sum())
        sums[row] = np.bincount(np.repeat(np.arange(draws), count), drawn, draws) * each[row]
    low, high = np.quantile(sums, [0.1, 0.9], axis=1)
    return pd.Series(low, true.index), pd.Series(high, true.index)


@pytest.fixture
def values(seen) -> pd.DataFrame:
    return true_values(seen)


def test_the_true_values_pass_every_figure_of_value(seen, values):
    show(seen, "pub_lifetime_value__customers", values)
    found = measured(lifetime_value, seen)
    assert set(found) == {figure.name for figure in lifetime_value.FIGURES}
    assert {name: (figure.value, figure.note) for name, figure in found.items() if figure.verdict != PASS} == {}
    assert found["rank correlation, 365 days"].value == pytest.approx(1)
    assert found["worst decile off, 365 days"].value < 1e-9


def shuffled(rows: pd.DataFrame) -> pd.DataFrame:
    amounts = [name for name in rows if name.startswith("value_") and name.endswith("_amount")]
    order = np.random.default_rng(1).permutation(len(rows))
    return rows.assign(**{name: rows[name].to_numpy()[order] for name in amounts})


def as_sales(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{f"value_{days}_days_amount": 3.4 * rows[f"value_{days}_days_amount"] for days in (90, 365)})


def halved(rows: pd.DataFrame) -> pd.DataFrame:
    middle = (rows["value_365_days_low_amount"] + rows["value_365_days_high_amount"]) / 2
    return rows.assign(
        value_365_days_low_amount=(rows["value_365_days_low_amount"] + middle) / 2,
        value_365_days_high_amount=(rows["value_365_days_high_amount"] + middle) / 2,
    )


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        (shuffled, {"rank correlation, 90 days", "rank correlation, 365 days"}),
        (
            as_sales,
            {"sum of values off, 365 days", "worst decile off, 365 days", "sum of values off what came, 365 days"},
        ),
        (halved, {"80 % intervals miss 80 % by"}),
        (
            lambda rows: rows.assign(value_basis_code="sales"),
            {"customers not valued by margin", "sum of values off, 90 days"},
        ),
        (lambda rows: rows.assign(score_source=""), {"values without a source"}),
        (lambda rows: rows[5:], {"customers without one value"}),
    ],
    ids=["shuffled", "sales for margin", "halved", "told as sales", "no source", "rows missing"],
)
def test_a_fault_in_values_is_noticed(seen, values, fault: Told, noticed: set[str]):
    show(seen, "pub_lifetime_value__customers", fault(values))
    assert noticed <= failing(lifetime_value, seen)


# ---- churn ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def risks(seen) -> pd.DataFrame:
    """The table as one would tell it who knows the truth."""
    rows = table(
        seen, "SELECT customer_id, 0.5 AS churn_probability FROM core_customers__features ORDER BY customer_id"
    )
    rows = rows.assign(
        horizon_days=HORIZON,
        due_date=NIGHT + timedelta(days=HORIZON),
        definition="no order so long",
        score_source="truth",
    )
    ahead.show(seen)
    show(seen, "pub_churn__customers", rows)
    true = seen.table(churn.__file__, "churn_ahead.sql", cancelled_share=0.015).to_pandas().set_index("customer_id")
    told = true["seen"].reindex(rows["customer_id"]).fillna(0.9)
    return rows.assign(churn_probability=told.to_numpy())


def test_who_knows_the_habits_of_each_type_but_not_of_each_person_is_calibrated_and_ranks_a_little_worse(seen, risks):
    show(seen, "pub_churn__customers", risks)
    rows = seen.table(churn.__file__, "churn_ahead.sql", cancelled_share=0.015)
    silent = rows["is_silent"].to_numpy(zero_copy_only=False)
    error, luck = measures.calibration_error(rows["seen"].to_numpy(), silent)
    assert error < 2 * luck
    assert 0 < measures.auc(rows["silence"].to_numpy(), silent) - measures.auc(rows["seen"].to_numpy(), silent) < 0.04


def test_the_true_probabilities_pass_every_figure_of_churn(seen, risks):
    show(seen, "pub_churn__customers", risks)
    found = measured(churn, seen)
    assert set(found) == {figure.name for figure in churn.FIGURES}
    assert {name: figure.note for name, figure in found.items() if figure.verdict != PASS} == {}
    assert found["AUC behind the true probabilities"].value == pytest.approx(0)


@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        (lambda rows: rows.assign(churn_probability=rows["churn_probability"] ** 2), {"calibration error"}),
        (
            lambda rows: rows.assign(
                churn_probability=np.random.default_rng(1).permutation(rows["churn_probability"].to_numpy())
            ),
            {"AUC behind the true probabilities", "calibration error"},
        ),
        (
            lambda rows: rows.assign(churn_probability=1 - rows["churn_probability"]),
            {"AUC behind the true probabilities", "calibration error"},
        ),
        (lambda rows: rows.assign(due_date=NIGHT), {"probabilities undefined"}),
        (lambda rows: rows.assign(churn_probability=None), {"buyers without a probability"}),
        (lambda rows: rows[:-3], {"customers without one row"}),
    ],
    ids=["squared", "shuffled", "turned round", "due at once", "no probability", "rows missing"],
)
def test_a_fault_in_churn_is_noticed(seen, risks, fault: Told, noticed: set[str]):
    show(seen, "pub_churn__customers", fault(risks))
    assert noticed <= failing(churn, seen)


# ---- campaigns ------------------------------------------------------------------------------------------------------


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
    assert {name: figure.note for name, figure in found.items() if figure.verdict != PASS} == {}
    assert "published: best single" in found["share of the oracle's gain"].note
    tell(seen, single(offers, low=0.5))
    assert failing(campaigns, seen) == {"policy against its bound"}


def test_a_small_shop_is_asked_for_what_its_controls_could_teach(seen, offers):
    tell(seen, best(offers))
    asked = measured(campaigns, seen)["share of the oracle's gain"].threshold
    assert asked < campaigns.POLICY.threshold
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
