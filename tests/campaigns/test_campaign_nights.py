"""Whole nights of the campaigns room on a real home: one ledger, one MLflow store, one planted shop; and bad days."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import expectations
from mining_tasks.campaigns import features, steps
from mining_tasks.experiments import champion, load, store
from mining_tasks.experiments.load import Unloadable
from mining_tasks.warehouse import accept, ledger, shelf
from mining_tasks.warehouse.home import Home, home
from tests.campaigns.asking_shop import Shop, night_after, take_in

SHOP = Shop()
QUICK = '[campaigns]\nlearners = ["logistic regression", "decision tree"]\n'
LENIENT = "[campaigns.limits]\ngain_least = -1.0\ncalibration_error_most = 1.0\n"
FIRST, SECOND, REFIT = night_after(0), night_after(1), night_after(7)
TABLE = expectations.table("pub_campaigns__affinities")


def opened_home(path: Path, patch: pytest.MonkeyPatch) -> Home:
    for name in ("MLFLOW_TRACKING_URI", "GOLDSEAM_LEDGER_URL", "GOLDSEAM_POSTGRES_URL", "GOLDSEAM_VAULT"):
        patch.delenv(name, raising=False)
    patch.setenv("GOLDSEAM_HOME", str(path))
    path.mkdir()
    home().make_keys()
    (path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
    (path / "objectives.toml").write_text(QUICK)
    return home()


def run_night(night: date) -> str:
    said = steps.judge(night, steps.train(night))
    accept.accept(steps.score(night)[0])
    return said


def rows(night: date) -> list[dict]:
    return shelf.read(TABLE, night).arrow().to_pylist()


def verdict_on(night: date) -> dict:
    return next(row for row in ledger.verdicts_on(night) if row["subject"] == "model")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home after three nights: the first model, a night in between, a challenger that learned from the same."""
    with pytest.MonkeyPatch.context() as patch:
        made = opened_home(tmp_path_factory.mktemp("shop") / "home", patch)
        for night in (FIRST, SECOND, REFIT):
            take_in(SHOP, night)
            run_night(night)
        yield made


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return opened_home(tmp_path / "home", monkeypatch)


def test_the_first_night_promotes_the_next_holds_and_an_equal_challenger_does_not_move_it(lived: Home):
    said = {night: verdict_on(night) for night in (FIRST, SECOND, REFIT)}
    assert [said[night]["verdict"] for night in (FIRST, SECOND, REFIT)] == ["go", "hold", "no-go"]
    assert len({row["champion"] for row in said.values()}) == 1
    assert "no refit is due" in said[SECOND]["reasons"]
    assert "gain in log-loss over logistic regression" in said[REFIT]["reasons"]
    assert json.loads(said[FIRST]["figures"])["gain_over_baseline_low"] > 0


def test_every_customer_has_a_row_for_every_offer_that_says_what_made_it(lived: Home):
    found = rows(FIRST)
    assert len(found) == len(SHOP.ids) * 2
    assert {row["campaign_code"] for row in found} == {"voucher_email", "letter_post"}
    name = verdict_on(FIRST)["champion"]
    assert {row["score_source"] for row in found} == {name, f"{name}; change by groups of alike customers"}
    assert all(0 < row["response_probability"] < 1 and row["value_amount"] is not None for row in found)


def test_who_likes_being_asked_is_told_from_who_does_not(lived: Home):
    likes = {one: place % 3 == 0 for place, one in enumerate(SHOP.ids)}
    mean = {
        kind: np.mean([row["response_probability"] for row in rows(FIRST) if likes[row["customer_id"]] is kind])
        for kind in (True, False)
    }
    assert mean[True] > 0.35
    assert mean[False] < 0.2


def test_only_the_offer_with_a_control_group_carries_an_uplift_and_it_finds_those_put_off(lived: Home):
    of = {
        code: [row for row in rows(FIRST) if row["campaign_code"] == code] for code in ("voucher_email", "letter_post")
    }
    assert {row["effect_code"] for row in of["voucher_email"]} == {"uplift"}
    assert {(row["effect_code"], row["uplift_probability"]) for row in of["letter_post"]} == {("affinity", None)}
    kind = {one: place % 3 for place, one in enumerate(SHOP.ids)}
    mean = [
        np.mean([r["uplift_probability"] for r in of["voucher_email"] if kind[r["customer_id"]] == k]) for k in range(3)
    ]
    assert mean[0] > 0.12  # truth: 0.35 of them order once more; only how readily they answer tells who they are
    assert mean[2] < 0.05  # truth: two of five of their orders do not come
    assert all(r["uplift_low_probability"] < r["uplift_probability"] < r["uplift_high_probability"]
               for r in of["voucher_email"])  # fmt: skip


def test_the_same_night_again_gives_the_same_bytes(lived: Home):
    first, again = (shelf.opened(steps.score(SECOND)[0]) for _ in range(2))
    assert first.run_id == again.run_id


