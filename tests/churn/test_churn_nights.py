"""Whole nights of the churn room on a real home: one ledger, one MLflow store, one planted shop."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest

import expectations
from mining_tasks.churn import past, steps, verdict
from mining_tasks.experiments import champion, load, store
from mining_tasks.experiments.calibration import auc, losses
from mining_tasks.experiments.dossier.leave import leave
from mining_tasks.experiments.holdout import Contestant
from mining_tasks.experiments.load import Unloadable
from mining_tasks.warehouse import accept, ledger, shelf
from mining_tasks.warehouse.home import Home
from tests.churn.leaving_shop import FIRST_DAY, Shop, night_after, take_in
from tests.sample import as_table

SHOP = Shop()
QUICK = '[churn]\nlearners = ["logistic regression", "decision tree"]\n'
FIRST, SECOND, REFIT = night_after(0), night_after(1), night_after(7)
TABLE = "pub_churn__customers"


def run_night(night: date) -> str:
    said = steps.judge(night, steps.train(night))
    accept.accept(*steps.score(night))
    return said


def rows(night: date) -> list[dict]:
    return shelf.read(expectations.table(TABLE), night).arrow().to_pylist()


def sources(night: date) -> set[str]:
    return {row["score_source"] for row in rows(night)}


def verdict_on(night: date) -> dict:
    return next(row for row in ledger.verdicts_on(night) if row["subject"] == "model")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home after three nights: the first model, a night in between, a challenger that is no better."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("shop") / "home"
        for name in ("MLFLOW_TRACKING_URI", "GOLDSEAM_LEDGER_URL", "GOLDSEAM_POSTGRES_URL", "GOLDSEAM_VAULT"):
            patch.delenv(name, raising=False)
        patch.setenv("GOLDSEAM_HOME", str(path))
        path.mkdir()
        home = Home(path)
        home.make_keys()
        (path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
        (path / "objectives.toml").write_text(QUICK)
        for night in (FIRST, SECOND, REFIT):
            take_in(SHOP, night)
            run_night(night)
        yield home


@pytest.fixture
def anew(lived: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refit is due although a challenger was refused on an earlier test's night."""
    monkeypatch.setattr(ledger, "last_refused", lambda family, night: None)


def test_the_first_night_promotes_a_model_the_next_holds_and_an_equal_challenger_is_refused(lived: Home):
    said = {night: verdict_on(night) for night in (FIRST, SECOND, REFIT)}
    assert [said[night]["verdict"] for night in (FIRST, SECOND, REFIT)] == ["go", "hold", "no-go"]
    assert said[SECOND]["champion"] == said[REFIT]["champion"] == said[FIRST]["champion"]
    assert "1 night old of 7" in said[SECOND]["reasons"]
    assert "the gain in log-loss over logistic regression" in said[REFIT]["reasons"]
    figures = json.loads(said[FIRST]["figures"])
    assert figures["gain_over_baseline_low"] > 0
    assert 0.6 < figures["auc_challenger"] < 0.97


def test_every_customer_has_a_row_that_says_what_made_it_and_by_when_it_is_known(lived: Home):
    found = rows(SECOND)
    assert sorted(row["customer_id"] for row in found) == sorted(SHOP.ids)
    strangers = [row for row in found if row["score_source"].startswith("rule: those who had not ordered")]
    assert len(strangers) >= SHOP.strangers
    assert {row["is_silent"] for row in strangers} == {False}
    buyers = [row for row in found if row not in strangers]
    assert {row["score_source"] for row in buyers} == {verdict_on(FIRST)["champion"]}
    for row in found:
        assert row["due_date"] == SECOND + timedelta(days=int(row["horizon_days"]))
        assert 0 < row["churn_probability"] < 1
        assert f"within {row['horizon_days']:.0f} days" in row["definition"]
        assert row["reasons"]


