"""What our plugins do on bad nights: real Airflow, real contracts, a real warehouse, DAGs that go wrong on purpose."""

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from expectations.crm import core_crm__contacts
from mining_tasks.warehouse import ledger, shelf
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.ledger_tables import verdicts

HOUSE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Nights:
    """What came of the nights: states by night and DAG, what people saw, and every task as Airflow noted it."""

    outcomes: dict[str, dict[str, str]]
    seen: str
    tasks: dict[tuple[str, str, str], tuple[str, int]]
    log: str


@pytest.fixture(scope="module")
def home_of_trouble(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("shop"))
    home.make_keys()
    (home.path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
    return home


@pytest.fixture(scope="module")
def nights(home_of_trouble: Home) -> Nights:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "GOLDSEAM"))}
    command = [sys.executable, str(HOUSE / "tests" / "night" / "nights_of_trouble.py"), str(HOUSE)]
    home = home_of_trouble.path
    ran = subprocess.run([*command, str(home)], capture_output=True, text=True, check=False, env=ours)
    log = (home / "airflow" / "logs" / "night-2018-01-07.log").read_text()
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:] + log[-5000:]
    seen, _, last = ran.stdout.strip().rpartition("\n")
    return Nights(json.loads(last), seen, _tasks(home / "airflow" / "airflow.db"), log)


def _tasks(file: Path) -> dict[tuple[str, str, str], tuple[str, int]]:
    query = """SELECT conf, t.dag_id, t.task_id, t.state, t.try_number FROM task_instance t
               JOIN dag_run r ON r.dag_id = t.dag_id AND r.run_id = t.run_id"""
    rows = sqlite3.connect(file).execute(query).fetchall()
    return {(json.loads(conf)["night"], dag, task): (state, tries) for conf, dag, task, state, tries in rows}


@pytest.fixture
def ledger_of_trouble(nights: Nights, home_of_trouble: Home, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GOLDSEAM_HOME", str(home_of_trouble.path))
    return ledger


def states(nights: Nights, night: str, dag: str) -> dict[str, str]:
    found = {task: state for (n, d, task), (state, _) in nights.tasks.items() if (n, d) == (night, dag)}
    assert found
    return found


def test_a_good_night_runs_every_dag_in_the_order_of_its_assets(nights):
    assert nights.outcomes["2018-01-02"] == {"source": "success", "later": "success", "report": "success"}
    assert states(nights, "2018-01-02", "source") == {
        "merge": "success",
        "accept_core": "success",
        "stand_in_core": "skipped",
        "degraded": "skipped",
    }


def test_on_a_first_night_nothing_can_stand_in_and_later_dags_wait(nights):
    assert nights.outcomes["2018-01-01"] == {"source": "failed", "later": "waiting", "report": "waiting"}
    assert states(nights, "2018-01-01", "source")["stand_in_core"] == "failed"
    assert "NothingToCarry" in nights.seen


def test_bad_data_fail_at_once_and_the_last_good_night_stands_in_marked_stale(nights, ledger_of_trouble):
    assert nights.tasks["2018-01-03", "source", "accept_core"] == ("failed", 1)
    part = shelf.read(core_crm__contacts, date(2018, 1, 3))
    assert (part.rows, part.is_stale, part.data_as_of) == (12, True, date(2018, 1, 2))
    assert ledger_of_trouble.accepted(core_crm__contacts.name, date(2018, 1, 3))["why"] == "source: accept_core failed"


def test_a_night_with_a_stand_in_goes_on_but_its_run_is_red(nights, ledger_of_trouble):
    assert nights.outcomes["2018-01-03"] == {"source": "failed", "later": "success", "report": "success"}
    assert states(nights, "2018-01-03", "source")["degraded"] == "failed"
    published = ledger_of_trouble.publications_of("models")
    assert [row["is_stale"] for row in published if row["night"] == date(2018, 1, 3)] == [True]


def test_the_red_leaf_names_what_failed_whose_it_is_and_what_to_type(nights):
    told = [line for line in nights.log.splitlines() if "last good data stand in" in line]
    assert told
    for words in ("source: accept_core failed", "crm@example.com", "goldseam night --night 2018-01-03"):
        assert any(words in line for line in told), words


def test_a_fault_is_tried_again_and_the_night_ends_green(nights, home_of_trouble):
    assert (home_of_trouble.path / "tried").exists()
    assert nights.tasks["2018-01-04", "source", "merge"] == ("success", 2)
    assert nights.outcomes["2018-01-04"]["source"] == "success"
    assert "will try again ConnectionError" in nights.seen


def test_a_family_whose_step_fails_keeps_its_last_good_night_and_the_report_still_runs(nights, ledger_of_trouble):
    assert nights.outcomes["2018-01-05"] == {"source": "success", "later": "failed", "report": "success"}
    assert not [row for row in ledger_of_trouble.publications_of("models") if row["night"] == date(2018, 1, 5)]
    assert reasons(date(2018, 1, 5)) == "later: list_verdicts failed"


def test_a_family_refused_by_its_promises_keeps_the_reason_that_publishing_gave(nights, ledger_of_trouble):
    assert states(nights, "2018-01-06", "later")["publish"] == "failed"
    assert states(nights, "2018-01-06", "later")["keep_last_good"] == "success"
    assert "verdict is one of" in reasons(date(2018, 1, 6))


def test_readers_still_see_the_last_good_night_of_the_refused_family(nights, ledger_of_trouble):
    seen = ledger_of_trouble.pointer("models")
    last = max(night for night, dags in nights.outcomes.items() if dags.get("later") == "success")
    assert str(seen["night"]) == last


def test_a_step_that_drafts_another_table_than_its_dag_says_is_not_believed(nights, ledger_of_trouble):
    assert nights.tasks["2018-01-07", "source", "accept_core"] == ("failed", 1)
    assert "NotDrafted" in nights.seen
    assert ledger_of_trouble.accepted("core_crm__campaigns", date(2018, 1, 7)) is None


def test_a_night_that_is_no_date_is_refused_and_touches_nothing(nights, home_of_trouble):
    assert nights.outcomes["hostile"] == {"source": "failed"}
    assert nights.tasks["../../out_of_the_home", "source", "merge"] == ("failed", 1)
    assert not list(home_of_trouble.path.parent.glob("**/out_of_the_home*"))


def test_airflow_shows_every_run_at_its_night_and_how_long_it_really_took(nights, home_of_trouble):
    query = "SELECT conf, partition_key, julianday(end_date) - julianday(start_date) FROM dag_run"
    runs = sqlite3.connect(home_of_trouble.path / "airflow" / "airflow.db").execute(query).fetchall()
    ours = [run for run in runs if "out_of_the_home" not in run[0]]
    assert len(ours) == sum(state != "waiting" for dags in nights.outcomes.values() for state in dags.values()) - 1
    assert [json.loads(conf)["night"] for conf, _, _ in ours] == [key for _, key, _ in ours]
    assert max(days for _, _, days in ours) < 0.1


def test_the_owner_is_told_of_a_failure_without_any_value(nights):
    told = [line for line in nights.log.splitlines() if "[goldseam.alerts]" in line]
    assert any("source.accept_core failed for the night of 2018-01-03" in line for line in told)
    assert all("Owner: " in line and "Next: " in line for line in told)


def reasons(night: date) -> str:
    found = ledger.rows(sa.select(verdicts).where(verdicts.c.night == night, verdicts.c.subject == "publication"))
    assert [row["verdict"] for row in found] == ["no-go"]
    return str(found[0]["reasons"])
