"""Our own code as house tests look at it: files, syntax trees, calls."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("dags", "plugins", "expectations", "mining_tasks")
SHARED = {"warehouse", "experiments", "sources", "commands"}  # what rooms use, and who uses rooms


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Python files of ours below the folders, by default all but tests."""
    return tuple(sorted(file for folder in folders or FLOORS for file in (ROOT / folder).rglob("*.py")))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def nodes(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    """Every syntax node of ours with its file."""
    for file in files(*folders):
        for node in ast.walk(tree(file)):
            yield file, node


def functions(*folders: str) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with `file:name`."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(f"{short(file)}:{node.name}", node) for file, node in nodes(*folders) if isinstance(node, kinds)]


def called(node: ast.Call) -> str:
    """What a call names: `datetime.now`, `eval`."""
    return ast.unparse(node.func)


def top_imports(file: Path) -> set[str]:
    """Modules imported when the file is: everywhere but in functions."""
    found: set[str] = set()
    waiting: list[ast.AST] = [tree(file)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found


def rooms() -> list[Path]:
    """The folders of rooms; the demo is none: it pretends to be what lies outside."""
    folders = [path for path in (ROOT / "mining_tasks").iterdir() if (path / "__init__.py").exists()]
    return sorted(path for path in folders if path.name not in SHARED | {"demo"})


def committed() -> list[Path]:
    """Files that git knows or would take in; everything of ours where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    names = done.stdout.splitlines() if done.returncode == 0 else [short(file) for file in files(*FLOORS, "tests")]
    return [ROOT / name for name in names if (ROOT / name).is_file()]