def test_probabilities_part_those_who_left_from_those_who_stayed(lived: Home):
    """Held against orders of days that no night has seen yet."""
    until = (SECOND - FIRST_DAY).days
    coming = {SHOP.ids[number] for number, day, _ in SHOP.orders if day > until}
    found = [row for row in rows(SECOND) if not row["score_source"].startswith("rule")]
    label = np.array([row["customer_id"] not in coming for row in found], float)
    assert 0.1 < label.mean() < 0.9
    assert auc(label, np.array([row["churn_probability"] for row in found])) > 0.8


def test_the_same_night_again_gives_the_same_bytes(lived: Home):
    before = shelf.read(expectations.table(TABLE), SECOND)
    assert steps.judge(SECOND, steps.train(SECOND)) == "hold"
    (again,) = steps.score(SECOND)
    assert digest(shelf.opened(again)) == digest(before)


def digest(part: shelf.Partition) -> list[str]:
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in part.files]


def test_runs_in_mlflow_hold_figures_and_groups_but_no_customer(lived: Home):
    client = store.client()
    runs = client.search_runs([client.get_experiment_by_name("churn").experiment_id])
    judged = [run for run in runs if run.data.tags["step"] == "judge"]
    assert {"log_loss_baseline", "log_loss_challenger", "calibration_error"} <= set(judged[0].data.metrics)
    kept = {item.path for item in client.list_artifacts(judged[0].info.run_id)}
    assert {"plots", "trial.json", "groups.csv", "deciles.csv"} <= kept
    content = [file.read_bytes() for file in lived.mlflow.rglob("*") if file.is_file()]
    assert len(content) > 5
    assert not [one for one in SHOP.ids if any(one.encode() in each for each in content)]


def fresh_night(nights: int, shop: Shop = SHOP) -> date:
    night = night_after(nights)
    take_in(shop, night)
    return night


def test_a_refused_challenger_is_not_followed_by_another_on_the_next_night(lived: Home):
    assert verdict_on(REFIT)["verdict"] == "no-go"
    tonight = fresh_night(8)
    assert steps.train(tonight) == "none: a challenger was refused 1 night ago, another is due after 7"


@pytest.mark.usefixtures("anew")
def test_a_leak_planted_in_a_feature_is_caught_and_the_champion_stays(lived: Home, monkeypatch: pytest.MonkeyPatch):
    night = fresh_night(9)
    planted = []

    def leaking(facts, by, scale, alike=None):
        made = honest(facts, by, scale, alike)
        if "next_order_days" not in facts.column_names:
            return made
        planted.append(made.num_rows)
        return made.set_column(made.column_names.index("stars_mean"), "stars_mean", facts["next_order_days"])

    honest = past.described
    monkeypatch.setattr(past, "described", leaking)
    trained = steps.train(night)
    assert planted
    assert "a column knows the outcome" in trained
    assert "stars_mean alone tells the outcome" in trained
    assert steps.judge(night, trained) == "hold"
    assert "a leak" in verdict_on(night)["reasons"]
    accept.accept(*steps.score(night))
    assert verdict_on(FIRST)["champion"] in sources(night)


@pytest.mark.usefixtures("anew")
def test_a_worse_challenger_is_refused_and_the_champion_serves(lived: Home):
    night = fresh_night(10)
    (lived.path / "objectives.toml").write_text('[churn]\nlearners = ["naive Bayes"]\n')
    try:
        assert run_night(night) == "no-go"
    finally:
        (lived.path / "objectives.toml").write_text(QUICK)
    assert "yesterday's model is kept" in verdict_on(night)["reasons"]
    assert verdict_on(night)["challenger"].startswith("naive Bayes")
    assert verdict_on(FIRST)["champion"] in sources(night)


