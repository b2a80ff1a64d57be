"""`goldseam …`: finds the home, loads its connections, and hands over to one command."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

COMMANDS = {
    "init": "init",
    "check-sources": "check_sources",
    "night": "night",
    "tables": "tables",
    "sql": "sql",
    "status": "status",
    "rollback": "rollback",
    "override": "override",
    "champion": "champion",
    "who": "who",
    "decide": "decide",
    "quarantine": "quarantine",
    "vault": "vault",
    "key": "key",
    "contracts": "contracts",
    "demo": "demo",
    "postgres": "postgres",
    "ui": "ui",
    "bench": "bench",
}
WITHOUT_HOME = {"init", "contracts", "demo", "bench"}
EXAMPLES = """\
first steps:
  goldseam night --demo          one night on a real shop's data, with its CRM and support desk
  goldseam sql 'SELECT * FROM pub_segments__personas'
  goldseam init my-shop          a home for your own shop; then edit my-shop/sources.toml
  goldseam check-sources --home my-shop

Everything of one shop lies in one folder, its home: --home, or GOLDSEAM_HOME, or ./home.
`goldseam COMMAND --help` has examples of each command."""
USER_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit status; 2 for what the user can mend, told without a traceback."""
    given = parser().parse_args(arguments)
    os.umask(0o077)
    try:
        _enter_home(given)
        return int(given.command.run(given))
    except (ValueError, OSError, LookupError, RuntimeError) as fault:
        if os.environ.get("GOLDSEAM_DEBUG"):
            raise
        print(f"goldseam {given.name}: {_words(fault)}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130  # what a shell says of a process that Ctrl-C ended


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    shape = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(
        prog="goldseam",
        description="The nightly workflow that turns a shop's silos into knowledge one may act on.",
        epilog=EXAMPLES,
        formatter_class=shape,
    )
    shared = argparse.ArgumentParser(add_help=False)
    # Before the command or behind it: what is not said behind must not undo what was said before.
    for place, home, json in ((top, None, False), (shared, argparse.SUPPRESS, argparse.SUPPRESS)):
        where = "the shop's folder (GOLDSEAM_HOME, or ./home)"
        place.add_argument("--home", type=Path, metavar="DIR", help=where, default=home)
        place.add_argument("--json", action="store_true", help="print JSON for programs", default=json)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        command = _command(module)
        one = commands.add_parser(
            name,
            help=command.HELP,
            description=command.HELP[0].upper() + command.HELP[1:] + ".",
            epilog=command.EXAMPLES,
            parents=[shared],
            formatter_class=shape,
        )
        command.arguments(one)
        one.set_defaults(command=command, name=name)
    return top


def _command(module: str) -> ModuleType:
    return import_module(f"mining_tasks.commands.{module}")


def _enter_home(given: argparse.Namespace) -> None:
    """Make the chosen home the one of this process and of those it starts."""
    from mining_tasks.commands import connections

    path = Path(given.home or os.environ.get("GOLDSEAM_HOME") or "home").resolve()
    os.environ["GOLDSEAM_HOME"] = str(path)
    if _needs_no_home(given):
        return
    if not (path / "sources.toml").exists():
        raise ValueError(f"{path} is no home of a shop. Next: goldseam init {path}, or goldseam night --demo")
    connections.load(path)


def _needs_no_home(given: argparse.Namespace) -> bool:
    makes_one = getattr(given, "demo", False)
    reads_ledger = getattr(given, "action", "") == "breaking"
    return makes_one or (given.name in WITHOUT_HOME and not reads_ledger)


def _words(fault: BaseException) -> str:
    """What to tell the user; a bare KeyError would show quotes only."""
    return str(fault.args[0]) if isinstance(fault, KeyError) and fault.args else str(fault)


if __name__ == "__main__":
    sys.exit(main())
