"""Habits that keep a night repeatable and safe: no clocks, no pickle, no SQL made of raw strings, pins that pin."""

import ast
import re

import pytest

from tests.house.code import FLOORS, ROOT, called, committed, files, nodes, rooms, short

CLOCKS = ("now", "today", "utcnow")
MAY_READ_THE_CLOCK = {
    "mining_tasks/warehouse/ledger_tables.py": "stamps when a row was noted; nothing is computed from it",
    "mining_tasks/sources/rest_ask.py": "a Retry-After may be a date",
    "mining_tasks/commands/night.py": "last night, where nobody named one",
    "mining_tasks/demo/faults.py": "the pretend server sends a Retry-After as a date",
    "plugins/settings.py": "how many years a key of Airflow's own is good for",
}
MAKE_TABLES_OF_THEIR_FILES = {"mining_tasks/identities/evidence.py", "mining_tasks/identities/tables.py"}
UNSAFE_CALLS = {
    "eval",
    "exec",
    "pickle.load",
    "pickle.loads",
    "joblib.load",
    "yaml.load",
    "os.system",
    "tempfile.mktemp",
}
UNSAFE_IMPORTS = {"pickle", "joblib", "cloudpickle", "dill", "shelve", "marshal"}
SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|COPY|ATTACH|GRANT|DESCRIBE|COMMENT)\b")
CLOCKS_IN_SQL = re.compile(
    r"\b(now\s*\(|current_(date|time|timestamp)\b|today\s*\(|random\s*\(|uuid\s*\()", re.IGNORECASE
)
MACHINE_PATH = re.compile(r"(?<![\w.$}/])/(?:root|work|Users|home/[a-z]\w*)/\w")
INDEX = re.compile(r"(?:--(?:extra-)?index-url|-i)\s+http|https?://[^\s/]+/simple\b")
PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.+!_-]+( *;.+)?")


def calls(*folders: str) -> list[tuple[str, int, str]]:
    return [(short(file), n.lineno, called(n)) for file, n in nodes(*folders) if isinstance(n, ast.Call)]


def test_there_is_code_to_look_at():
    assert len(files()) > 50
    assert len(calls()) > 1_000
    assert len(rooms()) >= 7
    assert len(committed()) > 100


def test_assert_stands_in_tests_alone():
    assert [f"{short(file)}:{n.lineno}" for file, n in nodes() if isinstance(n, ast.Assert)] == []


def test_a_night_is_an_argument_and_nobody_asks_the_clock():
    asked = {(file, line) for file, line, name in calls() if name.split(".")[-1] in CLOCKS and "." in name}
    assert asked
    assert [place for place in asked if place[0] not in MAY_READ_THE_CLOCK] == []
    assert {file for file, _ in asked} == set(MAY_READ_THE_CLOCK), "an exception that nobody needs any more"


def test_the_sql_of_rooms_asks_neither_clock_nor_dice():
    queries = sorted((ROOT / "mining_tasks").rglob("*.sql"))
    assert len(queries) > 5
    assert [short(file) for file in queries if CLOCKS_IN_SQL.search(without_comments(file.read_text()))] == []


def without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)


def test_nothing_is_unpickled_or_evaluated():
    assert [call for call in calls() if call[2] in UNSAFE_CALLS] == []
    named = {alias.name for _, node in nodes() if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for _, node in nodes() if isinstance(node, ast.ImportFrom)}
    assert "json" in named
    assert {name.split(".")[0] for name in named} & UNSAFE_IMPORTS == set()


def sql_strings() -> list[tuple[str, int, ast.JoinedStr]]:
    """f-strings that begin as a SQL statement does."""
    found = []
    for file, node in nodes("expectations", "mining_tasks", "plugins", "dags"):
        first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
        if isinstance(first, ast.Constant) and SQL.match(str(first.value)):
            found.append((short(file), node.lineno, node))
    return found


def test_no_raw_name_or_value_is_put_into_sql():
    """What stands in braces was spelled by a function (`quoted`, `text` …); the pretend shop is not ours."""
    ours = [each for each in sql_strings() if "/demo/" not in each[0]]
    assert ours
    raw = (ast.Attribute, ast.Subscript, ast.Constant, ast.JoinedStr)
    braces = [(f, line, part.value) for f, line, s in ours for part in s.values if isinstance(part, ast.FormattedValue)]
    assert [f"{file}:{line} {{{ast.unparse(value)}}}" for file, line, value in braces if isinstance(value, raw)] == []


def test_rooms_keep_their_sql_in_files_of_their_own():
    inside = {short(room) for room in rooms()}
    strings = [(file, line) for file, line, _ in sql_strings() if any(file.startswith(room) for room in inside)]
    assert len(list((ROOT / "mining_tasks").rglob("*.sql"))) > 5
    assert [place for place in strings if place[0] not in MAKE_TABLES_OF_THEIR_FILES] == []


@pytest.mark.parametrize("pattern", [MACHINE_PATH, INDEX], ids=["path of a machine", "address of an index"])
def test_no_committed_file_names_a_machine(pattern):
    texts = [
        file for file in committed() if file.suffix in {".py", ".toml", ".md", ".yml", ".yaml", ".sql", ".txt", ""}
    ]
    assert len(texts) > 100
    found = [short(file) for file in texts if pattern.search(file.read_text(errors="replace"))]
    assert found == []


def test_the_look_for_machines_is_not_blind():
    slash = "/"
    assert MACHINE_PATH.search(f"cd {slash}home{slash}anna{slash}shop")
    assert INDEX.search("--index-url " + "http" + "://example.com/x")
    assert not MACHINE_PATH.search("$HOME/work/x")


def test_constraints_hold_pins_and_nothing_else():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and line[0] != "#"]
    assert len(lines) > 100
    assert [line for line in lines if not PIN.fullmatch(line)] == []


def test_nothing_is_left_to_be_done_later():
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
    assert [short(file) for file in files(*FLOORS, "tests") if marks.search(file.read_text())] == []


def test_every_suppressed_rule_says_why_or_is_the_one_about_sql_strings():
    silent = re.compile(r"#\s*(noqa|type: ignore)\s*$")
    assert [short(file) for file in files() if any(silent.search(line) for line in file.read_text().splitlines())] == []