@pytest.mark.usefixtures("anew")
def test_a_challenger_that_is_better_on_average_and_hurts_one_country_is_refused(
    lived: Home, monkeypatch: pytest.MonkeyPatch
):
    night, harmed = fresh_night(11), []

    def hurting(holdout, baseline, present, challenger, limit):
        is_french = np.array(holdout.groups["country_code"]) == "FR"
        knowing = 0.6 * present.scored + 0.4 * holdout.label
        scored = np.where(is_french, 0.6 * present.scored + 0.4 * (1 - holdout.label), knowing)
        lost = [losses(holdout.label, each).mean() for each in (scored, present.scored)]
        harmed.append((is_french.sum(), *lost))
        return honest(holdout, baseline, present, Contestant(challenger.name, scored), limit)

    honest = verdict.tried
    monkeypatch.setattr(verdict, "tried", hurting)
    (lived.path / "objectives.toml").write_text(QUICK + "[churn.limits]\ngroup_rows_least = 60\n")
    try:
        assert run_night(night) == "no-go"
    finally:
        (lived.path / "objectives.toml").write_text(QUICK)
    ((french, hurt, present),) = harmed
    assert french > 60
    assert hurt < present, "it is better on average"
    reasons = verdict_on(night)["reasons"]
    assert "country_code = FR" in reasons
    assert "over logistic" not in reasons, "that it is no better is not what refused it"
    assert verdict_on(FIRST)["champion"] in sources(night)


@pytest.mark.usefixtures("anew")
def test_a_store_that_is_away_costs_the_challenger_not_the_scores(lived: Home, monkeypatch: pytest.MonkeyPatch):
    night = fresh_night(12)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    assert run_night(night) == "hold"
    assert "experiment store is down" in verdict_on(night)["reasons"]
    assert verdict_on(FIRST)["champion"] in sources(night)


def test_cents_for_euros_withhold_the_model_and_the_rule_is_published_and_says_so(lived: Home):
    night = fresh_night(13, Shop(price_factor=100.0))
    steps.judge(night, "none: no new model is due")
    accept.accept(*steps.score(night))
    told = [row for row in rows(night) if "is withheld" in row["score_source"]]
    assert len(told) > 900
    assert {row["score_source"].startswith("rule: ") for row in told} == {True}
    assert all("another unit?" in row["reasons"] for row in told)


def test_a_champion_whose_file_was_exchanged_serves_nobody(lived: Home):
    night = fresh_night(14)
    now = champion.in_force("churn", night)
    assert now is not None
    file = lived.path / now.location / "model.skops"
    kept = file.with_suffix(".kept")
    shutil.copy(file, kept)
    file.write_bytes(b"torn")
    try:
        with pytest.raises(Unloadable):
            steps.score(night)
        assert run_night(night) == "go", "a new one is due at once, and has the rule alone to beat"
    finally:
        shutil.move(kept, file)
    assert verdict_on(night)["champion"] in sources(night)


def test_drift_that_was_told_last_night_asks_for_a_new_model_before_its_time(lived: Home):
    night = fresh_night(2)
    assert "no refit is due: the champion is 2 nights old of 7" in steps.train(night)
    model = verdict_on(FIRST)["champion"]
    drifted = {"family": "churn", "subject_code": "score", "name": "churn_probability", "model": model}
    far = {"psi": 0.4, "ks": 0.3, "drift_code": "retrain", "rows_count": 900}
    known = {"missing_share": 0.0, "missing_then_share": 0.0, "since_night": FIRST}
    table, marks = expectations.table("pub_models__drift"), {"night": SECOND, "data_as_of": SECOND, "is_stale": False}
    accept.accept(shelf.draft(table, SECOND, as_table(table, [drifted | far | known | marks])))
    trained = load.trained(steps.train(night))
    assert trained.card["night"] == str(night)
    runs = store.client().search_runs([store.client().get_experiment_by_name("churn").experiment_id])
    why = [run.data.params["why"] for run in runs if run.data.tags["night"] == str(night)]
    assert why == [f"the score churn_probability drifted since {FIRST}: PSI 0.40, KS 0.30"]


def test_the_dossier_tells_the_definition_the_days_and_the_learners_and_no_customer(lived: Home):
    text = leave("churn", FIRST).path.read_text()
    for told in ("definition of churn, 1", "days learned from", "logistic regression", "gain_over_baseline_low"):
        assert told in text, told
    assert not [one for one in SHOP.ids if one in text]
