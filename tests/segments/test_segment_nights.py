"""Whole nights of the segments room on a real home: one ledger, one MLflow store, one planted shop."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

import expectations
from mining_tasks.experiments import champion, store
from mining_tasks.experiments.load import Unloadable
from mining_tasks.models import steps as models
from mining_tasks.segments import steps
from mining_tasks.warehouse import accept, ledger, shelf
from mining_tasks.warehouse.home import Home
from tests.segments.shoppers import Shop, night_after, take_in

SHOP = Shop(each=90)
WISHES = "[segments.limits]\nsegments_most = 5\n"
FIRST, SECOND, REFIT = night_after(0), night_after(1), night_after(7)
FAR = night_after(19)


def run_night(night: date) -> str:
    verdict = steps.judge(night, steps.train(night))
    accept.accept(*steps.assign(night))
    return verdict


def rows(name: str, night: date) -> list[dict]:
    return shelf.read(expectations.table(name), night).arrow().to_pylist()


def reasons(night: date) -> str:
    return next(row["reasons"] for row in ledger.verdicts_on(night) if row["subject"] == "model")


def digests(addresses: list[str]) -> list[str]:
    return [hashlib.sha256(file.read_bytes()).hexdigest() for one in addresses for file in shelf.opened(one).files]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home after three nights: the first model, a night in between, a refit."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("shop") / "home"
        for name in ("MLFLOW_TRACKING_URI", "GOLDSEAM_LEDGER_URL", "GOLDSEAM_POSTGRES_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("GOLDSEAM_HOME", str(path))
        path.mkdir()
        (path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
        (path / "objectives.toml").write_text(WISHES)
        for night in (FIRST, SECOND, REFIT):
            take_in(SHOP, night)
            run_night(night)
        yield Home(path)


@pytest.fixture
def anew(lived: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refit is due although a challenger was refused on an earlier test's night."""
    monkeypatch.setattr(ledger, "last_refused", lambda family, night: None)


def test_the_first_night_promotes_a_model_the_next_holds_and_the_seventh_refits(lived: Home):
    said = {night: ledger.verdicts_on(night)[0] for night in (FIRST, SECOND, REFIT)}
    assert [said[night]["verdict"] for night in (FIRST, SECOND, REFIT)] == ["go", "hold", "go"]
    assert said[SECOND]["champion"] == said[FIRST]["champion"]
    assert "1 night old of 7" in said[SECOND]["reasons"]
    assert said[REFIT]["champion"].startswith(f"k-means {REFIT}")
    assert json.loads(said[REFIT]["figures"])["relabelled_share"] <= 0.05


def test_every_customer_has_a_row_that_says_what_made_it(lived: Home):
    found = rows("pub_segments__customers", SECOND)
    assert sorted(row["customer_id"] for row in found) == sorted(SHOP.ids)
    strangers = [row for row in found if row["segment_id"] == "s_00"]
    assert len(strangers) == SHOP.strangers
    assert {(row["segment_name"], row["rfm_cell"], row["fit_share"]) for row in strangers} == {
        ("No known orders", "no orders", None)
    }
    assert {row["score_source"] for row in found if row["segment_id"] != "s_00"} == {
        ledger.verdicts_on(FIRST)[0]["champion"]
    }


def test_ids_and_names_last_over_the_refit(lived: Home):
    names = [
        {row["segment_id"]: row["segment_name"] for row in rows("pub_segments__personas", night)}
        for night in (FIRST, SECOND, REFIT)
    ]
    assert names[0] == names[1] == names[2]
    assert len(set(names[0].values())) == len(names[0])


def test_personas_add_up_to_all_customers_and_all_money(lived: Home):
    customers, told = rows("pub_segments__customers", REFIT), rows("pub_segments__personas", REFIT)
    assert sum(row["customers_count"] for row in told) == len(customers)
    assert sum(row["sales_amount"] for row in told) == sum(row["sales_amount"] for row in customers) > Decimal(0)
    assert sum(row["customers_share"] for row in told) == pytest.approx(1)
    assert sum(row["sales_share"] for row in told) == pytest.approx(1)
    richest = max(told, key=lambda row: row["sales_share"])
    assert f"{richest['customers_count']:,} customers" in richest["story"]
    assert f"{richest['sales_share']:.1%} of sales" in richest["story"]
    assert "times the average" in richest["sets_apart"]
    assert "FUEL" in richest["typical_basket"], "the devoted alone buy fuel"


def test_transitions_count_every_customer_once_and_compare_with_the_last_published_night(lived: Home):
    first, second = rows("pub_segments__transitions", FIRST), rows("pub_segments__transitions", SECOND)
    assert {row["from_segment_id"] for row in first} == {"s_none"}
    assert {row["since_night"] for row in first} == {None}
    assert sum(row["customers_count"] for row in second) == len(SHOP.ids)
    assert {row["since_night"] for row in second} == {FIRST}
    before, now = (
        {row["customer_id"]: row["segment_id"] for row in rows("pub_segments__customers", night)}
        for night in (FIRST, SECOND)
    )
    stayed = sum(before[one] == now[one] for one in now)
    same = [row for row in second if row["from_segment_id"] == row["to_segment_id"]]
    assert sum(row["customers_count"] for row in same) == stayed
    moved_alike = sum(r["behaved_alike_count"] for r in second if r["from_segment_id"] != r["to_segment_id"])
    assert moved_alike <= 0.05 * len(now)


