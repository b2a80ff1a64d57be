"""One word for one thing: tables say layer and room, columns wear units, files say what they give."""

import ast
import re
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest

import expectations
from expectations.words import OneOf, Pii, Table
from tests.house.code import ROOT, files, nodes, rooms, short

TABLES = list(expectations.tables().values())
DRAWERS = {"utils", "util", "common", "base", "helpers", "helper", "manager", "managers", "misc"}
UNITS = {"days": "_days", "share": ("_share", "_probability"), "currency": "_amount", "hours": "_hours"}
DAYS = ("_date", "night", "data_as_of")
SUFFIXES = {"_share": {float}, "_count": {int, str}, "_at": {datetime}, "_hash": {str}, "_id": {str}, "_code": {str}}
SECOND_FILES = {"identities": ("likeness",)}  # a room whose contracts outgrow one file
VERBS_OF_NO_TRADE = re.compile(r"^_?(process|handle|do|manage|perform)(_|$)")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_wear_their_units(table: Table):
    assert table.columns
    wrong = []
    for column in table.columns:
        name = column.name
        wrong += [name for unit, suffix in UNITS.items() if column.unit == unit and not name.endswith(suffix)]
        wrong += [name for suffix, kinds in SUFFIXES.items() if name.endswith(suffix) and column.type not in kinds]
        wrong += [name] if column.type is datetime and not name.endswith("_at") else []
        wrong += [name] if column.type is date and not name.endswith(DAYS) else []
        wrong += [name] if (column.type is bool) != name.startswith(("is_", "has_")) else []
        wrong += [name] if column.type is Decimal and column.unit and not name.endswith("_amount") else []
    assert wrong == []


def test_a_hash_is_a_pseudonym_and_theirs_is_told_from_ours():
    columns = [(table, column) for table in TABLES for column in table.columns]
    hashes = [c for _, c in columns if c.name.endswith("_hash")]
    assert hashes
    assert all(c.pii is Pii.PSEUDONYM for c in hashes)
    theirs = [c.name for t, c in columns if t.layer == "raw" and "_id" in c.name and c.name not in ("source_code",)]
    assert theirs
    assert [name for name in theirs if not re.search(r"_id_(shop|crm|support|source)$", name)] == []


@pytest.mark.parametrize("table", [t for t in TABLES if t.layer == "pub"], ids=lambda table: table.name)
def test_a_published_code_comes_from_a_closed_list(table: Table):
    codes = [column for column in table.columns if column.name.endswith(("_code", "severity_code"))]
    open_codes = [c.name for c in codes if not any(isinstance(p, OneOf) for p in c.promises)]
    of_the_night = {"hierarchy_code", "campaign_code"}  # the list depends on the night's tree, on the shop's offers
    assert [name for name in open_codes if name not in of_the_night] == []


def test_one_name_has_one_type_and_one_unit_in_the_whole_house():
    meanings: dict[str, set[tuple[type, str]]] = {}
    for table in TABLES:
        for column in table.columns:
            meanings.setdefault(column.name, set()).add((column.type, column.unit))
    assert len(meanings) > 100
    assert {name: kinds for name, kinds in meanings.items() if len(kinds) > 1} == {}


def test_a_table_stands_in_a_contract_file_of_its_room():
    for table in TABLES:
        files_of_room = [table.room, *SECOND_FILES.get(table.room, ())]
        assert any(table.name in vars(sys.modules[f"expectations.{name}"]) for name in files_of_room)


def test_no_drawer_is_called_utils():
    names = [part for file in files("dags", "plugins", "expectations", "mining_tasks", "tests") for part in file.parts]
    assert names
    assert DRAWERS & {name.removesuffix(".py").lower() for name in names} == set()
    classes = [node.name for _, node in nodes() if isinstance(node, ast.ClassDef)]
    assert classes
    assert [name for name in classes if re.search(r"(Manager|Helper|Utils?|Base)$", name)] == []


def test_functions_are_verbs_of_the_trade():
    named = [node.name for _, node in nodes() if isinstance(node, ast.FunctionDef)]
    assert len(named) > 300
    assert [name for name in named if VERBS_OF_NO_TRADE.match(name)] == []


def test_dags_and_plugins_bear_no_name_of_a_standard_module():
    names = [file.stem for file in files("dags", "plugins")]
    assert names
    assert set(names) & set(sys.stdlib_module_names) == set()


def test_a_room_has_the_same_name_on_every_floor():
    published = [room for room in expectations.families()]
    assert published
    for room in published:
        assert (ROOT / "dags" / f"{room}.py").exists()
        assert (ROOT / "mining_tasks" / room / "steps.py").exists()
        assert (ROOT / "tests" / room).exists()
    assert {room.name for room in rooms()} <= {table.room for table in TABLES}


def test_tests_are_sentences():
    cases = [node.name for _, node in nodes("tests") if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_"]
    assert len(cases) > 100
    assert [name for name in cases if name.count("_") < 3] == []


def test_modules_open_with_a_sentence():
    silent = [short(file) for file in files() if file.read_text().strip() and not file.read_text().startswith('"""')]
    assert silent == []
