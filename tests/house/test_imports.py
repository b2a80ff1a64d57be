"""Arrows point down, rooms do not know their neighbours, and what must be light to import is."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.code import ROOT, files, rooms, short, top_imports, tree

LINT = Path(sys.executable).with_name("lint-imports")
PACKAGES = ("expectations", "mining_tasks")
HEAVY = {"pandas", "numpy", "pyarrow", "duckdb", "sklearn", "great_expectations", "mlflow", "sqlalchemy", "matplotlib"}
PLANTED = {  # file, line, and the contract that must notice it
    "mining_tasks/shop/steps.py": ("import mining_tasks.segments.rfm", "Rooms do not know their neighbours"),
    "mining_tasks/warehouse/shelf.py": ("import mining_tasks.sources", "Arrows point down"),
    "mining_tasks/warehouse/ledger.py": ("import great_expectations", "Great Expectations is known"),
    "mining_tasks/segments/rfm.py": ("import mlflow", "MLflow is known"),
    "mining_tasks/quality/steps.py": ("import airflow", "Airflow is known"),
    "expectations/fields.py": ("import pandas", "The words and the contracts"),
}


def lint(folder: Path) -> str:
    done = subprocess.run([str(LINT), "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    said = " ".join((done.stdout + done.stderr).split())
    assert ("0 broken" in said) == (done.returncode == 0), said
    return said


def copied(to: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, to / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def test_the_import_contracts_hold():
    said = lint(ROOT)
    assert "Contracts: 6 kept, 0 broken." in said


def test_every_import_contract_notices_a_planted_violation(tmp_path):
    folder = copied(tmp_path)
    for name, (line, _) in PLANTED.items():
        with (folder / name).open("a") as file:
            file.write(f"\n{line}\n")
    said = lint(folder)
    assert "Contracts: 0 kept, 6 broken." in said
    for name, (line, contract) in PLANTED.items():
        module = name.removesuffix(".py").replace("/", ".")
        assert f"{module} -> {line.split()[1]}" in said, contract
        assert contract in said


def test_a_new_room_is_held_to_the_rules_without_being_listed(tmp_path):
    folder = copied(tmp_path)
    (folder / "mining_tasks" / "weather").mkdir()
    (folder / "mining_tasks" / "weather" / "__init__.py").write_text("")
    (folder / "mining_tasks" / "weather" / "steps.py").write_text("from mining_tasks.segments import rfm\n")
    assert "mining_tasks.weather.steps -> mining_tasks.segments.rfm" in lint(folder)


@pytest.mark.parametrize("file", files("dags"), ids=short)
def test_a_dag_imports_nothing_but_airflow_contracts_and_house_at_its_top(file: Path):
    allowed = ("airflow.sdk", "expectations", "house", "approval", "dossier", "datetime")
    assert top_imports(file)
    assert [name for name in top_imports(file) if not name.startswith(allowed)] == []


def test_a_dag_calls_rooms_by_their_door_alone():
    doors = [line.strip() for file in files("dags") for line in file.read_text().splitlines() if "mining_tasks" in line]
    assert len(doors) >= len(files("dags"))
    code = [line for line in doors if line.startswith(("from", "import"))]
    assert code
    assert [line for line in code if not line.endswith("import steps")] == []


@pytest.mark.parametrize("file", files("plugins"), ids=short)
def test_a_plugin_is_light_to_import(file: Path):
    assert {name.split(".")[0] for name in top_imports(file)} & (HEAVY | {"mining_tasks"}) == set()


def test_importing_every_contract_loads_nothing_heavy():
    code = "import sys, expectations; print(len(expectations.tables()), *{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    count, *loaded = done.stdout.split()
    assert int(count) > 20
    assert {"re", "dataclasses"} <= set(loaded)
    assert HEAVY & set(loaded) == set()


def test_checking_modules_are_heavy_only_when_they_check():
    code = "import sys; from mining_tasks.warehouse import accept; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "duckdb" in done.stdout.split()
    assert {"great_expectations", "mlflow", "sklearn"} & set(done.stdout.split()) == set()


def test_only_the_door_of_a_room_knows_where_things_lie():
    """Behind `steps.py`, functions take tables and give tables: they neither read the shelf nor draft."""
    inner = [file for room in rooms() for file in room.glob("*.py") if file.name != "steps.py"]
    assert len(inner) > 10
    asked = ("shelf.read", "shelf.draft", "engine.write", "accept.accept", "publish.publish")
    found = [(short(file), call) for file in inner for call in asked if f"{call}(" in file.read_text()]
    assert found == []


def test_every_room_has_a_door_with_a_docstring():
    doors = [room / "steps.py" for room in rooms()]
    assert len(doors) >= 7
    assert [short(door) for door in doors if not door.exists()] == []
    assert all((tree(door).body[0].value.value or "").strip() for door in doors)
