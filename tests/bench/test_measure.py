"""The scale under a night's steps: what it tells of a real room, of faults, and that it is not there when not asked."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import jsonschema
import pytest

from benchmarks import nights
from benchmarks.machine import HOUSE
from mining_tasks.demo import silos
from mining_tasks.warehouse import shelf

SCHEMA = json.loads((HOUSE / "benchmarks" / "results" / "schema.json").read_text())
STEPS = ["crm.fetch", "crm.tidy", "crm.accept_raw", "crm.merge", "crm.accept_core"]
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a process holds")


def in_a_process(code: str, **variables: str) -> str:
    """Run code beside the plugins; measuring wraps the process that it is in."""
    path = os.pathsep.join([str(HOUSE / "plugins"), str(HOUSE)])
    environment = os.environ | {"PYTHONPATH": path} | variables
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def night(home: Path, measured: Path | None) -> subprocess.CompletedProcess[str]:
    """The CRM's DAG of one night, as `goldseam night` runs it."""
    command = [sys.executable, str(HOUSE / "plugins" / "one_process.py"), "--home", str(home), "--only", "crm"]
    environment = {name: value for name, value in os.environ.items() if name != "GOLDSEAM_MEASURE"}
    environment |= {"GOLDSEAM_MEASURE": str(measured)} if measured else {}
    outcome = ["--outcome", str(home / "outcome.json"), "2017-12-31"]
    return subprocess.run([*command, *outcome], env=environment, capture_output=True, text=True, check=False)


def test_each_step_of_a_real_room_tells_its_rows_bytes_time_and_memory(demo_home, tmp_path):
    with silos.silos(demo_home.path):
        ran = night(demo_home.path, tmp_path / "night.jsonl")
    assert ran.returncode == 0, ran.stdout
    steps = {step["step"]: step for step in nights.read(tmp_path / "night.jsonl")}
    assert list(steps) == STEPS
    jsonschema.validate(list(steps.values()), {"items": {"$ref": "#/$defs/step"}, "$defs": SCHEMA["$defs"]})
    rows = {table: facts["rows"] for table, facts in steps["crm.merge"]["tables"].items()}
    assert rows == accepted(rows)
    assert sum(rows.values()) == steps["crm.merge"]["rows_in"] == steps["crm.fetch"]["rows_out"] > 100
    assert {step["state"] for step in steps.values()} == {"success"}
    assert all(step["peak_bytes"] > 100 * 2**20 and step["cpu_s"] > 0 for step in steps.values())
    made = sum(facts["bytes"] for facts in steps["crm.merge"]["tables"].values())
    assert steps["crm.merge"]["written_bytes"] > made > 10_000
    assert steps["crm.accept_raw"]["great_expectations_s"] > 0
    assert steps["crm.accept_raw"]["imports_s"] > 0.2, "Great Expectations is imported there for the first time"
    assert steps["crm.fetch"]["mlflow_s"] == steps["crm.fetch"]["great_expectations_s"] == 0


def accepted(tables) -> dict[str, int]:
    import expectations
    from tests.night.homes import FIRST

    return {name: shelf.read(expectations.table(name), FIRST).rows for name in tables}


def test_a_night_that_nobody_measures_imports_no_scale():
    said = in_a_process("""
        import sys, one_process
        print({"measure", "tally", "stopwatch"} & set(sys.modules))
    """)
    assert said.strip() == "set()"
    source = (HOUSE / "plugins" / "one_process.py").read_text()
    assert source.count("import measure") == 1
    assert "        import measure" in source


STAND = """
    import json, os, sys, time, types
    from pathlib import Path
    import house, measure
    house.tonight = lambda: "2018-01-01"
    def dag(**tasks):
        made = [types.SimpleNamespace(task_id=n, python_callable=w) for n, w in tasks.items()]
        return types.SimpleNamespace(dag_id="room", tasks=made)
    def lines(file):
        return {line["step"]: line for line in map(json.loads, file.read_text().splitlines())}
    file = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["LINES"])
"""


def test_a_step_that_fails_is_told_with_its_fault_and_the_fault_goes_on(tmp_path):
    said = in_a_process(
        STAND
        + """
    def bad():
        raise MemoryError("a customer's name")
    room = dag(bad=bad)
    measure.every_task({"room": room}, file)
    try:
        room.tasks[0].python_callable()
    except MemoryError:
        print("raised")
    """,
        LINES=str(tmp_path / "x.jsonl"),
    )
    line = json.loads((tmp_path / "x.jsonl").read_text())
    assert said.strip() == "raised"
    assert (line["step"], line["state"], line["fault"], line["night"]) == (
        "room.bad",
        "failed",
        "MemoryError",
        "2018-01-01",
    )
    assert "customer" not in (tmp_path / "x.jsonl").read_text()


@linux
@pytest.mark.parametrize("can_reset", [True, False])
def test_the_peak_is_the_steps_own_and_not_that_of_the_step_before(tmp_path, can_reset):
    said = in_a_process(
        STAND
        + f"""
    def large():
        held = bytearray(400 * 2**20)
        time.sleep(0.2)
        return len(held)
    def small():
        return 1
    if not {can_reset}:
        measure.RESET_PEAK = "no such number"
    room = dag(large=large, small=small)
    measure.every_task({{"room": room}}, file)
    for task in room.tasks:
        task.python_callable()
    found = lines(file)
    print(found["room.large"]["peak_bytes"] - found["room.small"]["peak_bytes"])
    """,
        LINES=str(tmp_path / "x.jsonl"),
    )
    assert int(said) > 300 * 2**20


def test_written_bytes_are_those_of_the_step(tmp_path):
    in_a_process(
        STAND
        + """
    room = dag(write=lambda: file.with_name("big").write_bytes(bytes(3_000_000)), idle=lambda: None)
    measure.every_task({"room": room}, file)
    for task in room.tasks:
        task.python_callable()
    """,
        LINES=str(tmp_path / "x.jsonl"),
    )
    written = [json.loads(line)["written_bytes"] for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    assert written[0] >= 3_000_000 > 10_000 > written[1]


def test_each_second_counts_once_and_for_what_was_innermost(tmp_path):
    said = in_a_process("""
        import json, threading, time
        from stopwatch import CHECKER, CHECKS, EXPERIMENTS, Stopwatch
        watch = Stopwatch()
        watch.begin()
        with watch.spent(CHECKS):
            time.sleep(0.2)
            with watch.spent(EXPERIMENTS):
                time.sleep(0.3)
        def elsewhere():
            with watch.spent(CHECKS):
                time.sleep(0.5)
        others = [threading.Thread(target=elsewhere, name=name) for name in (CHECKER, "bystander")]
        for other in others:
            other.start(), other.join()
        print(json.dumps(watch.seconds()))
    """)
    found = json.loads(said)
    assert found["mlflow_s"] == pytest.approx(0.3, abs=0.15)
    assert found["great_expectations_s"] == pytest.approx(0.7, abs=0.2), "the checker's seconds, not the bystander's"
    assert found["imports_s"] == 0


def test_what_a_step_made_itself_is_no_input_of_it():
    said = in_a_process("""
        from tally import Tally
        counts = Tally()
        counts.read("a", 100), counts.read("a", 40), counts.read("b", 7)
        counts.made("c", "core_x__y", 5, 999)
        counts.read("c", 5)
        print(counts.facts())
        counts.begin()
        print(counts.facts()["rows_in"])
    """)
    made = "{'core_x__y': {'rows': 5, 'bytes': 999}}"
    assert said.splitlines() == [f"{{'rows_in': 107, 'rows_out': 5, 'tables': {made}}}", "0"]