def test_plots_and_rules_stand_in_mlflow(lived: Home):
    runs = store.client().search_runs([store.client().get_experiment_by_name("campaigns").experiment_id])
    names = {item.path for run in runs for item in store.client().list_artifacts(run.info.run_id, "plots")}
    assert {"plots/qini.png", "plots/uplift_by_decile.png", "plots/trial.png"} <= names
    files = {item.path for run in runs for item in store.client().list_artifacts(run.info.run_id)}
    assert {"trial.json", "groups.csv", "learners.json"} <= files


def test_a_corrupt_champion_is_refused_and_last_nights_scores_stay(lived: Home, monkeypatch: pytest.MonkeyPatch):
    now = champion.in_force("campaigns", SECOND)
    assert now is not None
    file = lived.path / now.location / "model.skops"
    good = file.read_bytes()
    file.write_bytes(good[:-9] + b"corrupted")
    take_in(SHOP, night_after(3))
    try:
        with pytest.raises(Unloadable, match="not the one that was saved"):
            steps.score(SECOND)
        assert steps.train(night_after(3)).startswith("m-")  # it is not waited for: a new one is trained at once
    finally:
        file.write_bytes(good)


def test_a_corrupt_challenger_is_never_judged_and_last_nights_tables_stay(lived: Home):
    night = night_after(14)
    take_in(SHOP, night)
    before, now = shelf.read(TABLE, REFIT).run_id, champion.in_force("campaigns", night)
    challenger = steps.train(night)
    file = lived.path / load.trained(challenger).location / "model.skops"
    good = file.read_bytes()
    file.write_bytes(good[:-9] + b"corrupted")
    assert file.read_bytes() != good
    with pytest.raises(Unloadable, match="not the one that was saved"):
        steps.judge(night, challenger)
    assert not [row for row in ledger.verdicts_on(night) if row["subject"] == "model"]
    kept = champion.in_force("campaigns", night)
    assert now is not None
    assert kept is not None
    assert kept.model_id == now.model_id
    assert shelf.read(TABLE, REFIT).run_id == before
    with pytest.raises(shelf.NotAccepted):
        shelf.read(TABLE, night)


def test_a_control_group_that_was_chosen_is_no_control_group(bare: Home):
    (bare.path / "objectives.toml").write_text(QUICK + LENIENT)  # whatever it learned of responses shall serve
    take_in(Shop(fair=False), FIRST)
    assert run_night(FIRST) == "go"
    assert {row["effect_code"] for row in rows(FIRST)} == {"affinity"}
    assert {row["uplift_probability"] for row in rows(FIRST)} == {None}
    card = champion.in_force("campaigns", FIRST).card  # type: ignore[union-attr]
    assert "random" in card["no_effects"]["voucher"]


def test_responses_that_hang_on_nothing_leave_the_rates_in_force(bare: Home):
    take_in(Shop(answers=False), FIRST)
    assert run_night(FIRST) == "no-go"
    assert "base rate" in verdict_on(FIRST)["reasons"]
    assert {row["score_source"].split(";")[0] for row in rows(FIRST)} == {"rule: response rate of this offer"}
    assert {round(row["response_probability"], 1) for row in rows(FIRST)} == {0.2}


def test_campaigns_nobody_answered_are_flagged_not_scored(bare: Home):
    take_in(Shop(responds=False), FIRST)
    assert run_night(FIRST) == "no-go"
    assert "0 responses are over" in verdict_on(FIRST)["reasons"]
    sources = {row["score_source"].split(";")[0] for row in rows(FIRST)}
    assert sources == {"rule: response rate, nobody ever responded to this offer"}
    assert max(row["response_probability"] for row in rows(FIRST)) < 0.01


def test_a_planted_leak_trains_nothing(bare: Home, monkeypatch: pytest.MonkeyPatch):
    """`responses_count` of the CRM as it stands tonight: it grew with the very response that is to be foretold."""
    take_in(SHOP, FIRST)
    honest = features.with_offers

    def leaking(table, offers, past):
        known = honest(table, offers, past)
        return known.set_column(known.column_names.index("responses_count"), "responses_count", known["is_response"])

    monkeypatch.setattr(features, "with_offers", leaking)
    said = steps.train(FIRST)
    assert said.startswith("none: ")
    assert "responses_count alone tells the outcome" in said
    assert steps.judge(FIRST, said) == "no-go"


def test_cents_for_euros_silence_the_model_not_the_room(lived: Home):
    night = night_after(2)
    take_in(Shop(price_factor=100.0), night)
    run_night(night)
    sources = {row["score_source"] for row in rows(night)}
    assert all(one.startswith("rule: response rate of this offer; ") and "another unit" in one for one in sources)


def test_without_a_store_of_experiments_the_room_still_scores(bare: Home, monkeypatch: pytest.MonkeyPatch):
    take_in(SHOP, FIRST)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    assert run_night(FIRST) == "no-go"
    assert "store is down" in verdict_on(FIRST)["reasons"]
    assert {row["score_source"].split(";")[0] for row in rows(FIRST)} == {"rule: response rate of this offer"}