def test_the_same_night_again_gives_the_same_verdict_and_the_same_bytes(lived: Home):
    before = [dict(row) for row in ledger.verdicts_on(REFIT)]
    parts = [shelf.read(table, REFIT) for table in expectations.family("segments")]
    verdict = steps.judge(REFIT, steps.train(REFIT))
    again = steps.assign(REFIT)
    assert verdict == "go"
    ignored = {"fence", "noted_at"}
    after = [dict(row) for row in ledger.verdicts_on(REFIT)]
    assert [{k: v for k, v in row.items() if k not in ignored} for row in after] == [
        {k: v for k, v in row.items() if k not in ignored} for row in before
    ]
    assert sorted(digests(again)) == sorted(digests([part.address for part in parts]))


def test_an_older_night_run_again_is_served_by_the_champion_of_its_time(lived: Home):
    assert steps.judge(SECOND, steps.train(SECOND)) == "hold"
    before = shelf.read(expectations.table("pub_segments__customers"), SECOND)
    assert digests(steps.assign(SECOND)[:1]) == digests([before.address])
    version = store.client().get_model_version_by_alias("segments", "champion")
    assert version.tags["model"] == ledger.verdicts_on(REFIT)[0]["champion"]


def test_runs_in_mlflow_hold_figures_plots_and_the_data_behind_them_but_no_customer(lived: Home):
    client = store.client()
    runs = client.search_runs([client.get_experiment_by_name("segments").experiment_id])
    assert runs
    trained = [run for run in runs if run.data.tags["step"] == "train"]
    assert {"stability_ari_mean", "ward_ari", "buyers_count"} <= set(trained[0].data.metrics)
    assigned = [run.data.params["score_source"] for run in runs if run.data.tags["step"] == "assign"]
    assert assigned
    assert all(source.startswith("k-means 2017") for source in assigned), "what placed the buyers, not the strangers"
    assert [data.dataset.name for data in trained[0].inputs.dataset_inputs] == ["core_customers__features"]
    names = {file.name for file in lived.mlflow.rglob("*.png")}
    assert names == {"centres.png", "choice_of_k.png", "map.png", "moves.png", "sizes.png"}
    content = [file.read_bytes() for file in lived.mlflow.rglob("*") if file.is_file()]
    assert len(content) > 10
    assert not [one for one in SHOP.ids if any(one.encode() in bytes_ for bytes_ in content)]


def test_verdicts_are_told_to_readers(lived: Home):
    (address,) = models.list_verdicts(SECOND)
    accept.accept(address)
    (row,) = rows("pub_models__verdicts", SECOND)
    assert (row["family"], row["subject_code"], row["verdict"]) == ("segments", "model", "hold")


def test_a_no_go_keeps_yesterdays_champion_and_says_so(lived: Home):
    night = night_after(14)
    take_in(SHOP, night)
    (lived.path / "objectives.toml").write_text(WISHES + "separation_silhouette = 0.99\n")
    try:
        assert run_night(night) == "no-go"
    finally:
        (lived.path / "objectives.toml").write_text(WISHES)
    assert "yesterday's model is kept" in reasons(night)
    kept = ledger.verdicts_on(REFIT)[0]["champion"]
    assert ledger.verdicts_on(night)[0]["champion"] == kept
    sources = {row["score_source"] for row in rows("pub_segments__customers", night)}
    assert sources == {kept, "rule: no order"}


@pytest.mark.usefixtures("anew")
def test_a_store_that_is_away_costs_the_challenger_not_the_segments(lived: Home, monkeypatch: pytest.MonkeyPatch):
    night = night_after(15)
    take_in(SHOP, night)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    assert run_night(night) == "hold"
    assert "experiment store is down" in reasons(night)
    assert len(rows("pub_segments__customers", night)) == len(SHOP.ids)


@pytest.mark.usefixtures("anew")
def test_a_store_that_goes_away_before_the_judge_has_looked_keeps_the_champion(
    lived: Home, monkeypatch: pytest.MonkeyPatch
):
    take_in(SHOP, FAR)
    trained = steps.train(FAR)
    assert trained.startswith("m-"), "a challenger was logged"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    assert steps.judge(FAR, trained) == "hold"
    assert "experiment store is down" in reasons(FAR)


def test_a_champion_whose_file_was_exchanged_serves_nobody_and_is_replaced_under_the_same_names(lived: Home):
    night = night_after(16)
    take_in(SHOP, night)
    now = champion.in_force("segments", night)
    assert now is not None
    file = lived.path / now.location / "model.skops"
    kept = file.with_suffix(".kept")
    shutil.copy(file, kept)
    file.write_bytes(b"torn")
    try:
        with pytest.raises(Unloadable):
            steps.assign(night)
        assert run_night(night) == "go"
    finally:
        shutil.move(kept, file)
    told = {row["segment_id"]: row["segment_name"] for row in rows("pub_segments__personas", night)}
    assert told == {row["segment_id"]: row["segment_name"] for row in rows("pub_segments__personas", REFIT)}
