"""Rules of our DAG files: light, short, readable, patient with faults, and complete."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import expectations
from plugins.settings import POOLS

HOUSE = Path(__file__).parents[2]
FILES = sorted((HOUSE / "dags").glob("*.py"))
HEAVY = {"pandas", "numpy", "pyarrow", "duckdb", "sklearn", "scipy", "great_expectations", "mlflow", "httpx", "psycopg"}
LONGEST = 80
EMITTERS = {"accept_raw", "accept_core", "publish", "stand_in_core", "keep_last_good"}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a fresh process sees in the DAG folder, with no database, no sources and no network."""
    command = [sys.executable, str(HOUSE / "tests" / "house" / "dag_facts.py"), str(HOUSE)]
    home = tmp_path_factory.mktemp("home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "GOLDSEAM"))}
    said = subprocess.run([*command, str(home)], capture_output=True, text=True, env=environment, check=False)
    assert said.returncode == 0, said.stderr[-3000:]
    return json.loads(said.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def dags(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    assert found["dags"]
    return found["dags"]


def test_every_dag_file_can_be_read_without_network_or_database(found):
    assert found["errors"] == {}
    assert sorted(found["dags"]) == [file.stem for file in FILES]


def test_reading_a_dag_file_loads_nothing_heavy(found):
    assert "airflow" in found["before"]
    assert "expectations" in found["loaded"]
    assert HEAVY.isdisjoint(found["loaded"])
    assert not [name for name in found["loaded"] if name == "mining_tasks"], "rooms are imported inside tasks only"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_file_is_short(file):
    assert len(file.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_file_bears_the_name_of_its_dag_and_holds_one(file, dags):
    assert dags[file.stem]["file"] == file.name
    assert [dag for dag in dags if dags[dag]["file"] == file.name] == [file.stem]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_is_documented_by_its_runbook(file, dags):
    doc = ast.get_docstring(ast.parse(file.read_text()))
    assert dags[file.stem]["doc"].strip() == doc
    assert [word for word in ("Reads ", "Writes ", "Normal ", "If it fails", "Worry after") if word not in doc] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_task_imports_its_door_and_calls_it_by_its_own_name(file):
    tasks = [node for node in ast.walk(ast.parse(file.read_text())) if _is_task(node)]
    assert tasks
    for task in tasks:
        bring, give = task.body
        assert isinstance(bring, ast.ImportFrom)
        assert bring.module == f"mining_tasks.{file.stem}"
        assert [name.name for name in bring.names] == ["steps"]
        assert isinstance(give, ast.Return | ast.Expr)
        assert ast.unparse(give.value).startswith(f"steps.{task.name}(tonight()")


def _is_task(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        ast.unparse(decorator).startswith("task") for decorator in node.decorator_list
    )


def test_nobody_asks_the_clock_what_night_it_is():
    files = [*FILES, HOUSE / "plugins" / "house.py"]
    called = {ast.unparse(n.func) for f in files for n in ast.walk(ast.parse(f.read_text())) if isinstance(n, ast.Call)}
    assert "tonight" in called
    assert not {name for name in called if name.rpartition(".")[2] in ("now", "utcnow", "today")}


def test_sources_run_for_the_business_day_before_and_all_others_for_their_partition(dags):
    sources = {name for name, dag in dags.items() if "source" in dag["tags"]}
    assert sources == {"shop", "crm", "support"}
    for name in sources:
        assert dags[name]["timetable"] == "CronPartitionTimetable"
        assert (dags[name]["run_offset"], dags[name]["key_format"]) == (-1, "%Y-%m-%d")
    assert {dags[name]["timetable"] for name in dags.keys() - sources} == {"PartitionedAssetTimetable"}


def test_nights_of_one_dag_go_one_after_the_other_and_missed_nights_are_not_run_in_a_storm(dags):
    assert {(dag["max_active_runs"], dag["catchup"]) for dag in dags.values()} == {(1, False)}


def test_every_task_has_an_owner_of_a_contract_patience_a_deadline_and_an_alert(dags):
    owners = {table.owner for table in expectations.tables().values()}
    tasks = {f"{dag}.{name}": task for dag in dags for name, task in dags[dag]["tasks"].items()}
    assert len(tasks) > 20
    for name, task in tasks.items():
        assert task["owner"] in owners, name
        assert task["deadline_seconds"], name
        assert task["alerts"] == ["tell_owner"], name
        assert task["has_policy"], name
        assert name.endswith(".degraded") or (task["retries"] >= 3 and task["retry_delay_seconds"] >= 300), name


def test_a_task_that_asks_a_source_waits_for_its_turn(dags):
    pools = {dags[name]["tasks"]["fetch"]["pool"] for name in ("shop", "crm", "support")}
    assert pools == {"shop", "crm", "support"} == set(POOLS)


def test_only_accepting_publishing_and_standing_in_tell_other_dags(dags):
    emitters = {name for dag in dags.values() for name, task in dag["tasks"].items() if task["outlets"]}
    assert emitters == EMITTERS


def test_every_promised_table_is_made_by_exactly_one_dag(dags):
    makers: dict[str, list[str]] = {}
    for dag in dags:
        for name, task in dags[dag]["tasks"].items():
            if name.startswith(("accept", "publish")):
                for table in task["outlets"]:
                    makers.setdefault(table, []).append(dag)
    assert makers.keys() == expectations.tables().keys()
    assert {table: made for table, made in makers.items() if len(made) != 1} == {}
    assert {table for table, (dag,) in makers.items() if expectations.table(table).room != dag} == set()


def test_every_table_that_a_dag_waits_for_is_told_of_by_another(dags):
    told = {table for dag in dags.values() for task in dag["tasks"].values() for table in task["outlets"]}
    awaited = {table for dag in dags.values() for table in dag["awaits"]}
    assert awaited
    assert awaited <= told


def test_whatever_fails_something_stands_in_and_the_run_ends_red(dags):
    for name, dag in dags.items():
        tasks = dag["tasks"]
        stand_ins = [t for t in tasks if t in ("stand_in_core", "keep_last_good")]
        assert stand_ins, name
        assert {tasks[t]["trigger_rule"] for t in stand_ins} == {"one_failed"}, name
        assert tasks["degraded"]["upstream"] == [stand_ins[-1]], name
        emitted = {table for t in stand_ins for table in tasks[t]["outlets"]}
        assert emitted == {t.name for t in expectations.tables().values() if t.room == name and t.layer != "raw"}, name
        after = {other for other in tasks if "publish" in _steps_before(tasks, other)}  # nothing is at risk any more
        assert _steps_before(tasks, stand_ins[-1]) >= tasks.keys() - after - {*stand_ins, "degraded"}, name


def _steps_before(tasks: dict[str, Any], name: str) -> set[str]:
    before = set(tasks[name]["upstream"])
    return before.union(*(_steps_before(tasks, earlier) for earlier in before))
