"""What is planted as true is known to the demo and to whoever scores a night by it, and to nobody else."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.code import FLOORS, ROOT, files, short, tree

MAY_KNOW = ("mining_tasks/demo/", "mining_tasks/commands/")
NAMES_IT = re.compile(r"(^|[/_.'\"\s])truth([/_.'\"\s]|$)", re.IGNORECASE)
PLANTED = {  # lines that must be noticed
    "from mining_tasks.demo.planted.world import World": "import",
    "import mining_tasks.demo.score": "import",
    "from mining_tasks import demo": "import",
    "rows = pq.read_table(home().demo / 'truth' / 'orders.parquet')": "truth",
    "rows = read('demo/truth/orders.parquet')": "truth",
    "sql = 'SELECT * FROM truth_orders'": "truth",
    "folder = home().demo": "demo folder",
}


def others() -> list[Path]:
    """Every file of the house that must not know the truth: code and SQL."""
    found = [path for folder in FLOORS for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".py", ".sql")]
    return [path for path in found if not short(path).startswith(MAY_KNOW)]


def told(code: ast.Module) -> list[str]:
    """How Python code knows the truth: imports of the demo, texts that name it, the home's demo folder."""
    found = []
    texts = {id(node.value) for node in ast.walk(code) if isinstance(node, ast.Expr)}  # docstrings may say the word
    for node in ast.walk(code):
        if isinstance(node, ast.Import) and any(name.name.startswith("mining_tasks.demo") for name in node.names):
            found.append("import")
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("mining_tasks.demo."):
            found.append("import")
        if isinstance(node, ast.ImportFrom) and node.module == "mining_tasks":
            found += ["import" for name in node.names if name.name == "demo"]
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts
        if is_text and NAMES_IT.search(node.value):
            found.append("truth")
        if isinstance(node, ast.Attribute) and node.attr == "demo" and ast.unparse(node.value).startswith("home"):
            found.append("demo folder")
    return found


def test_there_are_files_to_look_at():
    assert len(others()) > 150
    assert sum(path.suffix == ".sql" for path in others()) > 20
    assert len(files("mining_tasks/demo")) > 50


@pytest.mark.parametrize("path", others(), ids=short)
def test_no_room_knows_the_truth(path: Path):
    if path.suffix == ".sql":
        assert not NAMES_IT.search(path.read_text())
    else:
        assert told(tree(path)) == []


@pytest.mark.parametrize("line", PLANTED)
def test_a_planted_look_at_the_truth_is_noticed(line: str):
    assert PLANTED[line] in told(ast.parse(line))
